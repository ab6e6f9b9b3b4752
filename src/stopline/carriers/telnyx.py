"""Telnyx's Messages, version 2, and its webhooks.

Sources: "Send a message" (`POST /v2/messages`), "Idempotency", "Receiving webhooks"
(`message.received`, `message.sent`, `message.finalized`), "Webhook signing" (Ed25519), the list of
error codes.
"""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import parse_qsl

import msgspec

from stopline.carriers import vocabulary
from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.http.provider import Brought, Callback, Outgoing, Unreadable
from stopline.carriers.http.reading import (
    Statuses,
    accepted,
    is_taken,
    read_json,
    read_number,
    read_refusal,
    read_report,
)
from stopline.carriers.http.settings import HttpSettings, build, callback_base, doc
from stopline.carriers.http.signatures import (
    check_ed25519,
    check_fresh,
    open_id,
    read_public_key,
    seal_id,
)
from stopline.carriers.protocol import CarrierCapabilities
from stopline.carriers.settings import SettingProblem, need_secret
from stopline.core.carriage import CarrierAnswers, Inbound, Receipt, Submission, SubmitAnswer
from stopline.egress.answers import EgressAnswer
from stopline.egress.client import EgressClient

# Settings.


class TelnyxSettings(HttpSettings, frozen=True, kw_only=True):
    """One Telnyx account."""

    kind: Literal["telnyx"]
    api_key: Annotated[str, doc("A key of API version 2 (KEY…).")] = ""
    api_key_file: Annotated[str, doc("A file that holds the key and nothing else.")] = ""
    public_key: Annotated[
        str, doc("The account's public key, base64: it proves that callbacks are Telnyx's.")
    ]
    messaging_profile_id: Annotated[
        str, doc("A messaging profile, where senders are alphanumeric or in a number pool.")
    ] = ""
    url: Annotated[str, doc("Telnyx's API, for a test.")] = "https://api.telnyx.com"


def build_telnyx(name: str, settings: TelnyxSettings, base_url: str) -> HttpCarrier:
    """The carrier of a table. Raises SettingProblem."""
    return build(name, settings, Telnyx(name, settings, base_url))


STATUSES = Statuses(
    delivered=frozenset({"delivered", "read"}),
    failed=frozenset({"sending_failed", "delivery_failed", "expired"}),
    # Unconfirmed: the network gave no receipt within its time; a late one still may come.
    underway=frozenset({"queued", "sending", "sent", "delivery_unconfirmed"}),
)


# Events about a text of ours; any other kind of event is none of a message.
REPORTS = frozenset({"message.sent", "message.finalized", "message.read"})


class _Error(msgspec.Struct):
    code: str = ""


class _Taken(msgspec.Struct):
    id: str | None = None


class _Answer(msgspec.Struct):
    data: _Taken | None = None
    errors: list[_Error] | None = None


class _Party(msgspec.Struct):
    phone_number: str | None = None
    status: str | None = None


# Each field may be null, as published.
class _Payload(msgspec.Struct):
    id: str
    sender: _Party | None = msgspec.field(name="from", default=None)
    to: list[_Party] | None = None
    text: str | None = None
    errors: list[_Error] | None = None
    autoresponse_type: str | None = None


class _Data(msgspec.Struct):
    event_type: str
    payload: msgspec.Raw


class _Event(msgspec.Struct):
    data: _Data


