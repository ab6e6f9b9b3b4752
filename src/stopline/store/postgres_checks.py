"""What has to hold before a database is used: settings that keep commits, the schema, the clock."""

import hmac
import re
import time
from typing import Any

import psycopg

from stopline.core.errors import StoreUnavailable
from stopline.store.database import Row
from stopline.store.migrate import CREATE_TABLE, Migration, apply_migrations, pending_migrations
from stopline.store.postgres_connection import UNFIT, lock_key, unavailable
from stopline.store.postgres_statistics import teach_planner
from stopline.store.tx import Keys

OLDEST_VERSION = 140_000
# Times of different processes are compared in the database: their clocks may differ so much.
CLOCK_DIFFERENCE_MS = 5_000
# Another process that migrates is waited for so long.
MIGRATION_LOCK_SECONDS = 60

_MIGRATION_KEY = lock_key("stopline migration")
_SETTINGS = (
    "fsync",
    "full_page_writes",
    "synchronous_commit",
    "synchronous_standby_names",
    "default_transaction_isolation",
    "server_version_num",
)
_KEY_MARK = "number_key"
_FOREIGN_KEY = (
    "the {} of this data directory is not the one this database was made with; copy server.key, "
    "number.key and checkpoint.key from another of its servers"
)
_TEXT_COLUMN = re.compile(r"\btext\b(?= not null| primary key|,|\n)")


def check_settings(connection: psycopg.Connection[Row]) -> None:
    """Raises StoreUnavailable with the setting and the remedy."""
    try:
        found = {name: _show(connection, name) for name in _SETTINGS}
    except psycopg.Error as error:
        raise unavailable(error) from error
    if problem := _problem(found):
        raise StoreUnavailable(f"{UNFIT}: {problem}")


def _show(connection: psycopg.Connection[Row], name: str) -> str:
    """What sessions begin with, whatever this one has set for itself."""
    query = "select reset_val from pg_settings where name = %s"
    row = connection.execute(query, (name,), prepare=False).fetchone()
    return str(row[0]) if row else ""


def _problem(found: dict[str, str]) -> str | None:
    commit, standbys = found["synchronous_commit"], found["synchronous_standby_names"]
    if int(found["server_version_num"]) < OLDEST_VERSION:
        return f"it is older than version {OLDEST_VERSION // 10_000}"
    for name in ("fsync", "full_page_writes"):
        if found[name] != "on":
            return f"{name} is {found[name]}; set it to on, a crash would lose opt-outs"
    if commit == "off":
        return "synchronous_commit is off; set it to on, a crash would lose acknowledged opt-outs"
    if commit == "local" and standbys:
        return "synchronous_commit is local although a standby is named; set it to on"
    if found["default_transaction_isolation"] != "read committed":
        return "default_transaction_isolation is not read committed, which the gate relies on"
    return None


def check_clock(connection: psycopg.Connection[Row]) -> None:
    """Raises StoreUnavailable when this machine's clock is not the database's."""
    try:
        row = connection.execute(
            "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
        ).fetchone()
    except psycopg.Error as error:
        raise unavailable(error) from error
    difference_ms = abs(time.time_ns() // 1_000_000 - (row[0] if row else 0))
    if difference_ms > CLOCK_DIFFERENCE_MS:
        raise StoreUnavailable(
            f"the clocks of this machine and of the database differ by {difference_ms / 1000:.1f} "
            f"s; at most {CLOCK_DIFFERENCE_MS // 1000} s are allowed: keep both in time (NTP)"
        )


def check_keys(connection: psycopg.Connection[Row], keys: Keys) -> None:
    """Every process on a database has the same keys. Raises StoreUnavailable."""
    marks = {_KEY_MARK: _mark(keys.number), "server_key": _mark(keys.server)}
    try:
        for name, mark in marks.items():
            connection.execute(
                "insert into installation (name, value) values (%s, %s) "
                "on conflict (name) do nothing",
                (name, mark),
            )
            if _read_value(connection, name) != mark:
                raise StoreUnavailable(_FOREIGN_KEY.format(name.replace("_", ".")))
    except psycopg.Error as error:
        raise unavailable(error) from error


def _mark(key: bytes) -> int:
    return int.from_bytes(hmac.digest(key, b"which key is it", "sha256")[:8], "big") >> 1


def read_identity(connection: psycopg.Connection[Row]) -> int:
    """What a database restored from a dump does not share with the one that was dumped.

    Raises StoreUnavailable.
    """
    try:
        row = connection.execute(
            "select c.system_identifier, d.oid from pg_control_system() c, pg_database d "
            "where d.datname = current_database()"
        ).fetchone()
    except psycopg.Error as error:
        raise unavailable(error) from error
    return lock_key(f"database {row}")


def is_in_use(connection: psycopg.Connection[Row]) -> bool:
    """Whether an installation keeps its data here already. Raises StoreUnavailable."""
    try:
        found = connection.execute("select to_regclass('installation') is not null").fetchone()
        return bool(found and found[0]) and _read_value(connection, _KEY_MARK) is not None
    except psycopg.Error as error:
        raise unavailable(error) from error


def _read_value(connection: psycopg.Connection[Row], name: str) -> int | None:
    row = connection.execute("select value from installation where name = %s", (name,)).fetchone()
    return row[0] if row else None


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

    def run_script(sql: str) -> None:
        script: Any = to_postgres_schema(sql)
        connection.execute(script, prepare=False)

    def record(migration: Migration) -> None:
        connection.execute(
            "insert into schema_migrations (number, name, checksum, applied_ms) "
            "values (%s, %s, %s, %s)",
            (migration.number, migration.name, migration.checksum, now_ms),
        )

    _wait_for_turn(connection)
    limit = _show(connection, "statement_timeout")
    try:
        # A large table takes longer than any statement of traffic may.
        _limit_statements(connection, "0")
        with connection.transaction():
            run_script(CREATE_TABLE)
            done = apply_migrations(_applied(connection), run_script, record)
        teach_planner(connection)
        return done
    finally:
        if not connection.closed:
            _limit_statements(connection, limit)
            connection.execute("select pg_advisory_unlock(%s)", (_MIGRATION_KEY,))


def _limit_statements(connection: psycopg.Connection[Row], limit: str) -> None:
    connection.execute("select set_config('statement_timeout', %s, false)", (limit,))


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
