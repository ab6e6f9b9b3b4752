"""What Stopline tells applications about, and who wants to hear it.

A fact raises at most one event for each kind of body a subscription asked for. Events of one
subject are delivered in order; events of different subjects are independent of each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import msgspec

from stopline.core.messages import Direction, FailureCode, MessageStatus


class EventKind(IntEnum):
    """What an event's body is about. The numbers are what the store keeps.

    OPT_OUT and CONSENT report the same fact in two forms: OPT_OUT denials alone (opt-ins by a
    switch of the account), CONSENT every change with its source.
    """

    OPT_OUT = 0
    CONSENT = 1
    MESSAGE = 2
    BATCH = 3
    REMINDER = 4
    REVIEW = 5
    SPENDING = 6


# Given up first when an endpoint stays away: their facts can be read again, those of reviews from
# the queue of reviews, the others from the messages.
REPLAYABLE_KINDS = frozenset(
    {EventKind.MESSAGE, EventKind.BATCH, EventKind.REMINDER, EventKind.REVIEW}
)

# What a message's change of status raises an event for.
ANNOUNCED_STATUSES = frozenset(
    {
        MessageStatus.SENT,
        MessageStatus.DELIVERED,
        MessageStatus.DELIVERY_FAILED,
        MessageStatus.SENDING_FAILED,
    }
)


class ConsentChanged(msgspec.Struct, frozen=True, gc=False):
    """A pair's consent is another one now, in all or for a kind of campaign. `source` and
    `category` are the values of a ConsentSource and a Category."""

    sender: str
    recipient: str
    is_opted_out: bool
    source: str
    changed_ms: int
    category: str | None = None


class MessageChanged(msgspec.Struct, frozen=True):
    """A message as it is after a change of its status, or an inbound one as it was stored.

    `sender` is our number and `recipient` the person, in both directions.
    """

    message_id: int
    batch_id: int | None
    sender: str
    recipient: str
    direction: Direction
    text: str
    status: MessageStatus
    failure: FailureCode | None
    segment_count: int
    cost_micros: int
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class BatchChanged:
    """A batch as it is after it was accepted or completed."""

    batch_id: int
    sender: str
    batch_size: int
    processed_count: int
    is_completed: bool
    cost_micros: int
    created_ms: int
    updated_ms: int


@dataclass(frozen=True, slots=True)
class SubscriptionExpires:
    """A subscription comes to its end unless somebody renews it."""

    subscription_id: int
    expires_ms: int
    remaining_s: int


@dataclass(frozen=True, slots=True)
class ReviewChanged:
    """A text that may ask for something was marked, held or obeyed, or somebody decided on it.

    `review_id` is its message's. `state` is a ReviewState's name in lower case, `asks` the value of
    a KeywordClass, `read_by` layer and rule, `actor` who decided.
    """

    review_id: int
    sender: str
    recipient: str
    state: str
    asks: str
    read_by: str
    score: float
    rule_set: str
    received_ms: int
    changed_ms: int
    actor: str


@dataclass(frozen=True, slots=True)
class SpendingStopped:
    """An account came to its daily cap: what it sends beyond is refused until the day ends.

    `day` counts days since 1970 in UTC; amounts are millionths of the price's currency.
    """

    account_id: int
    day: int
    cap_micros: int
    spent_micros: int
    stopped_ms: int


Event = (
    ConsentChanged
    | MessageChanged
    | BatchChanged
    | SubscriptionExpires
    | ReviewChanged
    | SpendingStopped
)

_KINDS: dict[type[Event], frozenset[EventKind]] = {
    ConsentChanged: frozenset({EventKind.OPT_OUT, EventKind.CONSENT}),
    MessageChanged: frozenset({EventKind.MESSAGE}),
    BatchChanged: frozenset({EventKind.BATCH}),
    SubscriptionExpires: frozenset({EventKind.REMINDER}),
    ReviewChanged: frozenset({EventKind.REVIEW}),
    SpendingStopped: frozenset({EventKind.SPENDING}),
}


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a subscriber asks for: a kind, and conditions that must all hold.

    None means any. Conditions that a kind does not have (a batch's recipient) are not looked at.
    """

    kind: EventKind
    sender: str | None = None
    recipient: str | None = None
    direction: Direction | None = None
    batch_id: int | None = None
    statuses: tuple[MessageStatus, ...] | None = None
    review_states: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """One thing a subscriber asked for in words of its own, met by any of its filters."""

    label: str
    filters: tuple[EventFilter, ...]


