"""S09 and R04: PostgreSQL crashes and restarts under load; the guarantee holds after each time."""

import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stopline.store import postgres, postgres_gate
from support.load import Load
from support.postgres import Cluster, private_cluster
from support.proof import record
from support.scale import figure
from support.world import World, person, real_clock_ms

NAMES = {
    "immediate": "S09 PostgreSQL crashes under load",
    "fast": "R04 PostgreSQL restarted under load",
}
# Nodes find their connections again within this time.
RECONNECT_S = 5.0


@pytest.fixture(scope="module")
def fragile() -> Iterator[Cluster]:
    """A cluster of these tests alone."""
    with private_cluster() as it:
        yield it


@pytest.fixture
def nodes(tmp_path: Path, fragile: Cluster) -> Iterator[list[World]]:
    with fragile.database() as url:
        worlds = [World(tmp_path, real_clock_ms, database=url) for _ in range(2)]
        yield worlds
        for world in worlds:
            world.close()


def stop_and_start(cluster: Cluster, load: Load, mode: str) -> float:
    """How long it took until a STOP was stored again."""
    cluster.stop(mode)
    cluster.start()
    began = time.monotonic()
    load.until(stops=1)
    return time.monotonic() - began


@pytest.mark.heavy
@pytest.mark.timeout(900)
@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_no_acknowledged_stop_is_lost_by_a_crash(
    fragile: Cluster, nodes: list[World], mode: str
) -> None:
    """Row 16: what was acknowledged is there; nothing left without an answer of the gate."""
    runs = figure(6, 60) if mode == "immediate" else figure(1, 10)
    stops = sends = refused = 0
    longest_s = 0.0
    for run in range(runs):
        people = [person(60 * run + number) for number in range(60)]
        with Load(nodes, people, seed=run) as load:
            load.until(stops=10, sends=20)
            load.wait_ms(0, 50)
            longest_s = max(longest_s, stop_and_start(fragile, load, mode))
        load.check(nodes[run % 2])
        stops += load.acknowledged_stops
        sends += load.sends
        refused += load.refused
    record(
        NAMES[mode],
        runs,
        stops=stops,
        sends=sends,
        refused=refused,
        longest_reconnect_ms=round(longest_s * 1_000),
        late=0,
        lost=0,
    )
    assert longest_s < RECONNECT_S


def write_log_late(url: str) -> None:
    """Let the server write what nobody waits for seldom, so that a crash finds some of it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set wal_writer_delay = '10s'")
        connection.execute("alter system set wal_writer_flush_after = '64MB'")
        connection.execute("select pg_reload_conf()")


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_with_asynchronous_commits_a_crash_loses_stops(
    tmp_path: Path, fragile: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the setting that the check at the start refuses."""
    monkeypatch.setattr(postgres, "check_settings", lambda _: None)
    connect = postgres.connect

    def asynchronous(*arguments):  # type: ignore[no-untyped-def]
        connection = connect(*arguments)
        connection.execute("set synchronous_commit = off")
        return connection

    # The gate's too: a commit that waits brings everything before it to the disk.
    for module in (postgres, postgres_gate):
        monkeypatch.setattr(module, "connect", asynchronous)
    lost: list[str] = []
    with fragile.database() as url:
        write_log_late(url)
        world = World(tmp_path, real_clock_ms, database=url)
        for run in range(20):
            people = [person(60 * run + number) for number in range(60)]
            with Load([world], people, seed=run) as load:
                load.until(stops=20)
                fragile.stop("immediate")
                load.end()
                fragile.start()
            lost += load.lost(world)
            if lost:
                break
        world.close()
    record("S09, control: asynchronous commits", run + 1, lost=len(lost))
    assert lost
