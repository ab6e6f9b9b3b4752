"""Parts of a process that start in order and stop in reverse, within a bound."""

import asyncio
import time
from collections.abc import Sequence
from typing import Protocol

import structlog

# After a stop signal: so long for finishing what runs (requests, answers of carriers) ...
GRACE_MS = 10_000
# ... and so long until everything is cut off. Below the 30 s after which orchestrators kill.
FORCED_MS = 20_000

log = structlog.get_logger(__name__)


class Service(Protocol):
    """One part of the process."""

    @property
    def name(self) -> str: ...

    async def start(self) -> None:
        """Ready for use when it returns. Raises when it can not be; nothing is left running."""
        ...

    async def stop(self, timeout_ms: int) -> None:
        """Take nothing new, finish work in hand within `timeout_ms`, then close."""
        ...


class ServiceStack:
    """Starts services in order and stops them in reverse."""

    def __init__(
        self, services: Sequence[Service], grace_ms: int = GRACE_MS, forced_ms: int = FORCED_MS
    ) -> None:
        self._services = services
        self._grace_ms = grace_ms
        self._forced_ms = forced_ms
        self._running: list[Service] = []

    async def start(self) -> None:
        """Start all; when one fails, those before it are stopped and its error is raised."""
        complete = False
        try:
            for service in self._services:
                await service.start()
                self._running.append(service)
            complete = True
        finally:
            if not complete:
                await self.stop()

    async def stop(self) -> bool:
        """Stop what runs. False when a service failed or had to be cut off."""
        began = time.monotonic()
        clean = True
        while self._running:
            spent_ms = int((time.monotonic() - began) * 1000)
            clean &= await self._stop_one(self._running.pop(), spent_ms)
        return clean

    async def _stop_one(self, service: Service, spent_ms: int) -> bool:
        grace_ms = max(0, self._grace_ms - spent_ms)
        # A service that is late still gets a moment: closing files must not be skipped.
        hard_ms = max(500, self._forced_ms - spent_ms)
        task = asyncio.create_task(service.stop(grace_ms))
        await asyncio.wait([task], timeout=hard_ms / 1000)
        if not task.done():
            task.cancel()
            log.warning("service cut off", service=service.name, after_ms=spent_ms + hard_ms)
            return False
        if error := task.exception():
            log.error("service failed to stop", service=service.name, exc_info=error)
            return False
        return True
