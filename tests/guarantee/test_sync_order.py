"""S07: between the write of a STOP and its acknowledgement lies a sync of the log, as the kernel
sees it."""

import re
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from support.handsets import Handsets
from support.processes import LAUNCHER, SERVE, Installation
from support.proof import record
from support.scale import figure
from support.world import person

STOPS = figure(ci=100, full=1_000)
CALLS = "trace=pwrite64,write,writev,fdatasync,fsync,sendto,sendmsg"
WRITTEN = re.compile(r"\bpwrite64\(\d+<[^>]*stopline\.db-wal>")
SYNCED = re.compile(r"\bf(?:data)?sync\(\d+<[^>]*stopline\.db-wal>.*= 0$")
RESUMED_SYNC = re.compile(r"<\.\.\. f(?:data)?sync resumed>.*= 0$")
ACKNOWLEDGED = re.compile(r"\b(?:sendto|write|sendmsg)\(\d+<.*inbound_acks")


def trace_stops(folder: Path, program: Sequence[str], *launch: str, count: int) -> list[str]:
    """The system calls of a server while people text STOP one after the other."""
    # Without replies nothing but the STOPs writes to the log.
    installation = Installation(folder, settings={"STOPLINE_CONSENT_REPLIES": "false"})
    installation.start_simulator()
    output = folder / "calls"
    try:
        server = installation.start(*launch, program=program)
        sender = installation.credentials["senders"][0]
        command = ["strace", "-f", "-y", "-s", "64", "-e", CALLS, "-e", "signal=none"]
        with subprocess.Popen(
            [*command, "-o", str(output), "-p", str(server.pid)], stderr=subprocess.PIPE
        ) as strace:
            assert strace.stderr is not None
            assert b"attached" in strace.stderr.readline()
            handsets = Handsets(installation.port, sender, map(person, range(count)))
            handsets.start()
            handsets.wait_for(count, seconds=30)
            time.sleep(0.1)
            strace.terminate()
    finally:
        installation.close()
    return output.read_text("utf-8", "replace").splitlines()


def acknowledged(calls: Sequence[str]) -> tuple[int, int]:
    """Acknowledgements after a write of the log, and those with a sync between the two.

    STOPs come one by one and nothing else writes, so whatever stands between two acknowledgements
    belongs to the second.
    """
    total = synced = 0
    written = is_synced = False
    for call in calls:
        if WRITTEN.search(call):
            written, is_synced = True, False
        elif SYNCED.search(call) or RESUMED_SYNC.search(call):
            is_synced = True
        elif ACKNOWLEDGED.search(call):
            total += written
            synced += written and is_synced
            written = is_synced = False
    return total, synced


@pytest.mark.strace
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.timeout(60 + STOPS)
def test_the_log_is_synced_before_each_acknowledgement(tmp_path: Path) -> None:
    """The last thing done to the log before the carrier hears "stored" is a sync."""
    total, synced = acknowledged(trace_stops(tmp_path, SERVE, count=STOPS))
    record("S07 acknowledged before the sync", total, lost=total - synced)
    assert total == STOPS
    assert synced == total


@pytest.mark.strace
@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_without_full_synchronisation_no_sync_is_seen(tmp_path: Path) -> None:
    """The control: the same reading of the calls finds no sync where there is none."""
    calls = trace_stops(tmp_path, LAUNCHER, "synchronous-normal", count=10)
    assert acknowledged(calls) == (10, 0)
