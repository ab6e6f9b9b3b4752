"""The test receiver: an address of this server that takes events and shows what came.

It lets somebody see real deliveries, their signatures and their failures before there is a program
that takes them. Requests come over the network like anybody's, so only where the rules for
webhook addresses allow this server's own address.
"""

import json
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stopline.console.live import stream
from stopline.console.parts import ConsoleParts
from stopline.console.views import HEADERS, render
from stopline.console.visits import Visit, Visits, may, read_id, redirect
from stopline.core.access import Role
from stopline.core.subscriptions import Subscription
from stopline.flows import endpoints, receivers
from stopline.flows.receivers import Signature

# An event has some 500 bytes, a text of ten segments included.
MAX_BODY_BYTES = 64 << 10
# What is shown of one account, and of how many accounts something is remembered: 50 MB at worst.
KEPT = 40
KEPT_ACCOUNTS = 20
KEPT_MS = 3_600_000
# More in a second are answered and not looked at: it is made for looking, not for load.
MAX_PER_SECOND = 20
# How far the clock of a signature may be off (Standard Webhooks).
MAX_SKEW_S = 300
TOKEN_HEADER = "validation-token"
_SHOWN_HEADERS = (
    "user-agent", "content-type", "webhook-id", "webhook-timestamp", "webhook-signature",
    TOKEN_HEADER, "verification-token",
)  # fmt: skip

