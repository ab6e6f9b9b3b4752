"""Stopline's side of the control connection: handsets that text, and what went over the air."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence

from stopline.carriers.simulator.faults import Fault
from stopline.carriers.simulator.frames import (
    TO_STOPLINE,
    Done,
    Frame,
    FrameBuffer,
    FrameError,
    Hello,
    InjectFault,
    ListMessages,
    MessageRecord,
    TextIn,
    TextPart,
    TextResult,
    encode_frame,
)
from stopline.core.errors import StoplineError

Connect = Callable[[], Awaitable[socket.socket]]

# How long a handset waits for Stopline; a store that is down answers "not now" within 8 s.
TEXT_TIMEOUT_MS = 30_000
# Beyond the text's own time, for the way there and back.
_MARGIN_SECONDS = 5.0
_READ_BYTES = 256 << 10


class SimulatorUnavailable(StoplineError):
    """The simulator can not be asked now, or it refused; the message says why."""


class SimulatorControl:
    """Asks the simulator, wherever it runs. Connects when first used and again when cut."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._waiting: dict[int, asyncio.Future[Done]] = {}
        self._last_id = 0

    async def text_in(
        self, texts: Sequence[TextPart], timeout_ms: int = TEXT_TIMEOUT_MS
    ) -> list[TextResult]:
        """Let handsets text, and wait until Stopline has stored or refused each, in order.

        Raises SimulatorUnavailable; the texts may have been sent all the same.
        """
        request = TextIn(self._next_id(), list(texts), timeout_ms)
        return (await self._ask(request, timeout_ms / 1000 + _MARGIN_SECONDS)).results

    async def list_messages(
        self, recipient: str | None, sender: str | None, after: int, limit: int
    ) -> list[MessageRecord]:
        """Texts with a sequence above `after`, oldest first. Raises SimulatorUnavailable."""
        request = ListMessages(self._next_id(), recipient, sender, after, limit)
        return (await self._ask(request, TEXT_TIMEOUT_MS / 1000)).records

    async def inject(self, fault: Fault, amount: int = 0) -> None:
        """Let the simulator misbehave. Raises SimulatorUnavailable."""
        await self._ask(InjectFault(self._next_id(), fault.value, amount), _MARGIN_SECONDS)

    async def close(self) -> None:
        """Cut the connection; requests that wait fail."""
        reading = self._reading
        if reading is not None:
            reading.cancel()
            await asyncio.wait([reading])

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    async def _ask(self, request: TextIn | ListMessages | InjectFault, seconds: float) -> Done:
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        try:
            writer = await self._connected()
            self._waiting[request.request_id] = future
            await _write(writer, request)
            async with asyncio.timeout(seconds):
                done = await future
        except (OSError, TimeoutError) as error:
            raise SimulatorUnavailable(f"the simulator does not answer: {error}") from None
        finally:
            self._waiting.pop(request.request_id, None)
        if done.error:
            raise SimulatorUnavailable(done.error)
        return done

    async def _connected(self) -> asyncio.StreamWriter:
        async with self._lock:
            if self._writer is None:
                reader, self._writer = await asyncio.open_connection(sock=await self._connect())
                await _write(self._writer, Hello("control"))
                self._reading = asyncio.create_task(self._read(reader, self._writer))
            return self._writer

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        frames = FrameBuffer(TO_STOPLINE)
        try:
            while data := await reader.read(_READ_BYTES):
                for frame in frames.feed(data):
                    self._answer(frame)
        except (OSError, FrameError):
            pass
        finally:
            self._writer = None
            writer.close()
            self._fail_waiting()

    def _answer(self, frame: object) -> None:
        if isinstance(frame, Done) and (future := self._waiting.get(frame.request_id)):
            with contextlib.suppress(asyncio.InvalidStateError):
                future.set_result(frame)

    def _fail_waiting(self) -> None:
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError("its connection was cut"))


async def _write(writer: asyncio.StreamWriter, frame: Frame) -> None:
    writer.write(encode_frame(frame))
    await writer.drain()
