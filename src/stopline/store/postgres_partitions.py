"""The table of messages cut by month: what is old goes as a whole, in no time.

An id begins with its moment, so a month is a range of ids. A table that was not cut is left as it
is; `begin` cuts it. Months to come are made ahead, so that an insert never waits for one.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from stopline.core.ids import MAX_ID, first_id_at
from stopline.store.database import Row
from stopline.store.postgres_connection import lock_key, unavailable
from stopline.store.postgres_statistics import teach_planner

# Servers that stand still for so long find a month to write into all the same.
MONTHS_AHEAD = 3
_TENDING_KEY = lock_key("stopline partitions")

_IS_CUT = "select relkind = 'p' from pg_class where oid = to_regclass('messages')"
_PARTS = """
select cast(c.relname as text), pg_get_expr(c.relpartbound, c.oid)
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = to_regclass('messages') order by c.relname
"""
_INDEXES = """
select cast(indexname as text), indexdef from pg_indexes
where schemaname = current_schema() and tablename = 'messages' and indexname <> 'messages_pkey'
"""
# Each is a partial index's condition, so that a full part is not walked.
_OPEN = ("status = 0", "status in (1, 2)", "status = 3")


@dataclass(frozen=True, slots=True)
class Tended:
    """What was done: parts that were made and dropped, by name."""

    made: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


def is_cut(connection: psycopg.Connection[Row]) -> bool:
    """Whether messages are kept by month."""
    found = connection.execute(_IS_CUT).fetchone()
    return bool(found and found[0])


def begin(connection: psycopg.Connection[Row], now_ms: int) -> bool:
    """Cut the table, what it holds being its first part; False when it is cut already.

    No server may run: everything waits while rows are checked. Raises StoreUnavailable.
    """
    try:
        if is_cut(connection):
            return False
        connection.execute("set statement_timeout = 0")
        with connection.transaction():
            _cut(connection, _month_after(_month_of(now_ms)))
        tend(connection, now_ms, None)
    except psycopg.Error as error:
        raise unavailable(error) from error
    return True


def _cut(connection: psycopg.Connection[Row], month: datetime) -> None:
    indexes = connection.execute(_INDEXES).fetchall()
    _run(connection, "alter table messages rename to messages_before")
    _run(connection, "alter index messages_pkey rename to messages_before_pkey")
    for name, _ in indexes:
        _run(connection, f"alter index {name} rename to {name}_before")
    _run(
        connection,
        "create table messages (like messages_before including defaults, "
        "primary key (bucket, id)) partition by range (id)",
    )
    for _, definition in indexes:
        _run(connection, definition)
    _run(
        connection,
        "alter table messages attach partition messages_before "
        f"for values from (minvalue) to ({_first_id(month)})",
    )


def tend(connection: psycopg.Connection[Row], now_ms: int, keep_ms: int | None) -> Tended:
    """Make the months to come, and drop those that ended before `keep_ms` ago with nothing open.

    One process at a time; another one's turn is left to it. Raises StoreUnavailable.
    """
    try:
        if not is_cut(connection) or not _take_turn(connection):
            return Tended()
        try:
            made = _make_ahead(connection, now_ms)
            dropped = () if keep_ms is None else _drop_old(connection, now_ms - keep_ms)
            return Tended(made, dropped)
        finally:
            connection.execute("select pg_advisory_unlock(%s)", (_TENDING_KEY,))
    except psycopg.Error as error:
        raise unavailable(error) from error


def _take_turn(connection: psycopg.Connection[Row]) -> bool:
    row = connection.execute("select pg_try_advisory_lock(%s)", (_TENDING_KEY,)).fetchone()
    return bool(row and row[0])


def _make_ahead(connection: psycopg.Connection[Row], now_ms: int) -> tuple[str, ...]:
    parts = {row[0]: _upper_id(row[1]) for row in connection.execute(_PARTS).fetchall()}
    covered = max(parts.values())
    month, made = _month_of(now_ms), []
    for _ in range(MONTHS_AHEAD + 1):
        following = _month_after(month)
        if _first_id(month) >= covered:
            made.append(_make(connection, month, following))
        month = following
    return tuple(made)


def _make(connection: psycopg.Connection[Row], month: datetime, following: datetime) -> str:
    """Made apart and attached: the servers go on writing meanwhile."""
    name = f"messages_{month:%Y_%m}"
    _run(connection, f"create table {name} (like messages including defaults including indexes)")
    teach_planner(connection)
    _run(
        connection,
        f"alter table messages attach partition {name} "
        f"for values from ({_first_id(month)}) to ({_first_id(following)})",
    )
    return name


def _drop_old(connection: psycopg.Connection[Row], before_ms: int) -> tuple[str, ...]:
    dropped = []
    for name, bound in connection.execute(_PARTS).fetchall():
        if _upper_id(bound) <= first_id_at(before_ms) and not _is_open(connection, name):
            # The part is let go without a lock that would stop the others.
            _run(connection, f"alter table messages detach partition {name} concurrently")
            _run(connection, f"drop table {name}")
            dropped.append(name)
    return tuple(dropped)


def _is_open(connection: psycopg.Connection[Row], name: str) -> bool:
    """Whether a message of it has not come to its end."""
    return any(
        _run(connection, f"select 1 from {name} where {condition} limit 1").fetchone()  # noqa: S608 - ours
        for condition in _OPEN
    )


def _upper_id(bound: str) -> int:
    """The id behind the last of a part, from how PostgreSQL describes it."""
    _, _, upper = bound.partition(" TO (")
    digits = upper.strip("')")
    return int(digits) if digits.isdigit() else MAX_ID


def _first_id(month: datetime) -> int:
    return first_id_at(int(month.timestamp() * 1_000))


def _month_of(now_ms: int) -> datetime:
    moment = datetime.fromtimestamp(now_ms / 1_000, UTC)
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _month_after(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _run(connection: psycopg.Connection[Row], text: str) -> psycopg.Cursor[Row]:
    statement: Any = text  # our own names and numbers
    return connection.execute(statement, prepare=False)
