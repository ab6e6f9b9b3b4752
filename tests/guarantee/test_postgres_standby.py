"""A primary is lost and its streaming standby takes over: what each kind may lose, and no more."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from stopline.core.errors import StoreUnavailable
from stopline.flows.submissions import recheck_claim
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress
from support.load import Load
from support.postgres import REPLICATED, Cluster, private_cluster
from support.proof import record
from support.scale import figure
from support.world import KEYS, World, person, real_clock_ms

DATABASE = "stopline_schema"
PATIENCE_S = 30.0


@dataclass
class Pair:
    """A primary and its standby."""

    primary: Cluster
    standby: Cluster

    @property
    def url(self) -> str:
        """Whichever of the two takes writes."""
        hosts = f"{self.primary.folder},{self.standby.folder}"
        return f"postgresql://postgres@/{DATABASE}?host={hosts}&target_session_attrs=read-write"

    def ask(self, cluster: Cluster, text: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            found = connection.execute(text.encode())
            return found.fetchall() if found.description else []

    def wait_for_standby(self, synchronous: bool) -> None:
        """Until commits wait for the standby, or the standby follows."""
        if synchronous:
            self.ask(self.primary, "alter system set synchronous_standby_names = '*'")
            self.ask(self.primary, "select pg_reload_conf()")
        state = "sync" if synchronous else "async"
        query = f"select 1 from pg_stat_replication where sync_state = '{state}'"
        deadline = time.monotonic() + PATIENCE_S
        while not self.ask(self.primary, query):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def lose_primary(self) -> float:
        """It is gone and stays away; the standby takes over. How long that took."""
        began = time.monotonic()
        self.primary.stop("immediate")
        self.standby.promote()
        return time.monotonic() - began

    def receiver_pid(self) -> int:
        """The standby's process that takes the stream."""
        ((pid,),) = self.ask(self.standby, "select pid from pg_stat_wal_receiver")
        return int(pid)


@contextmanager
def streaming_pair() -> Iterator[Pair]:
    with ExitStack() as stack:
        primary = stack.enter_context(private_cluster(REPLICATED))
        parent = primary.folder.parent
        folder = stack.enter_context(TemporaryDirectory(prefix="stopline-pg-", dir=parent))
        standby = primary.make_standby(Path(folder))
        stack.callback(standby.stop)
        yield Pair(primary, standby)


@pytest.fixture
def pair() -> Iterator[Pair]:
    """One to be lost."""
    with streaming_pair() as it:
        yield it


@pytest.fixture(scope="module")
def lasting_pair() -> Iterator[Pair]:
    """One whose primary stays."""
    with streaming_pair() as it:
        it.wait_for_standby(synchronous=True)
        yield it


@contextmanager
def two_nodes(folder: Path, url: str) -> Iterator[list[World]]:
    worlds = [World(folder, real_clock_ms, database=url) for _ in range(2)]
    yield worlds
    for world in worlds:
        world.close()


@pytest.fixture
def nodes(pair: Pair, tmp_path: Path) -> Iterator[list[World]]:
    with two_nodes(tmp_path, pair.url) as worlds:
        yield worlds


@pytest.fixture
def lasting_nodes(lasting_pair: Pair, tmp_path: Path) -> Iterator[list[World]]:
    with two_nodes(tmp_path, lasting_pair.primary.url(DATABASE)) as worlds:
        yield worlds


PEOPLE = [person(number) for number in range(60)]


@pytest.mark.heavy
@pytest.mark.timeout(300)
@pytest.mark.parametrize("run", range(figure(1, 10)))
def test_with_a_synchronous_standby_nothing_is_lost(
    pair: Pair, nodes: list[World], run: int
) -> None:
    """What was acknowledged is on both; what was not is brought again."""
    pair.wait_for_standby(synchronous=True)
    with Load(nodes, PEOPLE, seed=run) as load:
        load.until(stops=20, sends=50)
        load.wait_ms(0, 100)
        took_s = pair.lose_primary()
        load.until(stops=20, sends=20)
    load.check(nodes[0])
    took_over_ms = round(took_s * 1_000)
    load.report("primary lost, synchronous standby promoted", 1, took_over_ms=took_over_ms)


