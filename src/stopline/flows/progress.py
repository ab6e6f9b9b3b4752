"""What follows when messages go on: their batches count, applications are told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from stopline.core.events import BatchChanged, Event, EventKind, MessageChanged
from stopline.core.messages import FailureCode, MessageStatus
from stopline.flows.notify import announce, is_wanted
from stopline.store.batches import Batch
from stopline.store.message_rows import Message
from stopline.store.tx import Tx


class Moved(msgspec.Struct, frozen=True):
    """One message whose status changed in this transaction.

    `left_queue`: it was queued, claimed or uncertain before. `announced`: its new status is one
    that applications are told about.
    """

    id: int
    account_id: int
    batch_id: int | None
    left_queue: bool
    cost_micros: int
    announced: bool
    status: MessageStatus
    failure: FailureCode | None = None


def message_event(message: Message) -> MessageChanged:
    """What is told of a message."""
    return MessageChanged(
        message_id=message.id,
        batch_id=message.batch_id,
        sender=message.sender,
        recipient=message.recipient,
        direction=message.direction,
        text=message.body,
        status=message.status,
        failure=message.failure,
        segment_count=message.segment_count,
        cost_micros=message.cost_micros,
        created_ms=message.created_ms,
        updated_ms=message.updated_ms,
    )


def batch_event(batch: Batch) -> BatchChanged:
    """What is told of a batch."""
    return BatchChanged(
        batch_id=batch.id,
        sender=batch.sender,
        batch_size=batch.batch_size,
        processed_count=batch.processed_count,
        is_completed=batch.completed,
        cost_micros=batch.cost_micros,
        created_ms=batch.created_ms,
        updated_ms=batch.updated_ms,
    )


def record_progress(tx: Tx, bucket: int, moved: Sequence[Moved]) -> None:
    """Count what left the queue in its batches and announce what changed."""
    tx.tallies.messages.update((m.account_id, m.status, m.failure) for m in moved)
    _announce_messages(tx, bucket, [m for m in moved if m.announced])
    _count_in_batches(tx, bucket, [m for m in moved if m.left_queue and m.batch_id is not None])


def _announce_messages(tx: Tx, bucket: int, moved: Iterable[Moved]) -> None:
    by_account: dict[int, list[int]] = defaultdict(list)
    for message in moved:
        by_account[message.account_id].append(message.id)
    for account_id, ids in by_account.items():
        announce_messages(tx, bucket, account_id, ids)


def announce_messages(tx: Tx, bucket: int, account_id: int, ids: Sequence[int]) -> None:
    """Announce messages of one account as they are now, if anybody listens."""
    if is_wanted(tx, account_id, EventKind.MESSAGE):
        messages = tx.messages.read_many(bucket, ids)
        announce(tx, account_id, bucket, [message_event(m) for m in messages])


def _count_in_batches(tx: Tx, bucket: int, moved: Sequence[Moved]) -> None:
    left: dict[int, int] = defaultdict(int)
    cost: dict[int, int] = defaultdict(int)
    for message in moved:
        if message.batch_id is not None:
            left[message.batch_id] += 1
            cost[message.batch_id] += message.cost_micros
    if not left:
        return
    changes = [(batch_id, left[batch_id], cost[batch_id]) for batch_id in sorted(left)]
    after = tx.batches.progress(bucket, changes, tx.now_ms)
    if len(after) < len(changes):
        after += _count_in_staged(tx, bucket, changes, {batch_id for batch_id, _, _ in after})
    announce_completed(tx, bucket, [batch_id for batch_id, _, pending in after if pending == 0])


def batch_name(batch_id: int) -> str:
    """What is held while a batch is accepted, and while messages leave one that is not yet."""
    return f"batch {batch_id}"


def _count_in_staged(
    tx: Tx, bucket: int, changes: Sequence[tuple[int, int, int]], counted: set[int]
) -> list[tuple[int, int, int]]:
    """A batch whose row was not there is staged, or is just being accepted: either it counts this
    transaction's messages itself, or its row is there once it is accepted."""
    missing = [change for change in changes if change[0] not in counted]
    for batch_id, _, _ in missing:
        tx.hold(batch_name(batch_id))
    return tx.batches.progress(bucket, missing, tx.now_ms)


def announce_completed(tx: Tx, bucket: int, batch_ids: Sequence[int]) -> None:
    """Announce batches of which nothing is left in the queue."""
    if not batch_ids:
        return
    events: dict[int, list[Event]] = defaultdict(list)
    for batch in tx.batches.read_many(bucket, batch_ids):
        events[batch.account_id].append(batch_event(batch))
    for account_id, its_events in events.items():
        announce(tx, account_id, bucket, its_events)
