"""Batches, the keys that make their requests repeatable, and each sender's place in line."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.store.database import Database, Row, column, rows


@dataclass(frozen=True, slots=True)
class Batch:
    """One accepted request of many messages."""

    id: int
    account_id: int
    sender: str
    batch_size: int
    pending: int
    cost_micros: int
    created_ms: int
    updated_ms: int
    first_message_id: int
    last_message_id: int

    @property
    def processed_count(self) -> int:
        """How many of its messages left the queue."""
        return self.batch_size - self.pending

    @property
    def completed(self) -> bool:
        """Whether all of them did; receipts are not awaited."""
        return self.pending == 0


@dataclass(frozen=True, slots=True)
class BatchFilter:
    """Which batches of an account: ids from `first_id` (inclusive) to `before_id` (not)."""

    account_id: int
    first_id: int
    before_id: int
    sender: str | None = None
    open: bool | None = None


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """What an earlier request with the same key was; `answer` None while it runs."""

    body_hash: str
    batch_id: int
    answer: str | None
    created_ms: int


@dataclass(frozen=True, slots=True)
class DueSender:
    """A sender's place in line: `version` rises with each wake."""

    number: str
    bucket: int
    due_ms: int
    version: int


def _batch(row: Row) -> Batch:
    return Batch(*row)


class Batches:
    """Statements on batches and on the queue of senders."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def accept(
        self,
        bucket: int,
        batch: Batch,
        body: str | None,
    ) -> None:
        """Write the row that makes a staged batch real."""
        self._db.run(
            "accept_batch",
            bucket=bucket,
            id=batch.id,
            account_id=batch.account_id,
            sender=batch.sender,
            body=body,
            first_message_id=batch.first_message_id,
            last_message_id=batch.last_message_id,
            batch_size=batch.batch_size,
            pending=batch.pending,
            now_ms=batch.created_ms,
        )

    def read(self, bucket: int, account_id: int, batch_id: int) -> Batch | None:
        """One batch of the account."""
        row = self._db.first("read_batch", bucket=bucket, id=batch_id, account_id=account_id)
        return _batch(row) if row else None

    def read_many(self, bucket: int, ids: Sequence[int]) -> list[Batch]:
        """Batches by id, whoever owns them."""
        return [_batch(r) for r in self._db.all("read_batches", bucket=bucket, ids=column(ids))]

    def list_page(
        self, bucket: int, wanted: BatchFilter, limit: int, *, upward: bool = False
    ) -> list[Batch]:
        """At most `limit` batches of one bucket, newest first, or oldest first."""
        found = self._db.all(
            "list_batches_upward" if upward else "list_batches",
            bucket=bucket,
            account_id=wanted.account_id,
            first_id=wanted.first_id,
            before_id=wanted.before_id,
            sender=wanted.sender,
            open=None if wanted.open is None else int(wanted.open),
            limit=limit,
        )
        return [_batch(row) for row in found]

    def progress(
        self, bucket: int, changes: Sequence[tuple[int, int, int]], now_ms: int
    ) -> list[tuple[int, int, int]]:
        """Apply (batch, messages that left the queue, cost in micros); returns (batch, account,
        still pending) of each."""
        found = self._db.all("progress_batches", bucket=bucket, items=rows(changes), now_ms=now_ms)
        return [(row[0], row[1], row[2]) for row in found]

    # Repeatable requests.

    def find_key(self, bucket: int, account_id: int, key_hash: str) -> IdempotencyKey | None:
        """The earlier use of an idempotency key."""
        row = self._db.first(
            "find_idempotency_key", bucket=bucket, account_id=account_id, key_hash=key_hash
        )
        return IdempotencyKey(*row) if row else None

    def add_key(
        self,
        bucket: int,
        account_id: int,
        key_hash: str,
        body_hash: str,
        batch_id: int,
        now_ms: int,
    ) -> None:
        """Remember a key whose request begins."""
        self._db.run(
            "add_idempotency_key",
            bucket=bucket,
            account_id=account_id,
            key_hash=key_hash,
            body_hash=body_hash,
            batch_id=batch_id,
            now_ms=now_ms,
        )

    def answer_key(
        self, bucket: int, account_id: int, key_hash: str, batch_id: int, answer: str
    ) -> bool:
        """Remember what the request got; whether the key was still that request's."""
        changed = self._db.run(
            "answer_idempotency_key",
            bucket=bucket,
            account_id=account_id,
            key_hash=key_hash,
            batch_id=batch_id,
            answer=answer,
        )
        return changed == 1

    def forget_key(self, bucket: int, account_id: int, key_hash: str, batch_id: int) -> None:
        """The request with this key failed before it got an answer."""
        self._db.run(
            "forget_idempotency_key",
            bucket=bucket,
            account_id=account_id,
            key_hash=key_hash,
            batch_id=batch_id,
        )

    def purge_keys(self, bucket: int, before_ms: int, limit: int) -> int:
        """Forget a slice of the keys older than a moment."""
        return self._db.run(
            "purge_idempotency_keys", bucket=bucket, before_ms=before_ms, limit=limit
        )

    def purge(self, bucket: int, before_id: int, limit: int) -> int:
        """Delete a slice of the batches below an id of which no message is left."""
        return self._db.run("purge_batches", bucket=bucket, before_id=before_id, limit=limit)

    def drop_open_keys(self, bucket: int, nodes: Sequence[int]) -> int:
        """Forget keys whose request, made at one of these nodes, never got an answer."""
        return self._db.run("drop_open_idempotency_keys", bucket=bucket, nodes=column(nodes))

    # Each sender's place in line.

    def wake_senders(self, senders: Sequence[tuple[str, int, str, int]]) -> None:
        """These (number, bucket, carrier, moment) have something to send from the moment on."""
        self._db.run("wake_senders", items=rows(senders))

    def list_due_senders(self, carrier: str, now_ms: int, limit: int) -> list[DueSender]:
        """Senders with work, longest waiting first."""
        found = self._db.all("list_due_senders", carrier=carrier, now_ms=now_ms, limit=limit)
        return [DueSender(*row) for row in found]

    def find_earliest_due(self, carrier: str) -> int | None:
        """When the next sender of a carrier falls due."""
        row = self._db.first("find_earliest_due", carrier=carrier)
        return row[0] if row else None

    def set_next_due(self, served: Sequence[tuple[str, int, int | None]]) -> None:
        """(number, version it was read in, next moment) of senders that were served; None:
        nothing is left. A sender that was woken since then stays due."""
        self._db.run("set_next_due", items=rows(served))
