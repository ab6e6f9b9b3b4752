"""A carrier reached by HTTP: kept connections, one request on each, behind the `Carrier` protocol.

The gate is held until the last byte of each request is with the kernel, never for the answer. What
was handed over and got no usable answer is uncertain.
"""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from stopline.carriers.http.callbacks import Callbacks
from stopline.carriers.http.link import OPERATORS_CHOICE, Connector, Link
from stopline.carriers.http.links import Links
from stopline.carriers.http.provider import Callback, Outgoing, Provider, Unsure
from stopline.carriers.http.reading import is_locked_out, refused, rest_ms
from stopline.carriers.outlet import NothingHandedOver, PartlyHandedOver
from stopline.carriers.protocol import (
    CarrierCapabilities,
    CarrierEvents,
    LinkFigures,
    NotWritten,
)
from stopline.carriers.rate import Rate
from stopline.carriers.vocabulary import Meaning
from stopline.core.carriage import Submission, SubmitAnswer, SubmitOutcome
from stopline.core.messages import FailureCode
from stopline.egress.addresses import InvalidTarget, parse_target
from stopline.egress.answers import EgressAnswer, EgressError
from stopline.egress.client import EgressClient, render_request

# How often a carrier without room looks whether its rate has some again.
ROOM_POLL_S = 0.05

log = structlog.get_logger(__name__)

CallbackAnswer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True, slots=True)
class HttpRule:
    """`connections`: requests without an answer at once, at most. `requests_per_minute` that the
    provider allows, 0 for no limit."""

    carrier: str
    connections: int = 10
    requests_per_minute: int = 0
    answer_s: float = 30.0


