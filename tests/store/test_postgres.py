"""PostgreSQL: what it refuses to start on, how processes are told apart, what is never guessed."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stopline.core.errors import StoreUnavailable
from stopline.core.messages import MessageStatus
from stopline.flows.submissions import recheck_claim
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy
from stopline.store import nodes, postgres
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.postgres_migration import find_pending, migrate
from stopline.store.tx import Keys, Tx
from stopline.workers.janitor import Janitor
from support.postgres import Cluster
from support.world import KEYS, World, person, real_clock_ms

ANN = person(1)
HOUR_MS = 3_600_000


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    """An empty database with the schema."""
    with cluster.database() as it:
        yield it


def until_gone(store: PostgresStore, number: int) -> None:
    """Until one number is known to be gone: PostgreSQL notices the end of a session by itself."""
    deadline = time.monotonic() + 20
    while not (gone := store.gone_nodes()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert list(gone) == [number]


def open_store(url: str, keys: Keys = KEYS) -> PostgresStore:
    return PostgresStore(DatabaseAddress(url), keys, recheck=recheck_claim)


def execute(url: str, text: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(text)  # type: ignore[call-overload]
        return found.fetchall() if found.description else []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("synchronous_commit", "off"),
        ("default_transaction_isolation", "'repeatable read'"),
        ("default_transaction_isolation", "serializable"),
    ],
)
def test_a_database_that_may_lose_or_misjudge_is_refused(
    url: str, setting: str, value: str
) -> None:
    """The message names the setting; nothing is served on it."""
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    execute(url, f"alter database {name} set {setting} = {value}")
    with pytest.raises(StoreUnavailable, match=setting):
        open_store(url)


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_cluster_that_does_not_sync_is_refused(cluster: Cluster, url: str, setting: str) -> None:
    """A crash of the machine would lose what was acknowledged."""
    try:
        set_for_all(cluster, setting, "off")
        with pytest.raises(StoreUnavailable, match=setting):
            open_store(url)
    finally:
        set_for_all(cluster, setting, "on")
    open_store(url).close()


def set_for_all(cluster: Cluster, setting: str, value: str) -> None:
    """Set it, and wait until new sessions see it."""
    execute(cluster.url("postgres"), f"alter system set {setting} = {value}")
    execute(cluster.url("postgres"), "select pg_reload_conf()")
    while execute(cluster.url("postgres"), f"show {setting}") != [(value,)]:
        time.sleep(0.01)


def test_commits_wait_for_the_disk_whatever_is_set_while_it_runs(url: str) -> None:
    """Sessions keep what was found at the start; new ones ask for it themselves."""
    store = open_store(url)
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    execute(url, f"alter database {name} set synchronous_commit = off")

    def commits_wait(tx: Tx) -> str:
        connection = tx.senders._db.connection  # type: ignore[attr-defined]
        return str(connection.execute("select current_setting('synchronous_commit')").fetchone()[0])

    assert store.transact_now(commits_wait) == "on"
    store.close()


def test_another_installations_keys_are_refused(url: str) -> None:
    """Numbers hashed with two keys would never match again."""
    open_store(url).close()
    with pytest.raises(StoreUnavailable, match=r"number\.key"):
        open_store(url, Keys(number=b"x" * 32, server=b"s" * 32, checkpoint=b"c" * 32))


def test_many_processes_may_bring_the_schema_up_at_once(cluster: Cluster) -> None:
    """One does it, the others wait and find it done."""
    with cluster.database(template="template1") as url:
        errors: list[Exception] = []

        def run() -> None:
            connection = connect(DatabaseAddress(url), "test")
            try:
                migrate(connection, 0)
            except StoreUnavailable as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        connection = connect(DatabaseAddress(url), "test")
        assert find_pending(connection) == []
        connection.close()


def test_processes_have_numbers_of_their_own(url: str) -> None:
    """Their ids never meet."""
    first, second = open_store(url), open_store(url)
    numbers = {store._node.number for store in (first, second)}
    first.close()
    second.close()
    assert len(numbers) == 2


def test_a_process_is_gone_only_when_its_session_is_and_its_lease_has_ended(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 24: a clock alone never takes a claim from somebody who may still be sending."""
    first, second = open_store(url), open_store(url)
    number = first._node.number
    execute(url, "update nodes set seen_ms = 1")
    assert second.gone_nodes() == {}
    first._node._connection.close()
    first._node._closing.set()
    until_gone(second, number)
    execute(url, "update nodes set seen_ms = 9000000000000")
    assert second.gone_nodes() == {}
    first._closed = True
    second.close()


def test_a_process_that_ended_in_order_is_settled_at_once(url: str) -> None:
    """No lease is waited for; afterwards its number is free."""
    first, second = open_store(url), open_store(url)
    number = first._node.number
    first.close()
    until_gone(second, number)
    second.forget_nodes([number])
    third = open_store(url)
    assert third._node.number == number
    second.close()
    third.close()


async def take_up(store: PostgresStore, held: psycopg.Connection[tuple[object, ...]]) -> None:
    """Start, let go of the rows, and wait until what was left is taken up."""
    policy = UpkeepPolicy(UncertainPolicy(wait_ms=HOUR_MS))
    janitor = Janitor(store, policy, round_ms=10)
    await janitor.start()
    assert store.gone_nodes() != {}
    held.rollback()
    async with asyncio.timeout(30):
        while store.gone_nodes():
            await asyncio.sleep(0.01)
    await janitor.stop(0)


