"""The body of a batch request: its bounds, and the plan that is made of it."""

from typing import Annotated

import msgspec

from stopline.core.batches import BatchPlan, RequestedMessage, plan_batch
from stopline.core.errors import InvalidNumber
from stopline.core.messages import FailureCode
from stopline.core.numbers import parse_number
from stopline.ringcentral.errors import bad_parameter
from stopline.ringcentral.failure_codes import WIRE_FAILURES

MAX_MESSAGES = 10_000
MAX_TEXT_CHARS = 1_000
# An invalid recipient is given back as it came, so it must not be a book; a number has 15 digits.
MAX_ADDRESS_CHARS = 100

Address = Annotated[str, msgspec.Meta(max_length=MAX_ADDRESS_CHARS)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT_CHARS)]


class BatchMessage(msgspec.Struct):
    """One message: exactly one recipient; its own text, or that of the batch."""

    to: Annotated[list[Address], msgspec.Meta(min_length=1, max_length=1)] | Address
    text: Text | None = None


class BatchWish(msgspec.Struct):
    """Many messages of one sender."""

    sender: Address = msgspec.field(name="from")
    messages: Annotated[list[BatchMessage], msgspec.Meta(min_length=1, max_length=MAX_MESSAGES)]
    text: Text | None = None


class RejectedEntry(msgspec.Struct, rename="camel"):
    """A message that was not accepted; `index` counts from 1."""

    index: int
    to: list[str]
    error_code: str
    description: str


def read_sender(wish: BatchWish, country: str) -> str:
    """The sender's E.164 number. Raises WireError 400."""
    try:
        return parse_number(wish.sender, country)
    except InvalidNumber as error:
        raise bad_parameter("from") from error


def plan_wish(wish: BatchWish, country: str) -> BatchPlan:
    """Who is accepted, and who is not. Raises WireError 400 for a message without any text."""
    text = wish.text or None
    messages = [_requested(message) for message in wish.messages]
    if text is None and any(message.body is None for message in messages):
        raise bad_parameter("text")
    return plan_batch(text, messages, country)


def _requested(message: BatchMessage) -> RequestedMessage:
    to = message.to
    return RequestedMessage(to if isinstance(to, str) else to[0], message.text or None)


def render_rejected(plan: BatchPlan) -> list[RejectedEntry]:
    """The entries that were not accepted."""
    reason = WIRE_FAILURES[FailureCode.INVALID_RECIPIENT]
    return [
        RejectedEntry(entry.index + 1, [entry.recipient], reason.code, reason.description)
        for entry in plan.rejected
    ]
