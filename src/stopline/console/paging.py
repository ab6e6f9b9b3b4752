"""Pages of lists that are read by keyset: `before` and `after` an id, in the address."""

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from stopline.console.visits import Visit, read_id
from stopline.core.pages import Page, PageAsk, Toward

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Addresses of the pages on both sides; empty where there is none."""

    newer: str
    older: str


def read_ask(visit: Visit, size: int) -> PageAsk:
    """The page that the address asks for. Raises NotFound for an id that is none."""
    before, after = visit.query.get("before"), visit.query.get("after")
    if after:
        return PageAsk(size, (read_id(after, "after"),), Toward.BACKWARD)
    if before:
        return PageAsk(size, (read_id(before, "before"),))
    return PageAsk(size)


def page_links(visit: Visit, page: Page[Row]) -> PageLinks:
    """The ways on."""
    kept = {name: v for name, v in visit.query.items() if v and name not in ("before", "after")}

    def link(name: str, key: "tuple[int | str, ...] | None") -> str:
        return "" if key is None else f"?{urlencode({**kept, name: key[0]})}"

    return PageLinks(link("after", page.previous_key), link("before", page.next_key))
