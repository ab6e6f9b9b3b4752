"""One page out of many places, each read lazily in pieces that grow as they are needed."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from stopline.core.pages import Key, Page, PageAsk, Toward, cut_page

Row = TypeVar("Row")
# Gives at most so many rows beyond a key, nearest first.
Read = Callable[[Key, int], list[Row]]

# The first piece that is read of a place, at least; each further one is twice as large.
_FIRST_PIECE = 16


@dataclass(frozen=True, slots=True)
class Source(Generic[Row]):
    """One place. `keep` leaves out, piece by piece, what the list does not show."""

    read: Read[Row]
    keep: Callable[[list[Row]], list[Row]] = lambda rows: rows


def merge_page(
    ask: PageAsk, start: Key, sources: Sequence[Source[Row]], key_of: Callable[[Row], Key]
) -> Page[Row]:
    """The page of all places together."""
    wanted = ask.size + 1
    piece = max(_FIRST_PIECE, 2 * wanted // len(sources)) if len(sources) > 1 else wanted
    streams = [_read_on(one, start, min(piece, wanted), wanted, key_of) for one in sources]
    newest_first = ask.toward is Toward.FORWARD
    merged = heapq.merge(*streams, key=key_of, reverse=newest_first)
    return cut_page(ask, list(islice(merged, wanted)), key_of)


def _read_on(
    source: Source[Row], key: Key, piece: int, most: int, key_of: Callable[[Row], Key]
) -> Iterator[Row]:
    """The rows of one place beyond a key, read in growing pieces as they are needed."""
    while True:
        found = source.read(key, piece)
        yield from source.keep(found)
        if len(found) < piece:
            return
        key, piece = key_of(found[-1]), min(2 * piece, most)
