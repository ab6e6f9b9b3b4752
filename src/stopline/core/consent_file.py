"""The CSV file of consent: strict, line by line, never guessing, in constant memory.

The first line names the columns, in any order and case: from, to and status are needed; source,
changed_at and category are as `stopline export generic` writes them; consented_at, method and
proof say how an opt-in was given, and without all three it lifts nothing.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import TextIO

from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import EVERY_SENDER, BadLine, Fact, later
from stopline.core.errors import InvalidNumber
from stopline.core.moments import parse_moment, render_moment
from stopline.core.numbers import is_short_code, parse_number
from stopline.core.scopes import Category

EXPORT_COLUMNS = ("from", "to", "status", "source", "changed_at", "category")
NEEDED = ("from", "to", "status")
PROOF_COLUMNS = ("consented_at", "method", "proof")
KNOWN_COLUMNS = (*EXPORT_COLUMNS, *PROOF_COLUMNS)
STATUSES = {"optout": True, "optin": False}
# What one transaction takes: locks it may hold, and what a STOP waits behind.
SLICE_LINES = 256
# The same for a command that has an SQLite database for itself: nobody waits, and each commit
# waits for the disk.
ALONE_SLICE_LINES = 16_384
# Lines held while slices of many numbers fill up: some megabytes, and some 40 for a command that
# is alone, so that a file of a hundred numbers is no hundred times as many commits.
MAX_HELD = 16_384
ALONE_HELD = 131_072

_SOURCES = {source.value: source for source in ConsentSource}
_CATEGORIES = {category.value: category for category in Category}


class BrokenFile(Exception):
    """The file is no CSV from this line on; nothing can be said of what follows."""


@dataclass(frozen=True, slots=True)
class Columns:
    """How a file names its columns where it does not name them as we do, and what stands for a
    column that it does not have."""

    names: Mapping[str, str]
    values: Mapping[str, str]


AS_OURS = Columns({}, {})


def read_lines(file: TextIO, columns: Columns = AS_OURS) -> Iterator[Fact | BadLine]:
    """Every line of the file, good or bad. Only E.164 and short codes are understood.

    Raises BrokenFile.
    """
    for number, fields in read_table(file, KNOWN_COLUMNS, NEEDED, columns):
        yield fields if isinstance(fields, BadLine) else _read_line(number, fields)


def read_table(
    file: TextIO, known: Sequence[str], needed: Sequence[str], columns: Columns = AS_OURS
) -> Iterator[tuple[int, list[str] | BadLine]]:
    """The lines of a CSV file with their numbers: the values of the known columns in their
    order, empty where the file has no such column. Raises BrokenFile."""
    reader = csv.reader(file, strict=True)
    try:
        pick = _picker([_plain(name) for name in next(reader, [])], known, needed, columns)
        for fields in filter(None, reader):
            number = reader.line_num
            yield number, pick(fields) or BadLine(number, "has fewer fields than the head")
    except (csv.Error, UnicodeDecodeError) as error:
        raise BrokenFile(f"line {reader.line_num + 1}: no CSV in UTF-8 ({error})") from None


def _plain(name: str) -> str:
    return name.strip().lower()


def _picker(
    head: list[str], known: Sequence[str], needed: Sequence[str], columns: Columns
) -> Callable[[list[str]], list[str] | None]:
    """What takes the known columns out of a line; None for a line that is too short."""
    named = [_plain(columns.names.get(name, name)) for name in known]
    given = [columns.values.get(name, "") for name in known]
    missing = [
        name
        for name, wanted, value in zip(known, named, given, strict=True)
        if head.count(wanted) != 1 and (head.count(wanted) or (name in needed and not value))
    ]
    if missing:
        raise BrokenFile(f"line 1: the head must have {', '.join(missing)} once")
    places = [head.index(wanted) if wanted in head else -1 for wanted in named]
    width = max(places) + 1
    # What stands for columns that are missing comes behind those that are there.
    take = itemgetter(*(width + at if place < 0 else place for at, place in enumerate(places)))

    def pick(fields: list[str]) -> list[str] | None:
        if len(fields) < width:
            return None
        return [*map(str.strip, take([*fields[:width], *given]))]

    return pick


def _read_line(number: int, fields: list[str]) -> Fact | BadLine:
    sender, recipient, status, source, changed_at, category, consented_at, method, kept = fields
    try:
        opt_out, whose, kind = _read_kind(status, source, category)
        is_proven = consented_at and method and kept
        return Fact(
            number,
            _read_sender(sender),
            read_number(recipient),
            opt_out,
            whose,
            _read_time(consented_at if is_proven else changed_at),
            "",
            f"{method}: {kept}" if is_proven else "",
            kind,
        )
    except (InvalidNumber, ValueError) as error:
        return BadLine(number, str(error))


# A file has few of these, on a million lines.
@lru_cache(maxsize=1_024)
def _read_kind(
    status: str, source: str, category: str
) -> tuple[bool, ConsentSource, Category | None]:
    opt_out = STATUSES.get(status.lower())
    if opt_out is None:
        raise ValueError("status is neither optout nor optin")
    return opt_out, _read_source(source), _read_category(category)


@lru_cache(maxsize=1_024)
def _read_sender(text: str) -> str:
    return text if text == EVERY_SENDER else read_number(text)


def _read_source(text: str) -> ConsentSource:
    """Whose word it is; without a column, and by another's names, the account's."""
    return _SOURCES.get(text.lower(), ConsentSource.ACCOUNT)


def _read_category(text: str) -> Category | None:
    if not text:
        return None
    if text.lower() not in _CATEGORIES:
        raise ValueError("category is none that there is")
    return _CATEGORIES[text.lower()]


# The lines of a file fall on few moments, or on as many as there are lines.
@lru_cache(maxsize=1_024)
def _read_time(text: str) -> int | None:
    return parse_moment(text) if text else None


def write_lines(facts: Iterable[Fact]) -> Iterator[str]:
    """The file that `read_lines` reads, its head first; nothing in it needs quoting."""
    yield ",".join(EXPORT_COLUMNS) + "\n"
    for fact in facts:
        yield (
            f"{fact.sender},{fact.recipient},{'optout' if fact.opt_out else 'optin'},"
            f"{fact.source.value},{'' if fact.time_ms is None else render_moment(fact.time_ms)},"
            f"{fact.category.value if fact.category else ''}\n"
        )


def read_number(text: str) -> str:
    """A short code, or a number with its country. Raises InvalidNumber; nothing is guessed."""
    if text.startswith("+"):
        return parse_number(text)
    if is_short_code(text):
        return text
    raise InvalidNumber("a number does not begin with + and its country")


def slices(
    facts: Iterable[Fact], size: int = SLICE_LINES, held_lines: int = MAX_HELD
) -> Iterator[tuple[str, list[Fact]]]:
    """The facts by sender, in pieces of one transaction; of a pair its last word counts. At most
    `held_lines` are held."""
    held: dict[str, dict[tuple[str, object], Fact]] = defaultdict(dict)
    count = 0
    for fact in facts:
        wanted = held[fact.sender]
        key = (fact.recipient, fact.category)
        before = wanted.get(key)
        count += before is None
        wanted[key] = fact if before is None else later(before, fact)
        if len(wanted) == size:
            yield fact.sender, list(wanted.values())
            count -= len(held.pop(fact.sender))
        elif count >= held_lines:
            yield from _all_of(held)
            count = 0
    yield from _all_of(held)


def _all_of(
    held: dict[str, dict[tuple[str, object], Fact]],
) -> Iterator[tuple[str, list[Fact]]]:
    while held:
        sender, wanted = held.popitem()
        yield sender, list(wanted.values())
