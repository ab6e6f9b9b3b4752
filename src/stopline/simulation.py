"""The simulated carrier in this process, or the way to one that runs as its own."""

import asyncio
from functools import partial

from stopline.carriers.simulated import Connect, SimulatedCarrier
from stopline.carriers.simulator import address
from stopline.carriers.simulator.control import SimulatorControl
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.config import Settings

JOURNAL_NAME = "simulator.journal"


def simulator_settings(settings: Settings) -> SimulatorSettings:
    """How the simulator performs."""
    return SimulatorSettings(
        latency_ms=settings.simulator_latency_ms,
        throughput=settings.simulator_throughput,
        failure_rate=settings.simulator_failure_rate,
    )


class Simulation:
    """The simulator as a part of the process: there before its carrier connects, gone after it."""

    name = "simulator"

    def __init__(self, settings: Settings) -> None:
        """Raises BadAddress."""
        self._embedded: EmbeddedSimulator | None = None
        if settings.simulator_address:
            parsed = address.parse_address(settings.simulator_address)
            connect: Connect = partial(address.connect, parsed)
        else:
            journal = settings.data / JOURNAL_NAME
            self._embedded = EmbeddedSimulator(journal, simulator_settings(settings))
            connect = self._embedded.connect
        self.carrier = SimulatedCarrier(connect, settings.simulator_window)
        self.control = SimulatorControl(connect)

    async def start(self) -> None:
        """Raises JournalDamaged, OSError."""
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.start)

    async def stop(self, timeout_ms: int) -> None:
        await self.control.close()
        if self._embedded is not None:
            await asyncio.to_thread(self._embedded.stop)
