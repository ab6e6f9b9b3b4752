"""The simulated carrier as Stopline sees it: one connection, a window, and no buffer of ours."""

import asyncio
import random
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from stopline.carriers.outlet import NothingHandedOver, Outlet, PartlyHandedOver
from stopline.carriers.protocol import (
    CarrierCapabilities,
    CarrierEvents,
    LinkFigures,
    NotWritten,
    WriteUncertain,
)
from stopline.carriers.simulator.frames import (
    TO_STOPLINE,
    AckPart,
    Answers,
    FrameBuffer,
    FrameError,
    Hello,
    InboundAcks,
    InboundPart,
    Inbounds,
    ReceiptAcks,
    ReceiptPart,
    Receipts,
    SubmitPart,
    Submits,
    ToStopline,
    encode_frame,
    groups_of,
)
from stopline.carriers.window import Window
from stopline.core.carriage import Inbound, Receipt, Submission, SubmitAnswer
from stopline.rounds import attempt

DEFAULT_WINDOW = 1_000
# First and longest pause before connecting again; each is varied by half, so that many clients
# of one carrier that came back do not all knock at once.
FIRST_PAUSE_MS = 50
LONGEST_PAUSE_MS = 5_000
_READ_BYTES = 256 << 10
_HELLO_MS = 5_000

log = structlog.get_logger(__name__)

Connect = Callable[[], Awaitable[socket.socket]]


