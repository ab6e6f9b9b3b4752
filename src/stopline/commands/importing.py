"""`stopline import`: opt-outs out of another provider's files."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from stopline.commands.administration import administration
from stopline.commands.file_formats import RINGCENTRAL, TELNYX, TWILIO, Read
from stopline.commands.import_run import ImportWish, Report, run_import
from stopline.commands.options import Misuse
from stopline.commands.output import write_json
from stopline.commands.records import json_option, print_record, print_records
from stopline.core.consent_file import KNOWN_COLUMNS, Columns, read_lines

F = TypeVar("F", bound=Callable[..., Any])

all_numbers_option = click.option(
    "--all-numbers",
    is_flag=True,
    help="Take each opt-out as said to all numbers of the account; needs --account.",
)


def _options(command: F) -> F:
    """What every import takes."""
    options = (
        click.argument("file", type=click.File("r", encoding="utf-8-sig")),
        click.option("--account", "account_id", type=int, help="Only numbers of this account."),
        click.option("--dry-run", is_flag=True, help="Report what would change, change nothing."),
        click.option("--skip-bad-lines", is_flag=True, help="Import the rest of a faulty file."),
        json_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group("import")
def import_group() -> None:
    """Take over opt-outs from files: of RingCentral, Twilio, Telnyx, or any CSV.

    The report says for each of your numbers how many facts are new, known already, or conflict
    with what is known here. Older facts never override newer ones; a denial is always taken; an
    opt-in lifts a denial only as the later word and with proof of it. A second import of the same
    file changes nothing. Bad lines are reported by number and never guessed; with any, nothing is
    imported unless --skip-bad-lines.
    """


@import_group.command("ringcentral")
@_options
def import_ringcentral(file: TextIO, **options: Any) -> None:
    """Read RingCentral's export of consents, or its CSV of opt-outs (FROM,TO,STATUS,SOURCE).

    Records keep their source and time. The shorter file has no times: its opt-ins lift nothing.
    Records of coverage Company need --account.
    """
    _run(RINGCENTRAL.read, file, options)


@import_group.command("twilio")
@all_numbers_option
@_options
def import_twilio(file: TextIO, **options: Any) -> None:
    """Read Twilio's logs of messages, as it has no list: CSV of the console, Messages as JSON, a
    day of the bulk export, or items of its Consents API.

    A message that failed with 21610, or a text with a STOP word, is an opt-out; START and UNSTOP
    are opt-ins. Where its Compliance Toolkit is on, 21610 also means a number that changed hands.
    """
    _run(TWILIO.read, file, options)


@import_group.command("telnyx")
@all_numbers_option
@_options
def import_telnyx(file: TextIO, **options: Any) -> None:
    """Read Telnyx's list of opt-outs (messaging_optouts), as JSON or CSV.

    Its blocks reach every number of a messaging profile: --all-numbers keeps that.
    """
    _run(TELNYX.read, file, options)


@import_group.command("generic")
@_options
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="NAME=HEADING",
    help="How the file heads a column; may be repeated.",
)
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="What stands for a column that the file does not have; may be repeated.",
)
def import_generic(
    file: TextIO, columns: tuple[str, ...], values: tuple[str, ...], **options: Any
) -> None:
    """Read CSV with the columns from,to,status (optout or optin), numbers in E.164.

    And as they may be: source, changed_at, category; consented_at, method, proof. Without the
    last three an opt-in lifts nothing.
    """
    given = Columns(_named(columns), _named(values))
    _run(partial(read_lines, columns=given), file, options)


def _named(pairs: tuple[str, ...]) -> dict[str, str]:
    named = dict(pair.partition("=")[::2] for pair in pairs)
    unknown = sorted(set(named) - set(KNOWN_COLUMNS))
    if unknown:
        raise Misuse(f"no column is named {', '.join(unknown)}: {', '.join(KNOWN_COLUMNS)}")
    return named


def _run(read: Read, file: TextIO, options: dict[str, Any]) -> None:
    names = ("account_id", "all_numbers", "skip_bad_lines", "dry_run")
    wish = ImportWish(read, **{name: options.pop(name) for name in names if name in options})
    as_json: bool = options.pop("as_json")
    config_file: Path | None = options.pop("config_file")
    if wish.all_numbers and wish.account_id is None:
        raise Misuse("--all-numbers needs --account")
    with administration(config_file, options) as perform:
        report = run_import(perform, file, wish)
    print_report(report, dry_run=wish.dry_run, as_json=as_json)


def print_report(report: Report, *, dry_run: bool, as_json: bool) -> None:
    """In all, then by sender."""
    rendered = report.render(dry_run=dry_run)
    if as_json:
        write_json(rendered)
        return
    by_sender = rendered.pop("senders")
    print_record(rendered, as_json=False)
    if by_sender:
        print_records(by_sender, as_json=False)
