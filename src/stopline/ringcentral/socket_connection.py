"""One WebSocket from its first frame to its end."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect

from stopline.core.deliveries import Delivery, DeliveryResult
from stopline.core.sockets import MAX_ACTIVE_REQUESTS
from stopline.core.subscriptions import Subscription, Trial
from stopline.flows.ports import Store
from stopline.flows.sockets import OpenedSocket, SocketResult, find_socket_caller
from stopline.ringcentral import errors, socket_frames
from stopline.ringcentral.application import WireApplication
from stopline.ringcentral.events import render_envelope
from stopline.ringcentral.request import SocketCaller
from stopline.ringcentral.socket_frames import BadFrame, ClientRequest, Heartbeat, SocketFrames
from stopline.ringcentral.socket_requests import SOCKET_JSON_TYPE, Reply, perform

# Events in memory for one connection; claimed anew when they run low.
HELD_EVENTS = 64
# A client that takes nothing for so long is cut off, well within the claims' lease of 60 s; it
# comes back and gets what it missed.
SEND_TIMEOUT_S = 30.0
# The JavaScript client listens for events only after it has worked through the first frame, or
# the answer to its subscription; what arrives in the same piece with those it drops.
QUIET_S = 0.25
# Frames that are none: a client that sends more of them is no client.
MAX_BAD_FRAMES = 10
CLOSED_BY_US = 1000
TOO_MANY_BAD_FRAMES = 1008
TRY_AGAIN = 1013

log = structlog.get_logger("stopline.sockets")


class Connections(Protocol):
    """Who is told what a connection sent."""

    def sent(self, result: SocketResult) -> None:
        """An event was written to the client."""
        ...

    def has_room(self) -> None:
        """More events may be claimed, or there is a new subscription."""
        ...


class SocketConnection:
    """Reads requests, answers them in order, and sends events beside them."""

    def __init__(
        self,
        websocket: WebSocket,
        opened: OpenedSocket,
        token: str,
        store: Store,
        application: WireApplication,
        connections: Connections,
        clock_ms: Callable[[], int],
    ) -> None:
        self._websocket = websocket
        self._store = store
        self._application = application
        self._connections = connections
        self._clock_ms = clock_ms
        self._opened = opened
        self.token = token
        self.caller = SocketCaller(opened.ref, opened.principal, opened.subscription_id)
        self.frames = SocketFrames(opened.base, opened.sequence, clock_ms())
        self._sending = asyncio.Lock()
        self._requests: asyncio.Queue[ClientRequest] = asyncio.Queue(MAX_ACTIVE_REQUESTS)
        self._events: asyncio.Queue[tuple[Subscription, Delivery]] = asyncio.Queue()
        self._under_way: Delivery | None = None
        self._quiet_until = 0.0
        self._ending: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Greet, then serve until either side ends it."""
        greeting = self.frames.greeting(self._clock_ms(), self._opened.recovered)
        await self._websocket.send_text(greeting)
        self._be_quiet()
        bodies = (self._read(), self._answer(), self._notify(), self._end())
        tasks = [asyncio.create_task(body) for body in bodies]
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            fault = None if task.cancelled() else task.exception()
            if fault is not None and not isinstance(fault, WebSocketDisconnect | TimeoutError):
                log.error("socket failed", socket=self.caller.ref.id, exc_info=fault)

    def end(self, frame: str, code: int = CLOSED_BY_US) -> None:
        """Send a last frame, if there is one, and close."""
        if not self._ending.done():
            self._ending.set_result((frame, code))

    @property
    def room(self) -> int:
        """How many more events are worth claiming."""
        return HELD_EVENTS - self._events.qsize() - (self._under_way is not None)

    def offer(self, subscription: Subscription, deliveries: tuple[Delivery, ...]) -> None:
        """Send these, in order."""
        for delivery in deliveries:
            self._events.put_nowait((subscription, delivery))

    def unsent(self) -> list[Delivery]:
        """What was claimed and not sent for certain; the connection has ended."""
        left = [] if self._under_way is None else [self._under_way]
        while not self._events.empty():
            left.append(self._events.get_nowait()[1])
        return left

    # The four things that happen side by side; the first one to end ends the connection.

    async def _read(self) -> None:
        bad = 0
        while bad <= MAX_BAD_FRAMES:
            text = await self._receive()
            self.frames.heard(self._clock_ms())
            try:
                frame = socket_frames.parse_frame(text)
            except BadFrame:
                bad += 1
                await self._send(socket_frames.error("CMN-104", "Cannot parse request", 400))
                continue
            if isinstance(frame, Heartbeat):
                await self._send(socket_frames.heartbeat(frame.message_id))
            elif self._requests.full():
                await self._reply(frame, _too_many())
            else:
                self._requests.put_nowait(frame)
        self.end("", TOO_MANY_BAD_FRAMES)

    async def _receive(self) -> str:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        text: str | None = message.get("text")
        return text if text is not None else bytes(message["bytes"]).decode("utf-8", "replace")

    async def _answer(self) -> None:
        while True:
            request = await self._requests.get()
            principal = await self._store.read(find_socket_caller, self.token)
            if principal is None:
                await self._reply(request, _session_over())
                continue
            self.caller.principal = principal
            before = self.caller.subscription_id
            reply = await perform(self._application, self.caller, request)
            if self.caller.subscription_id != before:
                self._be_quiet()
            await self._reply(request, reply)
            self._connections.has_room()

    async def _notify(self) -> None:
        while True:
            subscription, delivery = await self._events.get()
            self._under_way = delivery
            await asyncio.sleep(max(0.0, self._quiet_until - time.monotonic()))
            started_ms = self._clock_ms()
            body = render_envelope(delivery, subscription)
            async with self._sending, asyncio.timeout(SEND_TIMEOUT_S):
                frame = self.frames.notification(str(delivery.id), body)
                await self._websocket.send_text(frame)
                sequence = self.frames.sequence
            self._under_way = None
            duration_ms = self._clock_ms() - started_ms
            result = DeliveryResult(delivery, Trial(200), started_ms, duration_ms)
            self._connections.sent(SocketResult(self.caller.ref, sequence, result))

    def _be_quiet(self) -> None:
        self._quiet_until = time.monotonic() + QUIET_S

    async def _end(self) -> None:
        frame, code = await self._ending
        if frame:
            await self._send(frame)
        async with asyncio.timeout(SEND_TIMEOUT_S):
            await self._websocket.close(code)

    async def _reply(self, request: ClientRequest, reply: Reply) -> None:
        async with self._sending, asyncio.timeout(SEND_TIMEOUT_S):
            frame = self.frames.reply(request.message_id, reply.status, reply.headers, reply.body)
            await self._websocket.send_text(frame)

    async def _send(self, frame: str) -> None:
        async with self._sending, asyncio.timeout(SEND_TIMEOUT_S):
            await self._websocket.send_text(frame)


def _too_many() -> Reply:
    return _refusal(errors.rate_exceeded(1))


def _session_over() -> Reply:
    return _refusal(errors.unauthorized(errors.TOKEN_REVOKED))


def _refusal(error: errors.WireError) -> Reply:
    headers = {"Content-Type": SOCKET_JSON_TYPE, **dict(error.headers)}
    return Reply(error.status, headers, errors.render_error(error, full_stop=False))
