"""An import: the file is read once to see what is in it, and once more to take it over."""

import gc
import getpass
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

import click

from stopline.commands.administration import Perform
from stopline.commands.ahead import perform_each
from stopline.commands.file_formats import Read
from stopline.commands.options import Failure
from stopline.core.consent_facts import CONFLICTS, EVERY_SENDER, BadLine, Fact, Verdict
from stopline.core.consent_file import (
    ALONE_HELD,
    ALONE_SLICE_LINES,
    SLICE_LINES,
    BrokenFile,
    slices,
)

# Bad lines that are printed; the rest is counted.
MAX_REPORTED = 1_000


@dataclass(frozen=True, slots=True)
class ImportWish:
    """What to do with a file. `account_id`: whose numbers alone are meant, and whose numbers all
    are where a line speaks of all. `all_numbers`: every opt-out is taken as said to all."""

    read: Read
    account_id: int | None = None
    all_numbers: bool = False
    skip_bad_lines: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Report:
    """What a file holds and what became of it, in all and by sender."""

    facts: int = 0
    malformed: int = 0
    senders: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def render(self, *, dry_run: bool) -> dict[str, Any]:
        """For people and programs. `conflicting`: the file says otherwise than we do, because it
        is the older word (`older`), an opt-in that is not proven (`unproven`), or one that the
        account may not give (`standing`)."""
        totals: Counter[str] = Counter()
        for counts in self.senders.values():
            totals.update(counts)
        return {
            "facts": self.facts,
            "malformed": self.malformed,
            **_verdicts(totals),
            "dry_run": dry_run,
            "senders": [
                {"sender": sender, "facts": counts["facts"], **_verdicts(counts)}
                for sender, counts in sorted(self.senders.items())
            ],
        }


def _verdicts(counts: Counter[str]) -> dict[str, int]:
    conflicting = sum(counts[verdict.value] for verdict in CONFLICTS)
    return {
        "new": counts[Verdict.NEW.value],
        "known": counts[Verdict.KNOWN.value],
        "conflicting": conflicting,
        **{v.value: counts[v.value] for v in (Verdict.OLDER, Verdict.UNPROVEN, Verdict.STANDING)},
    }


def run_import(perform: Perform, file: TextIO, wish: ImportWish) -> Report:
    """Take a file over, or with `dry_run` say what that would do. Raises Failure."""
    try:
        with seekable(file) as lines, uncollected():
            report = _survey(lines, wish)
            passed_over = _passed_over(perform, report, wish)
            if report.malformed and not (wish.skip_bad_lines or wish.dry_run):
                raise Failure(f"{report.malformed} bad lines; nothing was imported")
            lines.seek(0)
            facts = (one for one in _facts(lines, wish) if one.sender not in passed_over)
            _take(perform, facts, wish, report)
    except BrokenFile as error:
        raise Failure(f"{error}; nothing was imported") from None
    return report


def _facts(file: TextIO, wish: ImportWish) -> Iterator[Fact]:
    for line in wish.read(file):
        if isinstance(line, Fact):
            yield _widened(line, wish)


def _widened(fact: Fact, wish: ImportWish) -> Fact:
    if wish.all_numbers and fact.opt_out and fact.category is None:
        return fact._replace(sender=EVERY_SENDER)
    return fact


def _survey(file: TextIO, wish: ImportWish) -> Report:
    """What the file holds; bad lines are named."""
    report = Report()
    for line in wish.read(file):
        if isinstance(line, Fact):
            report.facts += 1
            report.senders[_widened(line, wish).sender]["facts"] += 1
            continue
        report.malformed += 1
        report_bad_line(line, report.malformed)
    return report


def report_bad_line(line: BadLine, count: int) -> None:
    """Name a bad line, the `count`th of its file; from some number on they are only counted."""
    if count <= MAX_REPORTED:
        click.echo(f"line {line.number}: {line.reason}", err=True)
    if count == MAX_REPORTED:
        click.echo("more bad lines are counted only", err=True)


def _passed_over(perform: Perform, report: Report, wish: ImportWish) -> set[str]:
    """Senders that are not ours. Their lines are malformed: there is nobody to keep them for."""
    numbers = [sender for sender in report.senders if sender != EVERY_SENDER]
    known = set(perform("senders.known", numbers=numbers, account_id=wish.account_id))
    foreign = set(numbers) - known
    if EVERY_SENDER in report.senders and wish.account_id is None:
        foreign.add(EVERY_SENDER)
    for sender in sorted(foreign):
        lines = report.senders.pop(sender)["facts"]
        report.facts -= lines
        report.malformed += lines
        reason = "needs --account" if sender == EVERY_SENDER else "not a number of ours"
        click.echo(f"sender {sender}: {reason} ({lines} lines)", err=True)
    return foreign


def _take(perform: Perform, facts: Iterable[Fact], wish: ImportWish, report: Report) -> None:
    operation = "consent.weigh" if wish.dry_run else "consent.import"
    actor = f"command:{getpass.getuser()}"
    calls = (
        {
            "sender": sender,
            "account_id": wish.account_id,
            "facts": [plain_fact(fact) for fact in piece],
            "actor": actor,
        }
        for sender, piece in sliced(facts, perform)
    )
    for call, counts in perform_each(perform, operation, calls):
        report.senders[call["sender"]].update(counts)


def sliced(facts: Iterable[Fact], perform: Perform) -> Iterator[tuple[str, list[Fact]]]:
    """The facts by sender, as many at once as the database may be kept for."""
    if perform.is_alone:
        return slices(facts, ALONE_SLICE_LINES, ALONE_HELD)
    return slices(facts, SLICE_LINES)


def plain_fact(fact: Fact) -> tuple[Any, ...]:
    """The fact as JSON has it."""
    category = fact.category.value if fact.category else None
    return (*fact[:4], fact.source.value, *fact[5:8], category)


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for cycles of garbage: there are none here, and it takes
    a sixth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
