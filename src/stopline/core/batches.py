"""Which messages of a request are accepted, and what each costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stopline.core.numbers import parse_numbers
from stopline.core.text import clean_text, count_segments

# Rows of one staging transaction: a STOP that comes meanwhile waits for one slice at most.
SLICE_ROWS = 1_000


# Tuples, because a request makes 10,000 of each: they take a third of a frozen dataclass's time.
class RequestedMessage(NamedTuple):
    """One entry as the caller gave it; `body` None means the batch's text."""

    recipient: str
    body: str | None


class PlannedMessage(NamedTuple):
    """One entry that is accepted."""

    recipient: str
    body: str | None
    segment_count: int


@dataclass(frozen=True, slots=True)
class RejectedMessage:
    """One entry whose recipient is no phone number; `index` counts from 0."""

    index: int
    recipient: str


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What becomes of a request: the texts are clean, the numbers E.164."""

    body: str | None
    accepted: tuple[PlannedMessage, ...]
    rejected: tuple[RejectedMessage, ...]

    def slices(self) -> list[Sequence[PlannedMessage]]:
        """The accepted messages in pieces of at most SLICE_ROWS."""
        return [
            self.accepted[start : start + SLICE_ROWS]
            for start in range(0, len(self.accepted), SLICE_ROWS)
        ]


def plan_batch(body: str | None, messages: Sequence[RequestedMessage], country: str) -> BatchPlan:
    """Sort a request's entries into accepted and rejected, and count their segments."""
    batch_body = None if body is None else clean_text(body)
    batch_segments = count_segments(batch_body) if batch_body else 1
    accepted: list[PlannedMessage] = []
    rejected: list[RejectedMessage] = []
    numbers = parse_numbers([message.recipient for message in messages], country)
    for index, (message, number) in enumerate(zip(messages, numbers, strict=True)):
        if number is None:
            rejected.append(RejectedMessage(index, message.recipient))
        elif message.body is None or message.body == body:
            accepted.append(PlannedMessage(number, None, batch_segments))
        else:
            own = clean_text(message.body)
            accepted.append(PlannedMessage(number, own, count_segments(own)))
    return BatchPlan(batch_body, tuple(accepted), tuple(rejected))
