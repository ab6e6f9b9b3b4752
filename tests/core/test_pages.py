"""Paging by keyset: every row once, whatever the size, there and back."""

from hypothesis import given
from hypothesis import strategies as st

from stopline.core.pages import Page, PageAsk, Toward, cut_page


def read(rows: list[int], ask: PageAsk) -> Page[int]:
    """A list as a store would answer: nearest to the key first, one more than asked."""
    if ask.toward is Toward.FORWARD:
        found = [row for row in rows if not ask.key or row > int(ask.key[0])]
    else:
        found = [row for row in reversed(rows) if row < int(ask.key[0])]
    return cut_page(ask, found[: ask.size + 1], lambda row: (row,))


def walk(rows: list[int], ask: PageAsk) -> list[Page[int]]:
    pages = []
    while True:
        page = read(rows, ask)
        pages.append(page)
        forward = ask.toward is Toward.FORWARD
        key = page.next_key if forward else page.previous_key
        if key is None:
            return pages
        ask = PageAsk(ask.size, key, ask.toward)


ROWS = st.lists(st.integers(0, 1000), unique=True, max_size=40).map(sorted)


@given(ROWS, st.integers(1, 12))
def test_forward_shows_every_row_once(rows: list[int], size: int) -> None:
    """In order, full pages but the last, and no page after the last row."""
    pages = walk(rows, PageAsk(size))
    assert [row for page in pages for row in page.rows] == rows
    assert all(len(page.rows) == size for page in pages[:-1])
    assert len(pages) == max(1, -(-len(rows) // size))


@given(ROWS.filter(bool), st.integers(1, 12))
def test_backward_shows_every_row_before_the_last_page(rows: list[int], size: int) -> None:
    """The way back from the last page, in list order within each page."""
    last = walk(rows, PageAsk(size))[-1]
    if last.previous_key is None:
        assert last.rows == rows
        return
    pages = walk(rows, PageAsk(size, last.previous_key, Toward.BACKWARD))
    shown = [row for page in reversed(pages) for row in page.rows]
    assert shown == rows[: len(rows) - len(last.rows)]
    assert all(page.next_key is not None for page in pages)
