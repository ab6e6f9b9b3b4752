"""R03: the disk below PostgreSQL can not sync; no STOP is told as stored then."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from stopline.core.errors import StoreUnavailable
from support.postgres import Cluster, private_cluster
from support.proof import record
from support.world import World, person, real_clock_ms

ANN, BEN, CAT = person(1), person(2), person(3)
CALLS = "fdatasync,fsync"


@contextmanager
def syncs_fail(cluster: Cluster, url: str) -> Iterator[None]:
    """Every sync of the sessions that are open ends with an error of the disk."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select pid from pg_stat_activity where application_name like 'stopline %'"
        ).fetchall()
    attach = [word for (pid,) in found for word in ("-p", str(pid))]
    faults = ["-e", f"trace={CALLS}", "-e", f"inject={CALLS}:error=EIO"]
    command = ["strace", "-o", str(cluster.folder / "calls"), *faults, *attach]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as strace:
        assert strace.stderr is not None
        for _ in found:
            assert b"attached" in strace.stderr.readline()
        try:
            yield
        finally:
            strace.terminate()


def until_stored(world: World, who: str) -> None:
    """The carrier brings the STOP until it is acknowledged."""
    deadline = time.monotonic() + 60
    while True:
        try:
            world.text(who, "STOP")
        except StoreUnavailable:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        else:
            return


@pytest.mark.strace
@pytest.mark.heavy
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_stop_whose_sync_fails_is_not_told_as_stored(tmp_path: Path) -> None:
    """PostgreSQL crashes itself and starts again with what was acknowledged before; the STOP is
    stored when it comes again, and nothing leaves after it."""
    with private_cluster() as cluster, cluster.database() as url:
        world = World(tmp_path, real_clock_ms, database=url)
        for who in (ANN, BEN):
            # Each of the threads for consent has a connection.
            world.text(who, "STOP")
        for number in range(20, 30):
            world.text(person(number), "HELP")
        world.send(CAT)
        claim = world.claim()
        assert CAT in {submission.recipient for submission in claim.submissions}
        with syncs_fail(cluster, url), pytest.raises(StoreUnavailable):
            world.text(CAT, "STOP")
        until_stored(world, CAT)
        assert [world.is_denied(who) for who in (ANN, BEN, CAT)] == [True] * 3
        assert CAT not in {submission.recipient for submission in world.pass_gate(claim)}
        world.close()
    record("R03 sync fails, PostgreSQL", 1, lost=0)
