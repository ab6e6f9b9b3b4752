"""What a provider brings over HTTP: verified, read, stored, and only then answered 2xx."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from http import HTTPStatus

import structlog

from stopline.carriers.http.provider import (
    Brought,
    Callback,
    NotGenuine,
    Provider,
    Unreadable,
)
from stopline.carriers.protocol import CarrierEvents
from stopline.core.carriage import Inbound

# Providers wait 10 to 15 s for our answer; one that is not stored by then is refused before.
STORE_S = 8.0
# Callbacks that were stored lately: the same one again, bit by bit, is a retry or a replay.
SEEN_LIMIT = 4_096

log = structlog.get_logger(__name__)

Answer = tuple[int, dict[str, str], bytes]
Acknowledge = Callable[[Sequence[bool]], None]


class Callbacks:
    """Takes one carrier's callbacks while it runs."""

    def __init__(self, provider: Provider, carrier: str) -> None:
        self._provider = provider
        self._carrier = carrier
        self._events: CarrierEvents | None = None
        # With what they were answered.
        self._seen: OrderedDict[bytes, int] = OrderedDict()

    def start(self, events: CarrierEvents) -> None:
        """Take callbacks from now on."""
        self._events = events

    def stop(self) -> None:
        """Take nothing more; the provider comes again."""
        self._events = None

    async def receive(self, callback: Callback) -> Answer:
        """Verify, read and store a callback: (status, headers, body) of the answer."""
        try:
            self._provider.verify(callback)
        except NotGenuine as error:
            log.warning("callback refused", carrier=self._carrier, reason=str(error))
            return _refuse(error)
        mark = _mark(callback)
        if mark in self._seen:
            return _answer(self._seen[mark])
        try:
            brought = self._provider.read_callback(callback)
        except Unreadable as error:
            log.warning("callback not understood", carrier=self._carrier, reason=str(error))
            if await self._store(Brought(inbounds=[self._unreadable(callback)])):
                # Refused again until a newer version reads it, and kept once.
                self._remember(mark, HTTPStatus.SERVICE_UNAVAILABLE)
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        if not await self._store(brought):
            return _answer(HTTPStatus.SERVICE_UNAVAILABLE)
        if _is_told_apart(brought):
            self._remember(mark, brought.status)
        status, headers, body = _answer(brought.status)
        return status, headers | dict(brought.echo), body

    async def _store(self, brought: Brought) -> bool:
        """Whether everything is durably stored."""
        events = self._events
        if events is None:
            return False
        try:
            async with asyncio.timeout(STORE_S):
                return await self._put_receipts(events, brought) and await self._put_inbounds(
                    events, brought
                )
        except TimeoutError:
            log.warning("callback not stored in time", carrier=self._carrier)
            return False

    async def _put_receipts(self, events: CarrierEvents, brought: Brought) -> bool:
        if not brought.receipts:
            return True
        stored, acknowledge = _verdict()
        await events.receipts(brought.receipts, acknowledge)
        return await stored

    async def _put_inbounds(self, events: CarrierEvents, brought: Brought) -> bool:
        if not brought.inbounds:
            return True
        stored, acknowledge = _verdict()
        await events.inbounds(brought.inbounds, acknowledge)
        return await stored

    def _unreadable(self, callback: Callback) -> Inbound:
        """For nobody, so that it lies in quarantine with its bytes."""
        return Inbound(
            carrier=self._carrier,
            source="",
            destination="",
            text="",
            raw=callback.body or callback.query.encode(),
            reference=None,
            session=callback.kind,
            received_at_ms=callback.received_ms,
        )

    def _remember(self, mark: bytes, status: int) -> None:
        self._seen[mark] = status
        if len(self._seen) > SEEN_LIMIT:
            self._seen.popitem(last=False)


def _verdict() -> tuple["asyncio.Future[bool]", Acknowledge]:
    """A future, and what tells it whether everything was stored."""
    stored: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def acknowledge(flags: Sequence[bool]) -> None:
        if not stored.done():
            stored.set_result(all(flags))

    return stored, acknowledge


def _is_told_apart(brought: Brought) -> bool:
    """Whether the same again is the same: two texts without an id may be alike, bit by bit, and
    each be a STOP of its own. A handshake stores nothing and is answered each time."""
    if not (brought.inbounds or brought.receipts):
        return False
    return all(inbound.reference for inbound in brought.inbounds)


def _mark(callback: Callback) -> bytes:
    parts = (callback.method, callback.target, callback.kind)
    digest = hashlib.sha256("\n".join(parts).encode())
    digest.update(b"\n" + callback.body)
    return digest.digest()


def _refuse(error: NotGenuine) -> Answer:
    if error.challenge:
        return HTTPStatus.UNAUTHORIZED, {"www-authenticate": error.challenge}, b""
    return HTTPStatus.FORBIDDEN, {}, b""


def _answer(status: int) -> Answer:
    """Without a body: providers that would obey one are told nothing."""
    headers = {} if status == HTTPStatus.NO_CONTENT else {"content-type": "application/json"}
    return status, headers, b""
