"""What has to hold before a database is used: settings that keep commits, the clock, the keys."""

import hmac
import time

import psycopg

from stopline.core.errors import StoreUnavailable
from stopline.store.database import Row
from stopline.store.postgres_connection import UNFIT, lock_key, unavailable
from stopline.store.tx import Keys

OLDEST_VERSION = 140_000
# Times of different processes are compared in the database: their clocks may differ so much.
CLOCK_DIFFERENCE_MS = 5_000
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
