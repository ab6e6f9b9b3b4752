"""Which carrier takes a message.

A lane is a way to go. It is chosen when a message is accepted and written beside it:

    north           one carrier: the sender's own
    canada/north    a route of the settings, and the carrier that is first there for this person
    =north          one carrier and no other: it may have the message already

What waits in a lane is taken by the first of the lane's carriers that works.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from stopline.core.numbers import country_of

# Smaller goes first. Each has queues of its own.
REPLY_PRIORITY = 0
SINGLE_PRIORITY = 3
BULK_PRIORITY = 5

_PINNED = "="
_OF = "/"


@dataclass(frozen=True, slots=True)
class Route:
    """Messages that go one way: each condition that is set has to hold.

    `carriers` with their weights, in the order in which they step in for one another; weight 0
    takes only what the others can not. `senders` and `recipients` are E.164 numbers or their first
    digits, `countries` are the recipients' (ISO 3166).
    """

    name: str
    carriers: tuple[tuple[str, int], ...]
    accounts: frozenset[int] = frozenset()
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    countries: frozenset[str] = frozenset()

    def takes_from(self, account_id: int, sender: str) -> bool:
        """Whether messages of this sender may go this way."""
        return (not self.accounts or account_id in self.accounts) and (
            not self.senders or sender.startswith(self.senders)
        )

    def takes_to(self, recipient: str) -> bool:
        """Whether messages to this person may go this way."""
        return (not self.recipients or recipient.startswith(self.recipients)) and (
            not self.countries or country_of(recipient) in self.countries
        )

    def first_for(self, recipient: str) -> str:
        """The carrier that is first for this person: always the same, by the weights in all."""
        place = crc32(recipient.encode()) % sum(weight for _, weight in self.carriers)
        for name, weight in self.carriers:
            if place < weight:
                return name
            place -= weight
        raise AssertionError("a place below the sum of weights has a carrier")

    def order_from(self, first: str) -> tuple[str, ...]:
        """Who takes the messages of this carrier: itself, then the others as they are written."""
        names = [name for name, _ in self.carriers]
        return (first, *(name for name in names if name != first)) if first in names else ()


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of one sender: the routes that may apply, and its own carrier for the rest."""

    routes: tuple[Route, ...]
    own: str

    def lane(self, recipient: str) -> str:
        """The lane of a message to this person."""
        for route in self.routes:
            if route.takes_to(recipient):
                return f"{route.name}{_OF}{route.first_for(recipient)}"
        return self.own


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """Every route, the first that fits decides."""

    routes: tuple[Route, ...] = ()

    def ways(self, account_id: int, sender: str, own_carrier: str) -> Ways:
        """The ways of one sender."""
        fitting = tuple(route for route in self.routes if route.takes_from(account_id, sender))
        return Ways(fitting, own_carrier)

    def carriers_of(self, lane: str) -> tuple[str, ...]:
        """Who may take what is in a lane, the first that works; none when its route is gone."""
        name, _, first = lane.rpartition(_OF)
        if not name:
            return (first.removeprefix(_PINNED),)
        return next((r.order_from(first) for r in self.routes if r.name == name), ())

    def lanes(self, carriers: Iterable[str]) -> list[str]:
        """Every lane there can be with these carriers."""
        own = [lane for name in carriers for lane in (name, pinned_lane(name))]
        return own + [f"{r.name}{_OF}{name}" for r in self.routes for name, _ in r.carriers]

    def served_by(
        self, carrier: str, carriers: Collection[str], is_up: Callable[[str], bool]
    ) -> tuple[str, ...]:
        """The lanes that a carrier takes messages of while these are up: those where it is the
        first that works."""
        return tuple(
            lane
            for lane in self.lanes(carriers)
            if _is_first(carrier, self.carriers_of(lane), is_up)
        )


NO_ROUTES = RoutingTable()


def _is_first(carrier: str, order: Sequence[str], is_up: Callable[[str], bool]) -> bool:
    if carrier not in order:
        return False
    return not any(is_up(before) for before in order[: order.index(carrier)])


def first_carrier(lane: str) -> str:
    """The carrier that a lane names."""
    return lane.rpartition(_OF)[2].removeprefix(_PINNED)


def pinned_lane(carrier: str) -> str:
    """The lane of messages that this carrier may have already: no other is given them."""
    return _PINNED + carrier


def is_pinned(lane: str) -> bool:
    """Whether the lane's messages are for one carrier only."""
    return lane.startswith(_PINNED)
