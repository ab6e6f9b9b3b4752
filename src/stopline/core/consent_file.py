"""The CSV file of consent: strict, line by line, never guessing, in constant memory.

The first line names the columns, in any order and case: from, to, status, and as it may be source
and changed_at, which are not taken over: an import is the account's own word of today. So files
of `stopline consent export` are understood, and RingCentral's FROM,TO,STATUS,SOURCE.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO

from stopline.core.errors import InvalidNumber
from stopline.core.numbers import is_short_code, parse_number

EXPORT_COLUMNS = ("from", "to", "status", "source", "changed_at")
NEEDED = ("from", "to", "status")
STATUSES = {"optout": True, "optin": False}
# What one transaction takes.
SLICE_LINES = 256
# Lines held while slices of many numbers fill up: some megabytes.
MAX_HELD = 16_384


class BrokenFile(Exception):
    """The file is no CSV from this line on; nothing can be said of what follows."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was understood."""

    number: int
    sender: str
    recipient: str
    opt_out: bool


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that was not, by its number in the file."""

    number: int
    reason: str


def read_lines(file: TextIO) -> Iterator[Line | BadLine]:
    """Every line of the file, good or bad. Only E.164 and short codes are understood.

    Raises BrokenFile.
    """
    reader = csv.reader(file, strict=True)
    try:
        places = _find_columns([name.strip().lower() for name in next(reader, [])])
        width = max(places) + 1
        for fields in reader:
            if fields:
                yield _read_line(reader.line_num, fields, places, width)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BrokenFile(f"line {reader.line_num + 1}: no CSV in UTF-8 ({error})") from None


def _find_columns(names: list[str]) -> tuple[int, int, int]:
    missing = [name for name in NEEDED if names.count(name) != 1]
    if missing:
        raise BrokenFile(f"line 1: the head must have {', '.join(missing)} once")
    sender, recipient, status = (names.index(name) for name in NEEDED)
    return sender, recipient, status


def _read_line(
    number: int, fields: list[str], places: tuple[int, int, int], width: int
) -> Line | BadLine:
    if len(fields) < width:
        return BadLine(number, "has fewer fields than the head")
    sender, recipient, status = (fields[place].strip() for place in places)
    if status.lower() not in STATUSES:
        return BadLine(number, "status is neither optout nor optin")
    try:
        return Line(number, _read_number(sender), _read_number(recipient), STATUSES[status.lower()])
    except InvalidNumber as error:
        return BadLine(number, str(error))


def _read_number(text: str) -> str:
    if is_short_code(text):
        return text
    if not text.startswith("+"):
        raise InvalidNumber("a number does not begin with + and its country")
    return parse_number(text)


def slices(lines: Iterable[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines by sender, in pieces of one transaction; of a pair the last line counts."""
    held: dict[str, dict[str, Line]] = defaultdict(dict)
    count = 0
    for line in lines:
        wanted = held[line.sender]
        count += line.recipient not in wanted
        wanted[line.recipient] = line
        if len(wanted) == SLICE_LINES:
            yield line.sender, list(wanted.values())
            count -= len(held.pop(line.sender))
        elif count >= MAX_HELD:
            yield from _all_of(held)
            count = 0
    yield from _all_of(held)


def _all_of(held: dict[str, dict[str, Line]]) -> Iterator[tuple[str, list[Line]]]:
    while held:
        sender, wanted = held.popitem()
        yield sender, list(wanted.values())
