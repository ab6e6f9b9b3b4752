"""Sessions ended, the network cut, slow or lossy, clocks apart: under load, judged afterwards."""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pytest

from support.load import Load
from support.paused import PausedNode
from support.postgres import Cluster
from support.postgres_proxy import PostgresProxy
from support.proof import record
from support.races.pause_races import sender_stands_still, sender_stands_still_and_loses_its_backend
from support.races.play import MovableClock, Nodes, Play
from support.scale import figure
from support.world import World, person, real_clock_ms

PEOPLE = [person(number) for number in range(60)]
# Longer than a hand-over may take.
PAUSE_S = 1.0
HOUR_MS = 3_600_000


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as it:
        yield it


@pytest.fixture
def watch(url: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def proxy(cluster: Cluster) -> Iterator[PostgresProxy]:
    with TemporaryDirectory(prefix="stopline-wire-", dir="/tmp") as folder:
        it = PostgresProxy(Path(folder), cluster.folder)
        yield it
        it.close()


@pytest.fixture
def nodes(
    tmp_path: Path, url: str, cluster: Cluster, proxy: PostgresProxy
) -> Iterator[list[World]]:
    """Two nodes; the second reaches the database over the wire."""
    wired = url.replace(str(cluster.folder), str(proxy.folder))
    worlds = [World(tmp_path, real_clock_ms, database=address) for address in (url, wired)]
    yield worlds
    for world in worlds:
        world.close()


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_sessions_are_ended_at_random(nodes: list[World], watch: psycopg.Connection[Any]) -> None:
    """S10: whatever a session was doing; nothing is told as stored that is not."""
    dice = random.Random(10)
    wanted, ended = figure(50, 500), 0
    query = (
        "select pid from pg_stat_activity where datname = current_database() "
        "and application_name ~ 'stopline (consent|writer|gate|reader)' and state <> 'idle'"
    )
    with Load(nodes, PEOPLE) as load:
        load.until(stops=5, sends=5)
        while ended < wanted:
            busy = [row[0] for row in watch.execute(query).fetchall()]
            if busy:
                pid = dice.choice(busy)
                found = watch.execute("select pg_terminate_backend(%s)", (pid,)).fetchone()
                ended += bool(found and found[0])
            time.sleep(dice.random() * 0.02)
        load.until(stops=5, sends=5)
    load.check(nodes[0])
    load.report("S10 sessions ended", ended)


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_the_connection_ends_after_the_commit_was_sent(
    nodes: list[World], proxy: PostgresProxy
) -> None:
    """S11: nobody knows whether it was stored; what is not known is not told."""
    wanted = figure(20, 200)
    with Load(nodes, PEOPLE) as load:
        load.until(stops=5, sends=5)
        deadline = time.monotonic() + 120
        while proxy.lost_after_commit < wanted:
            proxy.commits_to_lose = 1
            time.sleep(0.01)
            assert time.monotonic() < deadline
        proxy.commits_to_lose = 0
        load.until(stops=5, sends=5)
    load.check(nodes[0])
    load.report("S11 connection lost after COMMIT", proxy.lost_after_commit)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_the_network_to_the_database_is_cut(nodes: list[World], proxy: PostgresProxy) -> None:
    """R05: the node behind it sends nothing within a second, and goes on within five."""
    runs, longest_s = figure(2, 20), 0.0
    with Load(nodes, PEOPLE) as load:
        for _ in range(runs):
            load.until(stops=5, sends=10)
            proxy.cut()
            time.sleep(0.2)
            written = len(load.carriers[1].written)
            time.sleep(1.0)
            assert len(load.carriers[1].written) == written
            proxy.mend()
            began = time.monotonic()
            while len(load.carriers[1].written) == written:
                assert time.monotonic() - began < 30
                time.sleep(0.01)
            longest_s = max(longest_s, time.monotonic() - began)
    load.check(nodes[0])
    load.report("R05 network to the database cut", runs, longest_return_ms=round(longest_s * 1_000))


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_the_network_is_slow_and_lossy(nodes: list[World], proxy: PostgresProxy) -> None:
    """R06: 200 ms a round trip and one packet in a hundred ends its connection."""
    with Load(nodes, PEOPLE) as load:
        load.until(stops=5, sends=5)
        proxy.delay_s, proxy.reset_rate = 0.2, 0.01
        time.sleep(figure(3, 30))
        proxy.delay_s = proxy.reset_rate = 0.0
        load.until(stops=5, sends=5)
    load.check(nodes[0])
    load.report("R06 slow and lossy network", 1, seconds=figure(3, 30))


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_the_clock_of_one_node_jumps(tmp_path: Path, url: str) -> None:
    """An hour forward and back, again and again: the database's order counts, not a clock."""
    clock = MovableClock()
    worlds = [World(tmp_path, each, database=url) for each in (real_clock_ms, clock)]
    jumps = figure(10, 100)
    with Load(worlds, PEOPLE) as load:
        for jump in range(jumps):
            load.until(stops=3, sends=5)
            clock.ahead_ms = (HOUR_MS, 0, -HOUR_MS, 0)[jump % 4]
        clock.ahead_ms = 0
        load.until(stops=3, sends=5)
    load.clocks_agree = False
    load.check(worlds[0])
    for world in worlds:
        world.close()
    load.report("clock of one node jumps by an hour", jumps)


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("loses_backend", [False, True], ids=["S12", "S13"])
def test_a_sender_stands_still_for_a_second(
    nodes: list[World], url: str, watch: psycopg.Connection[Any], proxy: PostgresProxy,
    loses_backend: bool,
) -> None:  # fmt: skip
    """S12, S13: SIGSTOP between look and write, with the session it holds ended or not."""
    runs = figure(10, 100)
    scenario = sender_stands_still_and_loses_its_backend if loses_backend else sender_stands_still
    node = PausedNode(url)
    with ThreadPoolExecutor(8) as threads:
        shared = Nodes([*nodes, nodes[0]], MovableClock(), watch, threads, proxy, node)
        late = sum(scenario(Play(shared), PAUSE_S) for _ in range(runs))
    node.close()
    name = "S13 sender stands still, session ended" if loses_backend else "S12 sender stands still"
    record(name, runs, late=late)
    assert late == 0


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_one_pair_flaps(nodes: list[World]) -> None:
    """S15: one person texts STOP and START as fast as they are stored, over both nodes."""
    seconds = figure(6, 60)
    with Load(nodes, [person(1)]) as load:
        time.sleep(seconds)
    load.check(nodes[0])
    load.report("S15 one pair flaps", 1, seconds=seconds)
