"""One store's rows into another, table by table, in one transaction of each."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import apsw

from stopline.core.errors import Conflict, StoreUnavailable
from stopline.store.database import Database, Row
from stopline.store.sqlite import SqliteDatabase, connect

if TYPE_CHECKING:
    from stopline.store.postgres_connection import DatabaseAddress

# What belongs to a database, not to its data: steps of the schema, numbers of processes, and what
# processes tell each other in passing.
OWN_TABLES = frozenset({"schema_migrations", "nodes", "request_counts"})
# A table whose rows both have from the start; of it these are each database's own.
INSTALLATION = "installation"
OWN_VALUES = frozenset({"gate_protocol", "number_key", "server_key", "database"})
# Rows that are in memory at once.
CHUNK_ROWS = 1_000


class Side(Protocol):
    """One database, in a transaction that ends with the copy."""

    database: Database
    # What reading and writing may raise.
    errors: tuple[type[Exception], ...]

    def tables(self) -> list[str]:
        """Every table, in order of name."""
        ...

    def columns(self, table: str) -> list[str]:
        """Its columns."""
        ...

    def count(self, table: str) -> int:
        """Its rows."""
        ...

    def read(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        """Its rows, a chunk in memory at a time."""
        ...

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Add rows, as they come."""
        ...

    def commit(self) -> None:
        """Keep what was written."""
        ...

    def close(self) -> None:
        """End; what was not committed is undone."""
        ...


class SqliteSide:
    """A file, which nobody else has open."""

    errors: tuple[type[Exception], ...] = (apsw.Error,)

    def __init__(self, path: Path) -> None:
        """Raises StoreUnavailable."""
        self._connection = connect(path, writable=True)
        self._connection.execute("begin immediate")
        self.database: Database = SqliteDatabase(self._connection)

    def tables(self) -> list[str]:
        found: list[Row] = self._connection.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' "
            "order by name"
        ).fetchall()
        return [row[0] for row in found]

    def columns(self, table: str) -> list[str]:
        found: list[Row] = self._connection.execute(f"pragma table_info({table})").fetchall()
        return [row[1] for row in found]

    def count(self, table: str) -> int:
        query = f"select count(*) from {table}"  # noqa: S608 - names of our own schema
        found: int = self._connection.execute(query).get
        return found

    def read(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        query = f"select {', '.join(columns)} from {table}"  # noqa: S608
        return self._connection.execute(query)

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        places = ", ".join("?" * len(columns))
        names = ", ".join(columns)
        query = f"insert into {table} ({names}) values ({places})"  # noqa: S608
        self._connection.executemany(query, rows)

    def commit(self) -> None:
        self._connection.execute("commit")

    def close(self) -> None:
        self._connection.close()


class PostgresSide:
    """A database of PostgreSQL, in one snapshot."""

    def __init__(self, address: "DatabaseAddress") -> None:
        """Raises StoreUnavailable."""
        import psycopg

        from stopline.store import postgres_connection as postgres

        self.errors: tuple[type[Exception], ...] = (psycopg.Error,)
        self._connection = postgres.connect(address, "copy")
        # A table takes longer than any statement of ours may.
        for setting in ("statement_timeout", "idle_in_transaction_session_timeout"):
            self._connection.execute("select set_config(%s, '0', false)", (setting,))
        self._connection.execute("begin isolation level repeatable read")
        self.database: Database = postgres.PostgresDatabase(self._connection)

    def tables(self) -> list[str]:
        found = self._connection.execute(
            "select c.relname from pg_class c where c.relkind in ('r', 'p') "
            "and not c.relispartition and c.relnamespace = to_regnamespace(current_schema()) "
            'order by c.relname collate "C"'
        ).fetchall()
        return [row[0] for row in found]

    def columns(self, table: str) -> list[str]:
        found = self._connection.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) "
            "and attnum > 0 and not attisdropped order by attnum",
            (table,),
        ).fetchall()
        return [row[0] for row in found]

    def count(self, table: str) -> int:
        row = self._connection.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
        return int(row[0]) if row else 0

    def read(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        query = f"select {', '.join(columns)} from {table}"  # noqa: S608
        with self._connection.cursor(name="copied") as cursor:
            cursor.itersize = CHUNK_ROWS
            yield from cursor.execute(query)

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        query = f"copy {table} ({', '.join(columns)}) from stdin"
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for row in rows:
                copy.write_row(row)

    def commit(self) -> None:
        self._connection.execute("commit")

    def close(self) -> None:
        self._connection.close()


def copied_tables(source: Side) -> list[str]:
    """What is copied, in order."""
    return [table for table in source.tables() if table not in OWN_TABLES]


def require_empty(target: Side) -> None:
    """Raises Conflict when the target holds anything."""
    for table in copied_tables(target):
        if table != INSTALLATION and target.count(table):
            raise Conflict(f"the target is not empty: its table {table} has rows")


def copy_table(source: Side, target: Side, table: str) -> int:
    """Copy one table and compare the counts; returns the rows. Raises StoreUnavailable."""
    try:
        return _copy_table(source, target, table)
    except (*source.errors, *target.errors) as error:
        # The databases' own words may hold values.
        reason = type(error).__name__
        raise StoreUnavailable(f"{table} can not be copied: {reason}; nothing was kept") from error


def _copy_table(source: Side, target: Side, table: str) -> int:
    columns = source.columns(table)
    rows = source.read(table, columns)
    if table == INSTALLATION:
        place = columns.index("name")
        rows = iter([row for row in rows if row[place] not in OWN_VALUES])
    before = target.count(table)
    counter = _Counter(rows)
    target.write(table, columns, counter)
    written = target.count(table) - before
    if written != counter.count or (table != INSTALLATION and written != source.count(table)):
        raise StoreUnavailable(f"{table}: {counter.count} rows were read, {written} written")
    return written


class _Counter:
    def __init__(self, rows: Iterator[Any]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Any]:
        for row in self._rows:
            self.count += 1
            yield row
