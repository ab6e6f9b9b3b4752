"""`stopline consent`: who may be texted, and why not."""

import csv
import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click

from stopline.commands.administration import Perform, administration
from stopline.commands.consent_file import COLUMNS, Line, read_lines, slices
from stopline.commands.options import Failure, Misuse, setting_options
from stopline.commands.records import json_option, print_record, print_records
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


@consent.command("list")
@sender_option
@status_option
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
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
    _change_one(config_file, flags, sender, Line(0, sender, recipient, True), as_json)


@consent.command("remove")
@click.argument("recipient")
@sender_option
@json_option
def remove(
    config_file: Path | None, recipient: str, sender: str, as_json: bool, **flags: Any
) -> None:
    """Opt a person in again, in the account's name; what a carrier denies stays denied."""
    _change_one(config_file, flags, sender, Line(0, sender, recipient, False), as_json)


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


@consent.command("export")
@sender_option
@status_option
@click.option("--output", type=click.File("w"), default="-", help="CSV file [default: -].")
@setting_options("data")
def export(
    config_file: Path | None,
    sender: str,
    status: str,
    output: TextIO,
    **flags: Any,
) -> None:
    """Write a number's records as CSV: from,to,status,source,changed_ms."""
    with administration(config_file, flags) as perform:
        writer = csv.DictWriter(output, [*COLUMNS, "source", "changed_ms"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(_rows(perform, _sender(sender), status))


@consent.command("import")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--dry-run", is_flag=True, help="Read and report, change nothing.")
@click.option("--skip-bad-lines", is_flag=True, help="Import the rest when lines are bad.")
@json_option
def import_file(
    config_file: Path | None,
    file: TextIO,
    dry_run: bool,
    skip_bad_lines: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Read CSV with the columns from,to,status (optout or optin), numbers in E.164.

    Bad lines are reported by number and never guessed; with any, nothing is imported unless
    --skip-bad-lines. A second import of the same file changes nothing.
    """
    lines, bad = read_lines(file)
    for problem in bad:
        click.echo(f"line {problem.number}: {problem.reason}", err=True)
    if bad and not skip_bad_lines:
        raise Failure(f"{len(bad)} bad lines; nothing was imported")
    totals = {"lines": len(lines), "bad": len(bad), "changed": 0, "unchanged": 0, "refused": 0}
    if not dry_run:
        with administration(config_file, flags) as perform:
            for sender, part in slices(lines):
                for name, count in _apply(perform, sender, part, "import").items():
                    totals[name] += count
    print_record({**totals, "dry_run": dry_run}, as_json)


def _change_one(
    config_file: Path | None, flags: dict[str, Any], sender: str, line: Line, as_json: bool
) -> None:
    wanted = Line(0, _sender(sender), _number(line.recipient), line.opt_out)
    with administration(config_file, flags) as perform:
        found = _apply(perform, wanted.sender, [wanted], "command")
    print_record(found, as_json)
    if found["refused"]:
        raise Failure("a denial that the account may not lift stands; see stopline consent show")


def _apply(perform: Perform, sender: str, lines: list[Line], channel: str) -> dict[str, int]:
    found: dict[str, int] = perform(
        "consent.change",
        sender=sender,
        changes=[(line.recipient, line.opt_out) for line in lines],
        actor=f"command:{getpass.getuser()}",
        channel=channel,
        skip_equal=channel == "import",
    )
    return found


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
