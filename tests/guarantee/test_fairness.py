"""One sender's batch does not delay another's message: from the acceptance to the wire."""

import asyncio
from pathlib import Path

import pytest

from stopline.carriers.simulator.world import SimulatorSettings
from support.live import Live, live
from support.proof import record
from support.world import SECOND_SENDER, SENDER, person, real_clock_ms

BATCH = [person(number) for number in range(10_000)]
# So that the batch takes several seconds, and its end is no answer.
THROUGHPUT = 1_500
SINGLES = 5
LIMIT_MS = 1_000


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
    assert max(waits) <= LIMIT_MS