@pytest.mark.heavy
@pytest.mark.timeout(300)
@pytest.mark.parametrize("run", range(figure(1, 10)))
def test_with_an_asynchronous_standby_the_last_moments_may_be_lost(
    pair: Pair, nodes: list[World], run: int
) -> None:
    """The control: what was not streamed yet is gone, acknowledged STOPs too. The rest is there,
    and its ledger is whole."""
    pair.wait_for_standby(synchronous=False)
    with Load(nodes, PEOPLE, seed=run) as load:
        load.until(stops=20, sends=50)
        pid = pair.receiver_pid()
        os.kill(pid, signal.SIGSTOP)
        load.until(stops=20)
        pair.primary.stop("immediate")
        load.end()
        os.kill(pid, signal.SIGKILL)
        # Losing a process by SIGKILL restarts all of them, and a promotion asked for meanwhile is
        # forgotten: so the restart is ours.
        pair.standby.stop("immediate")
        pair.standby.start()
        pair.standby.promote()
    lost = load.lost(nodes[0])
    load.check_ledger(nodes[0])
    record(
        "primary lost, asynchronous standby promoted (control)",
        1,
        stops=load.acknowledged_stops,
        lost=len(lost),
    )
    assert lost


AWAY_S = 1.0


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_without_the_synchronous_standby_nothing_is_told_and_nothing_sent(
    lasting_pair: Pair, lasting_nodes: list[World]
) -> None:
    """But what was confirmed before it went. When it is back, what waited goes on."""
    pair, runs = lasting_pair, figure(1, 10)
    with Load(lasting_nodes, PEOPLE) as load:
        for _ in range(runs):
            load.until(stops=5, sends=20)
            pair.standby.stop("immediate")
            gone_ns = time.monotonic_ns()
            claimed = visible(pair, "select id from messages where status in (1, 2)")
            out = visible(pair, "select recipient from consents where denied = 1")
            time.sleep(AWAY_S)
            left = {w.submission.message_id for w in load.written if w.moment_ns > gone_ns}
            told = load.told_since(gone_ns)
            pair.standby.start()
            assert (left - claimed, told - out) == (set(), set())
        load.until(stops=5, sends=20)
    load.check(lasting_nodes[0])
    load.report("synchronous standby lost", runs)


def visible(pair: Pair, query: str) -> set[Any]:
    """What is committed, which what waits for the standby is not yet."""
    with psycopg.connect(pair.primary.url(DATABASE)) as connection:
        return {row[0] for row in connection.execute(query.encode()).fetchall()}


@pytest.mark.heavy
@pytest.mark.timeout(120)
def test_a_stop_that_the_standby_does_not_confirm_is_not_acknowledged(
    lasting_pair: Pair, tmp_path: Path
) -> None:
    """PostgreSQL calls a commit whose wait for the standby was cancelled a success that warns; it
    is none: the primary may be lost now."""
    pair = lasting_pair
    world = World(tmp_path, real_clock_ms, database=pair.primary.url(DATABASE))
    assert world.text(person(1), "STOP") == 1
    pair.standby.stop("immediate")
    with ThreadPoolExecutor(1) as threads:
        stopping = threads.submit(world.text, person(2), "STOP")
        deadline = time.monotonic() + PATIENCE_S
        while not stopping.done() and time.monotonic() < deadline:
            time.sleep(0.1)
            cancel = "select pg_cancel_backend(pid) from pg_stat_activity "
            pair.ask(pair.primary, cancel + "where wait_event = 'SyncRep'")
        with pytest.raises(StoreUnavailable, match="standby"):
            stopping.result(PATIENCE_S)
    pair.standby.start()
    pair.wait_for_standby(synchronous=True)
    assert world.text(person(2), "STOP") == 0
    assert world.is_denied(person(2))
    world.close()


@pytest.mark.heavy
@pytest.mark.timeout(120)
def test_no_session_is_opened_on_a_standby(lasting_pair: Pair, tmp_path: Path) -> None:
    """A balancer that leads to the standby for a moment: its locks hold nobody on the primary, so
    a hand-over there would not see the STOP."""
    world = World(tmp_path, real_clock_ms, database=lasting_pair.primary.url(DATABASE))
    world.send(person(3))
    claim = world.claim()
    gate = world.store.gate
    gate._address = DatabaseAddress(lasting_pair.standby.url(DATABASE))  # type: ignore[union-attr]
    with pytest.raises(StoreUnavailable, match="standby"):
        world.pass_gate(claim)
    world.close()


@pytest.mark.heavy
@pytest.mark.timeout(120)
def test_settings_that_break_the_promise_are_refused(lasting_pair: Pair) -> None:
    """A standby itself, and commits that do not wait for a standby that is named."""
    pair, store = lasting_pair, (KEYS, recheck_claim)
    with pytest.raises(StoreUnavailable, match="standby"):
        PostgresStore(DatabaseAddress(pair.standby.url(DATABASE)), store[0], recheck=store[1])
    pair.ask(pair.primary, f"alter database {DATABASE} set synchronous_commit = local")
    with pytest.raises(StoreUnavailable, match="local"):
        PostgresStore(DatabaseAddress(pair.primary.url(DATABASE)), store[0], recheck=store[1])
