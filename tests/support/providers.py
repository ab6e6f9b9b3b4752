"""Providers on loopback that behave as their documentation says: they check our requests against
the published schema, answer with the published bodies, and call back with the published payloads.

Requests, answers and callbacks are held against the vendors' published descriptions where there are
any; the rest is written from their references, each named at its class.
"""

import asyncio
import base64
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

import aiohttp
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette

from stopline.api.callbacks import callback_routes
from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.registry import build_carriers
from support.asgi import ask
from support.descriptions import Broken, Operation, published
from support.receiver import Request, read_request
from support.world import SENDER

# What providers are told to call, and sign.
BASE_URL = "https://sms.example.com"
SECRET = "s3cret-of-the-provider"

# What a report is called: the status, and the code that goes with it.
Words = Mapping[str, tuple[str, Any]]

# Whose descriptions are in tests/carriers/schemas.
DESCRIBED = ("twilio", "telnyx", "bandwidth", "ringcentral")


@dataclass
class Taken:
    """A message as the provider read it."""

    sender: str
    recipient: str
    text: str
    reference: str = ""
    own_id: str = ""
    key: str = ""


@dataclass
class Case:
    """How a provider treats one recipient.

    `answer`: accept, opted_out, unknown, throttle_once, silent, cut, broken or forbidden.
    `reports`: delivered, failed, opted_out, unknown, underway, possible, deactivated, in order.
    """

    answer: str = "accept"
    reports: tuple[str, ...] = ()
    early: bool = False
    same_reference: bool = False