class HttpCarrier:
    """A `Carrier` over one provider. Lives on one event loop."""

    count_segments = None

    def __init__(self, provider: Provider, rule: HttpRule, client: EgressClient | None = None):
        self._provider = provider
        self._rule = rule
        self._client = client or EgressClient(OPERATORS_CHOICE)
        self._requests = Rate(rule.requests_per_minute / 60)
        self._room = asyncio.Event()
        connect = Connector(self._client, parse_target(provider.url)).connect
        self._links = Links(rule.carrier, connect, rule.connections, self._room.set)
        self._callbacks = Callbacks(provider, rule.carrier)
        self._quiet_until = 0.0
        self._stopping = False
        # Why the provider takes nothing from this account; "" while it does.
        self._locked_out = ""
        self._exchanges: set[asyncio.Task[None]] = set()
        self._preparing: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self._rule.carrier

    @property
    def capabilities(self) -> CarrierCapabilities:
        return self._provider.capabilities

    async def start(self, events: CarrierEvents) -> None:
        """See `Carrier.start`."""
        self._events = events
        self._stopping = False
        self._callbacks.start(events)
        self._links.start()
        self._preparing = asyncio.create_task(self._provider.prepare(self._client))

    async def stop(self, timeout_ms: int) -> None:
        """See `Carrier.stop`."""
        self._stopping = True
        self._callbacks.stop()
        if self._exchanges:
            await asyncio.wait(self._exchanges, timeout=timeout_ms / 1_000)
        await self._links.stop()
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)
        # Their connections are closed: what is left ends at once, as uncertain.
        await asyncio.gather(*self._exchanges, return_exceptions=True)
        await self._client.close()

    async def ready(self) -> int:
        """See `Carrier.ready`."""
        while not (free := self.free_slots()):
            self._room.clear()
            try:
                async with asyncio.timeout(ROOM_POLL_S):
                    await self._room.wait()
            except TimeoutError:
                continue
        return free

    def free_slots(self) -> int:
        """See `Carrier.free_slots`."""
        if self._stopping or not self._provider.is_ready or time.monotonic() < self._quiet_until:
            return 0
        return min(self._links.idle(), self._requests.allowed()) * self._provider.group_limit

    def links(self) -> Sequence[LinkFigures]:
        """See `Carrier.links`: one for the provider."""
        links = self._links
        # Only while it is left in peace: then somebody has to try again.
        is_locked = bool(self._locked_out) and time.monotonic() < self._quiet_until
        is_up = links.is_up and self._provider.is_ready and not is_locked
        state = "connected" if is_up else "connecting"
        error = links.error or self._locked_out
        return [LinkFigures("https", state, is_up, links.most, links.busy, error)]

    async def receive(self, callback: Callback) -> CallbackAnswer:
        """Take what the provider brings; see `Callbacks`."""
        return await self._callbacks.receive(callback)

    async def write(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        """See `Carrier.write`."""
        until = _clock_s() + deadline_ms / 1_000
        unwritten: list[Submission] = []
        if not self.free_slots():
            raise NotWritten("no connection, or the provider's rate is used up")
        for request in self._provider.requests(submissions):
            left_ms = int((until - _clock_s()) * 1_000)
            if not await self._hand_over(request, left_ms):
                unwritten += request.submissions
        if unwritten:
            raise NotWritten("no connection was free for these", unwritten)

    async def _hand_over(self, request: Outgoing, deadline_ms: int) -> bool:
        """Whether any byte of it is with the kernel."""
        may = deadline_ms > 0 and self._requests.allowed()
        link = self._links.take() if may else None
        if link is None:
            return False
        try:
            data = render(request)
        except (InvalidTarget, ValueError) as error:
            log.warning("request that can not be sent", carrier=self.name, reason=str(error))
            self._links.give_back(link)
            self._begin(self._refuse(request))
            return True
        try:
            waiter = await link.hand_over(data, deadline_ms)
        except NothingHandedOver:
            return False
        except PartlyHandedOver:
            # The connection was aborted with a part of it: told apart from the writing, because
            # nothing may wait for the store while the gate is held.
            self._begin(self._lose(link, request))
            return True
        self._requests.use(1)
        self._begin(self._follow(link, request, waiter))
        return True

    def _begin(self, exchange: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(exchange)
        self._exchanges.add(task)
        task.add_done_callback(self._exchanges.discard)

    async def _follow(
        self, link: Link, request: Outgoing, waiter: "asyncio.Future[EgressAnswer]"
    ) -> None:
        """One request from its hand-over to its answer."""
        answers: Sequence[SubmitAnswer] = ()
        try:
            async with asyncio.timeout(self._rule.answer_s):
                answer = await waiter
            answers = self._provider.read_answer(request, answer)
        except (TimeoutError, EgressError, Unsure) as error:
            log.warning("request without an answer", carrier=self.name, reason=str(error))
            await self._lose(link, request)
            return
        finally:
            if not answers:
                # Whatever went wrong, the connection is not left with a request on it.
                link.close()
        self._heed(answer, all(one.outcome is SubmitOutcome.NOT_NOW for one in answers))
        # Before its slot is free again.
        await self._events.answers(self.name, answers)
        self._links.give_back(link)

    def _heed(self, answer: EgressAnswer, is_postponed: bool) -> None:
        """A provider that says "not now" is left in peace for as long as it says."""
        is_locked = is_postponed and is_locked_out(answer)
        self._locked_out = f"the provider answered {answer.status}" if is_locked else ""
        if pause_ms := rest_ms(answer, is_postponed):
            log.warning("provider says not now", carrier=self.name, status=answer.status)
            self._quiet_until = time.monotonic() + pause_ms / 1_000

    async def _refuse(self, request: Outgoing) -> None:
        """It can not be written at all, however often it is tried."""
        meaning = Meaning(FailureCode.INVALID_UPSTREAM_CALL)
        answers = [refused(one, meaning, "") for one in request.submissions]
        await self._events.answers(self.name, answers)

    async def _lose(self, link: Link, request: Outgoing) -> None:
        link.close()
        lost = [one.message_id for one in request.submissions]
        await self._events.disconnected(self.name, link.name, lost)


def _clock_s() -> float:
    """A clock that goes on while the machine sleeps: nothing may be written late."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def render(request: Outgoing) -> bytes:
    """The bytes of a request. Raises InvalidTarget, ValueError."""
    url = parse_target(request.url).url
    return render_request(request.method, url, request.headers, request.body)
