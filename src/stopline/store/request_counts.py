"""Statements about how often callers ask; the bucket is that of the caller's hash."""

from collections.abc import Sequence

from stopline.core.request_counts import RequestCount
from stopline.store.database import Database, column, rows


class RequestCounts:
    """What processes tell each other of their callers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def put(self, bucket: int, node: int, counts: Sequence[RequestCount], now_ms: int) -> None:
        """The counts of this process, in place of its earlier ones."""
        items = [(one.caller, one.count, one.blocked_until_ms) for one in counts]
        self._db.run(
            "put_request_counts", bucket=bucket, node=node, items=rows(items), now_ms=now_ms
        )

    def of_others(
        self, bucket: int, node: int, callers: Sequence[str], since_ms: int
    ) -> list[RequestCount]:
        """What the other processes counted of these since then, one entry a process."""
        found = self._db.all(
            "list_request_counts",
            bucket=bucket,
            node=node,
            callers=column(callers),
            since_ms=since_ms,
        )
        return [RequestCount(*row) for row in found]

    def delete_old(self, bucket: int, before_ms: int, limit: int) -> int:
        """Forget counts that are over; returns how many."""
        return self._db.run(
            "delete_old_request_counts", bucket=bucket, before_ms=before_ms, limit=limit
        )