class SimulatedCarrier:
    """A `Carrier` over a stream socket to the simulator. Lives on one event loop."""

    count_segments = None

    def __init__(self, connect: Connect, window: int = DEFAULT_WINDOW, name: str = "simulated"):
        self._connect = connect
        self._name = name
        self._window = Window(window)
        self._link: _Link | None = None
        self._running: asyncio.Task[None] | None = None
        self._stopping = False
        self._error = ""

    @property
    def name(self) -> str:
        return self._name

    @property
    def capabilities(self) -> CarrierCapabilities:
        return CarrierCapabilities(receipts=True, redelivers_inbound=True, echoes_message_id=True)

    async def start(self, events: CarrierEvents) -> None:
        """See `Carrier.start`."""
        self._stopping = False
        self._running = asyncio.create_task(self._keep_connected(events))

    async def stop(self, timeout_ms: int) -> None:
        """See `Carrier.stop`."""
        self._stopping = True
        self._window.close()
        await self._window.emptied(timeout_ms)
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])
            self._running = None

    async def ready(self) -> int:
        """See `Carrier.ready`."""
        return await self._window.ready()

    def free_slots(self) -> int:
        """See `Carrier.free_slots`."""
        return self._window.free()

    def links(self) -> Sequence[LinkFigures]:
        """See `Carrier.links`."""
        is_up = self._link is not None
        state = "connected" if is_up else "connecting"
        window = self._window
        return [LinkFigures("link", state, is_up, window.size, window.taken, self._error)]

    async def write(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        """See `Carrier.write`."""
        data = b"".join(encode_frame(Submits(g)) for g in groups_of(_submit_parts(submissions)))
        link = self._link
        slots = [(one.message_id, one.attempt) for one in submissions]
        if link is None or not self._window.take(slots):
            raise NotWritten("not connected, or no room in the window")
        try:
            await link.outlet.hand_over(data, deadline_ms)
        except NothingHandedOver as error:
            self._window.release(slots)
            raise NotWritten(str(error)) from None
        except PartlyHandedOver as error:
            # The slots are given back when the end of the connection has been told.
            raise WriteUncertain(str(error)) from None

    async def _keep_connected(self, events: CarrierEvents) -> None:
        pause_ms = FIRST_PAUSE_MS
        while True:
            connection = partial(self._connection, events)
            if await attempt("connection", connection, False, carrier=self._name):
                pause_ms = FIRST_PAUSE_MS
            await asyncio.sleep(pause_ms * random.uniform(0.5, 1.5) / 1000)
            pause_ms = min(pause_ms * 2, LONGEST_PAUSE_MS)

    async def _connection(self, events: CarrierEvents) -> bool:
        """One connection from its begin to its end; False where there is nobody."""
        try:
            await self._serve(_Link(await self._connect(), self._name, events), events)
        except OSError as error:
            self._error = f"unreachable: {error}"
            log.warning("carrier unreachable", carrier=self._name, reason=str(error))
            return False
        return True

    async def _serve(self, link: "_Link", events: CarrierEvents) -> None:
        """One connection from its greeting to its end."""
        try:
            await link.outlet.hand_over(encode_frame(Hello("carrier")), _HELLO_MS)
            self._link = link
            if not self._stopping:
                self._window.open()
            log.info("carrier connected", carrier=self._name)
            await self._read(link)
            self._error = "closed by the carrier"
        except (OSError, FrameError, NothingHandedOver, PartlyHandedOver) as error:
            self._error = f"lost: {error}"
            log.warning("carrier connection lost", carrier=self._name, reason=str(error))
        finally:
            self._link = None
            self._window.close()
            link.close()
            await events.disconnected(self._name)
            self._window.clear()

    async def _read(self, link: "_Link") -> None:
        """Frames in order; nothing more is read while Stopline's queues are full."""
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(link.sock, _READ_BYTES):
            for frame in link.frames.feed(data):
                await link.deliver(frame)
                if isinstance(frame, Answers):
                    self._window.release([(one.message_id, one.attempt) for one in frame.group])


class _Link:
    """One connection: what comes in on it, and the acknowledgements that go back on it."""

    def __init__(self, sock: socket.socket, carrier: str, events: CarrierEvents) -> None:
        self.sock = sock
        self.outlet = Outlet(sock)
        self.frames: FrameBuffer[ToStopline] = FrameBuffer(TO_STOPLINE)
        self._carrier = carrier
        self._events = events
        self._session = secrets.token_hex(8)

    def close(self) -> None:
        """An acknowledgement that comes later finds nobody: the simulator delivers again."""
        self.outlet.abort()
        self.sock.close()

    async def deliver(self, frame: ToStopline) -> None:
        """Give a frame to Stopline; waits while it can not take it."""
        match frame:
            case Answers():
                answers = [
                    SubmitAnswer(
                        one.message_id,
                        one.attempt,
                        one.outcome,
                        one.reference,
                        one.failure,
                        one.retry_after_ms,
                    )
                    for one in frame.group
                ]
                await self._events.answers(self._carrier, answers)
            case Receipts():
                receipts = [self._receipt(part) for part in frame.group]
                numbers = [part.receipt_id for part in frame.group]
                await self._events.receipts(receipts, self._acknowledger(ReceiptAcks, numbers))
            case Inbounds():
                now_ms = time.time_ns() // 1_000_000
                inbounds = [self._inbound(part, now_ms) for part in frame.group]
                numbers = [part.sequence for part in frame.group]
                await self._events.inbounds(inbounds, self._acknowledger(InboundAcks, numbers))
            case _:
                raise FrameError("an answer to a question that was not asked")

    def _acknowledger(
        self, kind: type[ReceiptAcks] | type[InboundAcks], numbers: list[int]
    ) -> Callable[[Sequence[bool]], None]:
        def acknowledge(flags: Sequence[bool]) -> None:
            parts = [AckPart(number, flag) for number, flag in zip(numbers, flags, strict=True)]
            self.outlet.post(encode_frame(kind(parts)))

        return acknowledge

    def _receipt(self, part: ReceiptPart) -> Receipt:
        return Receipt(
            carrier=self._carrier,
            reference=part.reference,
            sender=part.sender,
            recipient=part.recipient,
            status=part.status,
            failure=part.failure,
            message_id=part.message_id,
            carrier_time_ms=part.time_ms,
            raw=part.raw,
        )

    def _inbound(self, part: InboundPart, now_ms: int) -> Inbound:
        return Inbound(
            carrier=self._carrier,
            source=part.sender,
            destination=part.recipient,
            text=part.text,
            raw=part.text.encode("utf-8", "surrogatepass"),
            reference=f"sim-{part.sequence}",
            session=self._session,
            received_at_ms=now_ms,
            carrier_time_ms=part.time_ms,
        )


def _submit_parts(submissions: Sequence[Submission]) -> list[SubmitPart]:
    return [
        SubmitPart(one.message_id, one.attempt, one.sender, one.recipient, one.text)
        for one in submissions
    ]
