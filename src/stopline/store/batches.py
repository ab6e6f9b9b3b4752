"""Batches, and the keys that make their requests repeatable."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.store.database import Database, Row, column, rows
from stopline.store.statements import directed


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


def _batch(row: Row) -> Batch:
    return Batch(*row)


class Batches:
    """Statements on batches and idempotency keys."""

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
        name = _list_name(wanted, upward=upward)
        found = self._db.all(
            name,
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


def _list_name(wanted: BatchFilter, *, upward: bool) -> str:
    """Open ones are read from an index of their own."""
    if wanted.open:
        return directed("list_open_batches", upward=upward)
    return directed("list_batches", upward=upward)
