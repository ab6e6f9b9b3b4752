"""Keeps connections to one provider up, so that a hand-over finds one and waits for none."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import structlog

from stopline.carriers.http.link import Link

# First and longest pause before connecting again, varied by half.
FIRST_PAUSE_MS = 250
LONGEST_PAUSE_MS = 30_000

log = structlog.get_logger(__name__)

Connect = Callable[[], Awaitable[Link]]


class Links:
    """At most `most` connections, as many idle as are busy, at least one.

    `changed` is called when there may be room for a request.
    """

    def __init__(self, carrier: str, connect: Connect, most: int, changed: Callable[[], None]):
        self._carrier = carrier
        self._connect = connect
        self.most = most
        self._changed = changed
        self._idle: list[Link] = []
        self._all: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._connecting = 0
        self._pause_ms = FIRST_PAUSE_MS
        self._is_open = False
        self.error = ""

    @property
    def is_up(self) -> bool:
        """Whether there is a connection."""
        return bool(self._all)

    @property
    def busy(self) -> int:
        """Connections with a request."""
        return len(self._all) - len(self._idle)

    def start(self) -> None:
        """Connect from now on."""
        self._is_open = True
        self._grow()

    async def stop(self) -> None:
        """Close every connection."""
        self._is_open = False
        for link in list(self._all):
            link.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def idle(self) -> int:
        """Connections that may take a request now."""
        self._drop_stale()
        return len(self._idle)

    def take(self) -> Link | None:
        """A connection for one request; give it back, or close it."""
        self._drop_stale()
        link = self._idle.pop() if self._idle else None
        self._grow()
        return link

    def give_back(self, link: Link) -> None:
        """Its request was answered."""
        if self._is_open and link.is_fresh and link in self._all:
            self._idle.append(link)
            self._changed()

    def _drop_stale(self) -> None:
        stale = [link for link in self._idle if not link.is_fresh]
        for link in stale:
            self._idle.remove(link)
            link.close()

    def _grow(self) -> None:
        wanted = min(self.most, max(1, 2 * self.busy))
        # While connecting fails one attempt at a time is enough.
        most = 1 if self.error else self.most
        while (
            self._is_open and len(self._all) + self._connecting < wanted and self._connecting < most
        ):
            self._connecting += 1
            task = asyncio.create_task(self._run())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self) -> None:
        """One connection from its making to its end."""
        try:
            link = await self._make()
        finally:
            self._connecting -= 1
        if link is None:
            self._grow()
            return
        self._all.add(link)
        self._idle.append(link)
        self._changed()
        try:
            self._grow()
            await link.read()
        finally:
            self._all.discard(link)
            if link in self._idle:
                self._idle.remove(link)
            self._grow()

    async def _make(self) -> Link | None:
        try:
            link = await self._connect()
        except (OSError, UnicodeError, TimeoutError) as error:
            self.error = f"unreachable: {str(error) or 'no answer in time'}"
            log.warning("carrier unreachable", carrier=self._carrier, reason=str(error))
            await asyncio.sleep(self._pause_ms * random.uniform(0.5, 1.5) / 1_000)
            self._pause_ms = min(self._pause_ms * 2, LONGEST_PAUSE_MS)
            return None
        self.error, self._pause_ms = "", FIRST_PAUSE_MS
        return link
