"""The writing side of a raw non-blocking stream socket.

Nothing of ours waits in user space without being known here: `hand_over` succeeds only when every
byte is with the kernel, and `post` (acknowledgements and answers, which no gate covers) counts as
waiting until it is. An encrypted connection is no different: `seal` turns plain bytes into the
bytes for the kernel at the moment their place in the order is certain.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

from stopline.core.errors import StoplineError

# Acknowledgements and answers are bounded by the windows; more means that the far side is gone.
MAX_POSTED_BYTES = 32 << 20


class NothingHandedOver(StoplineError):
    """No byte was given to the kernel."""


class PartlyHandedOver(StoplineError):
    """Some bytes were given to the kernel and the connection was aborted."""


@dataclass(slots=True)
class _Written:
    """How much of one hand-over is with the kernel."""

    size: int = 0
    count: int = 0


class Outlet:
    """Owns the writing of one socket on one event loop. Closing the socket is the reader's."""

    def __init__(self, sock: socket.socket, seal: Callable[[bytes], bytes] | None = None) -> None:
        self._sock = sock
        self._seal = seal
        self._loop = asyncio.get_running_loop()
        self._posted = bytearray()
        self._turn = asyncio.Lock()
        self._handing_over = False
        self._waiter: asyncio.Future[None] | None = None
        self._aborted = False

    @property
    def waiting_bytes(self) -> int:
        """Posted bytes that the kernel has not taken."""
        return len(self._posted)

    def post(self, data: bytes) -> None:
        """Send as soon as the kernel takes it, in order; never waits. Ignored once aborted."""
        if not self._aborted:
            self.post_sealed(data if self._seal is None else self._seal(data))

    def post_sealed(self, data: bytes) -> None:
        """As `post`, for bytes that need no sealing any more."""
        if self._aborted:
            return
        self._posted += data
        if len(self._posted) > MAX_POSTED_BYTES:
            self.abort()
        elif not self._handing_over:
            self._flush()

    async def hand_over(self, data: bytes, deadline_ms: int) -> None:
        """Give all of `data` to the kernel within the duration.

        Raises NothingHandedOver, or PartlyHandedOver after aborting the connection. A
        cancellation between two parts aborts it too.
        """
        deadline_ns = _clock_ns() + deadline_ms * 1_000_000
        written = _Written()
        try:
            async with asyncio.timeout(deadline_ms / 1000), self._turn:
                await self._drained()
                sealed = data if self._seal is None else self._seal(data)
                await self._push(sealed, deadline_ns, written)
        except (TimeoutError, OSError) as error:
            failure = PartlyHandedOver if written.count else NothingHandedOver
            raise failure(_reason(error)) from None

    async def _push(self, data: bytes, deadline_ns: int, written: "_Written") -> None:
        self._handing_over = True
        view = memoryview(data)
        written.size = len(data)
        try:
            while written.count < written.size:
                if _clock_ns() > deadline_ns:
                    raise TimeoutError
                sent = self._send(view[written.count :])
                written.count += sent
                if written.count < written.size:
                    await self._writable()
        finally:
            self._handing_over = False
            if written.count < written.size and (written.count or self._seal is not None):
                # Sealed bytes that are not sent leave a gap that nothing can follow.
                self.abort()
            elif self._posted:
                self._flush()

    def abort(self) -> None:
        """End the connection; the far side sees what the kernel has and then the end."""
        if self._aborted:
            return
        self._aborted = True
        self._posted.clear()
        self._forget_writer()
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(ConnectionAbortedError("the connection was aborted"))

    def _send(self, view: memoryview | bytearray) -> int:
        if self._aborted:
            raise ConnectionAbortedError("the connection was aborted")
        try:
            return self._sock.send(view)
        except BlockingIOError:
            return 0

    async def _drained(self) -> None:
        while self._posted:
            await self._writable()
            self._flush()
        if self._aborted:
            raise ConnectionAbortedError("the connection was aborted")

    def _flush(self) -> None:
        """Send what was posted; come back when the kernel has room."""
        try:
            del self._posted[: self._send(self._posted)]
        except OSError:
            self.abort()
            return
        if self._posted:
            self._loop.add_writer(self._sock, self._on_writable)
        elif self._waiter is None:
            self._forget_writer()

    async def _writable(self) -> None:
        self._waiter = self._loop.create_future()
        self._loop.add_writer(self._sock, self._on_writable)
        try:
            await self._waiter
        finally:
            self._waiter = None
            self._forget_writer()

    def _on_writable(self) -> None:
        if self._waiter is None:
            self._flush()
        elif not self._waiter.done():
            self._waiter.set_result(None)

    def _forget_writer(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.remove_writer(self._sock)


def _clock_ns() -> int:
    """A clock that goes on while the machine sleeps: a paused process must not write late."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "the far side did not take it in time"
    return f"the connection is gone ({error})"
