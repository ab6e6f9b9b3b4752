"""A carrier for tests that need to hold time still between the gate and the wire."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stopline.carriers.protocol import CarrierCapabilities, CarrierEvents, LinkFigures
from stopline.core.carriage import Submission, SubmitAnswer, SubmitOutcome
from support.world import CARRIER


@dataclass(frozen=True, slots=True)
class Written:
    """A submission and the monotonic moment before its first byte left."""

    submission: Submission
    moment_ns: int


class StagedCarrier:
    """Takes everything and answers at once; `delay` runs between the gate and the wire."""

    name = CARRIER
    count_segments = None
    capabilities = CarrierCapabilities(
        receipts=False, redelivers_inbound=False, echoes_message_id=True
    )

    def __init__(self, delay_ms: Callable[[], float] = lambda: 0.0, window: int = 1_000) -> None:
        self.written: list[Written] = []
        self.at_the_wire = asyncio.Event()
        self.may_pass = asyncio.Event()
        self.may_pass.set()
        self._delay_ms = delay_ms
        self._window = window

    async def start(self, events: CarrierEvents) -> None:
        self._events = events

    async def stop(self, timeout_ms: int) -> None:
        """Nothing is open."""

    async def ready(self) -> int:
        return self._window

    def links(self) -> list[LinkFigures]:
        return [LinkFigures("link", "connected", True, 100, 0)]

    def free_slots(self) -> int:
        return self._window

    async def write(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        self.at_the_wire.set()
        await self.may_pass.wait()
        if delay_ms := self._delay_ms():
            await asyncio.sleep(delay_ms / 1_000)
        moment_ns = time.monotonic_ns()
        self.written.extend(Written(s, moment_ns) for s in submissions)
        await self._events.answers(
            self.name,
            [
                SubmitAnswer(s.message_id, s.attempt, SubmitOutcome.ACCEPTED, f"c{s.message_id}")
                for s in submissions
            ],
        )
