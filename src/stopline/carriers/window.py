"""How many submissions may be outstanding: a slot for each, from the write to its answer."""

import asyncio
from collections.abc import Iterable, Sequence

# A message's id and the number of the attempt.
Slot = tuple[int, int]


class Window:
    """Slots of one connection. Closed (no free slot) until it is opened."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken: set[Slot] = set()
        self._is_open = False
        self._has_room = asyncio.Event()
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    @property
    def size(self) -> int:
        """How many slots there are."""
        return self._size

    @property
    def taken(self) -> int:
        """How many submissions wait for their answers."""
        return len(self._taken)

    def free(self) -> int:
        """Free slots; 0 while closed."""
        return self._size - len(self._taken) if self._is_open else 0

    def take(self, slots: Sequence[Slot]) -> bool:
        """Take one for each submission, or none at all when there is not enough room."""
        if len(slots) > self.free():
            return False
        self._taken.update(slots)
        self._note()
        return True

    def release(self, slots: Iterable[Slot]) -> None:
        """Give back those of answered submissions; unknown ones (answered twice) are ignored."""
        self._taken.difference_update(slots)
        self._note()

    def open(self) -> None:
        """Connected."""
        self._is_open = True
        self._note()

    def close(self) -> None:
        """No more submissions; those outstanding keep their slots."""
        self._is_open = False
        self._note()

    def clear(self) -> None:
        """The connection is gone, and so is every answer."""
        self._taken.clear()
        self._note()

    async def ready(self) -> int:
        """Wait for a free slot; returns how many there are."""
        while not (free := self.free()):
            await self._has_room.wait()
        return free

    async def emptied(self, timeout_ms: int) -> bool:
        """Wait until every slot is free. Whether they are."""
        try:
            async with asyncio.timeout(timeout_ms / 1000):
                await self._is_empty.wait()
        except TimeoutError:
            return False
        return True

    def _note(self) -> None:
        (self._has_room.set if self.free() else self._has_room.clear)()
        (self._is_empty.clear if self._taken else self._is_empty.set)()
