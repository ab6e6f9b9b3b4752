"""The schema and every statement stay in what one machine, PostgreSQL and Citus have in common."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import apsw
import pytest

from stopline.store.migrate import load_migrations
from stopline.store.statements import Statement, directed, load_statements, sqlite_statements

STORE = Path(__file__).parents[2] / "src" / "stopline" / "store"

# Tables that do not grow with traffic: few rows an account, copied to each node when distributed.
SMALL_TABLES = {
    "accounts",
    "apps",
    "carrier_reports",
    "carrier_switches",
    "credentials",
    "installation",
    "nodes",
    "rates",
    "sender_queues",
    "senders",
    "subscriptions",
    "users",
}

# Statements that go over all buckets on purpose.
ALL_BUCKETS = {
    "list_ledger_heads": "a checkpoint holds the end of every chain: 64 small rows",
}

# Statements that walk a growing table, because they are rare or the rows are few.
WALKS = {
    "list_ledger_heads": "64 small rows",
}

FORBIDDEN = re.compile(
    r"\b(?:create\s+(?:trigger|sequence|view)|nextval|serial|bigserial|autoincrement|"
    r"generated\s+(?:always|by)|foreign\s+key|current_timestamp|current_date|current_time|"
    r"strftime|julianday|unixepoch|datetime|clock_timestamp|now|random|randomblob|"
    r"gen_random_uuid|last_insert_rowid|rowid|rename)\b",
    re.IGNORECASE,
)

STATEMENTS = sorted(load_statements().values(), key=lambda statement: statement.name)
each_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one.name)


@cache
def database() -> apsw.Connection:
    """An empty database with every migration."""
    connection = apsw.Connection(":memory:")
    for migration in load_migrations():
        connection.execute(migration.sql)
    return connection


def tables() -> list[str]:
    rows = database().execute("select name from sqlite_master where type = 'table' order by name")
    return [row[0] for row in rows]


GROWING = [table for table in tables() if table not in SMALL_TABLES]


def keys(table: str) -> Iterator[list[str]]:
    """The columns of the primary key and of every unique index."""
    columns = database().execute(f"pragma table_info({table})").fetchall()
    yield [row[1] for row in sorted((r for r in columns if r[5]), key=lambda r: r[5])]
    for _, index, unique, *_ in database().execute(f"pragma index_list({table})").fetchall():
        if unique:
            yield [row[2] for row in database().execute(f"pragma index_info({index})").fetchall()]


def indexes(table: str) -> Iterator[list[str]]:
    for row in database().execute(f"pragma index_list({table})").fetchall():
        yield [r[2] for r in database().execute(f"pragma index_info({row[1]})").fetchall()]


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def test_small_tables_exist() -> None:
    """The list names only what is there."""
    assert set(tables()) >= SMALL_TABLES


@pytest.mark.parametrize("table", GROWING)
def test_bucket_leads_every_key_of_a_growing_table(table: str) -> None:
    """Primary key, unique indexes and the others begin with it; it is never null."""
    for columns in (*keys(table), *indexes(table)):
        assert columns[0] == "bucket", (table, columns)
    (bucket,) = (r for r in database().execute(f"pragma table_info({table})") if r[1] == "bucket")
    assert (bucket[2].lower(), bucket[3]) == ("smallint", 1)


@pytest.mark.parametrize("table", tables())
def test_no_key_points_to_another_table(table: str) -> None:
    """A foreign key would reach into another bucket."""
    assert database().execute(f"pragma foreign_key_list({table})").fetchall() == []


def test_there_are_only_tables_and_indexes() -> None:
    """No trigger, no view."""
    kinds = {row[0] for row in database().execute("select distinct type from sqlite_master")}
    assert kinds == {"table", "index"}


@pytest.mark.parametrize("path", sorted(STORE.glob("*/*.sql")), ids=lambda path: path.stem)
def test_no_clock_sequence_or_chance_in_sql(path: Path) -> None:
    """Times, ids and chance are parameters."""
    assert FORBIDDEN.findall(without_comments(path.read_text())) == []


def references(statement: Statement) -> list[str]:
    """Each place where a growing table is read or written."""
    sql = without_comments(statement.sql)
    found = re.findall(r"\b(?:from|join|into|update)\s+(\w+)", sql, re.IGNORECASE)
    return [name for name in found if name in GROWING]


def bucket_conditions(statement: Statement) -> int:
    """Each place where a table is tied to one bucket: by the parameter, or to another that is."""
    sql = without_comments(statement.sql)
    tied = re.findall(r"\bbucket = (?::bucket|\w+\.bucket)\b", sql)
    written = re.findall(r"\b(?:values\s*\(|select\s+):bucket\b", sql)
    return len(tied) + len(written)


@each_statement
def test_a_statement_names_one_bucket(statement: Statement) -> None:
    """Each mention of a growing table is tied to :bucket, or the statement is on the list."""
    if statement.name in ALL_BUCKETS:
        assert ":bucket" not in statement.sql
    else:
        assert bucket_conditions(statement) >= len(references(statement))


@each_statement
def test_a_statement_can_be_prepared(statement: Statement) -> None:
    """SQLite takes it, with the columns the schema has."""
    assert explain(statement, "explain")


@each_statement
def test_a_statement_stays_on_an_index(statement: Statement) -> None:
    """No growing table is walked whole; what is searched is searched by bucket at least."""
    if statement.name in WALKS:
        return
    assert walked(statement) == []


def walked(statement: Statement) -> list[str]:
    """Where SQLite would read a growing table from end to end."""
    sql = without_comments(statement.sql)
    aliases = re.findall(r"\b(?:from|join)\s+(\w+)\s+(?!where\b|set\b)(\w+)", sql)
    names = set(GROWING) | {alias for table, alias in aliases if table in GROWING}
    plan = [row[3] for row in explain(statement, "explain query plan")]
    return [step for step in plan if (m := re.match(r"SCAN (\w+)", step)) and m[1] in names]


def explain(statement: Statement, word: str) -> list[tuple[Any, ...]]:
    text = sqlite_statements().get(statement.name, statement.sql)
    bindings = dict.fromkeys(re.findall(r":([a-z_]+)", text), 1)
    return database().execute(f"{word} {text}", bindings).fetchall()


def test_every_statement_is_used() -> None:
    """A statement nobody runs is deleted, not kept."""
    source = "".join(path.read_text() for path in STORE.glob("*.py"))
    unused = [one.name for one in STATEMENTS if not is_used(one.name, source)]
    assert unused == []


def is_used(name: str, source: str) -> bool:
    """By its name, or as the twin of a list that is asked for in both directions."""
    if name == directed(name.removesuffix("_upward"), upward=True):
        return f'directed("{name.removesuffix("_upward")}", upward=' in source
    return f'"{name}"' in source


def test_every_statement_says_what_it_is_for() -> None:
    """The sentence under its name."""
    assert [one.name for one in STATEMENTS if not one.purpose.strip()] == []


@pytest.mark.parametrize("names", [ALL_BUCKETS, WALKS])
def test_the_lists_of_exceptions_hold_only_what_exists(names: dict[str, str]) -> None:
    """An exception that is not needed any more goes."""
    assert names.keys() <= load_statements().keys()


BAD = [
    ("no bucket", "select id from messages where id = :id"),
    ("one of two", "select m.id from messages m join batches b on 1 where m.bucket = :bucket"),
    ("inner", "delete from messages where bucket = :bucket and id in (select id from batches)"),
]


@pytest.mark.parametrize("name, sql", BAD)
def test_the_rule_of_buckets_can_fail(name: str, sql: str) -> None:
    """The control: statements that leave their bucket are seen."""
    statement = Statement(name, "", sql)
    assert bucket_conditions(statement) < len(references(statement))


@pytest.mark.parametrize(
    "sql",
    [
        "select m.id from messages m where m.body = :body",
        "select id from deliveries where label = :label",
    ],
)
def test_the_rule_of_indexes_can_fail(sql: str) -> None:
    """The control: a walk through a growing table is seen."""
    assert walked(Statement("bad", "", sql)) != []


@pytest.mark.parametrize(
    "sql",
    ["insert into t values (now())", "create trigger x", "select strftime('%s')", "id bigserial"],
)
def test_the_rule_of_clocks_can_fail(sql: str) -> None:
    """The control: clocks, triggers and sequences are seen."""
    assert FORBIDDEN.search(sql)