@dataclass
class Provider:
    """One provider; its subclass knows the words."""

    kind: ClassVar[str] = ""
    words: ClassVar[Words] = {}
    cases: dict[str, Case] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    headers: str = ""
    brought: list[int] = field(default_factory=list)
    port: int = 0
    # The carrier's, and where its server is when it is a process of its own.
    name: str = "peer"
    server_url: str = ""

    def __post_init__(self) -> None:
        self._ids = itertools.count(1)
        self._throttled: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.StreamWriter] = set()
        self.operation: Operation | None = None

    # What a subclass says.

    def table(self) -> dict[str, Any]:
        """The settings that lead here."""
        raise NotImplementedError

    def read(self, request: Request) -> list[Taken]:
        """Check a request against the schema."""
        raise NotImplementedError

    def accepted(self, taken: list[Taken]) -> tuple[int, Any]:
        raise NotImplementedError

    def refused(self, taken: list[Taken], why: str) -> tuple[int, Any]:
        raise NotImplementedError

    def text_callback(self, source: str, to: str, text: str, reference: str) -> "Bringing":
        raise NotImplementedError

    def report_callback(self, one: Taken, what: str) -> "Bringing":
        raise NotImplementedError

    def serve_other(self, request: Request) -> tuple[int, Any] | None:
        """Whatever else is asked for."""
        return None

    def reference(self, number: int) -> str:
        """The provider's id of a request."""
        return f"{self.kind}-{number:08d}"

    # What the vendor's description says, for those that publish one.

    def checked(self, request: Request) -> Any:
        """The body of a request that is as described. Raises Broken."""
        self.operation = published(self.kind).operation(request)
        return self.operation.check(request)

    def look_at(self, check: Callable[..., None], *what: Any) -> None:
        """What we answer and bring has to be as described, too."""
        try:
            check(*what)
        except Broken as broken:
            self.complaints.append(f"ours: {broken}")

    def events(self, it: "Bringing") -> list[Any]:
        """What is described of a callback."""
        return []

    # The server.

    async def start(self, **changes: Any) -> HttpCarrier:
        """Listen, and make the carrier that leads here."""
        table = {"connections": 4, "answer_seconds": 1} | await self.listen()
        # The tests' world knows one carrier, and its name is taken in settings.
        (carrier,) = build_carriers({self.name: table | changes}, BASE_URL)
        assert isinstance(carrier, HttpCarrier)
        self.carrier = carrier
        self.app = Starlette(routes=callback_routes([carrier]))
        return carrier

    async def listen(self) -> dict[str, Any]:
        """Listen; the settings that lead here."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return {"callback_url": BASE_URL} | self.table()

    async def stop(self) -> None:
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while request := await read_request(reader):
                self.requests.append(request)
                if not await self._handle(request, writer):
                    return
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _handle(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        other = self.serve_other(request)
        if other is not None:
            self._write(writer, *other)
            return True
        try:
            taken = self.read(request)
        except (AssertionError, msgspec.ValidationError, KeyError, Broken) as error:
            self.complaints.append(f"{type(error).__name__}: {error}")
            self._write(writer, 400, {})
            return True
        return await self._answer(taken, writer)

    async def _answer(self, taken: list[Taken], writer: asyncio.StreamWriter) -> bool:
        case = self.cases.get(taken[0].recipient, Case())
        if case.answer == "cut":
            writer.transport.abort()
            return False
        if case.answer == "broken":
            self._write(writer, 502, {})
            return True
        if case.answer == "forbidden":
            self._write(writer, 401, {})
            return True
        if case.answer == "throttle_once" and taken[0].recipient not in self._throttled:
            self._throttled.add(taken[0].recipient)
            self._write(writer, 429, {}, "Retry-After: 0\r\n")
            return True
        if case.answer in ("opted_out", "unknown"):
            self._say(writer, *self.refused(taken, case.answer))
            return True
        # A request has one id, whatever is in it.
        number = 0 if case.same_reference else next(self._ids)
        for one in taken:
            one.reference = self.reference(number)
        self.taken += taken
        if case.answer == "silent":
            return True
        if case.early:
            await self._report(taken, case)
        self._say(writer, *self.accepted(taken))
        if not case.early and case.reports:
            task = asyncio.create_task(self._report(taken, case))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return True

    def _say(self, writer: asyncio.StreamWriter, status: int, body: Any) -> None:
        if self.operation is not None and self.operation.describes(status):
            self.look_at(self.operation.check_answer, status, body)
        self._write(writer, status, body)

    def _write(
        self, writer: asyncio.StreamWriter, status: int, body: Any, headers: str = ""
    ) -> None:
        data = json.dumps(body).encode()
        head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{headers}{self.headers}"
        writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)

    # Callbacks.

    async def _report(self, taken: list[Taken], case: Case) -> None:
        for one in taken:
            for what in case.reports:
                it = self.report_callback(one, what)
                self._look_at_callback("statusCallback", it if what != "unknown" else None)
                await self.bring(it)

    def _look_at_callback(self, name: str, it: "Bringing | None") -> None:
        for event in self.events(it) if it else ():
            assert self.operation is not None
            self.look_at(self.operation.check_callback, name, event)

    async def text(self, text: str, source: str, to: str = SENDER, reference: str = "mo-1") -> int:
        """A person texts; the status that the provider is answered with."""
        it = self.text_callback(source, to, text, reference)
        if self.kind in DESCRIBED:
            self.operation = published(self.kind).operations[0]
        self._look_at_callback("inboundCallback", it)
        return await self.bring(it)

    async def bring(self, it: "Bringing") -> int:
        """Call back."""
        path, _, query = it.target.partition("?")
        headers = {name: value.encode("latin-1") for name, value in it.headers.items()}
        if self.server_url:
            status = await post(self.server_url + it.target, it)
        else:
            status = (await ask(self.app, "POST", path, query.encode(), headers, it.body)).status
        self.brought.append(status)
        return status


@dataclass(frozen=True)
class Bringing:
    """One callback, signed."""

    target: str
    headers: Mapping[str, str]
    body: bytes


async def post(url: str, it: Bringing) -> int:
    """Bring it to a real server."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=it.body, headers=dict(it.headers)) as answer,
    ):
        return answer.status