class Telnyx:
    """One request a message."""

    group_limit = 1
    is_ready = True
    capabilities = CarrierCapabilities(
        receipts=True, redelivers_inbound=True, echoes_message_id=True
    )

    def __init__(self, name: str, settings: TelnyxSettings, base_url: str) -> None:
        key = need_secret("api_key", settings.api_key, settings.api_key_file)
        self.url = f"{settings.url}/v2/messages"
        self._name = name
        self._settings = settings
        self._headers = {
            "Authorization": f"Bearer {key}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        base = callback_base(settings, base_url)
        self._status_url = f"{base}/carriers/{name}/status" if base else ""
        # What is signed does not cover the address.
        self._key_of_ids = f"{name} {key}"
        self._vocabulary = vocabulary.find("telnyx")
        try:
            self._key = read_public_key(settings.public_key)
        except ValueError:
            raise SettingProblem("public_key", "give the 44 characters that Telnyx shows") from None

    async def prepare(self, client: EgressClient) -> None:
        """Nothing to keep up."""

    # Requests and their answers.

    def requests(self, submissions: Sequence[Submission]) -> list[Outgoing]:
        """See `Provider.requests`."""
        return [self._request(submission) for submission in submissions]

    def _request(self, submission: Submission) -> Outgoing:
        body = {
            "from": submission.sender,
            "to": submission.recipient,
            "text": submission.text,
            "type": "SMS",
        }
        if self._settings.messaging_profile_id:
            body["messaging_profile_id"] = self._settings.messaging_profile_id
        if self._status_url:
            # Receipts come to it: they find their message even before our answer.
            mark = seal_id(self._key_of_ids, submission.message_id)
            body["webhook_url"] = f"{self._status_url}?id={mark}"
        data = msgspec.json.encode(body)
        # What Telnyx took within a day it answers as the first time: nothing is sent twice.
        mark = hashlib.sha256(b"%d\n" % submission.message_id + data).hexdigest()
        headers = {**self._headers, "Idempotency-Key": mark}
        return Outgoing((submission,), self.url, headers, data)

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """See `Provider.read_answer`."""
        (submission,) = request.submissions
        found = read_json(answer.body, _Answer) or _Answer()
        if is_taken(answer):
            return [accepted(submission, found.data.id if found.data else None)]
        code = found.errors[0].code if found.errors else ""
        return read_refusal(request.submissions, answer, code, self._vocabulary)

    # Callbacks.

    def verify(self, callback: Callback) -> None:
        """Ed25519 over the moment, a bar, and the body as it came; five minutes, then a replay."""
        moment = callback.headers.get("telnyx-timestamp", "")
        signature = callback.headers.get("telnyx-signature-ed25519", "")
        check_ed25519(self._key, signature, f"{moment}|".encode() + callback.body)
        check_fresh(moment, callback.received_ms)

    def read_callback(self, callback: Callback) -> Brought:
        """See `Provider.read_callback`. Both kinds of events may come to either path."""
        event = read_json(callback.body, _Event)
        if event is None:
            raise Unreadable("no event")
        kind = event.data.event_type
        if kind != "message.received" and kind not in REPORTS:
            return Brought()
        payload = read_json(bytes(event.data.payload), _Payload)
        if payload is None or not payload.to:
            raise Unreadable("no message")
        if kind == "message.received":
            return Brought(inbounds=[self._inbound(payload, callback)])
        return Brought(receipts=self._receipts(payload, callback))

    def _inbound(self, payload: _Payload, callback: Callback) -> Inbound:
        text = payload.text or ""
        return Inbound(
            carrier=self._name,
            source=self._number(payload.sender),
            destination=self._number(_first(payload.to)),
            text=text,
            raw=text.encode("utf-8", "surrogatepass"),
            reference=payload.id,
            session="http",
            received_at_ms=callback.received_ms,
            # The profile's own answer to a keyword, where it gave one.
            answered=CarrierAnswers.EVERYTHING
            if payload.autoresponse_type
            else CarrierAnswers.NOTHING,
        )

    def _receipts(self, payload: _Payload, callback: Callback) -> list[Receipt]:
        code = payload.errors[0].code if payload.errors else ""
        person = _first(payload.to) or _Party()
        report = read_report(STATUSES, person.status or "", code, self._vocabulary.read)
        if report is None:
            return []
        query = dict(parse_qsl(callback.query))
        return [
            Receipt(
                carrier=self._name,
                reference=payload.id,
                sender=self._number(payload.sender),
                recipient=self._number(person),
                status=report.status,
                failure=report.failure,
                message_id=open_id(self._key_of_ids, query.get("id", "")),
                raw=report.raw,
                word=report.word,
            )
        ]

    def _number(self, party: _Party | None) -> str:
        text = party.phone_number if party else None
        return read_number(text or "", self._settings.country)


def _first(parties: list[_Party] | None) -> _Party | None:
    return parties[0] if parties else None
