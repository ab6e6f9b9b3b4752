"""Messages that end because something did not come, or came too late."""

from collections.abc import Collection
from dataclasses import dataclass

from stopline.core.messages import FailureCode, MessageStatus
from stopline.flows.progress import record_progress
from stopline.flows.submissions import moved_by
from stopline.store.message_rows import Advance
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Ending:
    """How a message ends that is `at` a status still."""

    at: MessageStatus
    status: MessageStatus
    failure: FailureCode


OVERDUE = Ending(MessageStatus.SENT, MessageStatus.DELIVERY_FAILED, FailureCode.NO_RECEIPT)
# It waits, and may have been sent all the same.
UNKNOWN = Ending(MessageStatus.QUEUED, MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_UNKNOWN)
# It waits and was certainly not sent.
EXPIRED = Ending(MessageStatus.QUEUED, MessageStatus.SENDING_FAILED, FailureCode.CARRIER_EXPIRED)


def end_messages(tx: Tx, bucket: int, ids: Collection[int], ending: Ending) -> int:
    """End those of these that are where the ending says; returns how many."""
    steps, moved = [], []
    for message in tx.messages.progress(bucket, ids) if ids else []:
        if message.status is ending.at:
            cost = 0 if ending.status is MessageStatus.SENDING_FAILED else message.cost_micros
            step = Advance(message.id, ending.status, ending.failure, cost, None, tx.now_ms)
            steps.append(step)
            moved.append(moved_by(message, step))
    if steps:
        tx.messages.advance(bucket, steps, tx.now_ms)
        record_progress(tx, bucket, moved)
    return len(steps)
