"""S08: what was acknowledged is there after a power cut, and without the sync it is not."""

import random
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from stopline.core.cover import Sending
from stopline.core.errors import StoplineError, StoreUnavailable
from stopline.core.numbers import bucket_of
from stopline.flows.cover import judge_recipients
from stopline.flows.ledger import verify_ledger
from stopline.store import sqlite
from support.power import Disk
from support.proof import record
from support.scale import figure
from support.world import ACCOUNT, SENDER, World, person

CUTS = figure(ci=10, full=50)
# Writes and syncs until the power goes; a STOP makes some forty. When all STOPs of a run are
# through before, the power goes while the file is closed, in the checkpoint.
LONGEST = 2_000
STOPS = 40


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk without power failures so far."""
    disk = Disk()
    yield disk
    disk.unregister()


def run_until_cut(folder: Path, disk: Disk, first: int) -> list[str]:
    """Batches go out and people text STOP until the power is gone; who was acknowledged."""
    acknowledged: list[str] = []
    world = World(folder, vfs=disk.name)
    try:
        for number in range(first, first + STOPS):
            if number % 5 == 0:
                world.send(*map(person, range(number, number + 10)))
                world.claim(5)
            world.text(person(number), "STOP")
            acknowledged.append(person(number))
    except StoplineError:
        assert disk.is_cut
    finally:
        world.close()
    return acknowledged


def after_the_cut(folder: Path) -> tuple[set[str], list[str], list[object]]:
    """What is there: who is out, SQLite's own check, what the ledger's check finds."""
    world = World(folder)
    try:
        persons = [person(n) for n in range(9_000)]
        verdicts = world.store.read_now(
            judge_recipients, bucket_of(SENDER), Sending(SENDER, ACCOUNT), persons
        )
        problems = world.store.read_now(lambda tx: list(verify_ledger(tx)))
    finally:
        world.close()
    connection = apsw.Connection(str(folder / "stopline.db"))
    integrity = [row[0] for row in connection.execute("pragma integrity_check")]
    connection.close()
    out = {number for number, verdict in verdicts.items() if not verdict.allowed}
    return out, integrity, problems


def cut_power(folder: Path, disk: Disk, cuts: int) -> tuple[int, int]:
    """Cut the power so many times over one data directory: acknowledged STOPs, and lost ones."""
    dice = random.Random(8)
    acknowledged: list[str] = []
    lost: set[str] = set()
    World(folder).close()
    for cut in range(cuts):
        disk.cut_after(dice.randrange(LONGEST))
        acknowledged += run_until_cut(folder, disk, first=cut * STOPS)
        # Every second time the disk had written some of it by itself.
        disk.restore_power(dice if cut % 2 else None)
        out, integrity, problems = after_the_cut(folder)
        assert integrity == ["ok"]
        assert problems == []
        lost |= set(acknowledged) - out
    return len(acknowledged), len(lost)


@pytest.mark.timeout(120)
def test_no_acknowledged_stop_is_lost_by_a_power_cut(tmp_path: Path, disk: Disk) -> None:
    """At random moments: every acknowledged STOP is there and the file is whole."""
    acknowledged, lost = cut_power(tmp_path, disk, CUTS)
    record("S08 power cut", CUTS, stops=acknowledged, lost=lost)
    assert acknowledged > CUTS
    assert lost == 0


def _sync_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits do not wait for the disk."""

    def connect_normal(path: Path, *, writable: bool, vfs: str | None = None) -> apsw.Connection:
        connection = connect(path, writable=writable, vfs=vfs)
        connection.execute("pragma synchronous = normal")
        return connection

    connect = sqlite.connect
    monkeypatch.setattr(sqlite, "connect", connect_normal)


def stop_while_syncs_fail(world: World, disk: Disk, number: int) -> bool:
    """A message is about to leave, another waits, STOP; whether that was told as stored."""
    stopping = person(2 * number)
    world.send(stopping)
    claim = world.claim()
    world.send(person(2 * number + 1))
    disk.syncs_fail = True
    try:
        world.text(stopping, "STOP")
        is_stored = True
    except StoreUnavailable:
        is_stored = False
    try:
        # The gate stays shut for whom there is a doubt about, and nothing more is claimed.
        assert stopping not in {s.recipient for s in world.pass_gate(claim)}
        if not is_stored:
            with pytest.raises(StoreUnavailable):
                world.claim()
    finally:
        disk.syncs_fail = False
    return is_stored


FAILED_SYNCS = figure(ci=10, full=100)


def test_a_stop_whose_sync_fails_is_not_told_as_stored(tmp_path: Path, disk: Disk) -> None:
    """R03: nothing new leaves, and the work goes on when the disk does."""
    world = World(tmp_path, vfs=disk.name)
    told = [stop_while_syncs_fail(world, disk, number) for number in range(FAILED_SYNCS)]
    again = [person(2 * number) for number in range(FAILED_SYNCS)]
    for who in again:
        world.text(who, "STOP")
    world.close()
    disk.restore_power()
    out, integrity, problems = after_the_cut(tmp_path)
    record("R03 sync fails, SQLite", FAILED_SYNCS, lost=sum(told))
    assert told == [False] * FAILED_SYNCS
    assert set(again) <= out
    assert (integrity, problems) == (["ok"], [])


def test_without_the_sync_nobody_hears_that_it_fails(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of R03: with synchronous=NORMAL the STOP is told as stored, and is lost."""
    _sync_less(monkeypatch)
    world = World(tmp_path, vfs=disk.name)
    assert stop_while_syncs_fail(world, disk, 1)
    disk.cut_after(0)
    world.close()
    disk.restore_power()
    out, _, _ = after_the_cut(tmp_path)
    record("R03, control: synchronous NORMAL", 1, lost=int(person(2) not in out))
    assert person(2) not in out


def test_without_the_sync_a_power_cut_loses_stops(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: with synchronous=NORMAL the same cuts lose acknowledged STOPs."""
    _sync_less(monkeypatch)
    acknowledged, lost = cut_power(tmp_path, disk, 3)
    record("S08 control: synchronous NORMAL", 3, stops=acknowledged, lost=lost)
    assert lost > 0
