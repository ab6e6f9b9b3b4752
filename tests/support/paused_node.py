"""A node that stands still between the look and the write: `python -m support.paused_node URL`.

For each carrier named on a line of its input it claims, passes the gate and, before it writes,
stops itself as a SIGSTOP from outside would. Its answer is a line: how much it wrote, and when.
"""

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stopline.core.carriage import HAND_OVER_LIMIT_MS, Submission
from stopline.flows.submissions import claim_submissions
from stopline.workers import sender
from stopline.workers.outstanding import Outstanding
from support.carriers import StagedCarrier
from support.world import World, real_clock_ms


class Wire(StagedCarrier):
    """Notes what is written, and answers nothing."""

    async def write(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        self.moments_ns = [time.monotonic_ns() for _ in submissions]

    moments_ns: Sequence[int] = ()


def stand_still(passing: Any) -> Any:
    """The sender's last look at the time, with a pause before it."""

    def paused(*arguments: Any) -> Any:
        os.kill(os.getpid(), signal.SIGSTOP)
        return passing(*arguments)

    return paused


async def serve(world: World) -> None:
    """One hand-over for each line."""
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if order["deadline_off"]:
            sender._left_ms = lambda _: HAND_OVER_LIMIT_MS
        wire = Wire()
        wire.name = order["carrier"]
        claim = await world.store.transact(claim_submissions, order["carrier"], 10)
        await sender.Sender(world.store, wire, Outstanding())._hand_over(claim)
        print(json.dumps({"moments_ns": list(wire.moments_ns)}), flush=True)


if __name__ == "__main__":
    sender._passing = stand_still(sender._passing)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(serve(World(Path(folder), real_clock_ms, senders=(), database=sys.argv[1])))