# What its address may be told to answer, and what that is for.
ANSWERS = {
    200: "takes everything",
    429: "asks to wait a minute",
    500: "fails",
    410: "says that it is gone",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that a receiver should look at. `is_right` is None where nothing can be said."""

    name: str
    is_right: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request that came."""

    number: int
    time_ms: int
    title: str
    headers: tuple[tuple[str, str], ...]
    body: str
    answered: int
    checks: tuple[Check, ...]


class Receiver:
    """Takes events and remembers the latest, in the memory of this process."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._arrivals: dict[int, deque[Arrival]] = {}
        self._count = 0
        self._second = 0
        self._in_second = 0

    def routes(self, visits: Visits) -> list[Route]:
        """The page, and the address that needs nobody signed in."""
        base = "/console/receiver"
        return [
            visits.get(base, self.show),
            visits.get(f"{base}/live", self.follow),
            visits.post(f"{base}/subscribe", self.subscribe),
            Route(f"{base}/{{name}}", self.receive, methods=["POST"]),
            Route(f"{base}/{{name}}/{{answer}}", self.receive, methods=["POST"]),
        ]

    # What senders of events see.

    async def receive(self, request: Request) -> Response:
        """Take one event, or the question whether it wants any."""
        now_ms = self._parts.clock_ms()
        answer = _answer_of(request)
        if answer is None:
            return Response(status_code=404, headers=HEADERS)
        body = await _read_body(request)
        if body is None:
            return Response(status_code=413, headers=HEADERS)
        if not self._has_room(now_ms):
            return _reply(request, answer)
        name = str(request.path_params["name"])
        account_id = await self._parts.store.read(receivers.find_receiver, name)
        if account_id is None:
            return Response(status_code=404, headers=HEADERS)
        await self._remember(request, account_id, body, answer, now_ms)
        return _reply(request, answer)

    def _has_room(self, now_ms: int) -> bool:
        if now_ms // 1_000 != self._second:
            self._second, self._in_second = now_ms // 1_000, 0
        self._in_second += 1
        return self._in_second <= MAX_PER_SECOND

    async def _remember(
        self, request: Request, account_id: int, body: bytes, answer: int, now_ms: int
    ) -> None:
        checks = await self._check(request, account_id, body, now_ms)
        self._count += 1
        arrival = Arrival(
            number=self._count,
            time_ms=now_ms,
            title=_title(request, body),
            headers=tuple((k, request.headers[k]) for k in _SHOWN_HEADERS if k in request.headers),
            body=body.decode("utf-8", "replace"),
            answered=200 if _is_question(request) else answer,
            checks=checks,
        )
        if account_id not in self._arrivals and len(self._arrivals) >= KEPT_ACCOUNTS:
            del self._arrivals[next(iter(self._arrivals))]
        self._arrivals.setdefault(account_id, deque(maxlen=KEPT)).appendleft(arrival)

    async def _check(
        self, request: Request, account_id: int, body: bytes, now_ms: int
    ) -> tuple[Check, ...]:
        if _is_question(request):
            return (Check("Validation token", True, "echoed"),)
        given = _signature_of(request, body)
        if given is None:
            return (Check("Signature", False, "missing"),)
        signer = await self._parts.store.read(
            receivers.find_signer, account_id, request.url.path, given
        )
        skew_s = abs(now_ms // 1_000 - given.time_s)
        return (
            Check("Signature", signer is not None, _signer_words(signer)),
            Check("Time", skew_s <= MAX_SKEW_S, f"{skew_s} s off"),
            *(self._check_token(request, signer) if signer is not None else ()),
        )

    def _check_token(self, request: Request, signer: Subscription) -> tuple[Check, ...]:
        agreed = self._parts.wire.token_of(signer)
        if agreed is None:
            return (Check("Token", None, "the subscription was made without one"),)
        name, token = agreed
        is_right = request.headers.get(name) == token
        return (Check(name, is_right, "as agreed" if is_right else "is not the one agreed on"),)

    # What people see.

    async def show(self, visit: Visit) -> Response:
        """Its addresses, and what came."""
        store, account_id = visit.store, visit.operator.account_id
        name = await store.read(receivers.receiver_name, account_id)
        found = await store.read(endpoints.list_endpoints, account_id)
        path = f"/console/receiver/{name}"
        address = visit.parts.wire.receiver_address(path)
        return visit.page(
            "receiver.html",
            address=address,
            answers=ANSWERS,
            apps=await store.read(endpoints.list_apps, account_id),
            subscriptions=[one for one in found if one.address.startswith(address)],
            may_change=may(visit, Role.OPERATOR),
            **self._values(visit),
        )

    async def follow(self, visit: Visit) -> Response:
        """The stream of what comes."""

        async def look() -> tuple[Hashable, Callable[[], str]]:
            values = self._values(visit)
            seen = tuple(one.number for one in values["arrivals"])
            return seen, lambda: render("arrivals.html", **values)

        return stream(visit, look)

    def _values(self, visit: Visit) -> dict[str, Any]:
        since_ms = visit.parts.clock_ms() - KEPT_MS
        kept = self._arrivals.get(visit.operator.account_id, ())
        return {"arrivals": [one for one in kept if one.time_ms >= since_ms]}

    async def subscribe(self, visit: Visit) -> Response:
        """Let it hear of everything for a day."""
        form = visit.form
        app_id = read_id(form.get("app_id", ""), "app")
        owner = await visit.store.read(endpoints.check_subscriber, visit.operator, app_id)
        name = await visit.store.read(receivers.receiver_name, visit.operator.account_id)
        chosen = form.get("answer", "")
        ending = f"/{chosen}" if chosen in {str(one) for one in ANSWERS if one != 200} else ""
        address = visit.parts.wire.receiver_address(f"/console/receiver/{name}{ending}")
        made = await visit.parts.wire.subscribe(owner, address)
        await visit.store.transact(endpoints.note_subscribed, visit.operator, made)
        return redirect("/console/receiver")


def _answer_of(request: Request) -> int | None:
    text = str(request.path_params.get("answer", "200"))
    return int(text) if text in {str(one) for one in ANSWERS} else None


async def _read_body(request: Request) -> bytes | None:
    """None for one that is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _is_question(request: Request) -> bool:
    """A handshake: a token and nothing else."""
    return TOKEN_HEADER in request.headers and "webhook-id" not in request.headers


def _title(request: Request, body: bytes) -> str:
    """What the request is about, in a word or two of its sender."""
    if _is_question(request):
        return "handshake"
    try:
        event = json.loads(body)["event"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return "no event"
    return str(event).partition("?")[0].rpartition("/")[2][:40]


def _reply(request: Request, answer: int) -> Response:
    if _is_question(request):
        token = request.headers[TOKEN_HEADER][:512]
        return Response(b"{}", 200, {"validation-token": token}, "application/json")
    wait = {"retry-after": "60"} if answer == 429 else None
    return Response(f'{{"testReceiver":"{ANSWERS[answer]}"}}', answer, wait, "application/json")


def _signature_of(request: Request, body: bytes) -> Signature | None:
    headers = request.headers
    time = headers.get("webhook-timestamp", "")
    if not (time.isascii() and time.isdigit() and len(time) <= 12):
        return None
    return Signature(
        headers.get("webhook-id", ""), int(time), headers.get("webhook-signature", ""), body
    )


def _signer_words(signer: Subscription | None) -> str:
    if signer is None:
        return "no subscription to this address made it"
    return "right"
