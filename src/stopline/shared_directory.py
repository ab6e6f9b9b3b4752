"""What one process does for all that share a data directory; another goes on when it ends."""

import asyncio

import structlog

from stopline.core.errors import StoplineError
from stopline.lockfile import DirectoryInUse, DirectoryLock
from stopline.services import Service

# How long nobody does it after the process that did ended.
TAKE_OVER_SECONDS = 2.0

log = structlog.get_logger(__name__)


class OncePerDirectory:
    """Runs a part while this process holds the lock, and waits for it before."""

    def __init__(self, part: Service, lock: DirectoryLock) -> None:
        self.name = part.name
        self._part = part
        self._lock = lock
        self._is_running = False
        self._waiting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the part, or wait for the lock beside the others. Raises DirectoryUnusable."""
        if not await self._take():
            self._waiting = asyncio.create_task(self._wait())

    async def stop(self, timeout_ms: int) -> None:
        """End the part, or the waiting for it."""
        if self._waiting is not None:
            self._waiting.cancel()
            await asyncio.gather(self._waiting, return_exceptions=True)
        if self._is_running:
            await self._part.stop(timeout_ms)
            self._lock.release()

    async def _take(self) -> bool:
        try:
            self._lock.acquire()
        except DirectoryInUse:
            return False
        await self._part.start()
        self._is_running = True
        return True

    async def _wait(self) -> None:
        while not self._is_running:
            await asyncio.sleep(TAKE_OVER_SECONDS)
            try:
                await self._take()
            except (OSError, StoplineError) as error:
                # What else this process does goes on.
                self._lock.release()
                log.warning("could not be taken over", part=self.name, reason=str(error))
