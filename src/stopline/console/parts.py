"""What the console needs of the rest, handed to it by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from stopline.core.deliveries import Delivery, Webhook
from stopline.core.events import Event, EventKind
from stopline.core.subscriptions import Subscription
from stopline.flows.ports import Store
from stopline.flows.subscriptions import Owner


class Handsets(Protocol):
    """The simulated mobile world: people who text us."""

    async def text(self, person: str, sender: str, text: str) -> bool:
        """A person texts one of our numbers; true when it is stored for good."""
        ...


class Wire(Protocol):
    """The wire's side of subscriptions."""

    def request_of(self, delivery: Delivery, subscription: Subscription, now_ms: int) -> Webhook:
        """The request of an attempt made at that time, with the client's own token in it."""
        ...

    def token_of(self, subscription: Subscription) -> tuple[str, str] | None:
        """The header in which the client's own token comes, and the token."""
        ...

    def receiver_address(self, path: str) -> str:
        """A path of this server as others reach it."""
        ...

    async def subscribe(self, owner: Owner, address: str) -> Subscription:
        """Ask the address whether it wants events, and subscribe it to all of them for a day.

        Raises InvalidField, LimitReached.
        """
        ...


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """`handsets` is None without the simulated carrier; `render_event` gives the body that an
    application gets; `is_stopping` tells streams that the server wants to end."""

    store: Store
    clock_ms: Callable[[], int]
    render_event: Callable[[EventKind, Event], dict[str, Any]]
    wire: Wire
    handsets: Handsets | None
    price_micros: int
    is_secure: bool
    is_stopping: Callable[[], bool]
