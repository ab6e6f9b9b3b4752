"""`stopline consent`: who may be texted, and why not."""

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import Perform, administration
from stopline.commands.consent_load import load_file
from stopline.commands.exporting import export_generic
from stopline.commands.importing import import_generic
from stopline.commands.options import Failure, Misuse
from stopline.commands.records import json_option, print_record, print_records
from stopline.commands.rescan import rescan
from stopline.core.errors import InvalidNumber
from stopline.core.numbers import parse_address, parse_number

sender_option = click.option("--from", "sender", required=True, help="The account's number.")
status_option = click.option(
    "--status",
    type=click.Choice(["optout", "optin", "all"]),
    default="optout",
    show_default=True,
    help="Which records; optin: opted out once and in again.",
)


@click.group()
def consent() -> None:
    """Consent: who may be texted from which number. No record means that nobody said stop."""


consent.add_command(rescan)
consent.add_command(load_file)


@consent.command("list")
@sender_option
@status_option
@click.option(
    "--limit", type=click.IntRange(1), default=1000, show_default=True, help="At most so many."
)
@json_option
def list_records(
    config_file: Path | None, sender: str, status: str, limit: int, as_json: bool, **flags: Any
) -> None:
    """List a number's records, newest change first."""
    with administration(config_file, flags) as perform:
        rows = _rows(perform, _sender(sender), status)
        print_records([row for _, row in zip(range(limit), rows, strict=False)], as_json)


@consent.command("show")
@click.argument("recipient")
@sender_option
@json_option
def show(
    config_file: Path | None, recipient: str, sender: str, as_json: bool, **flags: Any
) -> None:
    """Show one pair: its state and everything that denies it."""
    with administration(config_file, flags) as perform:
        found = perform("consent.show", sender=_sender(sender), recipient=_number(recipient))
    print_record(found, as_json)


@consent.command("add")
@click.argument("recipient")
@sender_option
@json_option
def add(config_file: Path | None, recipient: str, sender: str, as_json: bool, **flags: Any) -> None:
    """Opt a person out of a number, in the account's name."""
    _change_one(config_file, flags, sender, recipient, True, as_json)


@consent.command("remove")
@click.argument("recipient")
@sender_option
@json_option
def remove(
    config_file: Path | None, recipient: str, sender: str, as_json: bool, **flags: Any
) -> None:
    """Opt a person in again, in the account's name; what a carrier denies stays denied."""
    _change_one(config_file, flags, sender, recipient, False, as_json)


@consent.command("history")
@click.argument("recipient")
@click.option("--from", "sender", help="Only with this number of ours.")
@json_option
def history(
    config_file: Path | None, recipient: str, sender: str | None, as_json: bool, **flags: Any
) -> None:
    """Show what the ledger says of a person."""
    with administration(config_file, flags) as perform:
        found = perform(
            "consent.history",
            recipient=_number(recipient),
            sender=_sender(sender) if sender else None,
        )
    print_records(found, as_json)


consent.add_command(export_generic, "export")
consent.add_command(import_generic, "import")


def _change_one(
    config_file: Path | None,
    flags: dict[str, Any],
    sender: str,
    recipient: str,
    opt_out: bool,
    as_json: bool,
) -> None:
    number, person = _sender(sender), _number(recipient)
    with administration(config_file, flags) as perform:
        found = perform(
            "consent.change",
            sender=number,
            changes=[(person, opt_out)],
            actor=f"command:{getpass.getuser()}",
        )
    print_record(found, as_json)
    if found["refused"]:
        raise Failure("a denial that the account may not lift stands; see stopline consent show")


def _rows(perform: Perform, sender: str, status: str) -> Iterator[dict[str, Any]]:
    after = None
    while page := perform("consent.list", sender=sender, status=status, after=after):
        yield from page
        after = (page[-1]["changed_ms"], page[-1]["to"])


def _number(text: str) -> str:
    try:
        return parse_number(text)
    except InvalidNumber as error:
        raise Misuse(str(error)) from None


def _sender(text: str) -> str:
    try:
        return parse_address(text)
    except InvalidNumber as error:
        raise Misuse(str(error)) from None
