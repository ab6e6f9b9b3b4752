"""Teaches a new database what its tables will look like, before they hold anything.

PostgreSQL plans by statistics. Of a table that was never analysed it assumes that one bucket is a
two-hundredth of few rows, so that walking a bucket looks as good as asking an index; the plan made
then is used while the table grows, and a statement that took 1 ms takes seconds. So each new table
is filled with rows of the usual shape, analysed and emptied again: the statistics stay.
"""

from typing import Any

import psycopg

from stopline.core.ids import BUCKET_COUNT
from stopline.store.database import Row

SAMPLE_ROWS = 3_000
# A sender has some thousand recipients; a bucket has some senders. Of the records of consent few
# senders have all: the person narrows them, the sender does not.
_REPEATED = {
    "bucket": BUCKET_COUNT,
    "sender": 500,
    "scope": 20,
    "account_id": 100,
    "subscription_id": 200,
    "lane": 4,
}
# No list of common values: whatever is none of the sample's would be taken for rare.
_WITHOUT_COMMON = ("scope",)
_FEW = 5
# In the partial indexes of what waits, there are many rows too.
_WAITING = ("status", "state")

_NEW_TABLES = """
select c.relname from pg_class c
where c.relnamespace = cast(current_schema() as regnamespace) and c.relkind = 'r'
  and c.reltuples < 0
  and exists (select 1 from pg_attribute a
              where a.attrelid = c.oid and a.attname = 'bucket' and not a.attisdropped)
  and not exists (select 1 from pg_stats s
                  where s.schemaname = current_schema() and s.tablename = c.relname)
order by c.relname
"""
_COLUMNS = """
select a.attname, format_type(a.atttypid, null) from pg_attribute a
where a.attrelid = cast(%s as regclass) and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""


def teach_planner(connection: psycopg.Connection[Row]) -> None:
    """Give every growing table that is empty and was never analysed its statistics."""
    for (table,) in connection.execute(_NEW_TABLES).fetchall():
        with connection.transaction():
            # Nobody else writes before the rows of the sample are gone again.
            connection.execute(_text(f"lock table {table} in access exclusive mode"))
            if connection.execute(_text(f"table {table} limit 1")).fetchone() is None:
                columns = connection.execute(_COLUMNS, (table,)).fetchall()
                _teach(connection, table, [(row[0], row[1]) for row in columns])


def _teach(connection: psycopg.Connection[Row], table: str, columns: list[tuple[str, str]]) -> None:
    names = ", ".join(name for name, _ in columns)
    values = ", ".join(_value(name, kind) for name, kind in columns)
    source = f"generate_series(1, {SAMPLE_ROWS}) i"
    rows = f"select {values} from {source} on conflict do nothing"  # noqa: S608 - our own names
    for name in (one for one, _ in columns if one in _WITHOUT_COMMON):
        connection.execute(_text(f"alter table {table} alter column {name} set statistics 1"))
    connection.execute(_text(f"insert into {table} ({names}) {rows}"))
    connection.execute(_text(f"analyze {table}"))
    connection.execute(_text(f"truncate {table}"))


def _value(name: str, kind: str) -> str:
    """What a column usually holds, as a function of the row's number."""
    number = f"i % {_REPEATED[name]}" if name in _REPEATED else "i"
    if name in _WAITING:
        return "0"
    if kind == "text":
        return f"md5(cast({number} as text))"
    if kind == "smallint" and name not in _REPEATED:
        return f"i % {_FEW}"
    return number


def _text(statement: str) -> Any:
    """Only names of our own tables are in it."""
    return statement
