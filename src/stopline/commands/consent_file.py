"""The CSV file of consent: strict, line by line, never guessing."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from stopline.core.errors import InvalidNumber
from stopline.core.numbers import is_short_code, parse_number

COLUMNS = ("from", "to", "status")
STATUSES = {"optout": True, "optin": False}
# What one transaction takes.
SLICE_LINES = 256
# A file beyond it is cut by its owner: all of it is held while it is checked.
MAX_LINES = 5_000_000


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


def read_lines(file: TextIO) -> tuple[list[Line], list[BadLine]]:
    """Every line of the file, good and bad. Only E.164 and short codes are understood."""
    reader = csv.DictReader(file)
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        return [], [BadLine(1, f"the head lacks {', '.join(missing)}")]
    good: list[Line] = []
    bad: list[BadLine] = []
    try:
        for row in reader:
            if len(good) >= MAX_LINES:
                bad.append(BadLine(reader.line_num, f"more than {MAX_LINES} lines"))
                break
            _read_row(reader.line_num, row, good, bad)
    except (csv.Error, UnicodeDecodeError) as error:
        bad.append(BadLine(reader.line_num + 1, f"no CSV in UTF-8: {error}"))
    return good, bad


def _read_row(
    number: int, row: dict[str, str | None], good: list[Line], bad: list[BadLine]
) -> None:
    try:
        sender, recipient = (_read_number(row[name]) for name in ("from", "to"))
    except InvalidNumber as error:
        bad.append(BadLine(number, str(error)))
        return
    status = row["status"] or ""
    if status not in STATUSES:
        bad.append(BadLine(number, "status is neither optout nor optin"))
        return
    good.append(Line(number, sender, recipient, STATUSES[status]))


def _read_number(text: str | None) -> str:
    if text and is_short_code(text):
        return text
    if not text or not text.startswith("+"):
        raise InvalidNumber("a number does not begin with + and its country")
    return parse_number(text)


def slices(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines by sender, in pieces of one transaction; of a pair the last line counts."""
    by_sender: dict[str, dict[str, Line]] = defaultdict(dict)
    for line in lines:
        by_sender[line.sender][line.recipient] = line
    for sender, wanted in by_sender.items():
        all_lines = list(wanted.values())
        for start in range(0, len(all_lines), SLICE_LINES):
            yield sender, all_lines[start : start + SLICE_LINES]
