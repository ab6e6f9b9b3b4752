"""`stopline accounts`: tenants."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import administration
from stopline.commands.records import json_option, print_record, print_records, undo_option


@click.group()
def accounts() -> None:
    """Accounts: tenants. Everything belongs to one."""


@accounts.command("add")
@click.argument("name")
@click.option("--main-number", required=True, help="E.164, or national in the country.")
@click.option("--country", default="US", show_default=True, help="Two letters (ISO 3166).")
@json_option
def add(
    config_file: Path | None, name: str, main_number: str, country: str, as_json: bool, **flags: Any
) -> None:
    """Add an account."""
    with administration(config_file, flags) as perform:
        made = perform("accounts.add", name=name, main_number=main_number, country=country)
    print_record(made, as_json)


@accounts.command("list")
@json_option
def list_all(config_file: Path | None, as_json: bool, **flags: Any) -> None:
    """List every account."""
    with administration(config_file, flags) as perform:
        print_records(perform("accounts.list"), as_json)


@accounts.command("disable")
@click.argument("account_id", type=int)
@undo_option
@json_option
def disable(
    config_file: Path | None, account_id: int, undo: bool, as_json: bool, **flags: Any
) -> None:
    """Switch an account off: its tokens stop at once."""
    with administration(config_file, flags) as perform:
        perform("accounts.disable", id=account_id, disabled=not undo)
    print_record({"id": account_id, "disabled": not undo}, as_json)
