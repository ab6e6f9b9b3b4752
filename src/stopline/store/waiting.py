"""Statements that count what waits, for measuring."""

from stopline.store.database import Database


class Waiting:
    """How much waits, and since when; each statement names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def queued(self, bucket: int) -> list[tuple[str, str, int, int]]:
        """(sender, lane, messages, oldest id) of what waits to be handed over."""
        return [tuple(row) for row in self._db.all("count_queued", bucket=bucket)]

    def waiting_events(self, bucket: int) -> tuple[int, int | None]:
        """(deliveries, oldest id) of what waits to be told."""
        row = self._db.first("count_waiting_events", bucket=bucket)
        return (int(row[0]), row[1]) if row else (0, None)
