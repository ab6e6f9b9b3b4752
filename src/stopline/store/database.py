"""What the typed statements need of a database connection."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec

Value = str | int | None
Row = tuple[Any, ...]

_encoder = msgspec.json.Encoder()


class Database(Protocol):
    """Runs named statements on one connection, inside a transaction that somebody else holds."""

    def all(self, name: str, /, **parameters: Value) -> list[Row]:
        """Every row the statement gives."""
        ...

    def first(self, name: str, /, **parameters: Value) -> Row | None:
        """The first row, or None."""
        ...

    def run(self, name: str, /, **parameters: Value) -> int:
        """Run a statement that changes rows; returns how many it changed."""
        ...

    def each_bucket(self, name: str, buckets: Sequence[int]) -> list[list[Row]]:
        """What the statement gives for each of these buckets, asked all at once: a statement that
        names many buckets is one that a distributed database can not place."""
        ...

    def add_many(
        self,
        table: str,
        shared: Mapping[str, Value],
        columns: Sequence[str],
        items: Sequence[Sequence[Value]],
    ) -> None:
        """Insert many new rows, the fastest way the database has. `shared` are the values that all
        of them have, the bucket among them; `columns` are those of each item."""
        ...

    def insert(self, name: str, items: Sequence[Sequence[Value]], /, **shared: Value) -> None:
        """Run an insert whose one `@rows(items: …)` is this, at its end; before it stands what all
        rows share."""
        ...


def rows(items: Sequence[Sequence[Value]]) -> str:
    """The parameter for `@rows`: one inner sequence a row, columns in the statement's order."""
    return _encoder.encode(items).decode()


def column(items: Sequence[Value]) -> str:
    """The parameter for an `@rows` of one column."""
    return _encoder.encode([(item,) for item in items]).decode()
