"""S27 and R01: the disk is full while messages are sent."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import apsw
import pytest

from stopline.carriers.simulator.journal import (
    InboundAcknowledgedLine,
    InboundLine,
    InboundRefusedLine,
    SubmitLine,
)
from stopline.carriers.simulator.oracle import ConsentOracle
from stopline.core.messages import FINAL_STATUSES
from support.api import Answer, Api, Posting
from support.handsets import Handsets
from support.processes import Installation
from support.proof import record
from support.world import person

SIZE = "64m"
NO_LIMITS = {f"STOPLINE_RATE_LIMIT_{group}": "0" for group in ("LIGHT", "MEDIUM", "HEAVY", "AUTH")}
# How long the disk stays full once the first STOP was refused.
FULL_SECONDS = 4.0
STOPS_SENDING_MS = 1_000
RECOVERS_SECONDS = 10.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own for the data directory."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(data)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    yield data
    subprocess.run(["umount", "--lazy", str(data)], check=True)


def fill(data: Path) -> None:
    """Take every byte that is free."""
    with (data / "filler").open("ab", buffering=0) as filler:
        for size in (1 << 20, 4_096, 1):
            with contextlib.suppress(OSError):
                while filler.write(b"\0" * size):
                    pass


def first_refusal_ms(installation: Installation) -> int | None:
    """When a STOP was refused for the first time."""
    refused = (one for one in installation.lines() if isinstance(one, InboundRefusedLine))
    return next((one.time_ms for one in refused), None)


def sent_between(installation: Installation, from_ms: int, to_ms: int) -> int:
    """Messages that the carrier took in this time."""
    return sum(
        isinstance(one, SubmitLine) and from_ms < one.time_ms < to_ms
        for one in installation.lines()
    )


def unanswered(installation: Installation) -> int:
    """Texts of handsets that are not acknowledged; the simulator goes on bringing them."""
    lines = installation.lines()
    texts = sum(isinstance(one, InboundLine) for one in lines)
    return texts - sum(isinstance(one, InboundAcknowledgedLine) for one in lines)


def is_envelope(answer: Answer) -> bool:
    """An error in the contract's form that says "not now" or "my fault", never "yours"."""
    return answer.status in {500, 503} and {"errorCode", "message"} <= answer.body.keys()


def is_drained(installation: Installation) -> bool:
    """Whether each accepted message has a final status. What a refused request had staged does
    not count: it belongs to no batch, nobody sees it, and the next start removes it."""
    query = (
        "select distinct status from messages m where direction = 0 and (batch_id is null or "
        "exists (select 1 from batches b where b.bucket = m.bucket and b.id = m.batch_id))"
    )
    return {status for (status,) in installation.rows(query)} <= FINAL_STATUSES


@pytest.mark.heavy
@pytest.mark.timeout(120)
@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_stops_sending_and_refuses_stops_until_there_is_room(
    tmp_path: Path, small_disk: Path
) -> None:
    """Sending stops within a second, STOPs are refused for now, and all goes on by itself."""
    installation = Installation(tmp_path, settings=NO_LIMITS)
    installation.start_simulator()
    try:
        server = installation.start()
        credentials = installation.credentials
        sender = credentials["senders"][0]
        api = Api(installation.port, credentials)
        api.log_in()
        posting = Posting(sender, map(person, count()), size=100)
        posting.start(api)
        handsets = Handsets(installation.port, sender, map(person, count()), pause_ms=20)
        handsets.start()
        handsets.wait_for(20)

        while first_refusal_ms(installation) is None:
            fill(small_disk)
            time.sleep(0.05)
        full_ms = first_refusal_ms(installation)
        assert full_ms is not None
        deadline = time.monotonic() + FULL_SECONDS
        while time.monotonic() < deadline:
            fill(small_disk)
            time.sleep(0.05)
        refused_answer = api.send(sender, [person(1)])
        # The disk is small: what was posted so far leaves room for what the rest needs.
        posting.end()
        free_ms = time.time_ns() // 1_000_000
        (small_disk / "filler").unlink()
        late = sent_between(installation, full_ms + STOPS_SENDING_MS, free_ms)

        server.until(
            lambda: sent_between(installation, free_ms, free_ms + 1_000_000) > 0,
            "sending does not go on",
            RECOVERS_SECONDS,
        )
        recovered_ms = time.time_ns() // 1_000_000 - free_ms
        handsets.wait_for(5)
        handsets.end()
        server.until(lambda: is_drained(installation), "messages are left", 60)
        server.until(lambda: not unanswered(installation), "texts are not brought again", 30)
        listed = api.opt_outs(sender)
        assert server.terminate() == 0
        # The next start removes what refused requests had staged.
        assert installation.start().terminate() == 0
    finally:
        installation.close()

    assert late == 0
    assert is_envelope(refused_answer)
    assert all(is_envelope(answer) for answer in posting.refused)
    assert handsets.refused, "no STOP came while the disk was full"
    oracle = ConsentOracle()
    for line in installation.lines():
        oracle.follow(line)
    assert oracle.violations == []
    assert {person for _, person in oracle.pairs_out()} - listed == set()
    # Refused for now, they came again.
    assert set(handsets.refused) | set(handsets.acknowledged) <= listed
    bulk = "select count(*) from messages where direction = 0 and purpose = 0"
    assert installation.rows(bulk) == [(posting.accepted,)]
    check = apsw.Connection(str(small_disk / "stopline.db"))
    assert check.execute("pragma integrity_check").fetchall() == [("ok",)]
    check.close()
    assert installation.ledger_problems() == []
    assert installation.leaks("Your order is ready.") == []
    record(
        "S27, R01 full disk",
        1,
        stops_refused=len(handsets.refused),
        posts_refused=len(posting.refused),
        sent_while_full=late,
        recovered_ms=recovered_ms,
        late=0,
        lost=0,
    )
