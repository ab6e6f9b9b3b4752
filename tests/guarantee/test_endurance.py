"""A server that runs for long, and one that has too little memory."""

import resource
import time
from collections.abc import Iterator
from http.client import HTTPException
from itertools import count
from pathlib import Path

import pytest

from support.api import ACCOUNT, Api, Posting
from support.handsets import Handsets
from support.processes import Installation
from support.proof import record
from support.scale import SCALE, figure
from support.world import person

SETTINGS = {f"STOPLINE_RATE_LIMIT_{group}": "0" for group in ("LIGHT", "MEDIUM", "HEAVY", "AUTH")}
# Otherwise the C library has room for each thread set aside, and a limit set later does not bite.
SETTINGS["MALLOC_ARENA_MAX"] = "1"
SOAK_SECONDS = figure(ci=8, full=3_600) if SCALE < 10 else 3_600
# In the first part caches fill and threads begin.
WARM_SECONDS = SOAK_SECONDS / 6
# Of a short run the warm-up is most.
GROWTH = 1.05 if SCALE >= 10 else 1.5
WAL_BYTES = 64 << 20
PAUSE_SECONDS = 0.1
# A large request is read into these, mostly; what is made of it does not fit.
ROOMS_BYTES = (8 << 20, 8 << 20, 4 << 20, 2 << 20)
# Without memory to read a request, HTTP's library takes it for broken, or ends the connection.
UNREAD = 400
BROKEN = 0


@pytest.fixture
def installation(tmp_path: Path, database: str | None) -> Iterator[Installation]:
    """One server with its simulator inside, on each store."""
    it = Installation(tmp_path, embedded=True, settings=SETTINGS, database=database)
    yield it
    it.close()


def _memory(pid: int, field: str) -> int:
    """Bytes of a process, as the kernel counts them."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1]) << 10
    raise AssertionError(field)


def _count(pid: int, what: str) -> int:
    return len(list(Path(f"/proc/{pid}/{what}").iterdir()))


def _log_bytes(installation: Installation) -> int:
    """What lies beside SQLite's file; PostgreSQL looks after its own."""
    path = installation.data / "stopline.db-wal"
    return path.stat().st_size if path.exists() else 0


def _name(database: str | None) -> str:
    return "SQLite" if database is None else "PostgreSQL"


@pytest.mark.heavy
@pytest.mark.timeout(120 + 2 * SOAK_SECONDS)
def test_a_long_run_takes_no_more_and_more(
    installation: Installation, database: str | None
) -> None:
    """R19: memory, files, threads and the log stay as they are under load."""
    server = installation.start()
    api = Api(installation.port, installation.credentials)
    api.log_in()
    sender = installation.credentials["senders"][0]
    posting = Posting(sender, map(person, count()), pause_seconds=PAUSE_SECONDS)
    handsets = Handsets(installation.port, sender, map(person, count()))
    posting.start(api)
    handsets.start()
    time.sleep(WARM_SECONDS)
    before = [_memory(server.pid, "VmRSS"), _count(server.pid, "fd"), _count(server.pid, "task")]
    files, threads, wal = [], [], []
    ends = time.monotonic() + SOAK_SECONDS - WARM_SECONDS
    while time.monotonic() < ends:
        time.sleep(1)
        files.append(_count(server.pid, "fd"))
        threads.append(_count(server.pid, "task"))
        wal.append(_log_bytes(installation))
    grown = _memory(server.pid, "VmRSS") / before[0]
    posting.end()
    handsets.end()
    record(
        f"R19 long run, {_name(database)}",
        1,
        seconds=SOAK_SECONDS,
        messages=posting.accepted,
        grown_percent=round(100 * (grown - 1), 1),
        most_wal_mib=max(wal) >> 20,
    )
    assert posting.accepted > 0
    assert grown < GROWTH
    # Connections of this test come and go.
    assert max(files) <= before[1] + 8
    assert max(threads) <= before[2] + 2
    assert max(wal) < WAL_BYTES


def _post(api: Api, body: object) -> int:
    """The status of the answer to a batch."""
    try:
        return api.call("POST", f"{ACCOUNT}/batches", body).status
    except (OSError, HTTPException):
        return BROKEN


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_server_with_too_little_memory_refuses_what_is_large(
    installation: Installation, database: str | None
) -> None:
    """R20: a batch that does not fit is refused and none of it is kept, the server lives, STOPs go
    on, and with room again so do batches."""
    server = installation.start()
    api = Api(installation.port, installation.credentials)
    api.log_in()
    sender = installation.credentials["senders"][0]
    people = [person(number) for number in range(10_000)]
    assert api.send(sender, people[:10]).status == 201
    handsets = Handsets(installation.port, sender, map(person, count(20_000)))
    handsets.start()
    handsets.wait_for(20)
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_AS)
    # No text is given twice, so each takes room of its own.
    large = {
        "from": sender,
        "messages": [{"to": [who], "text": who * 80} for who in people],
    }
    answers = []
    for room in ROOMS_BYTES:
        most = _memory(server.pid, "VmSize") + room
        resource.prlimit(server.pid, resource.RLIMIT_AS, (most, hard))
        answers.append(_post(api, large))
    handsets.wait_for(20)
    resource.prlimit(server.pid, resource.RLIMIT_AS, (hard, hard))
    handsets.wait_for(20)
    handsets.end()
    accepted = api.send(sender, people)
    whole = answers.count(201)
    refused = len(answers) - whole
    record(f"R20 too little memory, {_name(database)}", len(answers), refused=refused, lost=0)
    assert set(answers) <= {201, 503, UNREAD, BROKEN}
    assert 503 in answers
    bulk = "select count(*) from messages m join batches b on b.id = m.batch_id"
    assert installation.rows(bulk) == [(10 + 10_000 * (whole + 1),)]
    assert accepted.status == 201
    assert server.exit_code is None
    assert set(handsets.acknowledged) <= api.opt_outs(sender)
