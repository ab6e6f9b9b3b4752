"""Connections that are kept for the next request to the same host, within bounds."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from stopline.egress.addresses import Target
from stopline.egress.connection import Connection

CONNECTION_LIMIT = 512  # in use at once; about half of a default limit of open files
HOST_CONNECTION_LIMIT = 64  # so that one slow host cannot take them all
# Servers close idle connections after 5 s or more often than not; later than this nobody keeps one.
KEEPALIVE_S = 15.0
# How late a request may notice that its time is over: one timer serves all that run, because one
# for each costs as much as writing the request.
TICK_S = 0.1

# Plain HTTP and TLS never share, nor do a public and a trusted reach of the same name.
_Key = tuple[str, str | None, int | None]


@dataclass(slots=True)
class _Host:
    """Connections to one host: idle ones, the last used last, and how many are lent."""

    idle: list[tuple[Connection, float]] = field(default_factory=list)
    lent: int = 0

    def take_idle(self) -> Connection | None:
        while self.idle:
            connection, _ = self.idle.pop()
            if connection.is_open:
                return connection
        return None


class Pool:
    """Lends connections; one that is given back open is lent again."""

    def __init__(self, connect: Callable[[Target], Awaitable[Connection]]) -> None:
        self._connect = connect
        self._hosts: dict[_Key, _Host] = {}
        self._lent = 0
        self._busy: set[Connection] = set()
        self._waiting: deque[tuple[_Host, asyncio.Future[None]]] = deque()
        self._ticker: asyncio.TimerHandle | None = None

    def take(self, target: Target) -> Connection | None:
        """A connection for one exchange, if one lies ready. Give it back."""
        host = self._host(target)
        if self._waiting or not self._has_room(host):
            return None
        connection = host.take_idle()
        if connection is not None:
            self._lend(host)
            self._busy.add(connection)
        return connection

    async def borrow(self, target: Target) -> Connection:
        """A connection for one exchange, as soon as there is room. Give it back."""
        host = self._host(target)
        await self._wait_for_room(host)
        connection = None
        try:
            connection = host.take_idle() or await self._connect(target)
        finally:
            if connection is None:
                self._end_loan(host)
        self._busy.add(connection)
        self._tick_soon()
        return connection

    def give_back(self, target: Target, connection: Connection) -> None:
        """An exchange is over. What has not come to its end is not used again."""
        host = self._host(target)
        self._busy.discard(connection)
        if connection.is_waiting:
            connection.abort()
        if connection.is_open:
            host.idle.append((connection, asyncio.get_running_loop().time()))
        self._end_loan(host)

    def close(self) -> None:
        """Close everything, whatever is under way."""
        if self._ticker is not None:
            self._ticker.cancel()
        for host in self._hosts.values():
            for connection, _ in host.idle:
                connection.abort()
            host.idle.clear()
        for connection in list(self._busy):
            connection.abort()

    # Room.

    def _host(self, target: Target) -> _Host:
        key = (target.url.scheme, target.url.raw_host, target.url.port)
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = _Host()
        return host

    def _has_room(self, host: _Host) -> bool:
        return self._lent < CONNECTION_LIMIT and host.lent < HOST_CONNECTION_LIMIT

    def _lend(self, host: _Host) -> None:
        host.lent += 1
        self._lent += 1

    async def _wait_for_room(self, host: _Host) -> None:
        """Returns with a loan; the first that came is the first to be served."""
        if not self._waiting and self._has_room(host):
            self._lend(host)
            return
        turn = asyncio.get_running_loop().create_future()
        entry = (host, turn)
        self._waiting.append(entry)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._end_loan(host)  # it was this one's turn in the same moment
            else:
                self._waiting.remove(entry)
            raise

    def _end_loan(self, host: _Host) -> None:
        host.lent -= 1
        self._lent -= 1
        for entry in list(self._waiting) if self._waiting else ():
            next_host, turn = entry
            if self._has_room(next_host):
                self._waiting.remove(entry)
                self._lend(next_host)
                turn.set_result(None)
                return

    # Time.

    def _tick_soon(self) -> None:
        if self._ticker is None:
            self._ticker = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        """End what takes too long, close what was idle for long, forget hosts without either."""
        now = asyncio.get_running_loop().time()
        for connection in list(self._busy):
            connection.end_overdue(now)
        awaited = {id(host) for host, _ in self._waiting}
        for key, host in list(self._hosts.items()):
            for connection, since in host.idle:
                if since < now - KEEPALIVE_S:
                    connection.abort()
            host.idle = [entry for entry in host.idle if entry[0].is_open]
            if not host.idle and not host.lent and id(host) not in awaited:
                del self._hosts[key]
        self._ticker = None
        if self._hosts:
            self._tick_soon()
