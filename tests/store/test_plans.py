"""Every statement runs on PostgreSQL, and on an index, also while the tables are still empty."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stopline.store import sqlite
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.statements import load_statements, postgres_statements, sqlite_statements
from stopline.store.tx import Keys
from support.postgres import Cluster

# Read more of a bucket than single rows on purpose, each rarely or over few rows.
READS_A_BUCKET = {
    "count_deliveries": "how full a bucket is, once a minute",
    "count_inbound_parts": "bounded at 10,000 rows",
    "count_queued": "a gauge: the partial index of what waits",
    "count_waiting_events": "a gauge: the partial index of what waits",
    "drop_open_idempotency_keys": "when a process ended",
    "erase_inbound_references": "an erasure",
    "doubt_starts": "when a process ended",
    "find_uncertain": "the partial index of open messages",
    "has_pending_deliveries": "one row",
    "has_suppressions": "one row",
    "list_queued": "a copy that was restored",
    "list_claimed": "the partial index of open messages",
    "list_deliveries_of_person": "an erasure",
    "list_suppressions": "checks and rebuilds",
    "list_uncertain": "the partial index of open messages",
    "lock_ledger_head": "one row a bucket",
    "purge_inbound_references": "retention",
    "purge_start_credits": "retention",
    "read_ledger_head": "one row a bucket",
    "sweep_staged": "when a process ended",
    "sweep_refused": "when a process ended",
}
# Small tables: some rows an account.
MAY_SCAN = {
    "accounts",
    "apps",
    "carrier_reports",
    "carrier_switches",
    "credentials",
    "rates",
    "sender_queues",
    "senders",
    "subscriptions",
    "users",
}


@pytest.fixture(scope="module")
def connection(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    """An empty database as a start leaves it."""
    with cluster.database() as url:
        connection = connect(DatabaseAddress(url), "test")
        yield connection
        connection.close()


def plan(connection: psycopg.Connection[Any], name: str) -> list[str]:
    """The generic plan of a statement, whatever its parameters are."""
    text = postgres_statements()[name]
    names = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
    numbered = re.sub(r"%\((\w+)\)s", lambda m: f"${names.index(m[1]) + 1}", text)
    slots = set(re.findall(r"cast\(%\((\w+)\)s as jsonb\)", text))
    kinds = ["text" if one in slots else "unknown" for one in names]
    listed = f"({', '.join(kinds)})" if names else ""
    connection.execute(f"prepare {name}{listed} as {numbered.replace('%%', '%')}", prepare=False)
    nulls = f"({', '.join(['null'] * len(names))})" if names else ""
    found = connection.execute(f"explain execute {name}{nulls}", prepare=False).fetchall()
    connection.execute(f"deallocate {name}", prepare=False)
    return [row[0] for row in found]


@pytest.mark.parametrize("name", sorted(load_statements()))
def test_a_statement_runs_on_an_index(connection: psycopg.Connection[Any], name: str) -> None:
    """No growing table is walked, and of an index more than the bucket is used."""
    lines = plan(connection, name)
    scanned = [m[1] for line in lines if (m := re.search(r"Seq Scan on (\w+)", line))]
    assert set(scanned) <= MAY_SCAN
    if name not in READS_A_BUCKET:
        assert [line for line in lines if re.search(r"Index Cond: \(bucket = \$\d+\)$", line)] == []


# Statements that use an index with a gap: what lies in the gap is little.
EMPTY = "an empty table, where all indexes cost the same; the plan is made again in seconds"
GAPS = {
    "delete_consent": EMPTY,
    "find_recorded": EMPTY,
    "read_consents": EMPTY,
    "delete_suppressions": "erased persons of a bucket",
    "drop_network_reports": "words that networks use",
    "end_session": "sessions of a bucket that go on",
    "erase_start_credits": "an erasure",
    "find_suppressions": "erased persons of a bucket",
    "forget_delivery_attempts": "deliveries of one subscription that wait",
    "list_stale_queues": "queues that are due",
    "read_suppressions": "erased persons of a bucket",
    "withdraw_carrier_reports": "carriers of a process",
}


def index_columns(connection: psycopg.Connection[Any], index: str) -> list[str]:
    found = connection.execute(
        "select attname from pg_attribute where attrelid = cast(%s as regclass) order by attnum",
        (index,),
    )
    return [row[0] for row in found.fetchall()]


@pytest.mark.parametrize("name", sorted(load_statements().keys() - GAPS.keys()))
def test_an_index_is_used_without_gaps(connection: psycopg.Connection[Any], name: str) -> None:
    """A column behind one that is not asked for does not narrow what is read."""
    text = "\n".join(plan(connection, name))
    used = re.findall(r"Index (?:Only )?Scan[\w ]* using (\w+) on .*\n +Index Cond: (.*)", text)
    for index, condition in used:
        columns = index_columns(connection, index)
        asked = [column for column in columns if re.search(rf"\b{column}\b", condition)]
        assert asked == columns[: len(asked)], f"{index}: {condition}"


SENDER = "+12025550100"


@pytest.fixture(scope="module")
def grown(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    """A sender with many records, before PostgreSQL has ever analysed the table."""
    with cluster.database() as url:
        connection = connect(DatabaseAddress(url), "test")
        columns = "bucket, scope_kind, scope, recipient, account_id, denied, generation, denials, "
        values = f"1, 0, '{SENDER}', '+1312' || (2000000 + i), 1, 1, 1, '[]', 'sms', i, 1"
        connection.execute(
            f"insert into consents ({columns}source, changed_ms, ledger_position) "
            f"select {values} from generate_series(1, 100000) i"
        )
        yield connection
        connection.close()


# What each of these asks is found by this index; by another, all of the sender is read.
FOUND_BY = {
    "find_recorded": "consents_by_recipient",
    "list_consents_of_account": "consents_by_change",
    "list_consents_of_recipient": "consents_by_recipient",
    "list_consents_of_scope": "consents_by_scope",
}


@pytest.mark.parametrize("name", sorted(FOUND_BY))
def test_what_has_grown_is_read_by_its_own_index(grown: psycopg.Connection[Any], name: str) -> None:
    """Of a sender with many records only those that are asked for are read."""
    used = re.findall(r"using (consents\w+) on", "\n".join(plan(grown, name)))
    assert used == [FOUND_BY[name]]


LISTS = sorted(name for name in load_statements() if re.match(r"list_consents_of_(acc|sco)", name))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_one_state_reads_no_other(tmp_path: Path, name: str) -> None:
    """On SQLite as well: the state is looked up, so a few that are open are found among millions
    that are not, already in their order."""
    store = sqlite.SqliteStore(tmp_path / "stopline.db", Keys(b"n" * 32, b"s" * 32, b"c" * 32))
    store.close()
    database = sqlite.connect(tmp_path / "stopline.db", writable=False)
    unset: dict[str, None] = defaultdict(lambda: None)
    found = list(database.execute(f"explain query plan {sqlite_statements()[name]}", unset))
    database.close()
    (step,) = [row[3] for row in found]
    assert re.search(r"USING INDEX consents_by_\w+ \(bucket=\? AND .*denied=\? AND", step)
