"""What is due without anybody asking: one bounded transaction at a time."""

from dataclasses import dataclass

from stopline.core.ids import BUCKET_COUNT
from stopline.flows.outbound import (
    TIDY_ROWS,
    UncertainPolicy,
    close_overdue,
    recover_claims,
    review_uncertain,
    sweep_staged,
)
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class UpkeepPolicy:
    """How long things wait. `receipt_wait_ms`: for a receipt, before the message is given up."""

    uncertain: UncertainPolicy
    receipt_wait_ms: int = 72 * HOUR_MS


def recover_start(tx: Tx) -> bool:
    """At start, before anything is sent: claims of an earlier run become uncertain, staged rows
    without a batch go. True when more is left for another transaction."""
    more = False
    for bucket in range(BUCKET_COUNT):
        more |= recover_claims(tx, bucket) == TIDY_ROWS
        sweep_staged(tx, bucket)
    return more


@runs_as(Priority.CLAIM)
def run_upkeep(tx: Tx, policy: UpkeepPolicy) -> bool:
    """One round over the buckets in use. True when a bucket has more than one round took."""
    more = False
    for bucket in sorted({sender.bucket for sender in tx.senders.list_all()}):
        more |= review_uncertain(tx, bucket, policy.uncertain) == TIDY_ROWS
        more |= close_overdue(tx, bucket, policy.receipt_wait_ms) == TIDY_ROWS
    return more
