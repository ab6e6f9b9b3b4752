"""Stopline's moving parts in this process: a real store, sender, receiver and simulated carrier."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.control import SimulatorControl
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.frames import TextPart, TextResult
from stopline.carriers.simulator.journal import AnyLine, SubmitLine, read_lines
from stopline.carriers.simulator.oracle import Violation, check_journal
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.config import Settings
from stopline.core.messages import FINAL_STATUSES, Direction
from stopline.core.routing import NO_ROUTES
from stopline.sending import sending_services
from stopline.services import ServiceStack
from support.world import SECOND_SENDER, SENDER, World, real_clock_ms


@dataclass
class Live:
    """A world whose messages really move."""

    world: World
    carrier: SimulatedCarrier
    control: SimulatorControl
    journal: Path

    async def send(self, people: Sequence[str], body: str = "Your order is ready.") -> None:
        """Have a batch accepted, without standing in the loop's way."""
        await asyncio.to_thread(self.world.send, *people, body=body)

    async def text(self, text: str, *people: str, sender: str = SENDER) -> list[TextResult]:
        """Handsets text us; returns when each is stored or refused."""
        return await self.control.text_in([TextPart(who, sender, text) for who in people])

    def lines(self) -> list[AnyLine]:
        """The simulator's journal."""
        return [line for _, _, line in read_lines(self.journal)]

    def taken(self, recipients: Iterable[str] | None = None) -> list[SubmitLine]:
        """What the carrier was handed, replies left out."""
        wanted = None if recipients is None else set(recipients)
        return [
            line
            for line in self.lines()
            if isinstance(line, SubmitLine)
            and not line.text.startswith("NETWORK MSG:")
            and (wanted is None or line.recipient in wanted)
        ]

    def violations(self) -> list[Violation]:
        """Messages that left after their STOP was acknowledged."""
        return check_journal(self.journal)

    async def until(self, holds: Callable[[], bool], what: str, seconds: float = 20) -> None:
        """Wait until something holds."""
        try:
            async with asyncio.timeout(seconds):
                while not await asyncio.to_thread(holds):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(what) from None

    def is_settled(self) -> bool:
        """Whether each outbound message has a final status."""
        return all(
            message.status in FINAL_STATUSES
            for sender in (SENDER, SECOND_SENDER)
            for message in self.world.messages(sender)
            if message.direction is Direction.OUTBOUND
        )


@asynccontextmanager
async def live(
    folder: Path,
    *,
    simulator: SimulatorSettings | None = None,
    window: int = 1_000,
    clock_ms: Callable[[], int] = real_clock_ms,
    database: str | None = None,
) -> AsyncIterator[Live]:
    """Everything started, and stopped afterwards."""
    journal = folder / "journal"
    # An uncertain message is sent again within the patience of a test.
    settings = Settings(data=folder, uncertain_wait_ms=1_000)
    world = World(folder, clock_ms, database=database)
    embedded = EmbeddedSimulator(journal, simulator or SimulatorSettings())
    embedded.start()
    carrier = SimulatedCarrier(embedded.connect, window)
    control = SimulatorControl(embedded.connect)
    stack = ServiceStack(sending_services(settings, world.store, [carrier], NO_ROUTES))
    await stack.start()
    try:
        yield Live(world, carrier, control, journal)
    finally:
        await stack.stop()
        await control.close()
        embedded.stop()
        world.close()
