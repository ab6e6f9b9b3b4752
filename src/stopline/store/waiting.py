"""Statements that count what waits, for measuring."""

from typing import NamedTuple

from stopline.store.database import Database


class QueuedCount(NamedTuple):
    """What waits to be handed over of one sender in one lane."""

    sender: str
    lane: str
    messages: int
    oldest_id: int


class Waiting:
    """How much waits, and since when; each statement names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def queued(self, bucket: int) -> list[QueuedCount]:
        """What waits to be handed over."""
        return [QueuedCount(*row) for row in self._db.all("count_queued", bucket=bucket)]

    def waiting_events(self, bucket: int) -> tuple[int, int | None]:
        """(deliveries, oldest id) of what waits to be told."""
        row = self._db.first("count_waiting_events", bucket=bucket)
        return (int(row[0]), row[1]) if row else (0, None)
