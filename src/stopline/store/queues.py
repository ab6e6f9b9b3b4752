"""Queues: what each sender has to send, one way at one priority, and each queue's place in line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stopline.store.database import Database, column, rows
from stopline.store.message_rows import QueuedMessage, queued_of


@dataclass(frozen=True, slots=True)
class Queue:
    """What one sender has to send one way (its lane) at one priority; smaller goes first."""

    sender: str
    lane: str
    priority: int
    bucket: int


@dataclass(frozen=True, slots=True)
class DueQueue:
    """A queue's place in line: `version` rises with each wake."""

    queue: Queue
    version: int


class Queues:
    """Statements on the queues; those on messages name one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # What lies in a queue.

    def peek(self, queue: Queue, now_ms: int, limit: int) -> list[QueuedMessage]:
        """At most `limit` messages of one queue that are due, in order."""
        found = self._db.all("peek_queue", now_ms=now_ms, limit=limit, **_place(queue))
        return [queued_of(row) for row in found]

    def find_next_due(self, queue: Queue) -> int | None:
        """When the first message that is left in a queue falls due, if there is one."""
        row = self._db.first("find_next_due", **_place(queue))
        return row[0] if row else None

    def queues_of(self, bucket: int, ids: Iterable[int]) -> list[tuple[Queue, int]]:
        """The queues that these messages wait in, and the moment the first of them is due."""
        found = self._db.all("list_queues_of", bucket=bucket, ids=column(list(ids)))
        return [(Queue(row[0], row[1], row[2], bucket), row[3]) for row in found]

    def pin(self, bucket: int, ids: Sequence[int]) -> None:
        """These go to the carrier that may have them already and to no other."""
        self._db.run("pin_messages", bucket=bucket, ids=column(ids))

    def list_stale(self, before_ms: int, lanes: Sequence[str], limit: int) -> list[Queue]:
        """Queues that have been due since a moment and are in none of these lanes."""
        found = self._db.all(
            "list_stale_queues", before_ms=before_ms, lanes=column(lanes), limit=limit
        )
        return [Queue(*row) for row in found]

    def list_waiting(self, queue: Queue, limit: int) -> list[tuple[int, int, str]]:
        """(id, account, recipient) of what waits in a queue, staged messages too."""
        found = self._db.all("list_queue", limit=limit, **_place(queue))
        return [(row[0], row[1], row[2]) for row in found]

    def move(self, bucket: int, lanes: Sequence[tuple[int, str]]) -> None:
        """Put these (id, lane) into other lanes."""
        self._db.run("move_messages", bucket=bucket, items=rows(lanes))

    def drop(self, queue: Queue) -> None:
        """Forget the place in line of a queue that has nothing."""
        self._db.run("drop_queue", sender=queue.sender, lane=queue.lane, priority=queue.priority)

    # What waits for a person's decision.

    def set_aside(self, bucket: int, held: Sequence[tuple[int, str, str]]) -> None:
        """Take those of these (id, sender, recipient) out of their queues whose pair is held, as
        far as nobody ends the hold right now."""
        pairs = rows(list({(sender, recipient) for _, sender, recipient in held}))
        found = self._db.all("lock_held_pairs", bucket=bucket, pairs=pairs)
        locked = {(row[0], row[1]) for row in found}
        ids = [id_ for id_, *pair in held if tuple(pair) in locked]
        if ids:
            self._db.run("set_aside_messages", bucket=bucket, ids=column(ids))

    def take_up(self, bucket: int, pairs: Sequence[tuple[str, str]]) -> list[int]:
        """Queue again what was set aside for pairs whose hold is ended; the ids. Wake their
        queues."""
        found = self._db.all("take_up_messages", bucket=bucket, pairs=rows(pairs))
        return [row[0] for row in found]

    # A place in line.

    def wake(self, queues: Sequence[tuple[Queue, int]]) -> None:
        """These have something to send from their moment on."""
        items = rows([(q.sender, q.lane, q.priority, q.bucket, due_ms) for q, due_ms in queues])
        self._db.run("wake_queues", items=items)

    def list_due(
        self, carrier: str, lanes: Sequence[str], now_ms: int, limit: int
    ) -> list[DueQueue]:
        """Queues with work for a carrier: what goes first, then what waits longest. None while
        the carrier is paused."""
        found = self._db.all(
            "list_due_queues", carrier=carrier, lanes=column(lanes), now_ms=now_ms, limit=limit
        )
        return [DueQueue(Queue(*row[:4]), row[4]) for row in found]

    def find_earliest_due(self, lanes: Sequence[str]) -> int | None:
        """When the next queue of these lanes falls due."""
        row = self._db.first("find_earliest_due", lanes=column(lanes))
        return row[0] if row else None

    def set_next_due(self, served: Sequence[tuple[DueQueue, int | None]]) -> None:
        """Queues that were served, with their next moment; None: nothing is left. One that was
        woken since it was read stays due."""
        items = rows(
            [
                (one.queue.sender, one.queue.lane, one.queue.priority, one.version, due_ms)
                for one, due_ms in served
            ]
        )
        self._db.run("set_next_due", items=items)


def _place(queue: Queue) -> dict[str, str | int]:
    return {
        "bucket": queue.bucket,
        "sender": queue.sender,
        "lane": queue.lane,
        "priority": queue.priority,
    }
