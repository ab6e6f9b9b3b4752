"""Telnyx's Messages, version 2, and its webhooks.

Sources: "Send a message" (`POST /v2/messages`), "Receiving webhooks" (`message.received`,
`message.sent`, `message.finalized`), "Webhook signing" (Ed25519), the list of error codes.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from stopline.carriers import vocabulary
from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.http.provider import Brought, Callback, Outgoing, Unreadable
from stopline.carriers.http.reading import (
    Statuses,
    accepted,
    is_taken,
    read_json,
    read_message_id,
    read_number,
    read_refusal,
    read_report,
)
from stopline.carriers.http.settings import HttpSettings, build, callback_base, doc
from stopline.carriers.http.signatures import check_ed25519, check_fresh, read_public_key
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
    delivered=frozenset({"delivered"}),
    failed=frozenset({"sending_failed", "delivery_failed"}),
    # Unconfirmed: the network gave no receipt within its time; a late one still may come.
    underway=frozenset({"queued", "sending", "sent", "delivery_unconfirmed"}),
)


class _Error(msgspec.Struct):
    code: str = ""


class _Taken(msgspec.Struct):
    id: str = ""


class _Answer(msgspec.Struct):
    data: _Taken = msgspec.field(default_factory=_Taken)
    errors: list[_Error] = []


class _Party(msgspec.Struct):
    phone_number: str = ""
    status: str = ""


class _Payload(msgspec.Struct):
    id: str
    sender: _Party = msgspec.field(name="from", default_factory=_Party)
    to: list[_Party] = []
    text: str = ""
    tags: list[str] = []
    errors: list[_Error] = []
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
            # Comes back in each event, so that a receipt finds its message before our answer.
            "tags": [str(submission.message_id)],
        }
        if self._settings.messaging_profile_id:
            body["messaging_profile_id"] = self._settings.messaging_profile_id
        if self._status_url:
            body["webhook_url"] = self._status_url
        return Outgoing((submission,), self.url, self._headers, msgspec.json.encode(body))

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """See `Provider.read_answer`."""
        (submission,) = request.submissions
        found = read_json(answer.body, _Answer) or _Answer()
        if is_taken(answer):
            return [accepted(submission, found.data.id)]
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
        if kind not in ("message.received", "message.finalized", "message.sent"):
            return Brought()
        payload = read_json(bytes(event.data.payload), _Payload)
        if payload is None or not payload.to:
            raise Unreadable("no message")
        if kind == "message.received":
            return Brought(inbounds=[self._inbound(payload, callback)])
        return Brought(receipts=self._receipts(payload))

    def _inbound(self, payload: _Payload, callback: Callback) -> Inbound:
        return Inbound(
            carrier=self._name,
            source=self._number(payload.sender.phone_number),
            destination=self._number(payload.to[0].phone_number),
            text=payload.text,
            raw=payload.text.encode("utf-8", "surrogatepass"),
            reference=payload.id,
            session="http",
            received_at_ms=callback.received_ms,
            # The profile's own answer to a keyword, where it gave one.
            answered=CarrierAnswers.EVERYTHING
            if payload.autoresponse_type
            else CarrierAnswers.NOTHING,
        )

    def _receipts(self, payload: _Payload) -> list[Receipt]:
        code = payload.errors[0].code if payload.errors else ""
        (person, *_) = payload.to
        report = read_report(STATUSES, person.status, code, self._vocabulary.read)
        if report is None:
            return []
        return [
            Receipt(
                carrier=self._name,
                reference=payload.id,
                sender=self._number(payload.sender.phone_number),
                recipient=self._number(person.phone_number),
                status=report.status,
                failure=report.failure,
                message_id=read_message_id(payload.tags[0] if payload.tags else ""),
                raw=report.raw,
                word=report.word,
            )
        ]

    def _number(self, text: str) -> str:
        return read_number(text, self._settings.country)
