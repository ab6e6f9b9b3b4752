"""Connections that are kept for the next request to the same host, within bounds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from stopline.egress.addresses import Target
from stopline.egress.connection import Connection

CONNECTION_LIMIT = 512  # in use at once; about half of a default limit of open files
HOST_CONNECTION_LIMIT = 64  # so that one slow host cannot take them all
# Servers close idle connections after 5 s or more often than not; later than this nobody keeps one.
KEEPALIVE_S = 15.0

# Plain HTTP and TLS never share, nor do a public and a trusted reach of the same name.
_Key = tuple[str, str | None, int | None]


@dataclass(slots=True)
class _Host:
    """Connections to one host: idle ones, the last used last, and how many may be in use."""

    room: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(HOST_CONNECTION_LIMIT)
    )
    idle: list[tuple[Connection, float]] = field(default_factory=list)
    users: int = 0


class Pool:
    """Lends connections; one that is given back open is lent again."""

    def __init__(self, connect: Callable[[Target], Awaitable[Connection]]) -> None:
        self._connect = connect
        self._hosts: dict[_Key, _Host] = {}
        self._room = asyncio.Semaphore(CONNECTION_LIMIT)
        self._busy: set[Connection] = set()
        self._sweeper: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def borrow(self, target: Target) -> AsyncIterator[Connection]:
        """A connection for one exchange. What ends in an error is not used again."""
        key = (target.url.scheme, target.url.raw_host, target.url.port)
        host = self._hosts.setdefault(key, _Host())
        host.users += 1
        try:
            async with host.room, self._room:
                connection = self._idle(host) or await self._connect(target)
                self._busy.add(connection)
                try:
                    yield connection
                except BaseException:
                    connection.abort()
                    raise
                finally:
                    self._busy.discard(connection)
                    self._keep(host, connection)
        finally:
            host.users -= 1
            if not host.users and not host.idle:
                self._hosts.pop(key, None)

    def close(self) -> None:
        """Close everything, whatever is under way."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        for host in self._hosts.values():
            for connection, _ in host.idle:
                connection.abort()
            host.idle.clear()
        for connection in list(self._busy):
            connection.abort()

    def _idle(self, host: _Host) -> Connection | None:
        while host.idle:
            connection, _ = host.idle.pop()
            if connection.is_open:
                return connection
        return None

    def _keep(self, host: _Host, connection: Connection) -> None:
        if connection.is_open:
            loop = asyncio.get_running_loop()
            host.idle.append((connection, loop.time()))
            if self._sweeper is None:
                self._sweeper = loop.call_later(KEEPALIVE_S, self._sweep)

    def _sweep(self) -> None:
        """Close what was idle for long, and forget hosts without connections."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - KEEPALIVE_S
        for key, host in list(self._hosts.items()):
            for connection, since in host.idle:
                if since < oldest:
                    connection.abort()
            host.idle = [entry for entry in host.idle if entry[0].is_open]
            if not host.idle and not host.users:
                del self._hosts[key]
        self._sweeper = loop.call_later(KEEPALIVE_S, self._sweep) if self._hosts else None