class Twilio(Provider):
    """Sources: twilio.com/docs/messaging/api/message-resource, /docs/usage/webhooks/
    webhooks-security, /docs/messaging/guides/webhook-request, /docs/api/errors."""

    kind: ClassVar[str] = "twilio"
    sid: ClassVar[str] = "AC" + "0" * 31 + "1"
    words: ClassVar[Words] = {
        "delivered": ("delivered", ""),
        "failed": ("undelivered", "30003"),
        "opted_out": ("undelivered", "21610"),
        "possible": ("undelivered", "30004"),
        "deactivated": ("undelivered", "30005"),
        "unknown": ("frobnicated", ""),
        "underway": ("sent", ""),
    }

    def table(self) -> dict[str, Any]:
        return {
            "kind": "twilio",
            "account_sid": self.sid,
            "auth_token": SECRET,
            "url": f"http://127.0.0.1:{self.port}",
        }

    def read(self, request: Request) -> list[Taken]:
        form = self.checked(request)
        assert request.headers["authorization"] == basic(self.sid, SECRET)
        own_id = form.get("StatusCallback", "").partition("?id=")[2]
        return [Taken(form["From"], form["To"], form["Body"], own_id=own_id)]

    def reference(self, number: int) -> str:
        return f"SM{number:032x}"

    def accepted(self, taken: list[Taken]) -> tuple[int, Any]:
        (one,) = taken
        return 201, {
            "sid": one.reference,
            "account_sid": self.sid,
            "status": "queued",
            "direction": "outbound-api",
            "from": one.sender,
            "to": one.recipient,
            "body": one.text,
            "num_segments": "1",
            "error_code": None,
            "error_message": None,
            "date_created": "Mon, 02 Mar 2026 17:00:00 +0000",
            "uri": f"/2010-04-01/Accounts/{self.sid}/Messages/{one.reference}.json",
        }

    def refused(self, taken: list[Taken], why: str) -> tuple[int, Any]:
        code = 21610 if why == "opted_out" else 99999
        return 400, {
            "code": code,
            "message": "Attempt to send to unsubscribed recipient",
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": 400,
        }

    def text_callback(self, source: str, to: str, text: str, reference: str) -> Bringing:
        return self.sign(
            f"/carriers/{self.name}/inbound",
            {
                "ToCountry": "US",
                "SmsMessageSid": reference,
                "NumMedia": "0",
                "SmsSid": reference,
                "SmsStatus": "received",
                "Body": text,
                "To": to,
                "NumSegments": "1",
                "MessageSid": reference,
                "AccountSid": self.sid,
                "From": source,
                "ApiVersion": "2010-04-01",
            },
        )

    def report_callback(self, one: Taken, what: str) -> Bringing:
        status, code = self.words[what]
        fields = {
            "SmsSid": one.reference,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": one.recipient,
            "MessageSid": one.reference,
            "AccountSid": self.sid,
            "From": one.sender,
            "ApiVersion": "2010-04-01",
        }
        return self.sign(
            f"/carriers/{self.name}/status?id={one.own_id}",
            fields | ({"ErrorCode": code} if code else {}),
        )

    def sign(self, target: str, fields: Mapping[str, str]) -> Bringing:
        signed = BASE_URL + target + "".join(k + fields[k] for k in sorted(fields))
        digest = hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()
        headers = {
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "x-twilio-signature": base64.b64encode(digest).decode(),
        }
        return Bringing(target, headers, urlencode(fields).encode())


