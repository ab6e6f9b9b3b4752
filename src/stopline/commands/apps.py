"""`stopline apps`: clients of the API."""

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
def apps() -> None:
    """Apps: clients of the API, each with a client id."""


@apps.command("add")
@click.argument("name")
@account_option
@click.option("--public", is_flag=True, help="An app that can keep no secret: it gets none.")
@json_option
def add(
    config_file: Path | None, account_id: int, name: str, public: bool, as_json: bool, **flags: Any
) -> None:
    """Add an app and print its secret, this once."""
    with administration(config_file, flags) as perform:
        made = perform("apps.add", account_id=account_id, name=name, public=public)
    print_record(made, as_json)


@apps.command("list")
@account_option
@json_option
def list_all(config_file: Path | None, account_id: int, as_json: bool, **flags: Any) -> None:
    """List an account's apps."""
    with administration(config_file, flags) as perform:
        print_records(perform("apps.list", account_id=account_id), as_json)


@apps.command("disable")
@click.argument("app_id", type=int)
@undo_option
@json_option
def disable(config_file: Path | None, app_id: int, undo: bool, as_json: bool, **flags: Any) -> None:
    """Switch an app off: its tokens stop at once."""
    with administration(config_file, flags) as perform:
        perform("apps.disable", id=app_id, disabled=not undo)
    print_record({"id": app_id, "disabled": not undo}, as_json)
