"""What carriers brought: copies, receipts before their time, texts for nobody."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.messages import FailureCode, MessageStatus
from stopline.store.database import Database, column, rows


@dataclass(frozen=True, slots=True)
class EarlyReceipt:
    """A receipt that came before the answer that names its message."""

    carrier: str
    reference: str
    received_ms: int
    sequence: int
    status: MessageStatus
    failure: FailureCode | None
    raw: str


@dataclass(frozen=True, slots=True)
class QuarantinedText:
    """An inbound text for a number that is not ours. `raw_text` is hexadecimal."""

    id: int
    carrier: str
    source: str
    destination: str
    raw_text: str
    reference: str | None
    received_ms: int


class Inbounds:
    """Statements on what came in. Each names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def find_references(
        self, bucket: int, carrier: str, references: Sequence[str]
    ) -> dict[str, int]:
        """Message ids of texts the carrier delivered before, by its reference."""
        found = self._db.all(
            "find_inbound_references",
            bucket=bucket,
            carrier=carrier,
            references=column(references),
        )
        return {row[0]: row[1] for row in found}

    def add_references(self, bucket: int, items: Sequence[tuple[str, str, int, int, int]]) -> None:
        """Remember (carrier, reference, message id, is a consent word, received ms)."""
        self._db.run("add_inbound_references", bucket=bucket, items=rows(items))

    def erase_references(self, bucket: int, message_ids: Sequence[int]) -> int:
        """Forget references of ordinary texts."""
        ids = column(message_ids)
        return self._db.run("erase_inbound_references", bucket=bucket, ids=ids)

    def erase_credits(self, bucket: int, recipient: str) -> int:
        """Forget a person's credits."""
        return self._db.run("erase_start_credits", bucket=bucket, recipient=recipient)

    def list_quarantine(self, bucket: int, after: int, limit: int) -> list[tuple[int, str]]:
        """(id, source as the carrier spelled it) after an id."""
        found = self._db.all("list_quarantine", bucket=bucket, after=after, limit=limit)
        return [(row[0], row[1]) for row in found]

    def delete_quarantine(self, bucket: int, ids: Sequence[int]) -> None:
        """Delete texts."""
        self._db.run("delete_quarantine", bucket=bucket, ids=column(ids))

    def purge_references(self, bucket: int, before_ms: int, limit: int) -> int:
        """Forget a slice of the references of ordinary texts older than a moment."""
        return self._db.run(
            "purge_inbound_references", bucket=bucket, before_ms=before_ms, limit=limit
        )

    def add_start_credits(
        self, bucket: int, items: Sequence[tuple[str, str, str, str, int]]
    ) -> None:
        """(carrier, sender, recipient, hash of the text, received ms) of unsure STARTs."""
        self._db.run("add_start_credits", bucket=bucket, items=rows(items))

    def remember_starts(
        self, bucket: int, items: Sequence[tuple[str, str, str, str, int, str, int]]
    ) -> None:
        """As `add_start_credits`, with session and message id, while the session stands."""
        self._db.run("remember_starts", bucket=bucket, items=rows(items))

    def doubt_starts(self, bucket: int, nodes: Sequence[int], since_ms: int) -> None:
        """What these nodes took since a moment came over sessions that broke."""
        self._db.run("doubt_starts", bucket=bucket, nodes=column(nodes), since_ms=since_ms)

    def take_start_credits(
        self, bucket: int, items: Sequence[tuple[str, str, str, str, str]], fresh_ms: int
    ) -> set[tuple[str, str, str, str]]:
        """Use up the credits for these, the last of each its session; gives which had one. A
        credit whose session stands is as old as `fresh_ms` at most, and of another session."""
        found = self._db.all(
            "take_start_credits", bucket=bucket, items=rows(items), fresh_ms=fresh_ms
        )
        return {(row[0], row[1], row[2], row[3]) for row in found}

    def purge_start_credits(self, bucket: int, before_ms: int, limit: int) -> int:
        """Forget a slice of the old credits."""
        return self._db.run("purge_start_credits", bucket=bucket, before_ms=before_ms, limit=limit)

    def add_quarantine(self, bucket: int, items: Sequence[QuarantinedText]) -> None:
        """Keep texts for numbers that are not ours."""
        self._db.run(
            "add_quarantine",
            bucket=bucket,
            items=rows(
                [
                    (q.id, q.carrier, q.source, q.destination, q.raw_text, q.reference,
                     q.received_ms)
                    for q in items
                ]
            ),
        )  # fmt: skip

    def add_early_receipts(self, bucket: int, items: Sequence[EarlyReceipt]) -> None:
        """Keep receipts whose message is not known yet."""
        self._db.run(
            "add_early_receipts",
            bucket=bucket,
            items=rows(
                [
                    (r.carrier, r.reference, r.received_ms, r.sequence, r.status,
                     None if r.failure is None else r.failure.value, r.raw)
                    for r in items
                ]
            ),
        )  # fmt: skip

    def take_early_receipts(
        self, bucket: int, carrier: str, references: Sequence[str]
    ) -> list[EarlyReceipt]:
        """Remove and return the receipts of these references, in order of arrival."""
        found = self._db.all(
            "take_early_receipts",
            bucket=bucket,
            carrier=carrier,
            references=column(references),
        )
        return sorted(
            (
                EarlyReceipt(
                    carrier,
                    row[0],
                    0,
                    row[1],
                    MessageStatus(row[2]),
                    FailureCode(row[3]) if row[3] else None,
                    row[4],
                )
                for row in found
            ),
            key=lambda receipt: receipt.sequence,
        )

    def purge_early_receipts(self, bucket: int, before_ms: int, limit: int) -> int:
        """Drop a slice of the receipts nobody asked for; returns how many."""
        return self._db.run("purge_early_receipts", bucket=bucket, before_ms=before_ms, limit=limit)