class Telnyx(Provider):
    """Sources: developers.telnyx.com "Send a message", "Receiving webhooks", "Webhook signing",
    "Error codes"."""

    kind: ClassVar[str] = "telnyx"
    words: ClassVar[Words] = {
        "delivered": ("delivered", ""),
        "failed": ("delivery_failed", "40001"),
        "opted_out": ("delivery_failed", "40300"),
        "deactivated": ("delivery_failed", "40012"),
        "unknown": ("frobnicated", ""),
        "underway": ("sent", ""),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        self.key = Ed25519PrivateKey.generate()
        self.moment_s: int | None = None

    def table(self) -> dict[str, Any]:
        raw = self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {
            "kind": "telnyx",
            "api_key": SECRET,
            "public_key": base64.b64encode(raw).decode(),
            "url": f"http://127.0.0.1:{self.port}",
        }

    def read(self, request: Request) -> list[Taken]:
        found = self.checked(request)
        assert request.headers["authorization"] == f"Bearer {SECRET}"
        own_id = found.get("webhook_url", "").partition("?id=")[2]
        key = request.headers["idempotency-key"]
        return [Taken(found["from"], found["to"], found["text"], own_id=own_id, key=key)]

    def serve_other(self, request: Request) -> tuple[int, Any] | None:
        """A request that was taken before is answered as then."""
        key = request.headers.get("idempotency-key")
        for one in self.taken:
            if one.key == key:
                return self.accepted([one])
        return None

    def events(self, it: "Bringing") -> list[Any]:
        return [json.loads(it.body)]

    def accepted(self, taken: list[Taken]) -> tuple[int, Any]:
        (one,) = taken
        return 200, {"data": self._payload(one, "outbound", "queued")}

    def refused(self, taken: list[Taken], why: str) -> tuple[int, Any]:
        code = "40300" if why == "opted_out" else "49999"
        error = {"code": code, "title": "Blocked due to STOP message", "detail": "…", "meta": {}}
        return 403 if why == "opted_out" else 422, {"errors": [error]}

    def _payload(self, one: Taken, direction: str, status: str) -> dict[str, Any]:
        return {
            "record_type": "message",
            "direction": direction,
            "id": one.reference,
            "type": "SMS",
            "organization_id": "47a530f8-4362-4526-829b-bcee17fd9f7a",
            "messaging_profile_id": "83d2343b-553f-4c5f-b8c8-fd27004f94bf",
            "from": {"phone_number": one.sender, "carrier": "Telnyx", "line_type": "Wireless"},
            "to": [{"phone_number": one.recipient, "status": status, "carrier": "T-MOBILE"}],
            "text": one.text,
            "media": [],
            "tags": [],
            "cost": None,
            "received_at": "2026-03-02T17:00:00.000+00:00",
            "errors": [],
        }

    def text_callback(self, source: str, to: str, text: str, reference: str) -> Bringing:
        one = Taken(source, to, text, reference)
        payload = self._payload(one, "inbound", "webhook_delivered")
        return self.sign(f"/carriers/{self.name}/inbound", "message.received", payload)

    def report_callback(self, one: Taken, what: str) -> Bringing:
        status, code = self.words[what]
        payload = self._payload(one, "outbound", status)
        if code:
            payload["errors"] = [{"code": code, "title": "…", "detail": "…"}]
        mark = f"?id={one.own_id}" if one.own_id else ""
        return self.sign(f"/carriers/{self.name}/status{mark}", "message.finalized", payload)

    def sign(self, target: str, event_type: str, payload: Mapping[str, Any]) -> Bringing:
        data = {
            "event_type": event_type,
            "id": "b301ed3f-1490-491f-995f-6e64e69674d4",
            "occurred_at": "2026-03-02T17:00:00.000+00:00",
            "payload": payload,
            "record_type": "event",
        }
        event = {"data": data}
        if event_type != "message.received":
            event["meta"] = {"attempt": 1}
        body = json.dumps(event).encode()
        moment = str(int(time.time()) if self.moment_s is None else self.moment_s)
        signature = self.key.sign(f"{moment}|".encode() + body)
        headers = {
            "content-type": "application/json",
            "telnyx-timestamp": moment,
            "telnyx-signature-ed25519": base64.b64encode(signature).decode(),
        }
        return Bringing(target, headers, body)


class Bandwidth(Provider):
    """Sources: dev.bandwidth.com "Create message", "Messaging webhooks", "Messaging error
    codes"."""

    kind: ClassVar[str] = "bandwidth"
    words: ClassVar[Words] = {
        "delivered": ("message-delivered", None),
        "failed": ("message-failed", 4720),
        "opted_out": ("message-failed", 4775),
        "possible": ("message-failed", 4772),
        "deactivated": ("message-failed", 4721),
        "unknown": ("message-frobnicated", None),
        "underway": ("message-sending", None),
    }

    def table(self) -> dict[str, Any]:
        return {
            "kind": "bandwidth",
            "account_id": "9900000",
            "application_id": "93de2206-9669-4e07-948d-329f4b722ee2",
            "user": "api-user",
            "password": SECRET,
            "callback_user": "bandwidth",
            "callback_password": SECRET + "-back",
            "url": f"http://127.0.0.1:{self.port}",
        }

    def read(self, request: Request) -> list[Taken]:
        found = self.checked(request)
        assert request.headers["authorization"] == basic("api-user", SECRET)
        (to,) = found["to"]
        return [Taken(found["from"], to, found["text"], own_id=found["tag"])]

    def events(self, it: "Bringing") -> list[Any]:
        found: list[Any] = json.loads(it.body)
        return found

    def accepted(self, taken: list[Taken]) -> tuple[int, Any]:
        (one,) = taken
        return 202, self._message(one, "out")

    def refused(self, taken: list[Taken], why: str) -> tuple[int, Any]:
        error = {"fieldName": "to", "description": "…"}
        return 400, {"type": "frobnicated", "description": "…", "fieldErrors": [error]}

    def _message(self, one: Taken, direction: str) -> dict[str, Any]:
        return {
            "id": one.reference,
            "owner": SENDER,
            "applicationId": "93de2206-9669-4e07-948d-329f4b722ee2",
            "time": "2026-03-02T17:00:00.000Z",
            "segmentCount": 1,
            "direction": direction,
            "to": [one.recipient],
            "from": one.sender,
            "text": one.text,
            "tag": one.own_id,
            "media": [],
            "priority": "default",
        }

    def text_callback(self, source: str, to: str, text: str, reference: str) -> Bringing:
        message = self._message(Taken(source, to, text, reference), "in")
        return self.sign("inbound", "message-received", to, message, None)

    def report_callback(self, one: Taken, what: str) -> Bringing:
        kind, code = self.words[what]
        return self.sign("status", kind, one.recipient, self._message(one, "out"), code)

    def sign(
        self, path: str, kind: str, to: str, message: Mapping[str, Any], code: int | None
    ) -> Bringing:
        event = {
            "time": "2026-03-02T17:00:00.000Z",
            "type": kind,
            "to": to,
            "description": "…",
            "message": message,
        }
        body = json.dumps([event | ({"errorCode": code} if code else {})]).encode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "authorization": basic("bandwidth", SECRET + "-back"),
        }
        return Bringing(f"/carriers/{self.name}/{path}", headers, body)


