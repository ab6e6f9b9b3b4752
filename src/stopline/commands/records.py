"""What the commands for accounts, apps, users, credentials and senders have in common."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stopline.commands.options import setting_options
from stopline.commands.output import print_table, write_json

F = TypeVar("F", bound=Callable[..., Any])

account_option = click.option(
    "--account", "account_id", type=int, required=True, help="The account's id (accounts list)."
)
undo_option = click.option("--undo", is_flag=True, help="Switch it on again.")


def json_option(command: F) -> F:
    """--json, and --data and --config to say which installation."""
    option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
    return option(setting_options("data")(command))


def print_records(records: list[dict[str, Any]], as_json: bool) -> None:
    """A list as a table or as JSON."""
    if as_json:
        write_json(records)
    elif records:
        print_table(tuple(records[0]), [[_cell(v) for v in one.values()] for one in records])
    else:
        click.echo("none", err=True)


def print_record(record: dict[str, Any], as_json: bool) -> None:
    """One thing that was made, field by field."""
    if as_json:
        write_json(record)
        return
    for name, value in record.items():
        click.echo(f"{name.replace('_', ' '):<16} {_cell(value)}")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
