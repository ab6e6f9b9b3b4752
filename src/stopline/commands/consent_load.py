"""`stopline consent load`: opt-outs by the million, the account's own word of today."""

import getpass
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import click

from stopline.commands.administration import Perform, administration
from stopline.commands.ahead import perform_each
from stopline.commands.import_run import report_bad_line, seekable, sliced, uncollected
from stopline.commands.options import Failure
from stopline.commands.records import json_option, print_record
from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import BrokenFile, read_lines

# Lines after which it is said how far the work is.
TOLD_LINES = 1_000_000


@click.command("load")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--dry-run", is_flag=True, help="Read and report, change nothing.")
@click.option("--skip-bad-lines", is_flag=True, help="Take the rest when lines are bad.")
@json_option
def load_file(
    config_file: Path | None,
    file: TextIO,
    dry_run: bool,
    skip_bad_lines: bool,
    as_json: bool,
    **flags: Any,
) -> None:
    """Opt out many persons at once: millions in minutes.

    Reads the same CSV as import, of which every line must be an optout; sources and times are not
    taken over. Each pair gets its record, its entry in the ledger, and queued messages to it are
    refused, as with import; but applications are not told of persons who were never spoken of
    before: whoever loads a list has it. A second load of the same file changes nothing, so one
    that was cut off is repeated.
    """
    try:
        with seekable(file) as lines, uncollected():
            totals = _check(_opt_outs(lines), skip_bad_lines)
            if not dry_run:
                lines.seek(0)
                with administration(config_file, flags) as perform:
                    _load(perform, _opt_outs(lines), totals)
    except BrokenFile as error:
        raise Failure(f"{error}; nothing was imported") from None
    print_record({**totals, "dry_run": dry_run}, as_json)


def _opt_outs(file: TextIO) -> Iterator[Fact | BadLine]:
    for line in read_lines(file):
        if isinstance(line, Fact) and not line.opt_out:
            yield BadLine(line.number, "is no optout; use stopline import generic")
        else:
            yield line


def _check(lines: Iterator[Fact | BadLine], skip_bad_lines: bool) -> Counter[str]:
    totals: Counter[str] = Counter(lines=0, bad=0, changed=0, unchanged=0)
    for line in lines:
        if isinstance(line, Fact):
            totals["lines"] += 1
            continue
        totals["bad"] += 1
        report_bad_line(line, totals["bad"])
    if totals["bad"] and not skip_bad_lines:
        raise Failure(f"{totals['bad']} bad lines; nothing was imported")
    return totals


def _load(perform: Perform, lines: Iterator[Fact | BadLine], totals: Counter[str]) -> None:
    done = 0
    actor = f"command:{getpass.getuser()}"
    calls = (
        {"sender": sender, "recipients": [line.recipient for line in part], "actor": actor}
        for sender, part in sliced((line for line in lines if isinstance(line, Fact)), perform)
    )
    for call, found in perform_each(perform, "consent.load", calls):
        totals.update(found)
        count = len(call["recipients"])
        done += count
        if done // TOLD_LINES > (done - count) // TOLD_LINES:
            click.echo(f"{done} of {totals['lines']} lines", err=True)
