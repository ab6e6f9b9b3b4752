"""Twilio's Messages resource, and the callbacks of its Programmable Messaging.

Sources: the Message resource (`/2010-04-01/Accounts/{Sid}/Messages.json`), "Webhooks security"
(X-Twilio-Signature), "Track the message status of outbound messages", the error dictionary.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal
from urllib.parse import parse_qsl, urlencode

import msgspec

from stopline.carriers import vocabulary
from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.http.provider import Brought, Callback, NotGenuine, Outgoing, Unreadable
from stopline.carriers.http.reading import (
    Statuses,
    accepted,
    basic,
    is_taken,
    read_form,
    read_json,
    read_message_id,
    read_number,
    read_refusal,
    read_report,
    refused,
)
from stopline.carriers.http.settings import HttpSettings, build, callback_base, doc
from stopline.carriers.http.signatures import check_equal, sign_form
from stopline.carriers.protocol import CarrierCapabilities
from stopline.carriers.settings import need_secret
from stopline.carriers.vocabulary import Meaning
from stopline.core.carriage import (
    CarrierAnswers,
    Inbound,
    NetworkWord,
    Receipt,
    Submission,
    SubmitAnswer,
)
from stopline.egress.answers import EgressAnswer
from stopline.egress.client import EgressClient

# Settings.


class TwilioSettings(HttpSettings, frozen=True, kw_only=True):
    """One Twilio account."""

    kind: Literal["twilio"]
    account_sid: Annotated[
        str, doc("The account, AC and 32 digits.", pattern="^AC[0-9a-fA-F]{32}$")
    ]
    auth_token: Annotated[
        str,
        doc("The auth token: it signs the callbacks, and requests without a key."),
    ] = ""
    auth_token_file: Annotated[str, doc("A file that holds the auth token and nothing else.")] = ""
    api_key: Annotated[str, doc("An API key (SK…) to send with instead of the auth token.")] = ""
    api_secret: Annotated[str, doc("The secret of that key.")] = ""
    api_secret_file: Annotated[str, doc("A file that holds that secret and nothing else.")] = ""
    messaging_service_sid: Annotated[
        str,
        doc("A Messaging Service (MG…) to send through; the number stays the sender."),
    ] = ""
    answers_keywords: Annotated[
        bool,
        doc("Whether Twilio answers STOP, START and HELP itself, as it does unless its opt-out "
            "management is switched off. Stopline then keeps silent, and records the same."),
    ] = True  # fmt: skip
    reassigned_numbers: Annotated[
        bool,
        doc("Whether the Compliance Toolkit refuses reassigned numbers: it does so with the code "
            "of an opt-out (21610), which is then only a possible one."),
    ] = False  # fmt: skip
    url: Annotated[str, doc("Twilio's API, for another region or a test.")] = (
        "https://api.twilio.com"
    )


def build_twilio(name: str, settings: TwilioSettings, base_url: str) -> HttpCarrier:
    """The carrier of a table. Raises SettingProblem."""
    return build(name, settings, Twilio(name, settings, base_url))


# "Recipient unsubscribed"; with the Compliance Toolkit also "reassigned".
OPTED_OUT = "21610"

STATUSES = Statuses(
    delivered=frozenset({"delivered", "read"}),
    failed=frozenset({"undelivered", "failed", "canceled"}),
    underway=frozenset(
        {"accepted", "scheduled", "queued", "sending", "sent", "partially_delivered"}
    ),
)


# An answer with a body would be read as TwiML, and one without is only expected with this.
NO_CONTENT = 204


class _Message(msgspec.Struct):
    sid: str
    error_code: int | None = None


class _Error(msgspec.Struct):
    code: int = 0


class Twilio:
    """One request a message."""

    group_limit = 1
    is_ready = True
    capabilities = CarrierCapabilities(
        receipts=True, redelivers_inbound=False, echoes_message_id=True
    )

    def __init__(self, name: str, settings: TwilioSettings, base_url: str) -> None:
        token = need_secret("auth_token", settings.auth_token, settings.auth_token_file)
        user, password = settings.account_sid, token
        if settings.api_key:
            secret = need_secret("api_secret", settings.api_secret, settings.api_secret_file)
            user, password = settings.api_key, secret
        self.url = f"{settings.url}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"
        self._name = name
        self._settings = settings
        self._token = token
        self._headers = {
            "Authorization": basic(user, password),
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        base = callback_base(settings, base_url)
        self._status_url = f"{base}/carriers/{name}/status" if base else ""
        self._own_url = (settings.callback_url or base_url).rstrip("/")
        self._vocabulary = vocabulary.find("twilio")

    async def prepare(self, client: EgressClient) -> None:
        """Nothing to keep up."""

    # Requests and their answers.

    def requests(self, submissions: Sequence[Submission]) -> list[Outgoing]:
        """See `Provider.requests`."""
        return [self._request(submission) for submission in submissions]

    def _request(self, submission: Submission) -> Outgoing:
        fields = {"To": submission.recipient, "From": submission.sender, "Body": submission.text}
        if self._settings.messaging_service_sid:
            fields["MessagingServiceSid"] = self._settings.messaging_service_sid
        if self._status_url:
            # Signed with the address: the receipt finds its message even before our answer.
            fields["StatusCallback"] = f"{self._status_url}?id={submission.message_id}"
        return Outgoing((submission,), self.url, self._headers, urlencode(fields).encode())

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """See `Provider.read_answer`."""
        (submission,) = request.submissions
        if not is_taken(answer):
            error = read_json(answer.body, _Error)
            code = str(error.code) if error and error.code else ""
            return self._refusal(request, answer, code)
        message = read_json(answer.body, _Message)
        if message is not None and message.error_code is not None:
            return self._refusal(request, answer, str(message.error_code))
        return [accepted(submission, message.sid if message else None)]

    def _refusal(self, request: Outgoing, answer: EgressAnswer, code: str) -> list[SubmitAnswer]:
        if code == OPTED_OUT:
            return [refused(one, self._meaning(code), code) for one in request.submissions]
        return read_refusal(request.submissions, answer, code, self._vocabulary)

    def _meaning(self, code: str) -> Meaning:
        meaning = self._vocabulary.read(code)
        if code == OPTED_OUT and self._settings.reassigned_numbers:
            return msgspec.structs.replace(meaning, word=NetworkWord.POSSIBLY_OPTED_OUT)
        return meaning

    # Callbacks.

    def verify(self, callback: Callback) -> None:
        """X-Twilio-Signature: HMAC-SHA1 over the address and the form. It has no time in it."""
        try:
            fields = read_form(callback.body)
        except Unreadable:
            raise NotGenuine("no form, so nothing that Twilio signs") from None
        expected = sign_form(self._token, self._own_url + callback.target, fields)
        check_equal(callback.headers.get("x-twilio-signature", ""), expected, "signature")

    def read_callback(self, callback: Callback) -> Brought:
        """See `Provider.read_callback`."""
        form = dict(read_form(callback.body))
        if not form.get("MessageSid"):
            raise Unreadable("no MessageSid")
        if callback.kind == "inbound":
            return Brought(inbounds=[self._inbound(form, callback)], status=NO_CONTENT)
        return Brought(receipts=self._receipts(form, callback), status=NO_CONTENT)

    def _inbound(self, form: Mapping[str, str], callback: Callback) -> Inbound:
        text = form.get("Body", "")
        return Inbound(
            carrier=self._name,
            source=self._number(form.get("From", "")),
            destination=self._number(form.get("To", "")),
            text=text,
            raw=text.encode(),
            reference=form["MessageSid"],
            session="http",
            received_at_ms=callback.received_ms,
            # OptOutType is there where Advanced Opt-Out has answered.
            answered=CarrierAnswers.EVERYTHING
            if self._settings.answers_keywords or form.get("OptOutType")
            else CarrierAnswers.NOTHING,
        )

    def _receipts(self, form: Mapping[str, str], callback: Callback) -> list[Receipt]:
        status, code = form.get("MessageStatus", ""), form.get("ErrorCode", "")
        report = read_report(STATUSES, status, code, self._meaning)
        if report is None:
            return []
        query = dict(parse_qsl(callback.query))
        return [
            Receipt(
                carrier=self._name,
                reference=form["MessageSid"],
                sender=self._number(form.get("From", "")),
                recipient=self._number(form.get("To", "")),
                status=report.status,
                failure=report.failure,
                message_id=read_message_id(query.get("id", "")),
                raw=report.raw,
                word=report.word,
            )
        ]

    def _number(self, text: str) -> str:
        return read_number(text, self._settings.country)
