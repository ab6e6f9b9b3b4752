"""The layout for Citus is complete, and no statement is of a form that Citus refuses."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.core.errors import StoreUnavailable
from stopline.store.citus import distribute, load_placements
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.statements import Statement, load_statements, postgres_statements, to_postgres
from store.test_schema import ALL_BUCKETS, GROWING, SMALL_TABLES, keys, references
from support.postgres import Cluster

# On the coordinator alone, each written with every claim or seldom read.
LOCAL = {"carrier_reports", "carrier_switches", "installation", "nodes", "rates", "sender_queues"}
STATEMENTS = sorted(load_statements().values(), key=lambda statement: statement.name)
each_statement = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda one: one.name)

# What Citus said no to when our statements were tried on it (13.2), and what its documentation
# says of the same kind. `many` forms are refused only where a statement names many buckets.
REFUSED_ANYWHERE = {
    "the bucket of a row is changed": r"(?:\bset|,)\s*bucket\s*=",
    "a list of buckets beside a lock": r"\bbucket\s+(?:in|=\s*any)\b[^;]*@(?:skip_)?lock",
    "a temporary table": r"\btemp(?:orary)?\b",
    "a trigger or a rule": r"\b(?:trigger|rule)\b",
    "a cursor": r"\bdeclare\b|\bfetch\b",
    "a merge": r"\bmerge\s+into\b",
    "grouping sets": r"\b(?:grouping\s+sets|cube|rollup)\b",
    "a sample": r"\btablesample\b",
    "a serial number": r"\bnextval\b|\bserial\b|\breturning\s+\*",
}
REFUSED_OVER_MANY = {
    "a lock": r"@(?:skip_)?lock",
    "a lateral join": r"@each|\blateral\b",
    "a recursive query": r"\brecursive\b",
    "a subquery": r"\(\s*select\b",
    "rows made from a list": r"@rows",
    "an update or a deletion": r"^\s*(?:update|delete|insert)\b",
}


def without_comments(sql: str) -> str:
    return re.sub(r"--[^\n]*", "", sql)


def refusals(statement: Statement, *, over_many: bool) -> list[str]:
    """Which refused forms a statement has."""
    forms = REFUSED_ANYWHERE | (REFUSED_OVER_MANY if over_many else {})
    sql = without_comments(statement.sql)
    return [name for name, form in forms.items() if re.search(form, sql, re.IGNORECASE)]


@each_statement
def test_no_statement_has_a_refused_form(statement: Statement) -> None:
    """Those that name one bucket run on one node, which takes nearly everything; those that name
    many are plain."""
    assert refusals(statement, over_many=statement.name in ALL_BUCKETS) == []


@each_statement
def test_no_statement_joins_the_coordinators_tables_with_those_that_grow(
    statement: Statement,
) -> None:
    """Such rows would have to travel for each statement."""
    names = set(re.findall(r"\b(?:from|join|into|update)\s+(\w+)", without_comments(statement.sql)))
    assert not (names & LOCAL and names & set(GROWING))


BAD = [
    ("moved", "update messages set bucket = r.bucket from x r where id = 1", False),
    ("lock of many", "select m.id from messages m where m.bucket in (1, 2) @skip_locked(m)", False),
    ("lock", "select d.bucket from deliveries d where d.state = 0 @lock(d)", True),
    ("lateral", "select 1 from x @each deliveries d where d.state = 0 @end", True),
    ("correlated", "select b from x where exists (select 1 from deliveries d)", True),
    ("list", "select 1 from @rows(buckets: bucket smallint) r, deliveries d", True),
]


@pytest.mark.parametrize("sql, over_many", [one[1:] for one in BAD], ids=[one[0] for one in BAD])
def test_refused_forms_are_seen(sql: str, over_many: bool) -> None:
    """The control: each form that was refused is found."""
    assert refusals(Statement("bad", "", sql), over_many=over_many)


# Grammar that looks like a call.
WORDS = {
    "and", "as", "cast", "coalesce", "conflict", "exists", "from", "in", "lateral", "or", "select",
    "values", "where", "not", "on", "when", "then", "else", "over",
}  # fmt: skip


def calls(sql: str) -> set[str]:
    """Functions that a statement calls; names before the columns of an insert are tables."""
    plain = re.sub(r"\binsert\s+into\s+\w+", "", without_comments(sql), flags=re.IGNORECASE)
    found = set(re.findall(r"\b([a-z_]+)\s*\(", plain))
    aliases = set(re.findall(r"\bas (\w+) \(|with (?:recursive )?(\w+) \(", plain))
    return found - WORDS - {name for pair in aliases for name in pair}


@pytest.fixture(scope="module")
def connection(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    with cluster.database() as url:
        connection = connect(DatabaseAddress(url), "test")
        yield connection
        connection.close()


def test_every_function_is_immutable(connection: psycopg.Connection[Any]) -> None:
    """Citus refuses the others in what it changes: the same parameters give the same rows."""
    used = set().union(*(calls(text) for text in postgres_statements().values()))
    rows = connection.execute(
        "select proname, array_agg(distinct provolatile::text) from pg_proc "
        "where proname = any(%s) and pronamespace = 'pg_catalog'::regnamespace group by proname",
        (list(used),),
    ).fetchall()
    assert {name for name, _ in rows} == used
    assert {name: kinds for name, kinds in rows if kinds != ["i"]} == {}


def test_a_function_with_a_clock_is_seen(connection: psycopg.Connection[Any]) -> None:
    """The control of the rule above."""
    assert calls(to_postgres("update messages set updated_ms = now() where id = 1")) == {"now"}
    row = connection.execute("select provolatile from pg_proc where proname = 'now'").fetchone()
    assert row
    assert row[0] != "i"


def test_each_table_has_one_place() -> None:
    """Those that grow are cut by bucket together, small ones are copied or stay."""
    by_function: dict[str, list[str]] = {}
    for one in load_placements():
        by_function.setdefault(one.function, []).append(one.table)
    assert sorted(by_function["create_distributed_table"]) == sorted(GROWING)
    assert sorted(by_function["create_reference_table"]) == sorted(SMALL_TABLES - LOCAL)
    assert sorted(by_function["citus_add_local_table_to_metadata"]) == sorted(LOCAL)
    assert len(load_placements()) == len(GROWING) + len(SMALL_TABLES)


def test_all_lie_beside_the_first() -> None:
    """Colocated by bucket: a statement that names one bucket finds every table on its node."""
    first, *others = [p for p in load_placements() if p.function == "create_distributed_table"]
    assert (first.table, "colocate_with" in first.sql) == ("messages", False)
    assert all("'bucket', colocate_with := 'messages'" in one.sql for one in others)


@pytest.mark.parametrize("table", GROWING)
def test_every_key_holds_the_bucket(table: str) -> None:
    """Citus refuses a primary key or a unique index without what a table is cut by."""
    assert all("bucket" in columns for columns in keys(table))


# Citus's functions as its version 13.2 declares them, with what they check before they work; the
# rest of the cluster is not here. The catalogue is the real one's as far as we read it.
STAND_IN = """
create table pg_dist_partition (logicalrelid regclass primary key, partmethod "char");

