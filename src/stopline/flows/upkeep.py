"""What is due without anybody asking: one bounded transaction at a time."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.ids import BUCKET_COUNT, NODE_COUNT, first_id_at, id_time_ms
from stopline.core.messages import FailureCode, MessageStatus, Purpose
from stopline.flows.endings import EXPIRED, OVERDUE, end_messages
from stopline.flows.preparation import prepare_senders
from stopline.flows.progress import record_progress
from stopline.flows.queues import wake
from stopline.flows.start_copies import UNSURE_START_MS
from stopline.flows.submissions import moved_by
from stopline.store.message_rows import Advance
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

HOUR_MS = 3_600_000
# Longer than any carrier takes for an answer; a later one still counts.
ANSWER_WAIT_MS = 15 * 60_000
# What a request had staged when its process ended is no older than this: requests are cut off after
# two minutes, and the end is noticed within one.
STAGED_MS = 3 * 60_000
# Rows one transaction of upkeep touches, so that no STOP waits for it.
TIDY_ROWS = 1_000


def doubt_old_claims(
    tx: Tx, bucket: int, claimed_before_ms: int, nodes: Sequence[int] | None = None
) -> int:
    """Claims (of these nodes) without an answer since before a moment are uncertain, never "not
    sent"."""
    ids = tx.messages.list_claimed(bucket, claimed_before_ms, nodes, TIDY_ROWS)
    if ids:
        tx.messages.doubt(bucket, ids, tx.now_ms)
    return len(ids)


def sweep_staged(tx: Tx, bucket: int, nodes: Sequence[int], since_ms: int = 0) -> int:
    """Remove what requests without an answer had staged in processes that ended, none of them
    before `since_ms`. Where that is not known, all that is queued is gone through."""
    tx.batches.drop_open_keys(bucket, nodes)
    if since_ms:
        return tx.messages.sweep_staged_since(bucket, nodes, first_id_at(since_ms - STAGED_MS))
    newest_ms = id_time_ms(tx.messages.highest_id(bucket)) - STAGED_MS
    return tx.messages.sweep_staged(bucket, nodes, first_id_at(newest_ms))


@dataclass(frozen=True, slots=True)
class UncertainPolicy:
    """What becomes of uncertain messages after `wait_ms` without a receipt.

    `resend`: once more through the gate, then closed as unknown. Otherwise closed as unknown.
    """

    wait_ms: int
    resend: bool = True
    max_attempts: int = 2


@runs_as(Priority.SETTLE)
def review_uncertain(tx: Tx, bucket: int, policy: UncertainPolicy) -> int:
    """Queue uncertain messages once more, or close them as unknown. Returns how many."""
    found = tx.messages.list_uncertain(bucket, tx.now_ms - policy.wait_ms, TIDY_ROWS)
    if not found:
        return 0
    steps, moved, queued = [], [], []
    for message in tx.messages.progress(bucket, [row[0] for row in found]):
        again = (
            policy.resend
            and message.attempt < policy.max_attempts
            and message.purpose is Purpose.BULK
        )
        status = MessageStatus.QUEUED if again else MessageStatus.DELIVERY_FAILED
        if message.status is not MessageStatus.UNCERTAIN:
            continue
        failure = None if again else FailureCode.CARRIER_UNKNOWN
        step = Advance(message.id, status, failure, message.cost_micros, None, tx.now_ms)
        steps.append(step)
        if again:
            queued.append(message.id)
        else:
            moved.append(moved_by(message, step))
    tx.messages.advance(bucket, steps, tx.now_ms)
    record_progress(tx, bucket, moved)
    if queued:
        # The carrier may have them already, so no other is given them.
        tx.queues.pin(bucket, queued)
        wake(tx, bucket, queued)
    return len(steps)


@runs_as(Priority.SETTLE)
def close_overdue(tx: Tx, bucket: int, wait_ms: int) -> int:
    """Messages that never got a receipt fail with the code for it; a late one still counts."""
    ids = tx.messages.list_overdue_sent(bucket, tx.now_ms - wait_ms, TIDY_ROWS)
    return end_messages(tx, bucket, ids, OVERDUE)


@runs_as(Priority.SETTLE)
def expire_queued(tx: Tx, bucket: int) -> int:
    """What was not sent within its time is not sent any more, whether its carrier is down, paused
    or slow, or a person has not decided."""
    return end_messages(tx, bucket, tx.messages.list_expired(bucket, TIDY_ROWS, tx.now_ms), EXPIRED)


@dataclass(frozen=True, slots=True)
class UpkeepPolicy:
    """How long things wait. `receipt_wait_ms`: for a receipt, before the message is given up."""

    uncertain: UncertainPolicy
    receipt_wait_ms: int = 72 * HOUR_MS


ALL_NODES = tuple(range(NODE_COUNT))


def recover_start(tx: Tx, nodes: Sequence[int] = ALL_NODES, since_ms: int = 0) -> bool:
    """For processes that ended, none before `since_ms`: their claims become uncertain, their staged
    rows without a batch go, the carrier may bring their STARTs again. True when more is left for
    another transaction."""
    more = False
    for bucket in range(BUCKET_COUNT):
        more |= doubt_old_claims(tx, bucket, tx.now_ms, nodes) == TIDY_ROWS
        sweep_staged(tx, bucket, nodes, since_ms)
        # Their connections broke; an end is noticed within half of this time.
        tx.inbounds.doubt_starts(bucket, nodes, tx.now_ms - 2 * UNSURE_START_MS)
    return more


@runs_as(Priority.CLAIM)
def run_upkeep(tx: Tx, policy: UpkeepPolicy) -> bool:
    """One round over the buckets in use. True when a bucket has more than one round took."""
    if prepare_senders(tx):
        return True
    more = False
    for bucket in sorted({sender.bucket for sender in tx.senders.list_all()}):
        more |= doubt_old_claims(tx, bucket, tx.now_ms - ANSWER_WAIT_MS) == TIDY_ROWS
        more |= review_uncertain(tx, bucket, policy.uncertain) == TIDY_ROWS
        more |= expire_queued(tx, bucket) == TIDY_ROWS
        more |= close_overdue(tx, bucket, policy.receipt_wait_ms) == TIDY_ROWS
    return more
