"""One sender's batch does not delay another's message: from the acceptance to the wire."""

import asyncio
import statistics
import time
from pathlib import Path

import pytest

from stopline.carriers.simulator.journal import SubmitLine, read_lines
from stopline.carriers.simulator.world import SimulatorSettings
from support.api import Api
from support.fleet import Fleet, fleet
from support.live import Live, live
from support.postgres import Cluster
from support.proof import record
from support.scale import SCALE
from support.world import SECOND_SENDER, SENDER, person, real_clock_ms

BATCH = [person(number) for number in range(10_000)]
# So that the batch takes several seconds, and its end is no answer.
THROUGHPUT = 1_500
SINGLES = 5
LIMIT_MS = 1_000


def _judge(waits: list[int]) -> None:
    """Within a second, of which a machine that does other things as well may keep a message."""
    assert statistics.median(waits) <= LIMIT_MS
    assert SCALE < 10 or max(waits) <= LIMIT_MS


async def _until_taken(it: Live, recipient: str) -> int:
    """When the carrier had it, in milliseconds."""
    await it.until(lambda: bool(it.taken([recipient])), "it was never sent", 30)
    return it.taken([recipient])[0].time_ms


async def _race(it: Live) -> tuple[list[int], int]:
    """How long each single message took, and how much of the batch was left after the last."""
    await it.send(BATCH)
    await it.until(lambda: len(it.taken()) > 0, "the batch does not begin")
    waits = []
    for number in range(SINGLES):
        recipient = f"+1206555{7_000 + number}"
        await asyncio.to_thread(it.world.send, recipient, sender=SECOND_SENDER, body="Your code")
        accepted_ms = real_clock_ms()
        waits.append(await _until_taken(it, recipient) - accepted_ms)
    sent = sum(line.sender == SENDER for line in it.taken())
    return waits, len(BATCH) - sent


@pytest.mark.heavy
def test_a_batch_of_ten_thousand_delays_no_other_sender(
    tmp_path: Path, database: str | None
) -> None:
    """A single message is on the wire within a second, while thousands of the batch still wait."""

    async def scene() -> tuple[list[int], int]:
        simulator = SimulatorSettings(throughput=THROUGHPUT)
        async with live(tmp_path, simulator=simulator, window=200, database=database) as it:
            return await _race(it)

    waits, left = asyncio.run(scene())
    record("fair claims", SINGLES, longest_ms=max(waits), left=left)
    assert left > 0
    _judge(waits)


def _taken(machines: Fleet, recipient: str) -> SubmitLine | None:
    for _, _, line in read_lines(machines.journal):
        if isinstance(line, SubmitLine) and line.recipient == recipient:
            return line
    return None


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_processes_share_fairly(tmp_path: Path, cluster: Cluster) -> None:
    """The same with an API and two workers as processes of their own on one PostgreSQL."""
    waits = []
    with cluster.database("template0") as url, fleet(tmp_path, url) as machines:
        machines.start_simulator(throughput=str(THROUGHPUT))
        api_process = machines.launch("api", "api")
        for name in ("first", "second"):
            machines.launch(name, "workers")
        machines.wait()
        api = Api(int(api_process.url.rpartition(":")[2]), machines.credentials)
        api.log_in()
        loud, quiet = machines.credentials["senders"][:2]
        assert api.send(loud, BATCH).status == 201
        for number in range(SINGLES):
            recipient = f"+1206555{7_000 + number}"
            assert api.send(quiet, [recipient], "Your code").status == 201
            accepted_ms = real_clock_ms()
            while (line := _taken(machines, recipient)) is None:
                time.sleep(0.02)
            waits.append(line.time_ms - accepted_ms)
        query = "select count(*) from messages where sender = %s and status = 0"
        ((left,),) = machines.rows(query, (loud,))
    record("fair claims of processes", SINGLES, longest_ms=max(waits), left=left)
    assert left > 0
    _judge(waits)
