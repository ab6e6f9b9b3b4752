"""The WebSockets of this process: what is due for them is claimed, sent, and settled here.

Nothing that another process needs is kept here: who holds a socket, and what its client has not
seen yet, stand in the store.
"""

import asyncio
from collections.abc import Callable

import structlog

from stopline.core.hints import Hint
from stopline.core.sockets import HOLD_EVERY_MS, SocketRef
from stopline.flows.ports import Store
from stopline.flows.sockets import (
    Holding,
    SocketLane,
    SocketResult,
    claim_for_sockets,
    forget_socket,
    hold_sockets,
    list_gone_sockets,
    list_socket_lanes,
    release_socket,
    settle_for_sockets,
)
from stopline.ringcentral import socket_frames
from stopline.ringcentral.socket_connection import TRY_AGAIN, SocketConnection
from stopline.rounds import repeat

# New events wake the hub at once; those of another process are found this soon.
POLL_MS = 200
# Results are gathered for this long, or until there are so many, into one transaction.
SETTLE_MS = 5
SETTLE_LIMIT = 256
# Idle and absolute limits are looked at this often.
CHECK_MS = 1_000
PAUSE_AFTER_ERROR_MS = 1_000
# For the last results after the connections are closed.
_DRAIN_POLL_MS = 20

log = structlog.get_logger("stopline.sockets")


class SocketHub:
    """Serves the connections that are added to it while it runs."""

    name = "sockets"

    def __init__(self, store: Store, clock_ms: Callable[[], int]) -> None:
        self._store = store
        self._clock_ms = clock_ms
        self._connections: dict[SocketRef, SocketConnection] = {}
        self._results: list[SocketResult] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._due = asyncio.Event()
        self._written = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        store.on_commit(self._heard)

    async def start(self) -> None:
        """Begin; returns at once."""
        self._loop = asyncio.get_running_loop()
        bodies = (self._claim_round, self._settle_round, self._check_round, self._hold_round)
        self._tasks = [
            asyncio.create_task(repeat("sockets", body, PAUSE_AFTER_ERROR_MS)) for body in bodies
        ]

    async def stop(self, timeout_ms: int) -> None:
        """Close what is open; clients come back to another process, or to this one later."""
        for connection in list(self._connections.values()):
            connection.end("", TRY_AGAIN)
        waited_ms = 0
        while self._connections and waited_ms < timeout_ms:
            await asyncio.sleep(_DRAIN_POLL_MS / 1_000)
            waited_ms += _DRAIN_POLL_MS
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._settle()

    def add(self, connection: SocketConnection) -> None:
        """A connection was opened. An earlier one of the same socket in this process ends."""
        ref = connection.caller.ref
        for other in list(self._connections.values()):
            if (other.caller.ref.bucket, other.caller.ref.id) == (ref.bucket, ref.id):
                other.end("")
        self._connections[ref] = connection
        self.has_room()

    async def release(self, connection: SocketConnection) -> None:
        """It ended; its client may come back to the socket."""
        self._connections.pop(connection.caller.ref, None)
        ref, sequence = connection.caller.ref, connection.frames.sequence
        await self._store.transact(release_socket, ref, sequence, connection.unsent())

    def sent(self, result: SocketResult) -> None:
        """An event was written to a client."""
        self._results.append(result)
        self._written.set()

    def has_room(self) -> None:
        """Look for events at once."""
        self._due.set()

    def _heard(self, hints: frozenset[Hint]) -> None:
        loop = self._loop
        if Hint.DELIVERIES in hints and loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._due.set)

    # Claiming.

    async def _claim_round(self) -> None:
        await _wait(self._due, POLL_MS)
        by_subscription: dict[int, SocketConnection] = {}
        for connection in self._connections.values():
            subscription_id = connection.caller.subscription_id
            if subscription_id is not None and connection.room > 0:
                by_subscription[subscription_id] = connection
        if not by_subscription:
            return
        wanted = frozenset(by_subscription)
        now_ms = self._clock_ms()
        lanes = []
        for lane in await self._store.read(list_socket_lanes, wanted):
            connection = by_subscription[lane.subscription_id]
            if lane.due_ms <= now_ms and connection.room > 0:
                ref, sequence = connection.caller.ref, connection.frames.sequence
                lanes.append(SocketLane(ref, sequence, lane, connection.room))
        if lanes:
            await self._claim(lanes)

    async def _claim(self, lanes: list[SocketLane]) -> None:
        for claim in await self._store.transact(claim_for_sockets, lanes):
            connection = self._connections.get(claim.ref)
            if connection is None:
                # It ended meanwhile: whoever holds the socket next makes these due again.
                continue
            if claim.subscription is None:
                connection.end("")
            else:
                connection.offer(claim.subscription, claim.deliveries)

    # Settling.

    async def _settle_round(self) -> None:
        await self._written.wait()
        if len(self._results) < SETTLE_LIMIT:
            await asyncio.sleep(SETTLE_MS / 1_000)
        self._written.clear()
        await self._settle()
        self.has_room()  # what waited behind these may go now

    async def _settle(self) -> None:
        while self._results:
            group = self._results[:SETTLE_LIMIT]
            await self._store.transact(settle_for_sockets, group)
            del self._results[: len(group)]

    # Upkeep.

    async def _check_round(self) -> None:
        await asyncio.sleep(CHECK_MS / 1_000)
        now_ms = self._clock_ms()
        for connection in list(self._connections.values()):
            overdue = connection.frames.overdue(now_ms)
            if overdue is not None:
                connection.end(socket_frames.error(*overdue))

    async def _hold_round(self) -> None:
        await asyncio.sleep(HOLD_EVERY_MS / 1_000)
        holdings = [
            Holding(ref, connection.frames.sequence, connection.token)
            for ref, connection in self._connections.items()
        ]
        for ref in await self._store.transact(hold_sockets, holdings) if holdings else ():
            if (connection := self._connections.get(ref)) is not None:
                connection.end("")
        for row in await self._store.read(list_gone_sockets):
            await self._store.transact(forget_socket, row)


async def _wait(event: asyncio.Event, timeout_ms: int) -> None:
    try:
        async with asyncio.timeout(timeout_ms / 1_000):
            await event.wait()
    except TimeoutError:
        pass
    event.clear()
