"""What is removed when its time is over. Consent, suppressions and the ledger never are."""

from dataclasses import astuple, dataclass

from stopline.core.ids import first_id_at
from stopline.store.tx import Tx

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
# Rows of one kind that one transaction deletes: a STOP waits for it a few milliseconds.
SLICE_ROWS = 500


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How long each kind is kept.

    Keys: the promise of Idempotency-Key. References: longer than carriers deliver again; those
    of consent words stay for ever. Early receipts: as long as a message waits for its receipt.
    Credits: longer than a carrier keeps a text it may bring again. Reports of carriers: three times
    as long as they count.
    """

    messages_ms: int = 90 * DAY_MS
    keys_ms: int = 7 * DAY_MS
    references_ms: int = 7 * DAY_MS
    early_receipts_ms: int = 72 * HOUR_MS
    credits_ms: int = 24 * HOUR_MS
    reports_ms: int = 90 * DAY_MS


@dataclass(frozen=True, slots=True)
class Retired:
    """How many rows of each kind one transaction deleted."""

    messages: int
    batches: int
    keys: int
    references: int
    early_receipts: int
    credits: int
    reviews: int
    reports: int

    @property
    def more(self) -> bool:
        """Whether some kind may have more."""
        return SLICE_ROWS in astuple(self)


def retire_bucket(
    tx: Tx, bucket: int, policy: RetentionPolicy, *, in_parts: bool = False
) -> Retired:
    """Delete a slice of what is past its time in one bucket. Messages that are not final stay."""
    now_ms = tx.now_ms
    before_id = first_id_at(now_ms - policy.messages_ms)
    return Retired(
        messages=0 if in_parts else tx.messages.purge(bucket, before_id, SLICE_ROWS),
        batches=tx.batches.purge(bucket, before_id, SLICE_ROWS),
        keys=tx.batches.purge_keys(bucket, now_ms - policy.keys_ms, SLICE_ROWS),
        references=tx.inbounds.purge_references(bucket, now_ms - policy.references_ms, SLICE_ROWS),
        early_receipts=tx.inbounds.purge_early_receipts(
            bucket, now_ms - policy.early_receipts_ms, SLICE_ROWS
        ),
        credits=tx.inbounds.purge_start_credits(bucket, now_ms - policy.credits_ms, SLICE_ROWS),
        reviews=tx.reviews.purge(bucket, before_id, SLICE_ROWS),
        reports=tx.network_reports.purge(bucket, now_ms - policy.reports_ms, SLICE_ROWS),
    )