class RingCentral(Provider):
    """Source: the contract."""

    kind: ClassVar[str] = "ringcentral"
    words: ClassVar[Words] = {
        "delivered": ("Delivered", ""),
        "failed": ("DeliveryFailed", "SMS-CAR-412"),
        "opted_out": ("DeliveryFailed", "SMS-CAR-413"),
        "deactivated": ("DeliveryFailed", "SMS-CAR-411"),
        "unknown": ("Frobnicated", ""),
        "underway": ("Sent", ""),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        self.subscriptions: list[dict[str, Any]] = []
        self.logins = 0

    def table(self) -> dict[str, Any]:
        return {
            "kind": "ringcentral",
            "client_id": "client",
            "client_secret": SECRET,
            "jwt": SECRET + "-jwt",
            "url": f"http://127.0.0.1:{self.port}",
        }

    def serve_other(self, request: Request) -> tuple[int, Any] | None:
        method, path, _ = request.line.split(" ")
        if path == "/restapi/oauth/token":
            assert request.headers["authorization"] == basic("client", SECRET)
            form = dict(parse_qsl(request.body.decode()))
            assert form["assertion"] == SECRET + "-jwt"
            self.logins += 1
            return 200, {"access_token": SECRET + "-access", "expires_in": 3_600}
        if path == "/restapi/v1.0/subscription" and method == "GET":
            return 200, {"records": self.subscriptions}
        if method == "DELETE":
            self.subscriptions = [s for s in self.subscriptions if not path.endswith(s["id"])]
            return 204, {}
        if path == "/restapi/v1.0/subscription":
            made = json.loads(request.body)
            self.subscriptions.append({"id": "sub-1", "status": "Active", **made})
            return 200, self.subscriptions[-1]
        return None

    def read(self, request: Request) -> list[Taken]:
        found = self.checked(request)
        assert request.headers["authorization"] == f"Bearer {SECRET}-access"
        messages = found["messages"]
        assert all(len(one["to"]) == 1 for one in messages)
        return [Taken(found["from"], one["to"][0], one["text"]) for one in messages]

    def accepted(self, taken: list[Taken]) -> tuple[int, Any]:
        return 201, self._batch(taken, [])

    def refused(self, taken: list[Taken], why: str) -> tuple[int, Any]:
        code = "SMS-RC-413" if why == "opted_out" else "SMS-RC-999"
        rejected = [
            {"index": place, "to": [one.recipient], "errorCode": code, "description": "…"}
            for place, one in enumerate(taken, start=1)
        ]
        return 201, self._batch(taken, rejected)

    def _batch(self, taken: list[Taken], rejected: list[Any]) -> dict[str, Any]:
        return {
            "id": taken[0].reference or "batch-0",
            "from": taken[0].sender,
            "batchSize": len(taken) - len(rejected),
            "processedCount": 0,
            "status": "Processing",
            "creationTime": "2026-03-02T17:00:00.000000Z",
            "lastModifiedTime": "2026-03-02T17:00:00.000000Z",
            "rejected": rejected,
            "cost": 0.007,
        }

    def text_callback(self, source: str, to: str, text: str, reference: str) -> Bringing:
        message = self._message(Taken(source, to, text, reference), "Inbound", "Delivered")
        return self.sign(message)

    def report_callback(self, one: Taken, what: str) -> Bringing:
        status, code = self.words[what]
        message = self._message(one, "Outbound", status)
        message |= {"id": "1" + one.reference[-6:], "batchId": one.reference}
        return self.sign(message | ({"errorCode": code} if code else {}))

    def _message(self, one: Taken, direction: str, status: str) -> dict[str, Any]:
        return {
            "id": one.reference,
            "from": one.sender,
            "to": [one.recipient],
            "text": one.text,
            "creationTime": "2026-03-02T17:00:00.000000Z",
            "lastModifiedTime": "2026-03-02T17:00:00.000000Z",
            "messageStatus": status,
            "segmentCount": 1,
            "cost": 0.007,
            "direction": direction,
        }

    def sign(self, message: Mapping[str, Any]) -> Bringing:
        event = {
            "uuid": "6241047523413827000",
            "event": "/restapi/v1.0/account/1/a2p-sms/messages?direction=Outbound",
            "timestamp": "2026-03-02T17:00:00.000Z",
            "subscriptionId": "sub-1",
            "ownerId": "1",
            "body": message,
        }
        token = self.subscriptions[0]["deliveryMode"]["verificationToken"]
        headers = {"content-type": "application/json", "verification-token": token}
        return Bringing(f"/carriers/{self.name}/status", headers, json.dumps(event).encode())


class Generic(Provider):
    """A provider of the older kind: a form in, a status word in an answer 200, receipts and texts
    as forms, signed with a moment and an HMAC. Its codes are Vonage's."""

    kind: ClassVar[str] = "generic"
    words: ClassVar[Words] = {
        "delivered": ("delivered", "0"),
        "failed": ("failed", "2"),
        "opted_out": ("rejected", "9"),
        "possible": ("failed", "4"),
        "deactivated": ("failed", "3"),
        "unknown": ("frobnicated", ""),
        "underway": ("buffered", ""),
    }

    def table(self) -> dict[str, Any]:
        return {
            "kind": "generic",
            "url": f"http://127.0.0.1:{self.port}/sms/json",
            "secret": SECRET,
            "vocabulary": "vonage-sms",
            "request": {
                "content": "form",
                "headers": {"X-Api-Key": "{secret}"},
                "body": {
                    "from": "{sender_digits}",
                    "to": "{recipient_digits}",
                    "text": "{text}",
                    "client-ref": "{id}",
                    "type": "unicode",
                },
            },
            "answer": {
                "reference": "messages.0.message-id",
                "status": "messages.0.status",
                "taken": ["0"],
            },
            "inbound": {
                "content": "form",
                "sender": "msisdn",
                "recipient": "to",
                "text": "text",
                "reference": "messageId",
            },
            "receipt": {
                "content": "form",
                "reference": "messageId",
                "message_id": "client-ref",
                "sender": "to",
                "recipient": "msisdn",
                "status": "status",
                "code": "err-code",
                "delivered": ["delivered"],
                "failed": ["failed", "rejected", "expired"],
                "underway": ["accepted", "buffered"],
            },
            "verify": {
                "scheme": "hmac",
                "secret": SECRET + "-sign",
                "header": "X-Signature",
                "time_header": "X-Time",
                "message": "{time}.{body}",
            },
        }

    def read(self, request: Request) -> list[Taken]:
        assert request.line == "POST /sms/json HTTP/1.1"
        assert request.headers["x-api-key"] == SECRET
        form = dict(parse_qsl(request.body.decode()))
        assert set(form) == {"from", "to", "text", "client-ref", "type"}
        return [
            Taken(f"+{form['from']}", f"+{form['to']}", form["text"], own_id=form["client-ref"])
        ]

    def accepted(self, taken: list[Taken]) -> tuple[int, Any]:
        (one,) = taken
        message = {"to": one.recipient[1:], "message-id": one.reference, "status": "0"}
        return 200, {"message-count": "1", "messages": [message]}

    def refused(self, taken: list[Taken], why: str) -> tuple[int, Any]:
        status = "9" if why == "opted_out" else "77"
        return 200, {"message-count": "1", "messages": [{"status": status, "error-text": "…"}]}

    def text_callback(self, source: str, to: str, text: str, reference: str) -> Bringing:
        return self.sign(
            "inbound",
            {"msisdn": source, "to": to, "messageId": reference, "text": text, "keyword": "X"},
        )

    def report_callback(self, one: Taken, what: str) -> Bringing:
        status, code = self.words[what]
        return self.sign(
            "status",
            {
                "msisdn": one.recipient[1:],
                "to": one.sender[1:],
                "messageId": one.reference,
                "status": status,
                "err-code": code,
                "client-ref": one.own_id,
            },
        )

    def sign(self, path: str, fields: Mapping[str, str]) -> Bringing:
        body, moment = urlencode(fields).encode(), str(int(time.time()))
        key = (SECRET + "-sign").encode()
        signature = hmac.new(key, f"{moment}.".encode() + body, "sha256").hexdigest()
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-time": moment,
            "x-signature": signature,
        }
        return Bringing(f"/carriers/{self.name}/{path}", headers, body)


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


PROVIDERS: dict[str, type[Provider]] = {
    one.kind: one for one in (Twilio, Telnyx, Bandwidth, RingCentral, Generic)
}
