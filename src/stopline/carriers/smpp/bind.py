"""One bind: a connection that is kept up, with a session on it."""

import asyncio
import contextlib
import random
import secrets
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import structlog

from stopline.carriers.outlet import NothingHandedOver, Outlet, PartlyHandedOver
from stopline.carriers.protocol import CarrierEvents, LinkFigures, NotWritten, WriteUncertain
from stopline.carriers.smpp import commands
from stopline.carriers.smpp.incoming import (
    Incoming,
    IncomingRule,
    Moment,
    sort_delivered,
)
from stopline.carriers.smpp.session import (
    Delivered,
    Received,
    Session,
    SessionEnded,
    SessionRule,
    State,
)
from stopline.carriers.smpp.submits import SubmitEncoder, SubmitRule
from stopline.carriers.tls import TlsChannel
from stopline.core.carriage import Submission
from stopline.rounds import attempt

# Connecting, with TLS.
CONNECT_MS = 10_000
# First and longest pause before connecting again, varied by half: many clients of one carrier
# that came back must not all knock at once.
FIRST_PAUSE_MS = 1_000
LONGEST_PAUSE_MS = 60_000
# How often a session looks at its timers; the shortest of them is seconds.
TICK_MS = 100
# How long the answer to our unbind may take.
UNBIND_MS = 1_000
_READ_BYTES = 128 << 10
_KINDS = {
    commands.BIND_TRANSCEIVER: "transceiver",
    commands.BIND_TRANSMITTER: "transmitter",
    commands.BIND_RECEIVER: "receiver",
}

log = structlog.get_logger(__name__)


def wall_clock_ms() -> int:
    """Epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a carrier listens. `tls`: the context to connect with, None for plain TCP."""

    host: str
    port: int
    tls: ssl.SSLContext | None = None
    server_name: str = ""


@dataclass(frozen=True, slots=True)
class BindRule:
    """Everything that one bind has to know of its carrier."""

    carrier: str
    endpoint: Endpoint
    session: SessionRule
    submit: SubmitRule
    incoming: IncomingRule
    first_pause_ms: int = FIRST_PAUSE_MS
    longest_pause_ms: int = LONGEST_PAUSE_MS
    wall_clock_ms: Callable[[], int] = wall_clock_ms


