"""A full disk below PostgreSQL, a database that takes no writes, many locks, one loud account."""

import asyncio
import os
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest

from stopline.store.migrate import load_migrations
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.postgres_migration import find_pending, migrate
from support.load import Load
from support.nursery import Nursery
from support.postgres import Cluster, private_cluster
from support.proof import record
from support.scale import figure
from support.world import SECOND_SENDER, World, person, real_clock_ms

PEOPLE = [person(number) for number in range(60)]
SIZE = "300m"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, for a cluster."""
    folder = Path(mkdtemp(prefix="stopline-disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    shutil.rmtree(folder)


def fill(folder: Path) -> Path:
    """Take every byte that is free."""
    path = folder / "filler"
    with path.open("ab", buffering=0) as filler:
        for size in (1 << 20, 4_096):
            try:
                while filler.write(b"\0" * size):
                    pass
            except OSError:
                continue
    return path


@pytest.mark.heavy
@pytest.mark.timeout(300)
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_the_databases_disk_is_full(small_disk: Path, tmp_path: Path) -> None:
    """R01, S27: no STOP is told as stored that is not, nothing leaves meanwhile, and all goes on
    once there is room: by itself, or when the database that gave up is started again."""
    with private_cluster({"max_wal_size": "64MB"}, parent=small_disk) as cluster:
        url = cluster.url("stopline_schema")
        worlds = [World(tmp_path, real_clock_ms, database=url) for _ in range(2)]
        with Load(worlds, PEOPLE) as load:
            load.until(stops=10, sends=50)
            while not load.refused:
                filler = fill(small_disk)
                time.sleep(0.05)
            time.sleep(1.0)
            written, moment_ns = len(load.written), time.monotonic_ns()
            time.sleep(2.0)
            sent_while_full = sum(w.moment_ns > moment_ns for w in load.written[written:])
            filler.unlink()
            if not cluster.is_running():
                cluster.start()
            began = time.monotonic()
            load.until(stops=5, sends=5)
            recovered_s = time.monotonic() - began
        load.check(worlds[0])
        for world in worlds:
            world.close()
    load.report(
        "R01 disk of PostgreSQL full",
        1,
        sent_while_full=sent_while_full,
        recovered_ms=round(recovered_s * 1_000),
    )
    assert recovered_s < 30


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as it:
        yield it


@pytest.fixture
def nodes(tmp_path: Path, url: str) -> Iterator[list[World]]:
    worlds = [World(tmp_path, real_clock_ms, database=url) for _ in range(2)]
    yield worlds
    for world in worlds:
        world.close()


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_the_database_takes_no_writes(nodes: list[World], url: str) -> None:
    """R02: texts are refused for now, sending stops, reads go on; it goes on by itself."""
    runs = figure(2, 20)
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with (
        psycopg.connect(url, autocommit=True) as watch,
        Load(nodes, PEOPLE) as load,
    ):
        for _ in range(runs):
            load.until(stops=5, sends=10)
            watch.execute(f"alter database {name} set default_transaction_read_only = on".encode())
            _end_sessions(watch)
            refused = load.refused
            while load.refused < refused + 5:
                time.sleep(0.01)
            assert nodes[0].messages()
            watch.execute("set default_transaction_read_only = off")
            watch.execute(f"alter database {name} reset default_transaction_read_only".encode())
            _end_sessions(watch)
        load.until(stops=5, sends=5)
    load.check(nodes[0])
    load.report("R02 database read only", runs)


def _end_sessions(watch: psycopg.Connection[Any]) -> None:
    """Settings of a database count for new sessions."""
    watch.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
        "and application_name like 'stopline %' and application_name not like 'stopline node%'"
    )


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_the_most_locks_a_process_may_hold(nodes: list[World], url: str) -> None:
    """R31: every hand-over full, and STOPs of full groups beside them: there is room for all."""
    world = nodes[0]
    people = [person(number) for number in range(1_000)]
    world.send(*people)
    claims = [world.claim(250) for _ in range(4)]
    assert [len(claim.submissions) for claim in claims] == [250] * 4

    async def hold_all() -> int:
        async with AsyncExitStack() as stack:
            for claim in claims:
                await stack.enter_async_context(world.store.gate.hand_over(claim))
            others = [person(2_000 + number) for number in range(250)]
            stopping = threading.Thread(target=lambda: [world.text(o, "STOP") for o in others[:20]])
            stopping.start()
            with psycopg.connect(url) as watch:
                query = "select count(*) from pg_locks where locktype = 'advisory'"
                found = watch.execute(query).fetchone()
            stopping.join()
            return int(found[0]) if found else 0

    held = asyncio.run(hold_all())
    record("R31 hand-overs of full groups at once", 1, locks=held, refused=0)
    assert held >= 1_000


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_one_account_that_floods_delays_no_other(nodes: list[World]) -> None:
    """R34: batches of 10,000 back to back; a single message of another number is claimed within
    two seconds."""
    flood = [person(number) for number in range(9_000)]
    waits = []
    ending = threading.Event()

    def post() -> None:
        while not ending.is_set():
            nodes[0].send(*flood)

    flooding = threading.Thread(target=post)
    flooding.start()
    try:
        for number in range(figure(10, 100)):
            time.sleep(0.05)
            who = person(9_100 + number)
            nodes[1].send(who, sender=SECOND_SENDER)
            began = time.monotonic()
            while who not in {s.recipient for s in nodes[1].claim(250).submissions}:
                assert time.monotonic() - began < 10
            waits.append(time.monotonic() - began)
    finally:
        ending.set()
        flooding.join()
    longest_ms = round(max(waits) * 1_000)
    record("R34 one account floods", len(waits), longest_wait_ms=longest_ms)
    assert longest_ms < 2_000


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_migration_that_is_killed_is_done_again(cluster: Cluster, tmp_path: Path) -> None:
    """R22: at any moment; the schema is the old one or the new one, and the next run ends it."""
    dice, runs = random.Random(22), figure(3, 20)
    nursery = Nursery()
    with cluster.database("template0") as url:
        environment = {"STOPLINE_DATABASE_URL": url, "STOPLINE_DATA": str(tmp_path / "data")}
        for _ in range(runs):
            child = nursery.start(["migrate"], environment, tmp_path / "log")
            time.sleep(dice.random() * 0.4)
            child.kill()
            connection = connect(DatabaseAddress(url), "test")
            left = find_pending(connection)
            connection.close()
            assert len(left) in (0, len(load_migrations()))
        connection = connect(DatabaseAddress(url), "test")
        migrate(connection, 0)
        assert find_pending(connection) == []
        connection.close()
        world = World(tmp_path, real_clock_ms, database=url)
        assert world.text(person(1), "STOP") == 1
        world.close()
    nursery.close()
    record("R22 migration killed", runs, lost=0)
