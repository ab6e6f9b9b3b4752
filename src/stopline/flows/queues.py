"""Queues of messages: waking those that have something to send."""

from collections.abc import Iterable

from stopline.store.tx import Tx


def wake(tx: Tx, bucket: int, message_ids: Iterable[int]) -> None:
    """The queues that these messages wait in have something to send from when they are due."""
    for queue, due_ms in tx.queues.queues_of(bucket, message_ids):
        tx.wake_queue(queue, due_ms)