class Bind:
    """Keeps one bind up. `changed` is called when there may be room for messages."""

    def __init__(self, rule: BindRule, command: int, changed: Callable[[], None]) -> None:
        self._rule = rule
        self._command = command
        self._changed = changed
        self._encoder = SubmitEncoder(rule.submit)
        self._link: _Link | None = None
        self._stopping = False
        # Slots that the first message that found no room has to wait for.
        self._awaited = 1
        self._error = ""
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def state(self) -> State | None:
        """Where the session is; None while there is no connection."""
        return self._link.session.state if self._link else None

    @property
    def outstanding(self) -> int:
        """Submits without an answer."""
        return len(self._link.session.window) if self._link else 0

    def figures(self, name: str) -> LinkFigures:
        """How it stands; the kind of bind is part of the name."""
        state = self.state
        is_receiver = self._command == commands.BIND_RECEIVER
        return LinkFigures(
            f"{name} {_KINDS[self._command]}",
            state.value if state else "connecting",
            state is State.BOUND,
            0 if is_receiver else self._rule.session.window,
            self.outstanding,
            self._error,
        )

    def free(self) -> int:
        """Slots that may be taken now."""
        link = self._link
        if link is None or self._stopping or not link.session.may_submit():
            return 0
        window, now_ms = link.session.window, clock_ms()
        return window.free(now_ms) if window.fits(self._awaited, now_ms) else 0

    def start(self, events: CarrierEvents) -> None:
        """Connect and keep connected."""
        self._task = asyncio.create_task(self._keep_connected(events))

    async def stop(self, timeout_ms: int) -> None:
        """Wait for the answers that are due, then unbind and close."""
        self._stopping = True
        if self._task is None:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_ms / 1_000):
                await self._answered()
        if self._link is not None and self._link.session.state is State.BOUND:
            self._link.outlet.post(self._link.session.end())
            await asyncio.wait([self._task], timeout=UNBIND_MS / 1_000)
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _answered(self) -> None:
        """Wait until no submit is without an answer."""
        while self.outstanding:
            self._moved.clear()
            await self._moved.wait()

    def _note(self) -> None:
        self._moved.set()
        self._changed()

    async def hand_over(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        """See `Carrier.write`."""
        link = self._link
        if link is None or not link.session.may_submit():
            raise NotWritten("not bound")
        began_ns = time.monotonic_ns()
        data, sequences, held_back = self._take_slots(link.session, submissions)
        if not data:
            raise NotWritten("no room in the window")
        try:
            taken_ms = (time.monotonic_ns() - began_ns) // 1_000_000
            await link.outlet.hand_over(data, deadline_ms - taken_ms)
        except NothingHandedOver as error:
            link.session.window.give_back(sequences)
            raise NotWritten(str(error)) from None
        except PartlyHandedOver as error:
            # The slots are told as lost when the end of the connection is.
            raise WriteUncertain(str(error), held_back) from None
        if held_back:
            raise NotWritten("no room in the window for these", held_back)

    def _take_slots(
        self, session: Session, submissions: Sequence[Submission]
    ) -> tuple[bytes, list[int], Sequence[Submission]]:
        now_ms = clock_ms()
        self._awaited = 1
        parts: list[bytes] = []
        sequences: list[int] = []
        for place, submission in enumerate(submissions):
            bodies = self._encoder.bodies(submission)
            if not session.window.fits(len(bodies), now_ms):
                # In order: what comes after a message that has to wait waits too.
                self._awaited = len(bodies)
                return b"".join(parts), sequences, submissions[place:]
            handed = session.submit(submission, bodies, now_ms)
            parts.append(handed.data)
            sequences += handed.sequences
        return b"".join(parts), sequences, ()

    # The connection.

    async def _keep_connected(self, events: CarrierEvents) -> None:
        pause_ms = self._rule.first_pause_ms
        while True:
            connection = partial(self._connection, events)
            if await attempt("connection", connection, False, carrier=self._rule.carrier):
                pause_ms = self._rule.first_pause_ms
            if self._stopping:
                return
            await asyncio.sleep(pause_ms * random.uniform(0.5, 1.5) / 1_000)
            pause_ms = min(pause_ms * 2, self._rule.longest_pause_ms)

    async def _connection(self, events: CarrierEvents) -> bool:
        """As `_serve`; False where there is nobody."""
        try:
            return await self._serve(events)
        except (OSError, SessionEnded, TimeoutError) as error:
            self._error = f"unreachable: {str(error) or 'no answer in time'}"
            log.warning("carrier unreachable", carrier=self._rule.carrier, reason=str(error))
            return False

    async def _serve(self, events: CarrierEvents) -> bool:
        """One connection from its bind to its end; whether it was ever bound."""
        endpoint = self._rule.endpoint
        async with asyncio.timeout(CONNECT_MS / 1_000):
            sock, tls = await connect(endpoint)
        session = Session(self._rule.session, self._command, clock_ms())
        link = self._link = _Link(sock, tls, session, self._rule, events)
        was_bound = False
        try:
            link.start(self._note)
            was_bound = await link.read(self._note)
            self._error = "closed by the carrier"
        except (OSError, SessionEnded) as error:
            self._error = f"lost: {error}"
            log.warning("carrier connection lost", carrier=self._rule.carrier, reason=str(error))
        finally:
            self._link = None
            link.close()
            lost = session.window.take_all()
            await events.disconnected(self._rule.carrier, link.name, lost)
        return was_bound or link.was_bound


class _Link:
    """One connection: its socket, its session, and what goes back on it."""

    def __init__(
        self,
        sock: socket.socket,
        tls: TlsChannel | None,
        session: Session,
        rule: BindRule,
        events: CarrierEvents,
    ) -> None:
        self.sock = sock
        self.session = session
        self.outlet = Outlet(sock, tls.seal if tls else None)
        self.name = secrets.token_hex(8)
        self.was_bound = False
        self._tls = tls
        self._rule = rule
        self._events = events
        self._busy = False
        self._ended: str | None = None
        self._loop = asyncio.get_running_loop()
        self._ticking: asyncio.TimerHandle | None = None

    def start(self, changed: Callable[[], None]) -> None:
        """Bind, and look at the timers from now on."""
        self.outlet.post(self.session.begin())
        self._tick(changed)

    def close(self) -> None:
        """An acknowledgement that comes later finds nobody: the carrier delivers again."""
        if self._ticking is not None:
            self._ticking.cancel()
        self.outlet.abort()
        self.sock.close()

    async def read(self, changed: Callable[[], None]) -> bool:
        """Pass on what comes until the session is over. Raises OSError, SessionEnded."""
        while data := await self._loop.sock_recv(self.sock, _READ_BYTES):
            if self._tls is not None:
                data = self._tls.open(data)
                self.outlet.post_sealed(self._tls.take_output())
            received = self.session.receive(data, clock_ms())
            self._post_own()
            self.was_bound |= self.session.state is State.BOUND
            self._busy = True
            await self._pass_on(received)
            self._busy = False
            changed()
            if self.session.state is State.OVER:
                break
        if self._ended is not None:
            raise SessionEnded(self._ended)
        return self.was_bound

    async def _pass_on(self, received: Received) -> None:
        """Give it to Stopline; waits while its queues are full, and nothing is read meanwhile."""
        if received.answers:
            await self._events.answers(self._rule.carrier, received.answers)
        if received.delivered:
            moment = Moment(self.name, self._rule.wall_clock_ms())
            found = sort_delivered(received.delivered, self._rule.incoming, moment)
            await self._deliver(found)

    async def _deliver(self, found: Incoming) -> None:
        if found.needless:
            self._acknowledge(found.needless, [True] * len(found.needless))
        if found.receipts:
            acknowledge = partial(self._acknowledge, found.receipted)
            await self._events.receipts(found.receipts, acknowledge)
        if found.inbounds:
            await self._events.inbounds(
                found.inbounds, partial(self._acknowledge_texts, found.texted, found.readable)
            )

    def _acknowledge_texts(
        self, delivered: Sequence[Delivered], readable: Sequence[bool], stored: Sequence[bool]
    ) -> None:
        """What could not be read is kept, and refused all the same: it may come again whole."""
        both = [can and has for can, has in zip(readable, stored, strict=True)]
        self._acknowledge(delivered, both)

    def _acknowledge(self, delivered: Sequence[Delivered], stored: Sequence[bool]) -> None:
        self.outlet.post(self.session.acknowledge(delivered, stored))

    def _post_own(self) -> None:
        if output := self.session.take_output():
            self.outlet.post(output)

    def _tick(self, changed: Callable[[], None]) -> None:
        now_ms = clock_ms()
        if self._busy:
            self.session.touch(now_ms)
        try:
            self.session.tick(now_ms)
        except SessionEnded as error:
            self._ended = str(error)
            self.outlet.abort()
            return
        self._post_own()
        changed()
        self._ticking = self._loop.call_later(TICK_MS / 1_000, self._tick, changed)


def clock_ms() -> int:
    """Monotonic milliseconds of the running event loop, whose timers keep the same time."""
    return int(asyncio.get_running_loop().time() * 1_000)


async def connect(endpoint: Endpoint) -> tuple[socket.socket, TlsChannel | None]:
    """A connected non-blocking socket, and TLS on it when wanted. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(endpoint.host, endpoint.port, type=socket.SOCK_STREAM)
    failure: OSError = OSError("the host has no address")
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        with ExitStack() as undo:
            undo.callback(sock.close)
            try:
                sock.setblocking(False)
                await loop.sock_connect(sock, address)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                tls = await _secure(sock, endpoint)
            except OSError as error:
                failure = error
                continue
            undo.pop_all()
            return sock, tls
    raise failure


async def _secure(sock: socket.socket, endpoint: Endpoint) -> TlsChannel | None:
    if endpoint.tls is None:
        return None
    channel = TlsChannel(endpoint.tls, endpoint.server_name or endpoint.host)
    await channel.handshake(sock)
    return channel
