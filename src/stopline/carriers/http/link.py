"""One kept connection to a provider: one request at a time, and no buffer of ours on its way.

The bytes of a request go to the kernel through an `Outlet`, so that a hand-over knows when the last
of them is there; over TLS these are the bytes of the ciphertext.
"""

import asyncio
import secrets
import socket
import ssl
from contextlib import ExitStack

from stopline.carriers.outlet import NothingHandedOver, Outlet
from stopline.carriers.tls import TlsChannel
from stopline.egress.addresses import AddressPolicy, Target, parse_networks
from stopline.egress.answers import (
    AnswerReader,
    BrokenAnswer,
    EgressAnswer,
    EgressError,
    EgressFailure,
)
from stopline.egress.client import EgressClient, system_tls

# Bytes of a provider's answer to one request; a batch of a hundred messages takes some 30,000.
ANSWER_LIMIT = 256 << 10
# Connecting, with TLS.
CONNECT_MS = 10_000
# Servers close idle connections after some time; a request that crosses the close is uncertain, so
# the connection is given up before nearly any of them does.
IDLE_S = 20.0
_READ_BYTES = 64 << 10

# The operator writes a provider's address, so it may be anywhere, but for what hands out secrets.
OPERATORS_CHOICE = AddressPolicy(
    allow_loopback=True, trusted_networks=parse_networks(("0.0.0.0/0", "::/0"))
)


class Link:
    """A connection that is up. `read` runs until it is gone."""

    def __init__(self, sock: socket.socket, tls: TlsChannel | None) -> None:
        self.name = secrets.token_hex(4)
        self._sock = sock
        self._tls = tls
        self._outlet = Outlet(sock, tls.seal if tls else None)
        self._reader: AnswerReader | None = None
        self._waiter: asyncio.Future[EgressAnswer] | None = None
        self._is_open = True
        self._used_at = asyncio.get_running_loop().time()

    @property
    def is_fresh(self) -> bool:
        """Whether a request may be sent: open, not asked, not idle for long, nothing unread."""
        idle_s = asyncio.get_running_loop().time() - self._used_at
        return self._is_open and self._waiter is None and idle_s < IDLE_S and not self._has_news()

    def _has_news(self) -> bool:
        """Whether the far side has said something, such as goodbye, that was not read yet."""
        try:
            self._sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    async def hand_over(self, request: bytes, deadline_ms: int) -> asyncio.Future[EgressAnswer]:
        """Give a whole request to the kernel; the future gives its answer, or EgressError.

        Raises NothingHandedOver, or PartlyHandedOver after closing the connection.
        """
        if not self.is_fresh:
            raise NothingHandedOver("the connection is closed")
        self._reader = AnswerReader(ANSWER_LIMIT)
        waiter = self._waiter = asyncio.get_running_loop().create_future()
        # Nobody may be waiting any more when the connection breaks.
        waiter.add_done_callback(_look_at)
        with ExitStack() as undo:
            undo.callback(self.close)
            await self._outlet.hand_over(request, deadline_ms)
            undo.pop_all()
        return waiter

    async def read(self) -> None:
        """Read until the connection is closed by anybody."""
        loop = asyncio.get_running_loop()
        try:
            while self._is_open and (data := await loop.sock_recv(self._sock, _READ_BYTES)):
                self._take(data if self._tls is None else self._open(self._tls, data))
            self._end()
        except (OSError, BrokenAnswer):
            self._fail(EgressFailure.BROKEN_ANSWER)
        finally:
            self.close()
            self._sock.close()

    def close(self) -> None:
        """No more requests; one that runs gets no answer."""
        self._is_open = False
        self._outlet.abort()
        self._fail(EgressFailure.UNREACHABLE)

    def _open(self, tls: TlsChannel, data: bytes) -> bytes:
        plain = tls.open(data)
        self._outlet.post_sealed(tls.take_output())
        return plain

    def _take(self, data: bytes) -> None:
        if not data:
            return
        if self._reader is None or self._waiter is None:
            raise BrokenAnswer("nobody asked")
        if answer := self._reader.feed(data):
            self._finish(answer, self._reader.keeps_connection)

    def _end(self) -> None:
        if self._reader is not None and (answer := self._reader.end()):
            self._finish(answer, keep=False)

    def _finish(self, answer: EgressAnswer, keep: bool) -> None:
        waiter, self._waiter, self._reader = self._waiter, None, None
        self._used_at = asyncio.get_running_loop().time()
        if waiter is not None and not waiter.done():
            waiter.set_result(answer)
        if not keep:
            self.close()

    def _fail(self, failure: EgressFailure) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(EgressError(failure, f"request failed: {failure.value}"))


def _look_at(future: asyncio.Future[EgressAnswer]) -> None:
    if not future.cancelled():
        future.exception()


class Connector:
    """Makes connections to one address, through the same guard as every request of ours."""

    def __init__(
        self, client: EgressClient, target: Target, context: ssl.SSLContext | None = None
    ) -> None:
        self._client = client
        self._target = target
        is_tls = target.url.scheme == "https"
        self._context = (context or system_tls()) if is_tls else None

    async def connect(self) -> Link:
        """A connection that is up. Raises OSError; UnicodeError for an impossible host name."""
        async with asyncio.timeout(CONNECT_MS / 1_000):
            sock = await self._client.connect_socket(self._target)
            with ExitStack() as undo:
                undo.callback(sock.close)
                sock.setblocking(False)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                link = Link(sock, await self._secure(sock))
                undo.pop_all()
            return link

    async def _secure(self, sock: socket.socket) -> TlsChannel | None:
        if self._context is None:
            return None
        channel = TlsChannel(self._context, self._target.url.raw_host or "")
        await channel.handshake(sock)
        return channel
