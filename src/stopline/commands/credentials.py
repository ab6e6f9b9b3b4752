"""`stopline credentials`: JWTs with which a user logs in without a password."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import administration
from stopline.commands.records import (
    account_option,
    json_option,
    print_record,
    print_records,
    undo_option,
)


@click.group()
def credentials() -> None:
    """Credentials: JWTs with which a user logs in through one app."""


@credentials.command("add")
@click.option("--user", "user_id", type=int, required=True, help="The user's id (users list).")
@click.option("--app", "app_id", type=int, required=True, help="The app's id (apps list).")
@click.option("--label", default="", help="What it is for.")
@json_option
def add(
    config_file: Path | None, user_id: int, app_id: int, label: str, as_json: bool, **flags: Any
) -> None:
    """Add a credential and print its JWT, this once."""
    with administration(config_file, flags) as perform:
        made = perform("credentials.add", user_id=user_id, app_id=app_id, label=label)
    print_record(made, as_json)


@credentials.command("list")
@account_option
@json_option
def list_all(config_file: Path | None, account_id: int, as_json: bool, **flags: Any) -> None:
    """List an account's credentials."""
    with administration(config_file, flags) as perform:
        print_records(perform("credentials.list", account_id=account_id), as_json)


@credentials.command("disable")
@click.argument("credential_id", type=int)
@undo_option
@json_option
def disable(
    config_file: Path | None, credential_id: int, undo: bool, as_json: bool, **flags: Any
) -> None:
    """Refuse logins with a credential from now on; sessions made with it go on."""
    with administration(config_file, flags) as perform:
        perform("credentials.disable", id=credential_id, disabled=not undo)
    print_record({"id": credential_id, "disabled": not undo}, as_json)