create function create_distributed_table(table_name regclass, distribution_column text,
    distribution_type text default 'hash', colocate_with text default 'default',
    shard_count integer default null) returns void language plpgsql as $$
begin
    if not exists (select 1 from pg_attribute where attrelid = table_name
                   and attname = distribution_column and attnotnull) then
        raise exception 'no column % in %', distribution_column, table_name;
    end if;
    if exists (select 1 from pg_index i where i.indrelid = table_name and i.indisunique
               and not exists (select 1 from pg_attribute a where a.attrelid = table_name
                    and a.attname = distribution_column and a.attnum = any(i.indkey))) then
        raise exception 'a unique index of % is without the distribution column', table_name;
    end if;
    if exists (select 1 from pg_trigger where tgrelid = table_name) then
        raise exception 'triggers are not supported on distributed tables';
    end if;
    if colocate_with <> 'default' and not exists (
            select 1 from pg_dist_partition where logicalrelid = colocate_with::regclass) then
        raise exception '% is not distributed', colocate_with;
    end if;
    insert into pg_dist_partition values (table_name, 'h');
end $$;

create function create_reference_table(table_name regclass) returns void language sql as
$$ insert into pg_dist_partition values (table_name, 'n') $$;

create function citus_add_local_table_to_metadata(table_name regclass,
    cascade_via_foreign_keys boolean default false) returns void language sql as
$$ insert into pg_dist_partition values (table_name, 's') $$;
"""


@pytest.fixture
def stand_in(cluster: Cluster) -> Iterator[str]:
    """A database with Citus's functions."""
    with cluster.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute(STAND_IN)
        yield url


def test_the_file_runs_once(stand_in: str) -> None:
    """Against functions of Citus's signatures; a second run has nothing to do."""
    connection = connect(DatabaseAddress(stand_in), "test")
    assert len(distribute(connection)) == len(load_placements())
    kinds = dict(connection.execute("select logicalrelid::text, partmethod from pg_dist_partition"))
    assert {table for table, kind in kinds.items() if kind == "h"} == set(GROWING)
    connection.execute("delete from pg_dist_partition where logicalrelid = 'tokens'::regclass")
    assert [one.table for one in distribute(connection)] == ["tokens"]
    assert distribute(connection) == []
    connection.close()


def test_a_table_that_citus_refuses_is_named(stand_in: str) -> None:
    """The control: a unique index without the bucket ends it."""
    connection = connect(DatabaseAddress(stand_in), "test")
    connection.execute("create unique index bad on batches (id)")
    with pytest.raises(StoreUnavailable, match="batches"):
        distribute(connection)
    connection.close()


def migrate(url: str, data: Path, *arguments: str) -> Any:
    settings = {"STOPLINE_DATABASE_URL": url, "STOPLINE_DATA": str(data)}
    return CliRunner().invoke(cli, ["migrate", *arguments], env=settings)


def test_the_command_lays_the_tables_out(stand_in: str, tmp_path: Path) -> None:
    """And says what it placed."""
    done = migrate(stand_in, tmp_path, "--citus")
    assert done.exit_code == 0, done.output
    assert "messages" in done.output
    assert "nothing" in migrate(stand_in, tmp_path, "--citus").output


def test_without_citus_the_command_says_what_is_missing(cluster: Cluster, tmp_path: Path) -> None:
    """Neither on a plain PostgreSQL nor on SQLite is anything changed."""
    with cluster.database() as url:
        done = migrate(url, tmp_path, "--citus")
        assert (done.exit_code, "create extension citus" in done.output) == (1, True)
    assert migrate("", tmp_path, "--citus").exit_code == 1


def test_a_statement_over_many_buckets_is_on_the_list() -> None:
    """The other way round: the list has no statement that names its bucket."""
    assert all(references(load_statements()[name]) for name in ALL_BUCKETS)
