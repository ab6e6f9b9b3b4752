"""Counts for people who watch, and the trace of one message."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from stopline.core.ledger import LedgerKind
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.store.database import Database, column


@dataclass(frozen=True, slots=True)
class MessageCount:
    """Messages that are alike, made in one slot of time (counted from 0)."""

    sender: str
    direction: Direction
    status: MessageStatus
    failure: FailureCode | None
    slot: int
    count: int


@dataclass(frozen=True, slots=True)
class ConsentCount:
    """Changes of the ledger that are alike, made in one slot of time. `longest_ms`: the longest
    time from a text's arrival until it was obeyed."""

    kind: LedgerKind
    sender_mac: str
    slot: int
    count: int
    longest_ms: int


@dataclass(frozen=True, slots=True)
class Span:
    """A span of time (epoch ms, the end excluded), cut into slots."""

    from_ms: int
    before_ms: int
    width_ms: int


@dataclass(frozen=True, slots=True)
class MessageTrace:
    """How far a message has got with its carrier; times are epoch ms."""

    attempt: int
    due_ms: int
    expires_ms: int | None
    carrier: str | None
    carrier_reference: str | None
    in_reply_to: int | None
    priority: int


class Figures:
    """Statements that count. Each names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def count_messages(
        self, bucket: int, account_id: int, first_id: int, before_id: int, width: int
    ) -> list[MessageCount]:
        """Messages with an id in a range, in slots of `width` ids."""
        found = self._db.all(
            "count_messages",
            bucket=bucket,
            account_id=account_id,
            first_id=first_id,
            before_id=before_id,
            width=width,
        )
        return [
            MessageCount(
                row[0],
                Direction(row[1]),
                MessageStatus(row[2]),
                FailureCode(row[3]) if row[3] else None,
                row[4],
                row[5],
            )
            for row in found
        ]

    def count_consent_changes(
        self, bucket: int, account_id: int, span: Span, last: int, *, is_home: bool
    ) -> list[ConsentCount]:
        """Changes of a span of time; `last` is the position where the bucket's chain ends. Those
        for all numbers of the account count in its home bucket alone."""
        found = self._db.all(
            "count_consent_changes",
            bucket=bucket,
            account_id=account_id,
            position=self._first_position(bucket, span.from_ms, last),
            from_ms=span.from_ms,
            before_ms=span.before_ms,
            width_ms=span.width_ms,
            is_home=int(is_home),
        )
        return [ConsentCount(LedgerKind(row[0]), *row[1:]) for row in found]

    def _first_position(self, bucket: int, from_ms: int, last: int) -> int:
        """Where a span of time begins in a chain: entries are in the order of their time."""
        return bisect_left(range(1, last + 1), from_ms, key=partial(self._time, bucket)) + 1

    def _time(self, bucket: int, position: int) -> int:
        row = self._db.first("read_ledger_time", bucket=bucket, position=position)
        return int(row[0]) if row else 0

    def measure_queue(self, bucket: int, sender: str) -> tuple[int, int | None]:
        """(how many wait, the oldest id) of one sender."""
        row = self._db.first("measure_queue", bucket=bucket, sender=sender)
        return (row[0], row[1]) if row else (0, None)

    def list_recipients(
        self, bucket: int, sender: str, first: str, before: str, limit: int
    ) -> list[str]:
        """Numbers of a sender's people from `first` on and below `before`, in order."""
        found = self._db.all(
            "list_message_recipients",
            bucket=bucket,
            sender=sender,
            first=first,
            before=before,
            limit=limit,
        )
        return [row[0] for row in found]

    def last_messages(
        self, bucket: int, account_id: int, sender: str, people: Sequence[str]
    ) -> list[tuple[str, int]]:
        """(person, newest message id) of those whom a sender of the account spoke with."""
        found = self._db.all(
            "find_last_messages",
            bucket=bucket,
            account_id=account_id,
            sender=sender,
            people=column(people),
        )
        return [(row[0], row[1]) for row in found]

    def trace(self, bucket: int, account_id: int, message_id: int) -> MessageTrace | None:
        """The trace of one message of the account."""
        row = self._db.first(
            "read_message_trace", bucket=bucket, id=message_id, account_id=account_id
        )
        return MessageTrace(*row) if row else None