def test_a_start_does_not_fail_while_another_takes_up_what_was_left(
    tmp_path: Path, url: str
) -> None:
    """Processes that start together find the same claims; one of them waits for the other."""
    world = World(tmp_path, real_clock_ms, database=url)
    world.send(ANN)
    world.claim()
    world.close()
    store = PostgresStore(DatabaseAddress(url, lock_ms=100), KEYS, recheck=recheck_claim)
    with psycopg.connect(url) as other:
        other.execute("select * from messages for update")
        asyncio.run(take_up(store, other))
    store.close()
    assert execute(url, "select status from messages") == [(int(MessageStatus.UNCERTAIN),)]


def test_a_command_leaves_no_number_behind(url: str) -> None:
    """Sixty-five commands in a row find a number each."""
    store = PostgresStore(DatabaseAddress(url), KEYS, recheck=recheck_claim, transient=True)
    store.close()
    assert execute(url, "select count(*) from nodes") == [(0,)]


def test_a_gate_kept_in_another_way_is_not_passed(tmp_path: Path, url: str) -> None:
    """Row 31: below the installation's protocol a process does not send (S29)."""
    world = World(tmp_path, real_clock_ms, database=url)
    world.send(ANN)
    claim = world.claim()
    execute(url, "update installation set value = 2 where name = 'gate_protocol'")
    with pytest.raises(StoreUnavailable, match="protocol 2"):
        world.pass_gate(claim)
    world.close()


def test_a_hand_over_plans_nothing_anew(tmp_path: Path, url: str) -> None:
    """Its statements stay prepared from one to the next: what planning them costs is paid once."""
    world = World(tmp_path, database=url)
    world.send(*(person(number) for number in range(4)))
    made = set()
    for _ in range(3):
        world.answer(world.pass_gate(world.claim(1)))
        connection = world.store.gate._idle.get()
        rows = connection.execute("select prepare_time from pg_prepared_statements", prepare=False)
        made.add(frozenset(row[0] for row in rows))
        world.store.gate._idle.put(connection)
    world.close()
    assert len(made) == 1
    assert len(made.pop()) > 3


def test_a_deadlock_is_run_again(url: str) -> None:
    """Two flows in each other's way both end well; one of them ran twice."""
    store = open_store(url)
    store.transact_now(lambda tx: [tx.senders.list_all(), tx.hold("start")][1])
    execute(url, "create table t (id int primary key, n int)")
    execute(url, "insert into t values (1, 0), (2, 0)")
    barrier = threading.Barrier(2)
    runs: list[int] = []

    def cross(tx: Tx, first: int, second: int) -> None:
        runs.append(first)
        connection = tx.senders._db.connection  # type: ignore[attr-defined]
        connection.execute("update t set n = n + 1 where id = %s", (first,))
        if len(runs) <= 2:
            barrier.wait(5)
        connection.execute("update t set n = n + 1 where id = %s", (second,))

    threads = [
        threading.Thread(target=store.transact_now, args=(cross, *pair))
        for pair in ((1, 2), (2, 1))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()
    assert execute(url, "select n from t") == [(2,), (2,)]
    # One of them was ended and began anew, on a slow machine perhaps more than once.
    assert len(runs) > 2


def test_a_session_cut_before_the_commit_is_opened_again_and_the_flow_run_again(url: str) -> None:
    """Nothing was committed, so nothing can be done twice."""
    store = open_store(url)
    runs: list[int] = []

    def cut_once(tx: Tx) -> str:
        connection = tx.senders._db.connection  # type: ignore[attr-defined]
        runs.append(connection.info.backend_pid)
        if len(runs) == 1:
            execute(url, f"select pg_terminate_backend({runs[0]})")
        tx.senders.list_all()
        return "done"

    assert store.transact_now(cut_once) == "done"
    assert len(runs) == 2
    store.close()


def test_an_unknown_outcome_of_a_commit_is_no_success(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row 15: the session ends while the commit is under way; the caller hears "not now"."""
    store = open_store(url)
    real_commit = postgres._commit

    def commit(connection: psycopg.Connection[tuple[object, ...]]) -> None:
        monkeypatch.setattr(postgres, "_commit", real_commit)
        execute(url, f"select pg_terminate_backend({connection.info.backend_pid})")
        real_commit(connection)

    monkeypatch.setattr(postgres, "_commit", commit)
    with pytest.raises(StoreUnavailable, match="nobody knows"):
        store.transact_now(lambda tx: tx.senders.list_all())
    assert store.transact_now(lambda tx: tx.senders.list_all()) == []
    store.close()


def test_a_stop_waits_for_no_slow_reads_and_writes_of_others(tmp_path: Path, url: str) -> None:
    """Row 35: connections of its own."""
    world = World(tmp_path, real_clock_ms, database=url)
    hold = threading.Event()
    begun = threading.Barrier(postgres.WRITE_THREADS + postgres.READ_THREADS + 1)

    def slow(tx: Tx) -> None:
        begun.wait(5)
        hold.wait(5)

    threads = [
        threading.Thread(target=run, args=(slow,))
        for run, count in (
            (world.store.transact_now, postgres.WRITE_THREADS),
            (world.store.read_now, postgres.READ_THREADS),
        )
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    begun.wait(5)
    began = time.monotonic()
    world.text(ANN, "STOP")
    took = time.monotonic() - began
    hold.set()
    for thread in threads:
        thread.join()
    world.close()
    assert took < 1.5


def test_the_lease_is_renewed_more_often_than_it_ends() -> None:
    """Several renewals may fail before anybody takes a process for dead."""
    assert nodes.RENEW_SECONDS * 1_000 * 4 < nodes.GONE_MS
