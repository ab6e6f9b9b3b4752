"""What all processes of an installation have to agree on, by name."""

from stopline.store.database import Database


class Installation:
    """Statements on a small table of numbers."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, name: str) -> int | None:
        """The number, if it was ever written."""
        row = self._db.first("read_installation", name=name)
        return int(row[0]) if row else None

    def put(self, name: str, value: int) -> None:
        """Write it."""
        self._db.run("put_installation", name=name, value=value)

    def drop(self, name: str) -> None:
        """Forget it."""
        self._db.run("delete_installation", name=name)
