"""Paging by keyset: what a caller asks for, and how a run of rows becomes a page.

A key is the sort key of a row. A page is everything after a key (forward) or before it
(backward); no key means from the start. Ask the store for `size + 1` rows: the extra one says
that there is more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

Row = TypeVar("Row")
Key = tuple[int | str, ...]


class Toward(Enum):
    """Which way to read from the key."""

    FORWARD = "T"
    BACKWARD = "B"


@dataclass(frozen=True, slots=True)
class PageAsk:
    """One page of at most `size` rows on one side of `key`."""

    size: int
    key: Key = ()
    toward: Toward = Toward.FORWARD


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in list order; the keys are set where another page exists on that side."""

    rows: list[Row]
    next_key: Key | None = None
    previous_key: Key | None = None


def cut_page(ask: PageAsk, found: Sequence[Row], key_of: Callable[[Row], Key]) -> Page[Row]:
    """The page made of up to `size + 1` rows, nearest to the key first (so reversed backward)."""
    more = len(found) > ask.size
    rows = list(found[: ask.size])
    forward = ask.toward is Toward.FORWARD
    if not forward:
        rows.reverse()
    if not rows:
        return Page([])
    return Page(
        rows,
        next_key=key_of(rows[-1]) if more or not forward else None,
        previous_key=key_of(rows[0]) if (more if not forward else ask.key) else None,
    )