def message_subject(message_id: int) -> str:
    """The subject of a message's events."""
    return f"m{message_id}"


def recipient_ending(recipient: str) -> str:
    """What the subject of every event about this person's consent ends with."""
    return f":{recipient}"


def event_subject(event: Event) -> str:
    """What events are kept in order for: the pair, the message, the batch, the subscription."""
    if isinstance(event, ConsentChanged):
        return f"{event.sender}{recipient_ending(event.recipient)}"
    if isinstance(event, ReviewChanged):
        # Of its own, so that no consent event waits behind a review.
        return f"r{event.sender}{recipient_ending(event.recipient)}"
    if isinstance(event, MessageChanged):
        return message_subject(event.message_id)
    if isinstance(event, BatchChanged):
        return f"b{event.batch_id}"
    if isinstance(event, SpendingStopped):
        return f"spending {event.day}"
    return f"s{event.subscription_id}"


def matches(event: Event, wanted: EventFilter, *, opt_ins_wanted: bool = True) -> bool:
    """Whether an event meets a filter.

    `opt_ins_wanted` is the account's switch for opt-ins in the OPT_OUT form.
    """
    if wanted.kind not in _KINDS[type(event)]:
        return False
    if isinstance(event, MessageChanged):
        return _matches_message(event, wanted)
    if isinstance(event, ConsentChanged):
        return _is_told(event, wanted.kind, opt_ins_wanted) and _matches_pair(event, wanted)
    if isinstance(event, ReviewChanged):
        states = wanted.review_states
        return (states is None or event.state in states) and _matches_pair(event, wanted)
    if isinstance(event, BatchChanged):
        return _is_met(wanted.sender, event.sender) and _is_met(wanted.batch_id, event.batch_id)
    return True


def wanted_events(
    event: Event, interests: Sequence[Interest], *, opt_ins_wanted: bool
) -> list[tuple[EventKind, str]]:
    """The kinds in which a subscriber hears of an event, each with the label that asked first.

    Interests that overlap do not make a subscriber hear the same thing twice.
    """
    found: dict[EventKind, str] = {}
    for interest in interests:
        for wanted in interest.filters:
            if wanted.kind not in found and matches(event, wanted, opt_ins_wanted=opt_ins_wanted):
                found[wanted.kind] = interest.label
    return list(found.items())


def _matches_message(event: MessageChanged, wanted: EventFilter) -> bool:
    return (
        _is_met(wanted.direction, event.direction)
        and _is_met(wanted.sender, event.sender)
        and _is_met(wanted.recipient, event.recipient)
        and _is_met(wanted.batch_id, event.batch_id)
        and (wanted.statuses is None or event.status in wanted.statuses)
    )


def _is_told(event: ConsentChanged, kind: EventKind, opt_ins_wanted: bool) -> bool:
    """The OPT_OUT form knows pairs alone, and opt-ins only where they are wanted."""
    if kind is not EventKind.OPT_OUT:
        return True
    return event.category is None and (event.is_opted_out or opt_ins_wanted)


def _matches_pair(event: ConsentChanged | ReviewChanged, wanted: EventFilter) -> bool:
    return _is_met(wanted.sender, event.sender) and _is_met(wanted.recipient, event.recipient)


def _is_met(condition: object, value: object) -> bool:
    return condition is None or condition == value
