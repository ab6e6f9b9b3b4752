"""Waking a loop from a commit that happened in another thread."""

import asyncio

from stopline.core.hints import Hint
from stopline.flows.ports import Store


class Alarm:
    """Rings when a commit made something due. Made on the event loop that waits for it."""

    def __init__(self, store: Store, hint: Hint) -> None:
        self._hint = hint
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        store.on_commit(self._heard)

    def _heard(self, hints: frozenset[Hint]) -> None:
        if self._hint in hints and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    def ring(self) -> None:
        """Look again. Call it on the event loop."""
        self._event.set()

    async def wait(self, timeout_ms: int) -> None:
        """Return when something may be due, after `timeout_ms` at the latest."""
        try:
            async with asyncio.timeout(timeout_ms / 1_000):
                await self._event.wait()
        except TimeoutError:
            pass
        self._event.clear()
