"""Bandwidth's Messaging, version 2, and its webhooks.

Sources: "Create message" (`POST /api/v2/users/{accountId}/messages`), "Messaging webhooks"
(`message-received`, `message-delivered`, `message-failed`), "Messaging error codes". Bandwidth
manages no opt-outs on local numbers and short codes; of toll-free ones the network does.
"""

from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from stopline.carriers import vocabulary
from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.http.provider import Brought, Callback, Outgoing, Unreadable
from stopline.carriers.http.reading import (
    Report,
    accepted,
    basic,
    is_taken,
    read_json,
    read_message_id,
    read_number,
    read_refusal,
)
from stopline.carriers.http.settings import HttpSettings, build, doc
from stopline.carriers.http.signatures import check_basic
from stopline.carriers.protocol import CarrierCapabilities
from stopline.carriers.settings import need_secret
from stopline.core.carriage import Inbound, Receipt, Submission, SubmitAnswer
from stopline.core.messages import FailureCode, MessageStatus
from stopline.egress.answers import EgressAnswer
from stopline.egress.client import EgressClient

# Settings.


class BandwidthSettings(HttpSettings, frozen=True, kw_only=True):
    """One Bandwidth account."""

    kind: Literal["bandwidth"]
    account_id: Annotated[str, doc("The account's number.", pattern="^[0-9]{1,20}$")]
    application_id: Annotated[
        str, doc("The messaging application that the numbers belong to.", min_length=1)
    ]
    user: Annotated[str, doc("Name of an API user, or the client id of API credentials.")]
    password: Annotated[str, doc("That user's password, if it may stand in this file.")] = ""
    password_file: Annotated[str, doc("A file that holds the password and nothing else.")] = ""
    callback_user: Annotated[
        str, doc("Name that the application's callbacks carry (HTTP Basic).", min_length=1)
    ]
    callback_password: Annotated[str, doc("The password that goes with it.")] = ""
    callback_password_file: Annotated[
        str, doc("A file that holds that password and nothing else.")
    ] = ""
    url: Annotated[str, doc("Bandwidth's API, for a test.")] = "https://messaging.bandwidth.com"


def build_bandwidth(name: str, settings: BandwidthSettings, base_url: str) -> HttpCarrier:
    """The carrier of a table. Raises SettingProblem."""
    return build(name, settings, Bandwidth(name, settings))


# What a person brought: a text, or what a rich client made of a tap.
BROUGHT = frozenset({"message-received", "suggestion-response", "requested-location-response"})
DELIVERED = frozenset({"message-delivered", "message-read"})
# Events that end nothing.
UNDERWAY = frozenset({"message-sending", "message-sent", "message-queued"})


class _Taken(msgspec.Struct):
    id: str = ""


class _Error(msgspec.Struct):
    type: str = ""


class _Suggestion(msgspec.Struct):
    text: str = ""


class _Message(msgspec.Struct):
    id: str
    sender: str = msgspec.field(name="from", default="")
    to: list[str] = []
    text: str = ""
    tag: str = ""
    suggestion: _Suggestion | None = msgspec.field(name="suggestionResponse", default=None)


class _Event(msgspec.Struct):
    type: str
    message: _Message
    to: str = ""
    error_code: int | None = msgspec.field(name="errorCode", default=None)


class Bandwidth:
    """One request a message: several recipients would be a group conversation."""

    group_limit = 1
    is_ready = True
    capabilities = CarrierCapabilities(
        receipts=True, redelivers_inbound=True, echoes_message_id=True
    )

    def __init__(self, name: str, settings: BandwidthSettings) -> None:
        password = need_secret("password", settings.password, settings.password_file)
        self.url = f"{settings.url}/api/v2/users/{settings.account_id}/messages"
        self._name = name
        self._settings = settings
        self._headers = {
            "Authorization": basic(settings.user, password),
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        self._callback_password = need_secret(
            "callback_password", settings.callback_password, settings.callback_password_file
        )
        self._vocabulary = vocabulary.find("bandwidth")

    async def prepare(self, client: EgressClient) -> None:
        """Nothing to keep up."""

    # Requests and their answers.

    def requests(self, submissions: Sequence[Submission]) -> list[Outgoing]:
        """See `Provider.requests`."""
        return [self._request(submission) for submission in submissions]

    def _request(self, submission: Submission) -> Outgoing:
        body = {
            "applicationId": self._settings.application_id,
            "from": submission.sender,
            "to": [submission.recipient],
            "text": submission.text,
            # Comes back in each event, so that a receipt finds its message before our answer.
            "tag": str(submission.message_id),
        }
        return Outgoing((submission,), self.url, self._headers, msgspec.json.encode(body))

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """See `Provider.read_answer`. A refusal has words and no code."""
        (submission,) = request.submissions
        if is_taken(answer):
            taken = read_json(answer.body, _Taken) or _Taken()
            return [accepted(submission, taken.id)]
        error = read_json(answer.body, _Error) or _Error()
        return read_refusal(request.submissions, answer, error.type, self._vocabulary)

    # Callbacks.

    def verify(self, callback: Callback) -> None:
        """HTTP Basic, as the application's settings say. It has no time in it."""
        given = callback.headers.get("authorization", "")
        check_basic(given, self._settings.callback_user, self._callback_password)

    def read_callback(self, callback: Callback) -> Brought:
        """See `Provider.read_callback`: a list of events of both kinds, or one alone."""
        events = read_json(callback.body, list[_Event])
        if events is None and (one := read_json(callback.body, _Event)):
            events = [one]
        if events is None:
            raise Unreadable("no events")
        inbounds = [self._inbound(e, callback) for e in events if e.type in BROUGHT]
        others = [event for event in events if event.type not in BROUGHT]
        return Brought(inbounds, [r for event in others if (r := self._receipt(event))])

    def _inbound(self, event: _Event, callback: Callback) -> Inbound:
        message = event.message
        text = message.text or (message.suggestion.text if message.suggestion else "")
        return Inbound(
            carrier=self._name,
            source=self._number(message.sender),
            destination=self._number(event.to or _first(message.to)),
            text=text,
            raw=text.encode("utf-8", "surrogatepass"),
            reference=message.id,
            session="http",
            received_at_ms=callback.received_ms,
        )

    def _receipt(self, event: _Event) -> Receipt | None:
        report = self._report(event)
        if report is None:
            return None
        message = event.message
        return Receipt(
            carrier=self._name,
            reference=message.id,
            sender=self._number(message.sender),
            recipient=self._number(event.to or _first(message.to)),
            status=report.status,
            failure=report.failure,
            message_id=read_message_id(message.tag),
            raw=report.raw,
            word=report.word,
        )

    def _report(self, event: _Event) -> Report | None:
        if event.type in DELIVERED:
            return Report(MessageStatus.DELIVERED, raw=event.type)
        if event.type in UNDERWAY:
            return None
        code = event.type if event.error_code is None else str(event.error_code)
        meaning = self._vocabulary.read(code)
        failure = meaning.failure or FailureCode.CARRIER_UNKNOWN
        return Report(MessageStatus.DELIVERY_FAILED, failure, meaning.word, code)

    def _number(self, text: str) -> str:
        return read_number(text, self._settings.country)


def _first(numbers: Sequence[str]) -> str:
    return numbers[0] if numbers else ""
