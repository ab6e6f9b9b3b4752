"""The simulator's end of the sockets: a connection for each Stopline that sends, some for control.

Everything runs on one event loop and in callbacks, so that frames are taken in exactly the order
in which the socket gives them: the journal's order is the stream's.
"""

import asyncio
import socket
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

from stopline.carriers.outlet import Outlet
from stopline.carriers.simulator.control_side import ControlSide
from stopline.carriers.simulator.faults import Fault
from stopline.carriers.simulator.frames import (
    MAX_GROUP,
    TO_SIMULATOR,
    AnswerPart,
    Answers,
    Frame,
    FrameBuffer,
    FrameError,
    Hello,
    InboundAcks,
    InboundPart,
    Inbounds,
    InjectFault,
    ListMessages,
    ReceiptAcks,
    ReceiptPart,
    Receipts,
    Submits,
    TextIn,
    ToSimulator,
    encode_frame,
)
from stopline.carriers.simulator.world import SimulatorSettings, World, clock_ms

# One read of a connection, then the others get their turn: a handset does not wait behind a
# thousand messages.
_READ_BYTES = 64 << 10
# Each process of Stopline has a control connection, and one for traffic; a few more for tools.
MAX_CONNECTIONS = 64

Part = TypeVar("Part", InboundPart, ReceiptPart)

log = structlog.get_logger(__name__)


class Peer:
    """One accepted connection: cuts the stream into frames and gives them to `take`."""

    def __init__(
        self,
        sock: socket.socket,
        take: Callable[["Peer", ToSimulator], None],
        gone: Callable[["Peer"], None],
    ) -> None:
        self._sock = sock
        self._take = take
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._frames = FrameBuffer(TO_SIMULATOR)
        self._outlet = Outlet(sock)
        self._paused = False
        self.closed = False
        # What was sent to it and it has not acknowledged.
        self.texts: set[int] = set()
        self.receipts: set[int] = set()
        self._loop.add_reader(sock, self._on_readable)

    def post(self, frame: Frame) -> None:
        """Send a frame; never waits. Dropped when the connection is closed."""
        if not self.closed:
            self._outlet.post(encode_frame(frame))

    def drain(self) -> None:
        """Take what the kernel already has for us, without waiting."""
        while not self.closed and self._read():
            pass

    def pause_reading(self, pause_ms: int) -> None:
        """Leave everything in the kernel for a while."""
        self._paused = True
        self._loop.remove_reader(self._sock)
        self._loop.call_later(pause_ms / 1000, self._resume_reading)

    def close(self) -> None:
        """Cut the connection; `gone` is called once."""
        if self.closed:
            return
        self.closed = True
        if not self._paused:
            self._loop.remove_reader(self._sock)
        self._outlet.abort()
        self._sock.close()
        self._gone(self)

    def _resume_reading(self) -> None:
        if not self.closed:
            self._paused = False
            self._loop.add_reader(self._sock, self._on_readable)

    def _on_readable(self) -> None:
        self._read()

    def _read(self) -> bool:
        """One read; whether there may be more."""
        try:
            data = self._sock.recv(_READ_BYTES)
            for frame in self._frames.feed(data):
                # A cut leaves the rest of what was read untaken, as a lost connection does.
                if not self.closed:
                    self._take(self, frame)
        except BlockingIOError:
            return False
        except FrameError as error:
            log.warning("simulator: connection closed", reason=str(error))
            data = b""
        except OSError as error:
            log.warning("simulator: connection lost", reason=str(error))
            data = b""
        if not data:
            self.close()
        return bool(data)


