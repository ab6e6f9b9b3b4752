"""`stopline users`: persons and programs with a login."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import administration
from stopline.commands.passwords import password_option
from stopline.commands.records import (
    account_option,
    json_option,
    print_record,
    print_records,
    undo_option,
)
from stopline.core.access import API_PERMISSIONS


@click.group()
def users() -> None:
    """Users: persons or programs with a login."""


@users.command("add")
@click.argument("username")
@account_option
@click.option("--extension", default="101", show_default=True, help="One to eight digits.")
@click.option("--first-name", default="", help="Shown in the console and the API.")
@click.option("--last-name", default="", help="Shown in the console and the API.")
@click.option("--email", default="", help="Shown in the API; no login.")
@password_option
@json_option
def add(config_file: Path | None, password: str, as_json: bool, **values: Any) -> None:
    """Add a user. USERNAME is a phone number; with the extension it is the login."""
    from stopline.flows.passwords import hash_password

    flags = {"data": values.pop("data")}
    # Hashed here: the plain password leaves this process in no direction.
    values["password_hash"] = hash_password(password)
    with administration(config_file, flags) as perform:
        made = perform("users.add", **values)
    print_record(made, as_json)


@users.command("change")
@click.argument("user_id", type=int)
@click.option(
    "--permission",
    "permissions",
    multiple=True,
    type=click.Choice(sorted(permission.value for permission in API_PERMISSIONS)),
    help="What the user may do over the API; may be repeated. None: nothing.",
)
@json_option
def change(
    config_file: Path | None,
    user_id: int,
    permissions: tuple[str, ...],
    as_json: bool,
    **flags: Any,
) -> None:
    """Replace what a user may do over the API; roles in the console stay as they are."""
    with administration(config_file, flags) as perform:
        changed = perform("users.change", id=user_id, permissions=permissions)
    print_record(changed, as_json)


@users.command("list")
@account_option
@json_option
def list_all(config_file: Path | None, account_id: int, as_json: bool, **flags: Any) -> None:
    """List an account's users."""
    with administration(config_file, flags) as perform:
        print_records(perform("users.list", account_id=account_id), as_json)


@users.command("disable")
@click.argument("user_id", type=int)
@undo_option
@json_option
def disable(
    config_file: Path | None, user_id: int, undo: bool, as_json: bool, **flags: Any
) -> None:
    """Switch a user off: the user's tokens stop at once."""
    with administration(config_file, flags) as perform:
        perform("users.disable", id=user_id, disabled=not undo)
    print_record({"id": user_id, "disabled": not undo}, as_json)
