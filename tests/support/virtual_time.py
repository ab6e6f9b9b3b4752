"""A day in a minute: an event loop that jumps to its next timer when nothing else is going on.

Sockets are real and both ends live on this loop, so what one end sent the other can read at once;
only a transaction in another thread can be under way unseen, and the store is asked for those.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from stopline.store.sqlite import SqliteStore
from support.world import KEYS, World

START_MS = 1_772_470_800_000  # 2026-03-02T17:00:00Z
# A transaction is under way: look again soon, in real seconds.
BUSY_S = 0.0005


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time passes at once. `is_busy` says whether something is under way elsewhere."""

    def __init__(self) -> None:
        self.skipped_s = 0.0
        self.is_busy: Callable[[], bool] = lambda: False
        super().__init__(_Jumping(self))

    def time(self) -> float:
        return super().time() + self.skipped_s

    def wall_clock_ms(self) -> int:
        """Epoch milliseconds that pass with the loop's time."""
        return START_MS + int(self.time() * 1_000)


class _Jumping(selectors.EpollSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if found or timeout == 0:
            return found
        if timeout is None or self._loop.is_busy():
            return super().select(BUSY_S)
        self._loop.skipped_s += timeout
        return found


class CountingStore(SqliteStore):
    """A store that knows how many transactions its callers wait for. For one loop."""

    under_way = 0

    async def transact(self, *args: Any, **kwargs: Any) -> Any:
        self.under_way += 1
        try:
            return await super().transact(*args, **kwargs)
        finally:
            self.under_way -= 1


class VirtualWorld(World):
    """A world whose clock is a loop's."""

    store: CountingStore

    def __init__(self, folder: Path, loop: VirtualLoop) -> None:
        super().__init__(folder, loop.wall_clock_ms)
        loop.is_busy = lambda: self.store.under_way > 0

    def _open(self) -> CountingStore:
        return CountingStore(self.path, KEYS, clock_ms=self.clock)


def run_virtual(
    folder: Path, scenario: Callable[[VirtualLoop, VirtualWorld], Coroutine[Any, Any, None]]
) -> None:
    """Run a scenario on a loop and in a world of its own."""
    loop = VirtualLoop()
    try:
        world = VirtualWorld(folder, loop)
        try:
            loop.run_until_complete(scenario(loop, world))
        finally:
            world.close()
    finally:
        loop.close()
