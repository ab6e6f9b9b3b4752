"""`stopline accounts`: tenants."""

from decimal import Decimal, InvalidOperation
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


@accounts.command("cap")
@click.argument("account_id", type=int)
@click.argument("amount", required=False)
@click.option("--off", is_flag=True, help="No cap any more.")
@json_option
def cap(
    config_file: Path | None,
    account_id: int,
    amount: str | None,
    off: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Let an account spend at most AMOUNT a day (UTC), in the price's currency.

    What it sends beyond fails as over the limit, and is announced once a day. Without AMOUNT it
    shows the cap and what is spent today.
    """
    with administration(config_file, flags) as perform:
        if amount is not None or off:
            perform("accounts.cap", account_id=account_id, cap=None if off else _millionths(amount))
        print_record(perform("accounts.spending", account_id=account_id), as_json)


def _millionths(amount: str | None) -> int:
    try:
        millionths = Decimal(amount or "") * 1_000_000
    except InvalidOperation:
        raise click.BadParameter(f"{amount} is no amount such as 25 or 0.50") from None
    if millionths < 0 or millionths != int(millionths):
        raise click.BadParameter("an amount is not below 0 and has at most six places")
    return int(millionths)
