"""Consent as files: the export of version 2, and the shorter one of version 1, written and read."""

import csv
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import EVERY_SENDER, BadLine, Fact
from stopline.core.consent_file import BrokenFile, read_number, read_table
from stopline.core.errors import InvalidNumber
from stopline.core.moments import parse_moment
from stopline.core.scopes import Category
from stopline.ringcentral.consent_bodies import CATEGORIES, CATEGORY_NAMES, SOURCE_NAMES, SOURCES
from stopline.ringcentral.formats import render_micros

HEADER = (
    "External Party Number,Internal Party Number,Consent Status,Source,Coverage,Campaign Type,"
    "Notes,Last Modified Time\r\n"
)
_LONG = tuple(HEADER.strip().lower().split(","))
_LONG_NEEDED = _LONG[:3]
_SHORT = ("to", "from", "status", "source")
_SHORT_NEEDED = _SHORT[:3]
_STATUSES = {"optout": True, "optin": False}
# What version 1 calls the account's own word.
_ALL_SOURCES = {name.lower(): source for name, source in SOURCES.items()} | {
    "account": ConsentSource.ACCOUNT
}
T = TypeVar("T")

_COVERAGES = frozenset({"", "phonenumber", "company", "account", "campaigntype"})


def write(facts: Iterable[Fact]) -> Iterator[str]:
    """The export of version 2, its head first."""
    yield HEADER
    yield from map(render_line, facts)


def render_line(fact: Fact) -> str:
    """A record as a line of the export; nothing in it needs quoting."""
    campaign = CATEGORY_NAMES[fact.category] if fact.category else ""
    coverage = "CampaignType" if campaign else "PhoneNumber"
    return (
        f"{fact.recipient},{fact.sender},{'OptOut' if fact.opt_out else 'OptIn'},"
        f"{SOURCE_NAMES[fact.source]},"
        f"{'Company' if fact.sender == EVERY_SENDER else coverage},{campaign},,"
        f"{'' if fact.time_ms is None else render_micros(fact.time_ms)}\r\n"
    )


def read(file: TextIO) -> Iterator[Fact | BadLine]:
    """Every record of either file. Raises BrokenFile.

    What a record says with its time counts as proof: it is the platform's own. The shorter file
    has no times, so its opt-ins lift nothing.
    """
    columns, needed = _columns(file)
    for number, values in read_table(file, columns, needed):
        if isinstance(values, BadLine):
            yield values
        else:
            yield _read_record(number, values)


def _columns(file: TextIO) -> tuple[tuple[str, ...], tuple[str, ...]]:
    try:
        head = next(csv.reader([file.readline()]), [])
    except UnicodeDecodeError as error:
        raise BrokenFile(f"line 1: no CSV in UTF-8 ({error})") from None
    file.seek(0)
    is_long = _LONG[0] in (name.strip().lower() for name in head)
    return (_LONG, _LONG_NEEDED) if is_long else (_SHORT, _SHORT_NEEDED)


def _read_record(number: int, values: list[str]) -> Fact | BadLine:
    recipient, sender, status, source, *rest = values
    coverage, campaign, _, changed = rest or ("", "", "", "")
    try:
        opt_out = _choice(_STATUSES, status.lower(), "status")
        if coverage.lower() not in _COVERAGES:
            raise ValueError("coverage is none that there is")
        is_wide = coverage.lower() in ("company", "account")
        return Fact(
            number,
            EVERY_SENDER if is_wide or sender == EVERY_SENDER else read_number(sender),
            read_number(recipient),
            opt_out,
            _choice(_ALL_SOURCES, source.lower(), "source") if source else ConsentSource.ACCOUNT,
            parse_moment(changed) if changed else None,
            "",
            f"record of the platform: {status} by {source}" if changed and source else "",
            _read_campaign(campaign),
        )
    except (InvalidNumber, ValueError) as error:
        return BadLine(number, str(error))


def _read_campaign(text: str) -> Category | None:
    return _choice(CATEGORIES, text, "campaign type") if text else None


def _choice(choices: dict[str, T], text: str, name: str) -> T:
    if text not in choices:
        raise ValueError(f"{name} is none that there is")
    return choices[text]
