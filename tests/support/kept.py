"""One PostgreSQL store for many tests: emptied between them, which takes a hundredth of making one.

A test gets its address; a world that is opened on it uses this store instead of one of its own.
"""

from collections.abc import Callable
from typing import Any

import psycopg

from stopline.core.ids import IdSequence
from stopline.flows.submissions import recheck_claim
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress
from stopline.store.tx import Keys

KEYS = Keys(number=b"n" * 32, server=b"s" * 32, checkpoint=b"c" * 32)
# What a running store has of its own.
OWN_TABLES = ("schema_migrations", "nodes", "installation")


class KeptStore(PostgresStore):
    """A store whose clock is each test's own, and which no test closes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.clock: Callable[[], int] = lambda: 0
        address = DatabaseAddress(url)
        super().__init__(address, KEYS, recheck=recheck_claim, clock_ms=self._now_ms)

    def _now_ms(self) -> int:
        return self.clock()

    def begin(self, clock: Callable[[], int]) -> "KeptStore":
        """A test begins, at a time of its own."""
        self.clock = clock
        self._ids._sequence = IdSequence(self._node.number)
        self.gate = self._gate
        self._closed = False
        self._listeners.clear()
        return self

    def close(self) -> None:
        """Nothing more for this test; the next one goes on with it."""
        self._closed = True

    def end(self) -> None:
        """No more tests."""
        self._closed = False
        super().close()

    def copy_rows(self) -> bytes:
        """Everything that is stored, as text."""
        with psycopg.connect(self.url) as connection:
            return b"".join(_copy(connection, name) for name in _tables(connection))

    def empty(self) -> None:
        """Every row goes but what a running store has of its own."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            looks = " union all ".join(
                f"select '{name}' where exists (select 1 from {name})"
                for name in _tables(connection)
                if name not in OWN_TABLES
            )
            for (name,) in connection.execute(looks.encode()).fetchall():
                connection.execute(f"delete from {name}".encode())


def _tables(connection: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    found = connection.execute(
        "select relname from pg_class where relkind = 'r' "
        "and relnamespace = to_regnamespace(current_schema())"
    ).fetchall()
    return [name for (name,) in found]


def _copy(connection: psycopg.Connection[tuple[Any, ...]], table: str) -> bytes:
    with connection.cursor().copy(f"copy {table} to stdout".encode()) as copy:
        return b"".join(bytes(part) for part in copy)


KEPT: dict[str, KeptStore] = {}
