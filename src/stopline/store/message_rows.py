"""Messages as the store takes and gives them.

Structs of msgspec, not dataclasses: thousands are made a second, at a tenth of the cost.
"""

from dataclasses import dataclass

import msgspec

from stopline.core.messages import Direction, FailureCode, MessageStatus, Purpose
from stopline.store.database import Row


class StagedMessage(msgspec.Struct, frozen=True):
    """A message as a batch brings it. `body` None means the batch's text, `lane` None its lane,
    `due_ms` None at once."""

    id: int
    recipient: str
    status: MessageStatus
    failure: FailureCode | None
    body: str | None
    segment_count: int
    cost_micros: int
    generation: int
    lane: str | None = None
    due_ms: int | None = None


class Staging(msgspec.Struct, frozen=True):
    """What the messages of a batch have in common. `lane` is for those without one of their own;
    `expires_ms`: not sent any more from then on."""

    bucket: int
    account_id: int
    sender: str
    batch_id: int
    lane: str
    priority: int
    category: str | None = None
    expires_ms: int | None = None


class Reply(msgspec.Struct, frozen=True):
    """An automatic answer to an inbound text."""

    id: int
    account_id: int
    sender: str
    recipient: str
    purpose: Purpose
    body: str
    segment_count: int
    cost_micros: int
    generation: int
    expires_ms: int
    in_reply_to: int
    lane: str


class InboundMessage(msgspec.Struct, frozen=True):
    """A text from a handset: `recipient` is the person, as everywhere."""

    id: int
    account_id: int
    sender: str
    recipient: str
    body: str
    segment_count: int
    cost_micros: int
    carrier: str


class LaneTotal(msgspec.Struct, frozen=True):
    """What a batch has in one lane; `due_ms` is when the first of what is queued may go."""

    lane: str
    count: int
    queued: int
    due_ms: int | None


class QueuedMessage(msgspec.Struct, frozen=True):
    """A message that may be claimed. `generation` is what it was accepted under; `is_held`: it
    waits for a person's decision."""

    id: int
    account_id: int
    recipient: str
    body: str
    attempt: int
    purpose: Purpose
    expires_ms: int | None
    batch_id: int | None
    generation: int
    category: str | None
    segment_count: int
    is_held: bool


class Progress(msgspec.Struct, frozen=True):
    """A message on its way, as far as deciding its next step needs it."""

    id: int
    account_id: int
    sender: str
    recipient: str
    status: MessageStatus
    attempt: int
    batch_id: int | None
    cost_micros: int
    purpose: Purpose
    carrier_reference: str | None


class Advance(msgspec.Struct, frozen=True):
    """One message's next step."""

    id: int
    status: MessageStatus
    failure: FailureCode | None
    cost_micros: int
    reference: str | None
    due_ms: int


class Message(msgspec.Struct, frozen=True):
    """A message as it is shown."""

    id: int
    sender: str
    recipient: str
    direction: Direction
    purpose: Purpose
    status: MessageStatus
    failure: FailureCode | None
    body: str
    segment_count: int
    cost_micros: int
    batch_id: int | None
    created_ms: int
    updated_ms: int
    account_id: int


class ReplyCount(msgspec.Struct, frozen=True):
    """Automatic replies a pair got lately; times are 0 when there was none today."""

    day: int
    hour: int
    last_help_ms: int
    last_consent_ms: int


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """Which messages of an account: ids from `first_id` (inclusive) to `before_id` (not)."""

    account_id: int
    first_id: int
    before_id: int
    batch_id: int | None = None
    direction: Direction | None = None
    numbers: tuple[str, ...] = ()
    failure: FailureCode | None = None


# By number: an enum's own look-up takes longer than making the whole row.
_STATUSES = tuple(MessageStatus)
_PURPOSES = tuple(Purpose)
_DIRECTIONS = tuple(Direction)


def message_of(row: Row) -> Message:
    """A message from its row."""
    return Message(
        row[0],
        row[1],
        row[2],
        _DIRECTIONS[row[3]],
        _PURPOSES[row[4]],
        _STATUSES[row[5]],
        FailureCode(row[6]) if row[6] else None,
        *row[7:],
    )


def progress_of(row: Row) -> Progress:
    """How far a message is, from its row."""
    id_, account_id, sender, recipient, status, attempt, batch_id, cost, purpose, reference = row
    return Progress(
        id_,
        account_id,
        sender,
        recipient,
        _STATUSES[status],
        attempt,
        batch_id,
        cost,
        _PURPOSES[purpose],
        reference,
    )


def queued_of(row: Row) -> QueuedMessage:
    """A queued message from its row."""
    (id_, account_id, recipient, body, attempt, purpose, expires_ms, batch_id, generation,
     category, segment_count, is_held) = row  # fmt: skip
    return QueuedMessage(
        id_,
        account_id,
        recipient,
        body,
        attempt,
        _PURPOSES[purpose],
        expires_ms,
        batch_id,
        generation,
        category,
        segment_count,
        is_held == 1,
    )
