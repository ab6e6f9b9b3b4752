"""`stopline senders`: the numbers texts leave from."""

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
from stopline.core.scopes import Category


@click.group()
def senders() -> None:
    """Senders: the account's numbers texts leave from and come in to."""


@senders.command("add")
@click.argument("number")
@account_option
@click.option("--label", default="", help="What it is for.")
@click.option("--carrier", default="simulated", show_default=True, help="Who carries its texts.")
@json_option
def add(
    config_file: Path | None,
    account_id: int,
    number: str,
    label: str,
    carrier: str,
    as_json: bool,
    **flags: Any,
) -> None:
    """Add a number to an account."""
    with administration(config_file, flags) as perform:
        made = perform(
            "senders.add", account_id=account_id, number=number, label=label, carrier=carrier
        )
    print_record(made, as_json)


@senders.command("list")
@account_option
@json_option
def list_all(config_file: Path | None, account_id: int, as_json: bool, **flags: Any) -> None:
    """List an account's numbers."""
    with administration(config_file, flags) as perform:
        print_records(perform("senders.list", account_id=account_id), as_json)


_CONSENT_SETTINGS = (
    "opt_in_required", "account_wide_stop", "scope_words", "category", "campaign", "brand"
)  # fmt: skip


@senders.command("consent")
@click.argument("number")
@click.option(
    "--require-opt-in/--no-require-opt-in",
    "opt_in_required",
    default=None,
    help="Send only to who opted in.",
)
@click.option(
    "--stop-all/--stop-one",
    "account_wide_stop",
    default=None,
    help="Whether a STOP to it stops all numbers of the account.",
)
@click.option(
    "--scope-words/--no-scope-words",
    default=None,
    help='Whether "stop ads" ends promotional messages alone, and "stop all" all numbers.',
)
@click.option(
    "--category",
    type=click.Choice(["none", *(category.value for category in Category)]),
    help="What its messages are for, unless a batch says otherwise.",
)
@click.option("--campaign", help="Id of the campaign it is registered with; shown only.")
@click.option("--brand", help="Id of the brand of that campaign; shown only.")
@json_option
def consent(config_file: Path | None, number: str, as_json: bool, **given: Any) -> None:
    """Show or set what a number asks of consent."""
    wishes = {name: given.pop(name) for name in _CONSENT_SETTINGS}
    with administration(config_file, given) as perform:
        found = perform("senders.consent", number=number, **wishes)
    print_record(found, as_json)


@senders.command("sending")
@click.argument("number")
@click.option("--rate", help="Segments a second, a usual limit by its name, or none.")
@click.option(
    "--valid-minutes",
    type=click.IntRange(0, 10_080),
    help="A message not sent by then is not sent any more; 0: as long as it takes.",
)
@click.option(
    "--spread-minutes",
    type=click.IntRange(0, 10_080),
    help="The time a batch is spread over; 0: at once.",
)
@json_option
def sending(
    config_file: Path | None,
    number: str,
    rate: str | None,
    valid_minutes: int | None,
    spread_minutes: int | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Show or set how fast a number sends, and until when.

    Usual limits: long-code, toll-free, short-code, 10dlc-top, 10dlc-middle, 10dlc-low,
    10dlc-low-volume. They hold for all processes together.
    """
    with administration(config_file, flags) as perform:
        found = perform(
            "senders.sending",
            number=number,
            rate=rate,
            valid_minutes=valid_minutes,
            spread_minutes=spread_minutes,
        )
    print_record(found, as_json)


@senders.command("disable")
@click.argument("number")
@undo_option
@json_option
def disable(config_file: Path | None, number: str, undo: bool, as_json: bool, **flags: Any) -> None:
    """Stop sending from a number; what comes in to it is still received."""
    with administration(config_file, flags) as perform:
        perform("senders.disable", number=number, disabled=not undo)
    print_record({"number": number, "disabled": not undo}, as_json)


@senders.command("move")
@click.argument("number")
@click.option("--to", "account_id", type=int, required=True, help="The new account's id.")
@json_option
def move(
    config_file: Path | None, number: str, account_id: int, as_json: bool, **flags: Any
) -> None:
    """Give a number to another account.

    Whoever said stop to the number stays opted out of it; the new account's lists show only what
    is said from now on.
    """
    with administration(config_file, flags) as perform:
        made = perform("senders.move", number=number, account_id=account_id)
    print_record(made, as_json)
