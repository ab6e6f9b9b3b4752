"""Telnyx: its list of opt-out blocks (`GET /v2/messaging_optouts`), as JSON pages or as CSV.

Its blocks reach the whole messaging profile, the list names one number of it: with
`--all-numbers` each is taken as said to every number of the account.
"""

import json
from collections.abc import Iterable, Iterator
from typing import TextIO

from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import read_number, read_table
from stopline.core.errors import InvalidNumber
from stopline.core.moments import parse_moment, render_moment
from stopline.migration.json_records import is_json, read_records

COLUMNS = ("from", "to", "keyword", "created_at")
_NEEDED = ("from", "to", "created_at")
# Records of one page that `write` makes.
PAGE_RECORDS = 250


def read(file: TextIO) -> Iterator[Fact | BadLine]:
    """Every block of the list. Raises BrokenFile."""
    for number, values in _rows(file):
        yield values if isinstance(values, BadLine) else _read_block(number, values)


def _rows(file: TextIO) -> Iterator[tuple[int, list[str] | BadLine]]:
    if not is_json(file):
        yield from read_table(file, COLUMNS, _NEEDED)
        return
    for number, record in read_records(file, "data"):
        if isinstance(record, dict):
            yield number, [str(record.get(name) or "") for name in COLUMNS]
        else:
            yield number, BadLine(number, "is no record")


def _read_block(number: int, values: list[str]) -> Fact | BadLine:
    sender, recipient, keyword, created_at = values
    try:
        return Fact(
            number,
            read_number(sender),
            read_number(recipient),
            True,
            ConsentSource.RECIPIENT,
            parse_moment(created_at),
            keyword.lower(),
        )
    except (InvalidNumber, ValueError) as error:
        return BadLine(number, str(error))


def write(facts: Iterable[Fact]) -> Iterator[str]:
    """Pages of the list, one on each line: opt-outs of pairs, as it has no others."""
    page: list[dict[str, str | None]] = []
    for fact in facts:
        if fact.opt_out and fact.category is None and fact.sender != "*":
            page.append(_block(fact))
        if len(page) == PAGE_RECORDS:
            yield _page(page)
            page = []
    if page:
        yield _page(page)


def _page(records: list[dict[str, str | None]]) -> str:
    return json.dumps({"data": records}, separators=(",", ":")) + "\n"


def _block(fact: Fact) -> dict[str, str | None]:
    return {
        "from": fact.sender,
        "to": fact.recipient,
        "messaging_profile_id": None,
        "keyword": fact.word.upper() or None,
        "created_at": None if fact.time_ms is None else render_moment(fact.time_ms),
    }
