"""Consent from CSV files: changes with all that follows, and opt-outs by the million."""

import getpass
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from stopline.commands.administration import Perform, administration
from stopline.commands.options import Failure
from stopline.commands.records import json_option, print_record
from stopline.core.consent_file import BadLine, BrokenFile, Line, read_lines, slices

# Bad lines that are printed; the rest is counted.
MAX_REPORTED = 1_000
# Lines after which it is said how far the work is.
TOLD_LINES = 1_000_000

# What becomes of the lines of one sender, at most a transaction's worth.
Apply = Callable[[Perform, str, list[Line]], dict[str, int]]
Understand = Callable[[TextIO], Iterator[Line | BadLine]]

file_argument = click.argument("file", type=click.File("r", encoding="utf-8-sig"))
dry_option = click.option("--dry-run", is_flag=True, help="Read and report, change nothing.")
skip_option = click.option(
    "--skip-bad-lines", is_flag=True, help="Take the rest when lines are bad."
)


@click.command("import")
@file_argument
@dry_option
@skip_option
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

    RingCentral's FROM,TO,STATUS,SOURCE is understood as well; source and time are not taken over.
    Bad lines are reported by number and never guessed; with any, nothing is imported unless
    --skip-bad-lines. A second import of the same file changes nothing.
    """
    _take(
        config_file,
        flags,
        file,
        read_lines,
        None if dry_run else _imported,
        skip_bad_lines,
        as_json,
    )


@click.command("load")
@file_argument
@dry_option
@skip_option
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

    Reads the same CSV as import, of which every line must be an optout. Each pair gets its
    record, its entry in the ledger, and queued messages to it are refused, as with import; but
    applications are not told of persons who were never spoken of before: whoever loads a list
    has it. A second load of the same file changes nothing, so one that was cut off is repeated.
    """
    _take(
        config_file, flags, file, _opt_outs, None if dry_run else _loaded, skip_bad_lines, as_json
    )


def _take(
    config_file: Path | None,
    flags: dict[str, Any],
    file: TextIO,
    understand: Understand,
    apply: Apply | None,
    skip_bad_lines: bool,
    as_json: bool,
) -> None:
    """Check the whole file, then apply it, unless it is only to be checked."""
    try:
        with seekable(file) as lines:
            totals = _check(understand(lines), skip_bad_lines)
            if apply is not None:
                lines.seek(0)
                with administration(config_file, flags) as perform:
                    _apply_all(perform, understand(lines), apply, totals)
    except BrokenFile as error:
        raise Failure(f"{error}; nothing was imported") from None
    print_record({**totals, "dry_run": apply is None}, as_json)


def _opt_outs(file: TextIO) -> Iterator[Line | BadLine]:
    for line in read_lines(file):
        if isinstance(line, Line) and not line.opt_out:
            yield BadLine(line.number, "is no optout; use stopline consent import")
        else:
            yield line


def _check(lines: Iterator[Line | BadLine], skip_bad_lines: bool) -> Counter[str]:
    totals: Counter[str] = Counter(lines=0, bad=0, changed=0, unchanged=0, refused=0)
    for line in lines:
        if isinstance(line, Line):
            totals["lines"] += 1
            continue
        totals["bad"] += 1
        if totals["bad"] <= MAX_REPORTED:
            click.echo(f"line {line.number}: {line.reason}", err=True)
    if totals["bad"] > MAX_REPORTED:
        click.echo(f"and {totals['bad'] - MAX_REPORTED} more bad lines", err=True)
    if totals["bad"] and not skip_bad_lines:
        raise Failure(f"{totals['bad']} bad lines; nothing was imported")
    return totals


def _apply_all(
    perform: Perform, lines: Iterator[Line | BadLine], apply: Apply, totals: Counter[str]
) -> None:
    done = 0
    for sender, part in slices(line for line in lines if isinstance(line, Line)):
        totals.update(apply(perform, sender, part))
        done += len(part)
        if done // TOLD_LINES > (done - len(part)) // TOLD_LINES:
            click.echo(f"{done} of {totals['lines']} lines", err=True)


def _imported(perform: Perform, sender: str, lines: list[Line]) -> dict[str, int]:
    return apply_lines(perform, sender, lines, "import")


def _loaded(perform: Perform, sender: str, lines: list[Line]) -> dict[str, int]:
    found: dict[str, int] = perform(
        "consent.load",
        sender=sender,
        recipients=[line.recipient for line in lines],
        actor=f"command:{getpass.getuser()}",
    )
    return found


@contextmanager
def seekable(file: TextIO) -> Iterator[TextIO]:
    """The file itself, or a copy of what comes through a pipe: it is read twice."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as copy:
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


def apply_lines(perform: Perform, sender: str, lines: list[Line], channel: str) -> dict[str, int]:
    found: dict[str, int] = perform(
        "consent.change",
        sender=sender,
        changes=[(line.recipient, line.opt_out) for line in lines],
        actor=f"command:{getpass.getuser()}",
        channel=channel,
        skip_equal=channel == "import",
    )
    return found
