"""Gathers what comes in one by one into groups, because a transaction costs more than a row."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Gatherer(Generic[T]):
    """A bounded queue with one worker that takes everything that waits, up to a limit.

    While a group is written the next one gathers; `pause_ms` lets it grow a little more when
    nobody waits for the answer, unless `is_complete` says that nothing more can come. A group is
    no larger than the limit; an item that is, is a group of its own.
    """

    def __init__(
        self,
        handle: Callable[[list[T]], Awaitable[None]],
        *,
        group_limit: int,
        capacity: int,
        size: Callable[[T], int] = lambda _: 1,
        pause_ms: int = 0,
        is_complete: Callable[[], bool] = lambda: False,
    ) -> None:
        self._handle = handle
        self._size = size
        self._group_limit = group_limit
        self._capacity = capacity
        self._pause_ms = pause_ms
        self._is_complete = is_complete
        self._waiting: deque[T] = deque()
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def put(self, items: Sequence[T]) -> None:
        """Add items; waits while the queue is full."""
        while len(self._waiting) >= self._capacity:
            self._room.clear()
            await self._room.wait()
        self._waiting.extend(items)
        self._idle.clear()
        self._filled.set()

    async def run(self) -> None:
        """Handle groups until cancelled. `handle` must not raise."""
        while True:
            await self._filled.wait()
            if self._may_grow():
                await asyncio.sleep(self._pause_ms / 1_000)
            await self._handle(self._take())
            if not self._waiting:
                self._filled.clear()
                self._idle.set()

    async def drain(self) -> None:
        """Return when everything that was put has been handled."""
        await self._idle.wait()

    def _may_grow(self) -> bool:
        return (
            self._pause_ms > 0
            and len(self._waiting) < self._group_limit
            and not self._is_complete()
        )

    def _take(self) -> list[T]:
        group = [self._waiting.popleft()]
        total = self._size(group[0])
        while self._waiting:
            total += self._size(self._waiting[0])
            if total > self._group_limit:
                break
            group.append(self._waiting.popleft())
        self._room.set()
        return group
