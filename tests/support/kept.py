"""One PostgreSQL store for many tests: emptied between them, which takes a hundredth of making one.

A test gets its address; a world that is opened on it uses this store instead of one of its own.
"""

from collections.abc import Callable

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
        self._listeners.clear()
        return self

    def close(self) -> None:
        """The next test goes on with it."""

    def end(self) -> None:
        """No more tests."""
        super().close()

    def empty(self) -> None:
        """Every row goes but what a running store has of its own."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            names = connection.execute(
                "select relname from pg_class where relkind = 'r' and not relname = any(%s) "
                "and relnamespace = to_regnamespace(current_schema())",
                (list(OWN_TABLES),),
            ).fetchall()
            looks = " union all ".join(
                f"select '{name}' where exists (select 1 from {name})" for (name,) in names
            )
            for (name,) in connection.execute(looks.encode()).fetchall():
                connection.execute(f"delete from {name}".encode())


KEPT: dict[str, KeptStore] = {}
