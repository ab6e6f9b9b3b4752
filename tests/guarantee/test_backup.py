"""R23: a backup made while messages and STOPs go on is one moment of what was stored."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stopline.flows.restoring import COPIED_MS
from stopline.store.sqlite_backup import back_up
from support.load import Load
from support.postgres import Cluster
from support.proof import record
from support.scale import figure
from support.world import World, person, real_clock_ms

PEOPLE = [person(number) for number in range(60)]
BACKUPS = figure(ci=2, full=20)


def copy_sqlite(world: World, folder: Path) -> None:
    back_up(world.path, folder / "stopline.db", COPIED_MS, world.clock())


def copy_main_file(world: World, folder: Path) -> None:
    """What no operator should do: the file without its log."""
    shutil.copy(world.path, folder / "stopline.db")


@contextmanager
def restored(
    world: World, folder: Path, copy: Callable[[World, Path], None], cluster: Cluster | None
) -> Iterator[tuple[int, World]]:
    """When a backup began, and the world that was restored from it."""
    folder.mkdir()
    began_ns = time.monotonic_ns()
    if cluster is None or world.database is None:
        copy(world, folder)
        made = World(folder, real_clock_ms)
        yield began_ns, made
        made.close()
        return
    dump = cluster.dump(world.database)
    with cluster.empty_database() as url:
        cluster.restore(dump, url)
        made = World(folder, real_clock_ms, database=url)
        yield began_ns, made
        made.close()


def missing(load: Load, copy: World, began_ns: int, ended_ns: int) -> list[str]:
    """Persons who were out all the time that a backup was made, and are not in it."""
    return [
        who
        for who, handset in list(load.handsets.items())
        if any(
            stopped_ns < began_ns and (started_ns is None or started_ns > ended_ns)
            for stopped_ns, started_ns in list(handset.stops)
        )
        and not copy.is_denied(who)
    ]


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_backup_under_load_holds_one_moment(
    tmp_path: Path, database: str | None, request: pytest.FixtureRequest
) -> None:
    """Every STOP that was acknowledged before it began; and its ledger says what its state says."""
    cluster = None if database is None else request.getfixturevalue("cluster")
    world = World(tmp_path, real_clock_ms, database=database)
    with Load([world], PEOPLE, handsets=1) as load:
        for number in range(BACKUPS):
            load.until(stops=20, sends=5)
            made = restored(world, tmp_path / str(number), copy_sqlite, cluster)
            with made as (began_ns, copy):
                assert missing(load, copy, began_ns, time.monotonic_ns()) == []
                load.check_ledger(copy)
    load.check(world)
    world.close()
    store = "SQLite" if database is None else "PostgreSQL"
    record(f"R23 backup while writing, {store}", BACKUPS, stops=load.acknowledged_stops, lost=0)


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_copy_of_the_file_alone_is_no_backup(tmp_path: Path) -> None:
    """The control: STOPs of the last moments are in the log beside it."""
    world = World(tmp_path, real_clock_ms)
    with Load([world], PEOPLE, handsets=1) as load:
        load.until(stops=20, sends=5)
        made = restored(world, tmp_path / "copy", copy_main_file, None)
        with made as (began_ns, copy):
            lost = missing(load, copy, began_ns, time.monotonic_ns())
    world.close()
    record("R23, control: the file without its log", 1, lost=len(lost))
    assert lost
