"""What the commands for accounts, apps, users, credentials and senders have in common."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from stopline.commands.options import setting_options
from stopline.commands.output import print_table, write_json
from stopline.core.moments import render_moment

# Every number of a record whose name ends so is a moment in epoch ms; none is a duration.
_TIME = "_ms"

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
        head = [_title(name) for name in records[0]]
        print_table(head, [[_cell(*field) for field in one.items()] for one in records])
    else:
        click.echo("none", err=True)


def print_record(record: dict[str, Any], as_json: bool) -> None:
    """One thing that was made, field by field."""
    if as_json:
        write_json(record)
        return
    for name, value in record.items():
        click.echo(f"{_title(name).replace('_', ' '):<16} {_cell(name, value)}")


def _title(name: str) -> str:
    return name.removesuffix(_TIME)


def _cell(name: str, value: Any) -> str:
    """For people: the JSON form keeps times as epoch ms."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_cell(name, one) for one in value)
    if isinstance(value, dict):
        return " ".join(f"{_title(key)}={_cell(key, one)}" for key, one in value.items())
    if isinstance(value, int) and name.endswith(_TIME):
        return render_moment(value)
    return "" if value is None else str(value)
