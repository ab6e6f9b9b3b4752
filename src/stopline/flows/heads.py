"""The heads of queues: what a claim takes of each, so that everybody has a share and no more than
their number may send."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from msgspec.structs import replace

from stopline.core.rates import Rate, parse_rate
from stopline.store.message_rows import QueuedMessage
from stopline.store.queues import DueQueue, Queue
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# One message in so many is left to what does not go first.
LEAST_PART = 8
_MICROS = 1_000


class SenderRates:
    """What each limited sender may send now, in segments. Counted in the claim's transaction, so
    it holds for all processes together."""

    def __init__(self, tx: Tx, owners: Mapping[str, Sender]) -> None:
        self._now_us = tx.now_ms * _MICROS
        self._rates: dict[str, Rate] = {
            number: parse_rate(owner.sending.rate)
            for number, owner in owners.items()
            if owner.sending.rate is not None
        }
        self._free_us = tx.carriers.take_rates(self._rates)
        self._left = {
            number: self._rates[number].allowance(free_us, self._now_us)
            for number, free_us in self._free_us.items()
        }

    def left(self, sender: str) -> int | None:
        """Segments that may go now; None: any number. None may while another claim counts."""
        return self._left.get(sender, 0) if sender in self._rates else None

    def take(self, sender: str, segments: int) -> None:
        """So many are about to go."""
        if sender in self._left:
            self._left[sender] -= segments

    def spend(self, tx: Tx, gone: Sequence[tuple[str, int]]) -> None:
        """Write down what goes: (sender, segments) of each message."""
        spent: dict[str, int] = {}
        for sender, segments in gone:
            if sender in self._free_us:
                spent[sender] = spent.get(sender, 0) + segments
        for sender, segments in spent.items():
            free_us = self._rates[sender].spend(self._free_us[sender], self._now_us, segments)
            self._free_us[sender] = free_us
        tx.carriers.set_rates({sender: self._free_us[sender] for sender in spent})

    def ready_ms(self, sender: str, now_ms: int) -> int:
        """When the next segment of a sender may go; at once where nobody limits it, or while
        another claim counts."""
        free_us = self._free_us.get(sender)
        if free_us is None:
            return now_ms
        ready_us = self._rates[sender].ready_us(free_us, self._now_us)
        return max(now_ms, -(-ready_us // _MICROS))


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a queue. `is_all`: nothing more of it is due."""

    due: DueQueue
    messages: Sequence[QueuedMessage]
    is_all: bool

    @property
    def queue(self) -> Queue:
        return self.due.queue


def take_heads(
    tx: Tx,
    due: Sequence[DueQueue],
    rates: SenderRates,
    limit: int,
    segments: int | None,
    count: Callable[[str], int] | None = None,
) -> list[Head]:
    """The heads of these queues, what goes first in front: at most `limit` messages together, and
    no message more once they have so many segments.

    What goes first may take all but a part of the room, so that the rest never stands still.
    """
    heads: list[Head] = []
    room = limit
    for _, group in groupby(due, key=lambda one: one.queue.priority):
        queues = list(group)
        is_last = queues[-1] is due[-1]
        left = room if is_last else room - room // LEAST_PART
        for place, one in enumerate(queues):
            if left <= 0 or (segments is not None and segments <= 0):
                break
            share = max(1, left // (len(queues) - place))
            head = _take(tx, one, rates, share, segments, count)
            heads.append(head)
            left -= len(head.messages)
            room -= len(head.messages)
            if segments is not None:
                segments -= sum(message.segment_count for message in head.messages)
    return heads


def _take(
    tx: Tx,
    one: DueQueue,
    rates: SenderRates,
    share: int,
    segments: int | None,
    count: Callable[[str], int] | None,
) -> Head:
    """At most `share` messages of a queue, as far as its sender and the carrier let it."""
    sender = one.queue.sender
    most = [left for left in (rates.left(sender), segments) if left is not None]
    if not most:
        messages = tx.queues.peek(one.queue, tx.now_ms, share)
        return Head(one, messages, len(messages) < share)
    if min(most) <= 0:
        return Head(one, (), is_all=False)
    wanted = min(share, *most)
    found = tx.queues.peek(one.queue, tx.now_ms, wanted)
    if count is not None:
        found = [_counted(message, count(message.body)) for message in found]
    messages = _within(found, min(most))
    rates.take(sender, sum(message.segment_count for message in messages))
    return Head(one, messages, len(messages) == len(found) < wanted)


def _counted(message: QueuedMessage, segments: int) -> QueuedMessage:
    """With so many segments, most often those that it has."""
    if message.segment_count == segments:
        return message
    return replace(message, segment_count=segments)


def _within(messages: Sequence[QueuedMessage], segments: int) -> list[QueuedMessage]:
    """The first of them, until these segments are used up."""
    taken: list[QueuedMessage] = []
    for message in messages:
        if segments <= 0:
            break
        taken.append(message)
        segments -= message.segment_count
    return taken


def note_served(tx: Tx, heads: Sequence[Head], rates: SenderRates) -> None:
    """When each of these queues has something to send again."""
    for head in heads:
        next_ms = tx.queues.find_next_due(head.queue) if head.is_all else tx.now_ms
        if next_ms is not None:
            next_ms = max(next_ms, rates.ready_ms(head.queue.sender, tx.now_ms))
        tx.served_queue(head.due, next_ms)
