"""Brings PostgreSQL's schema up while other processes go on with theirs.

A transaction of traffic holds one table and wants the next. If what migrates holds the second and
waits for the first, neither gets on, and PostgreSQL ends whoever has waited for a second; where
messages always flow that is always the migration. So it takes each table it changes before it
begins, and waits for none as long as that: what it has it keeps, and the transaction in its way
comes to an end by itself or is rolled back and run again by its process.
"""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import psycopg

from stopline.core.errors import StoreUnavailable
from stopline.store.database import Row
from stopline.store.migrate import CREATE_TABLE, Migration, apply_migrations, pending_migrations
from stopline.store.postgres_connection import lock_key, unavailable
from stopline.store.postgres_statistics import teach_planner

# Another process that migrates is waited for so long.
MIGRATION_LOCK_SECONDS = 60
# A table is waited for so long at a time: less than PostgreSQL's deadlock_timeout, a second.
TABLE_LOCK_MS = 300
# So often, while traffic waits for those that are taken: longer than a statement of traffic waits
# for a lock.
TABLE_TRIES = 15
# A dump or a long query may hold a table: all are left to traffic, and it begins again.
ROUNDS = 12
ROUND_PAUSE_SECONDS = 1.0

_MIGRATION_KEY = lock_key("stopline migration")
_TEXT_COLUMN = re.compile(r"\btext\b(?= not null| primary key|,|\n)")
_COMMENT = re.compile(r"--.*")
# These keep readers out as well; an index is built, and rows are written, beside them.
_REMADE = re.compile(r"\b(?:alter|drop) table (\w+)")
_TABLES = """
select cast(c.relname as text) from pg_class c
where c.relnamespace = cast(current_schema() as regnamespace) and c.relkind in ('r', 'p')
order by c.relname
"""


def to_postgres_schema(sql: str) -> str:
    """A migration as PostgreSQL runs it: texts are compared byte by byte, as SQLite does."""
    return _TEXT_COLUMN.sub('text collate "C"', sql)


def find_pending(connection: psycopg.Connection[Row]) -> list[Migration]:
    """Migrations that are still to be run. Raises UnknownSchema, StoreUnavailable."""
    try:
        return pending_migrations(_applied(connection))
    except psycopg.Error as error:
        raise unavailable(error) from error


def migrate(connection: psycopg.Connection[Row], now_ms: int) -> list[Migration]:
    """Bring the schema up, one process at a time; returns what was run.

    Raises UnknownSchema, StoreUnavailable.
    """
    try:
        return _migrate(connection, now_ms)
    except psycopg.Error as error:
        raise unavailable(error) from error


def _applied(connection: psycopg.Connection[Row]) -> dict[int, str]:
    exists = connection.execute("select to_regclass('schema_migrations') is not null").fetchone()
    if not exists or not exists[0]:
        return {}
    rows = connection.execute("select number, checksum from schema_migrations").fetchall()
    return {row[0]: row[1] for row in rows}


def _migrate(connection: psycopg.Connection[Row], now_ms: int) -> list[Migration]:
    if not pending_migrations(_applied(connection)):
        return []
    _wait_for_turn(connection)
    usual = {name: _current(connection, name) for name in ("statement_timeout", "lock_timeout")}
    try:
        # A large table takes longer than any statement of traffic may.
        _limit(connection, {"statement_timeout": "0", "lock_timeout": str(TABLE_LOCK_MS)})
        done = _between_traffic(lambda: _run(connection, now_ms))
        teach_planner(connection)
        return done
    finally:
        if not connection.closed:
            _limit(connection, usual)
            connection.execute("select pg_advisory_unlock(%s)", (_MIGRATION_KEY,))


def _between_traffic(run: Callable[[], list[Migration]]) -> list[Migration]:
    """Run it until no table was in use. Raises StoreUnavailable."""
    for _ in range(ROUNDS):
        try:
            return run()
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected):
            time.sleep(ROUND_PAUSE_SECONDS)
    raise StoreUnavailable("a table to be changed stays in use: by a dump, or by a long query")


def _run(connection: psycopg.Connection[Row], now_ms: int) -> list[Migration]:
    """What is pending, in one transaction."""

    def run_script(sql: str) -> None:
        script: Any = to_postgres_schema(sql)
        connection.execute(script, prepare=False)

    def record(migration: Migration) -> None:
        connection.execute(
            "insert into schema_migrations (number, name, checksum, applied_ms) "
            "values (%s, %s, %s, %s)",
            (migration.number, migration.name, migration.checksum, now_ms),
        )

    with connection.transaction():
        run_script(CREATE_TABLE)
        applied = _applied(connection)
        _take_tables(connection, pending_migrations(applied))
        return apply_migrations(applied, run_script, record)


def _take_tables(connection: psycopg.Connection[Row], pending: Sequence[Migration]) -> None:
    """Keep everybody from the tables they name. Raises LockNotAvailable."""
    script = _COMMENT.sub("", "\n".join(migration.sql for migration in pending))
    named, remade = set(re.findall(r"\w+", script)), set(_REMADE.findall(script))
    for (table,) in connection.execute(_TABLES).fetchall():
        if table in named:
            mode = "access exclusive" if table in remade else "share row exclusive"
            _take(connection, f"lock table {table} in {mode} mode")


def _take(connection: psycopg.Connection[Row], statement: Any) -> None:
    """A lock that is waited for a little and often; those before it are kept meanwhile."""
    for attempt in range(1, TABLE_TRIES + 1):
        try:
            with connection.transaction():
                connection.execute(statement, prepare=False)
            return
        except psycopg.errors.LockNotAvailable:
            if attempt == TABLE_TRIES:
                raise


def _current(connection: psycopg.Connection[Row], name: str) -> str:
    row = connection.execute("select current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def _limit(connection: psycopg.Connection[Row], limits: dict[str, str]) -> None:
    for name, value in limits.items():
        connection.execute("select set_config(%s, %s, false)", (name, value))


def _wait_for_turn(connection: psycopg.Connection[Row]) -> None:
    """Take the migration lock; each try ends within the lock timeout."""
    deadline = time.monotonic() + MIGRATION_LOCK_SECONDS
    while time.monotonic() < deadline:
        try:
            connection.execute("select pg_advisory_lock(%s)", (_MIGRATION_KEY,))
        except psycopg.errors.LockNotAvailable:
            continue
        return
    raise StoreUnavailable("another process has been migrating the schema for a minute")
