"""Connections to PostgreSQL: their settings, what they run, what their errors mean."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql
from psycopg.types.numeric import Int8Dumper
from psycopg.types.string import StrDumper

from stopline.core.errors import StoreBusy, StoreUnavailable
from stopline.store.database import Row, Value, column, rows
from stopline.store.statements import postgres_statements, to_postgres

# A STOP that waits longer for a lock is refused for now and comes again; no statement of ours
# takes seconds; a transaction is idle only while bytes go into the kernel (200 ms).
LOCK_MS = 2_000
STATEMENT_MS = 10_000
IDLE_IN_TRANSACTION_MS = 30_000
CONNECT_SECONDS = 5
# A dead network is noticed within 10 + 3 * 5 s, unacknowledged data within 20 s.
KEEPALIVES: dict[str, Any] = {
    "keepalives": 1,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
USER_TIMEOUT_MS = 20_000
# Every statement there is, with and without its optional values.
PREPARED_LIMIT = 1_000

# Each statement was written for an index, and its plan may not depend on how full a table was
# when it was made: with these there is one plan, the one on the index. It is made anew from time
# to time all the same, as a table grows from nothing.
PLANNER = {
    "enable_seqscan": "off",
    "enable_bitmapscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}

REPLAN_SECONDS = 5.0

# Checked at the start; a change on the server while it runs does not reach its sessions.
_WAIT_FOR_COMMITS = """
set_config('synchronous_commit', case when current_setting('synchronous_commit') in ('off', 'local')
    then 'on' else current_setting('synchronous_commit') end, false)
"""
UNFIT = "this PostgreSQL can not keep what Stopline promises"

BEGIN = "begin isolation level read committed"
BEGIN_READ = "begin isolation level repeatable read read only"

# The transaction did nothing and may be run again.
REPEATABLE = (errors.DeadlockDetected, errors.SerializationFailure)
# The database can not do it at the moment; another time the same may work.
UNAVAILABLE = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout,
    errors.InFailedSqlTransaction,
)


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """Where the database is, and how it is talked to. `url` may hold a password: it is never
    shown. Without `sslmode` and `root_certificate` the url decides."""

    url: str
    sslmode: str | None = None
    root_certificate: Path | None = None
    lock_ms: int = LOCK_MS
    statement_ms: int = STATEMENT_MS

    @property
    def tls(self) -> dict[str, Any]:
        """What the library is told of TLS."""
        found = {"sslmode": self.sslmode, "sslrootcert": self.root_certificate}
        return {name: str(value) for name, value in found.items() if value is not None}

    def __repr__(self) -> str:
        return "DatabaseAddress(…)"


def connect(address: DatabaseAddress, purpose: str) -> psycopg.Connection[Row]:
    """Open a connection with the settings the guarantee needs. Raises StoreUnavailable."""
    settings = {
        "lock_timeout": str(address.lock_ms),
        "statement_timeout": str(address.statement_ms),
        "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
        **PLANNER,
    }
    try:
        connection = psycopg.connect(
            address.url,
            autocommit=True,
            prepare_threshold=0,
            connect_timeout=CONNECT_SECONDS,
            application_name=f"stopline {purpose}",
            tcp_user_timeout=USER_TIMEOUT_MS,
            **KEEPALIVES,
            **address.tls,
        )
        begun = connection.execute(_apply(settings), prepare=False).fetchone()
    except psycopg.Error as error:
        raise unavailable(error) from error
    if begun is None or begun[-1]:
        # Its locks hold nobody on the primary, and what it knows of consent is old.
        connection.close()
        raise StoreUnavailable(f"{UNFIT}: it is a standby; connect to the primary")
    connection.prepared_max = PREPARED_LIMIT
    connection.adapters.register_dumper(int, Int8Dumper)
    connection.adapters.register_dumper(str, StrDumper)
    return connection


def _apply(settings: dict[str, str]) -> sql.Composed:
    """Make the settings, and tell whether the database is a standby."""
    calls: list[sql.Composable] = [
        sql.SQL("set_config({}, {}, false)").format(sql.Literal(name), sql.Literal(value))
        for name, value in settings.items()
    ]
    calls += [sql.SQL(_WAIT_FOR_COMMITS), sql.SQL("pg_is_in_recovery()")]
    return sql.SQL("select {}").format(sql.SQL(", ").join(calls))


def unavailable(error: psycopg.Error) -> StoreUnavailable:
    """What callers are told. Never a value of a row: only the database's own sentence."""
    text = error.diag.message_primary or str(error).partition("\n")[0] or type(error).__name__
    refused = StoreBusy if isinstance(error, psycopg.errors.LockNotAvailable) else StoreUnavailable
    return refused(f"the database refused: {text}")


def roll_back(connection: psycopg.Connection[Row]) -> None:
    """End the transaction without effect; a connection that can not is closed."""
    try:
        connection.execute("rollback", prepare=False)
    except psycopg.Error:
        connection.close()


def end_reading(connection: psycopg.Connection[Row]) -> None:
    """End a transaction that wrote nothing; a connection that can not is closed."""
    try:
        connection.execute("commit", prepare=False)
    except psycopg.Error:
        connection.close()


class PostgresDatabase:
    """Named statements on one connection."""

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self.connection = connection
        self._texts: dict[str, Any] = postgres_statements()

    def all(self, name: str, /, **parameters: Value) -> list[Row]:
        return self.connection.execute(self._texts[name], parameters).fetchall()

    def first(self, name: str, /, **parameters: Value) -> Row | None:
        return self.connection.execute(self._texts[name], parameters).fetchone()

    def run(self, name: str, /, **parameters: Value) -> int:
        return self.connection.execute(self._texts[name], parameters).rowcount

    def each_bucket(self, name: str, buckets: Sequence[int]) -> list[list[Row]]:
        text = self._texts[name]
        with self.connection.pipeline():
            asked = [self.connection.execute(text, {"bucket": one}) for one in buckets]
        return [cursor.fetchall() for cursor in asked]

    def add_many(
        self,
        table: str,
        shared: Mapping[str, Value],
        columns: Sequence[str],
        items: Sequence[Sequence[Value]],
    ) -> None:
        named = sql.SQL(", ").join(map(sql.Identifier, (*shared, *columns)))
        values = tuple(shared.values())
        text = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), named)
        with self.connection.cursor().copy(text) as copy:
            for item in items:
                copy.write_row((*values, *item))

    def insert(self, name: str, items: Sequence[Sequence[Value]], /, **shared: Value) -> None:
        self.run(name, items=rows(items), **shared)


def lock_key(name: str) -> int:
    """63 bits of a name's hash. No modulo: with few keys large groups would always collide."""
    digest = hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def lock_keys(names: Sequence[str]) -> str:
    """The parameter of the lock statements: each key once, in rising order."""
    return column(sorted({lock_key(name) for name in names}))


# A row source is walked in its own order, so the locks are taken in the order of the keys.
_LOCK_TEXT = "select count({function}(r.key)) from @rows(keys: key bigint) r"
LOCK_EXCLUSIVE: Any = to_postgres(_LOCK_TEXT.format(function="pg_advisory_xact_lock"))
LOCK_SHARED: Any = to_postgres(_LOCK_TEXT.format(function="pg_advisory_xact_lock_shared"))
