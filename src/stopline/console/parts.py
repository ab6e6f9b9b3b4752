"""What the console needs of the rest, handed to it by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from stopline.core.events import Event, EventKind
from stopline.flows.ports import Store


class Handsets(Protocol):
    """The simulated mobile world: people who text us."""

    async def text(self, person: str, sender: str, text: str) -> bool:
        """A person texts one of our numbers; true when it is stored for good."""
        ...


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """`handsets` is None without the simulated carrier; `render_event` gives the body that an
    application gets; `is_stopping` tells streams that the server wants to end."""

    store: Store
    clock_ms: Callable[[], int]
    render_event: Callable[[EventKind, Event], dict[str, Any]]
    handsets: Handsets | None
    price_micros: int
    is_secure: bool
    is_stopping: Callable[[], bool]
