"""Paging by page number, as only the lists of phone numbers do it."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

Record = TypeVar("Record")


class NumberPaging(msgspec.Struct, rename="camel"):
    """Which page this is; `pageStart` and `pageEnd` count records from 0."""

    page: int
    per_page: int
    page_start: int
    page_end: int
    total_pages: int
    total_elements: int


class PageLink(msgspec.Struct):
    """Where a page is."""

    uri: str


class Navigation(msgspec.Struct, rename="camel", omit_defaults=True):
    """Links to other pages; absent where there is none."""

    first_page: PageLink
    next_page: PageLink | None = None
    previous_page: PageLink | None = None
    last_page: PageLink | None = None


def cut_numbers(
    records: Sequence[Record], page: int, per_page: int
) -> tuple[list[Record], NumberPaging]:
    """The records of one page; a page past the end is empty."""
    start = (page - 1) * per_page
    shown = list(records[start : start + per_page])
    total_pages = max(1, -(-len(records) // per_page))
    end = start + max(0, len(shown) - 1)
    return shown, NumberPaging(page, per_page, start, end, total_pages, len(records))


def navigation(uri: str, paging: NumberPaging) -> Navigation:
    """The links beside a page."""

    def link(page: int) -> PageLink:
        return PageLink(f"{uri}?page={page}&perPage={paging.per_page}")

    return Navigation(
        first_page=link(1),
        next_page=link(paging.page + 1) if paging.page < paging.total_pages else None,
        previous_page=link(paging.page - 1) if paging.page > 1 else None,
        last_page=link(paging.total_pages),
    )