class SimulatorServer:
    """Joins one world with its connections. Make and use it on its own event loop."""

    def __init__(self, world: World, settings: SimulatorSettings) -> None:
        self._world = world
        self._latency_ms = settings.latency_ms
        self._loop = asyncio.get_running_loop()
        self._peers: set[Peer] = set()
        self._carriers: list[Peer] = []
        self._timer: asyncio.TimerHandle | None = None
        self._control = ControlSide(world, self._inject)
        self._cut_after: int | None = None
        self._hold_until_ms = 0

    def adopt(self, sock: socket.socket) -> None:
        """Serve a connected non-blocking stream socket."""
        if len(self._peers) >= MAX_CONNECTIONS:
            sock.close()
            return
        self._peers.add(Peer(sock, self._take, self._forget))

    def close(self) -> None:
        """Cut every connection and close the journal."""
        if self._timer is not None:
            self._timer.cancel()
        for peer in tuple(self._peers):
            peer.close()
        self._world.close()

    def _take(self, peer: Peer, frame: ToSimulator) -> None:
        match frame:
            case Hello(role="carrier"):
                self._add_carrier(peer)
            case Hello():
                pass
            case TextIn() | ListMessages() | InjectFault():
                self._control.take(peer, frame)
            case _ if peer not in self._carriers:
                raise FrameError("traffic on a connection that is not a carrier's")
            case Submits():
                self._submit(peer, frame)
            case ReceiptAcks():
                peer.receipts.difference_update(ack.number for ack in frame.group)
                self._world.settle_receipts(frame.group)
            case InboundAcks():
                peer.texts.difference_update(ack.number for ack in frame.group)
                self._world.settle_inbounds(frame.group, self._control.settled)
        self._pump()

    def _add_carrier(self, peer: Peer) -> None:
        """Another process, or one that came back: what the others had sent counts first."""
        for other in tuple(self._carriers):
            other.drain()
        self._carriers.append(peer)
        log.info("simulator: connected", connections=len(self._carriers))

    def _forget(self, peer: Peer) -> None:
        self._peers.discard(peer)
        if peer in self._carriers:
            self._carriers.remove(peer)
            self._world.disconnected(peer.texts, peer.receipts)
            self._loop.call_soon(self._pump)

    def _submit(self, peer: Peer, frame: Submits) -> None:
        taken_ms = clock_ms()
        answers = self._world.submit(frame.group)
        # Receipts that overtake the answer to their message.
        early = self._world.receipts.take_early()
        peer.receipts.update(part.receipt_id for part in early)
        if self._is_cut_due(len(answers)):
            peer.close()
            return
        if early:
            peer.post(Receipts(early))
        # From before the group was written, as its receipts count from then: those come later.
        answer_ms = max(taken_ms + self._latency_ms, self._hold_until_ms)
        delay_ms = answer_ms - clock_ms()
        if delay_ms > 0:
            self._loop.call_later(delay_ms / 1000, self._answer, peer, answers)
        else:
            self._answer(peer, answers)

    def _answer(self, peer: Peer, answers: list[AnswerPart]) -> None:
        peer.post(Answers(answers))

    def _pump(self) -> None:
        """Send what is due, and wake up for what is due later."""
        if not self._carriers:
            return
        now_ms = clock_ms()
        while inbounds := self._world.inbounds.take(now_ms, MAX_GROUP):
            for peer, texts in self._shared(inbounds, _sender_of):
                peer.texts.update(part.sequence for part in texts)
                peer.post(Inbounds(texts))
        while receipts := self._world.receipts.take(now_ms, MAX_GROUP):
            for peer, reports in self._shared(receipts, _recipient_of):
                peer.receipts.update(part.receipt_id for part in reports)
                peer.post(Receipts(reports))
        self._wake_at(now_ms)

    def _shared(
        self, parts: Iterable[Part], person_of: Callable[[Part], str]
    ) -> Iterable[tuple[Peer, list[Part]]]:
        """Parts by the connection that gets them: one person's all go one way, in order."""
        shares: dict[int, list[Part]] = defaultdict(list)
        for part in parts:
            shares[zlib.crc32(person_of(part).encode()) % len(self._carriers)].append(part)
        return [(self._carriers[place], share) for place, share in shares.items()]

    def _wake_at(self, now_ms: int) -> None:
        times = (self._world.receipts.next_due_ms(), self._world.inbounds.next_release_ms())
        due = [at for at in times if at is not None]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if due:
            delay_ms = max(1, min(due) - now_ms)
            self._timer = self._loop.call_later(delay_ms / 1000, self._pump)

    def _is_cut_due(self, taken: int) -> bool:
        if self._cut_after is None:
            return False
        self._cut_after -= taken
        if self._cut_after > 0:
            return False
        self._cut_after = None
        return True

    def _inject(self, kind: str, amount: int) -> None:
        """Raises ValueError for a fault that does not exist."""
        fault = Fault(kind)
        if fault is Fault.CUT_AFTER:
            self._cut_after = amount
        elif fault is Fault.HOLD_ANSWERS:
            self._hold_until_ms = clock_ms() + amount
        for peer in tuple(self._carriers):
            if fault is Fault.CUT:
                peer.close()
            elif fault is Fault.PAUSE_READING:
                peer.pause_reading(amount)


def _recipient_of(part: ReceiptPart) -> str:
    return part.recipient


def _sender_of(part: InboundPart) -> str:
    return part.sender
