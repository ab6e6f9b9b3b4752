"""RingCentral's High Volume SMS as an upstream, or another Stopline, which speaks the same.

Sources: the contract (batches, messages, subscriptions, webhook handshake and tokens, JWT grant).
One batch carries many messages of one sender; its id and the recipient name a message. Receipts
and texts come by a webhook subscription that is made and kept up here.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

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
    refused,
)
from stopline.carriers.http.settings import HttpSettings, build, doc
from stopline.carriers.http.signatures import check_equal
from stopline.carriers.protocol import CarrierCapabilities
from stopline.carriers.ringcentral_upkeep import Login, Upstream
from stopline.carriers.settings import need_secret
from stopline.carriers.vocabulary import Meaning, Vocabulary
from stopline.core.carriage import (
    CarrierAnswers,
    Inbound,
    NetworkWord,
    Receipt,
    Submission,
    SubmitAnswer,
)
from stopline.core.messages import FailureCode
from stopline.egress.answers import EgressAnswer
from stopline.egress.client import EgressClient

# Settings.

BATCH_PATH = "/restapi/v1.0/account/~/a2p-sms/batches"
MESSAGES_FILTER = "/restapi/v1.0/account/~/a2p-sms/messages"
# A batch may hold more; so many can be uncertain with one connection.
BATCH_LIMIT = 100


class RingCentralSettings(HttpSettings, frozen=True, kw_only=True):
    """One app of one account."""

    kind: Literal["ringcentral"]
    client_id: Annotated[str, doc("The app's client id.", min_length=1)]
    client_secret: Annotated[str, doc("The app's client secret.")] = ""
    client_secret_file: Annotated[
        str, doc("A file that holds the client secret and nothing else.")
    ] = ""
    jwt: Annotated[str, doc("The user's JWT credential for the app.")] = ""
    jwt_file: Annotated[str, doc("A file that holds the JWT and nothing else.")] = ""
    answers_keywords: Annotated[
        bool,
        doc("Whether the upstream answers STOP and START itself, as it does unless told otherwise. "
            "Stopline then keeps silent, and records the same."),
    ] = True  # fmt: skip
    url: Annotated[str, doc("The server, which may be another Stopline.")] = (
        "https://platform.ringcentral.com"
    )


def build_ringcentral(name: str, settings: RingCentralSettings, base_url: str) -> HttpCarrier:
    """The carrier of a table. Raises SettingProblem."""
    return build(name, settings, RingCentral(name, settings, base_url))


STATUSES = Statuses(
    delivered=frozenset({"Delivered"}),
    failed=frozenset({"DeliveryFailed", "SendingFailed"}),
    underway=frozenset({"Queued", "Sent"}),
)

_F = FailureCode
# Codes of the contract, section 11, as an upstream's: what its platform decided is upstream to us.
CODES: dict[str, FailureCode] = {
    "SMS-RC-403": _F.CARRIER_OTHER_LIMIT,
    "SMS-RC-410": _F.UPSTREAM_INVALID_RECIPIENT,
    "SMS-RC-413": _F.UPSTREAM_OPTED_OUT,
    "SMS-RC-430": _F.UPSTREAM_SPAM,
    "SMS-RC-500": _F.UPSTREAM_FAULT,
    "SMS-RC-501": _F.INVALID_UPSTREAM_CALL,
    "SMS-RC-503": _F.UPSTREAM_SENDER_NOT_SET_UP,
    "SMS-RC-504": _F.INVALID_PROVIDER_CONFIGURATION,
    "SMS-UP-410": _F.UPSTREAM_INVALID_RECIPIENT,
    "SMS-UP-413": _F.UPSTREAM_OPTED_OUT,
    "SMS-UP-414": _F.UPSTREAM_SENDER_NOT_SET_UP,
    "SMS-UP-430": _F.UPSTREAM_SPAM,
    "SMS-UP-431": _F.UPSTREAM_SENDER_BLOCKED,
    "SMS-UP-432": _F.UPSTREAM_TEXT_TOO_LONG,
    "SMS-UP-433": _F.UPSTREAM_UNDELIVERABLE_TEXT,
    "SMS-UP-500": _F.UPSTREAM_FAULT,
    "SMS-CAR-104": _F.NO_RECEIPT,
    "SMS-CAR-199": _F.CARRIER_UNKNOWN,
    "SMS-CAR-400": _F.CARRIER_UNSUPPORTED,
    "SMS-CAR-410": _F.CARRIER_EXPIRED,
    "SMS-CAR-411": _F.CARRIER_INVALID_RECIPIENT,
    "SMS-CAR-412": _F.CARRIER_UNAVAILABLE,
    "SMS-CAR-413": _F.CARRIER_OPTED_OUT,
    "SMS-CAR-414": _F.CARRIER_INVALID_SENDER,
    "SMS-CAR-430": _F.CARRIER_SPAM,
    "SMS-CAR-431": _F.CARRIER_REFUSED,
    "SMS-CAR-432": _F.CARRIER_TEXT_TOO_LONG,
    "SMS-CAR-433": _F.CARRIER_MALFORMED,
    "SMS-CAR-434": _F.CARRIER_MEDIA_TOO_LARGE,
    "SMS-CAR-435": _F.CARRIER_SHORTENED_LINK,
    "SMS-CAR-450": _F.CARRIER_BRAND_LIMIT,
    "SMS-CAR-451": _F.CARRIER_CAMPAIGN_LIMIT,
    "SMS-CAR-452": _F.CARRIER_OTHER_LIMIT,
    "SMS-CAR-460": _F.CARRIER_SHORT_CODE_REFUSED,
    "SMS-CAR-461": _F.CARRIER_TOLL_FREE_UNVERIFIED,
    "SMS-CAR-500": _F.CARRIER_FAULT,
}
WORDS = {
    _F.UPSTREAM_OPTED_OUT: NetworkWord.OPTED_OUT,
    _F.CARRIER_OPTED_OUT: NetworkWord.OPTED_OUT,
    _F.CARRIER_INVALID_RECIPIENT: NetworkWord.UNKNOWN_SUBSCRIBER,
}
VOCABULARY = Vocabulary({code: Meaning(f, WORDS.get(f)) for code, f in CODES.items()})

# Echoed to whoever sends it, so nothing else than a token.
_TOKEN = re.compile(r"[A-Za-z0-9-]{1,128}").fullmatch


class _Rejected(msgspec.Struct):
    index: int
    error_code: str = msgspec.field(name="errorCode", default="")


class _Batch(msgspec.Struct):
    id: str = ""
    rejected: list[_Rejected] = []


class _Error(msgspec.Struct):
    error_code: str = msgspec.field(name="errorCode", default="")


class _Message(msgspec.Struct):
    id: str
    direction: str
    sender: str = msgspec.field(name="from", default="")
    to: list[str] = []
    text: str = ""
    batch_id: str = msgspec.field(name="batchId", default="")
    status: str = msgspec.field(name="messageStatus", default="")
    error_code: str = msgspec.field(name="errorCode", default="")


class _Event(msgspec.Struct):
    event: str
    body: msgspec.Raw


class RingCentral:
    """Batches of one sender's messages; no person twice in one, because its id has to tell."""

    group_limit = BATCH_LIMIT
    capabilities = CarrierCapabilities(
        receipts=True, redelivers_inbound=True, echoes_message_id=False
    )

    def __init__(self, name: str, settings: RingCentralSettings, base_url: str) -> None:
        secret = need_secret("client_secret", settings.client_secret, settings.client_secret_file)
        jwt = need_secret("jwt", settings.jwt, settings.jwt_file)
        self.url = f"{settings.url}{BATCH_PATH}"
        self._name = name
        self._settings = settings
        base = (settings.callback_url or base_url).rstrip("/")
        own_url = f"{base}/carriers/{name}/status"
        # The same after a restart and on every node, and nobody else can tell it.
        mark = f"{name} {own_url}".encode()
        self._token = hmac.new(secret.encode(), mark, hashlib.sha256).hexdigest()[:40]
        self._upstream = Upstream(
            name,
            Login(settings.url, settings.client_id, secret, jwt),
            address=own_url,
            verification_token=self._token,
            filters=[f"{MESSAGES_FILTER}?direction={way}" for way in ("Inbound", "Outbound")],
        )

    @property
    def is_ready(self) -> bool:
        """Whether there is an access token."""
        return bool(self._upstream.access_token)

    async def prepare(self, client: EgressClient) -> None:
        """Keep the access token and the subscription up."""
        await self._upstream.keep_up(client)

    # Requests and their answers.

    def requests(self, submissions: Sequence[Submission]) -> list[Outgoing]:
        """See `Provider.requests`."""
        return [self._request(group) for group in _batches(submissions)]

    def _request(self, group: Sequence[Submission]) -> Outgoing:
        messages = [{"to": [one.recipient], "text": one.text} for one in group]
        body = {"from": group[0].sender, "messages": messages}
        headers = {
            "Authorization": f"Bearer {self._upstream.access_token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        return Outgoing(tuple(group), self.url, headers, msgspec.json.encode(body))

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """See `Provider.read_answer`."""
        if answer.status == 401:
            self._upstream.renew()
        if not is_taken(answer):
            error = read_json(answer.body, _Error) or _Error()
            return read_refusal(request.submissions, answer, error.error_code, VOCABULARY)
        batch = read_json(answer.body, _Batch) or _Batch()
        rejected = {one.index: one.error_code for one in batch.rejected}
        return [
            refused(one, VOCABULARY.read(rejected[place]), rejected[place])
            if place in rejected
            else accepted(one, batch.id and f"{batch.id}/{one.recipient}")
            for place, one in enumerate(request.submissions, start=1)
        ]

    # Callbacks.

    def verify(self, callback: Callback) -> None:
        """The handshake asks for its own token and says nothing else; events carry ours. There is
        no time in it."""
        if not callback.body and _TOKEN(callback.headers.get("validation-token", "")):
            return
        check_equal(callback.headers.get("verification-token", ""), self._token, "token")

    def read_callback(self, callback: Callback) -> Brought:
        """See `Provider.read_callback`."""
        if not callback.body:
            return Brought(echo={"validation-token": callback.headers["validation-token"]})
        event = read_json(callback.body, _Event)
        if event is None:
            raise Unreadable("no event")
        if "/a2p-sms/messages" not in event.event:
            return Brought()
        message = read_json(bytes(event.body), _Message)
        if message is None or not message.to:
            raise Unreadable("no message")
        if message.direction == "Inbound":
            return Brought(inbounds=[self._inbound(message, callback)])
        return Brought(receipts=self._receipts(message))

    def _inbound(self, message: _Message, callback: Callback) -> Inbound:
        return Inbound(
            carrier=self._name,
            source=self._number(message.sender),
            destination=self._number(message.to[0]),
            text=message.text,
            raw=message.text.encode("utf-8", "surrogatepass"),
            reference=message.id,
            session="http",
            received_at_ms=callback.received_ms,
            answered=CarrierAnswers.CONSENT
            if self._settings.answers_keywords
            else CarrierAnswers.NOTHING,
        )

    def _receipts(self, message: _Message) -> list[Receipt]:
        report = read_report(STATUSES, message.status, message.error_code, VOCABULARY.read)
        if report is None:
            return []
        recipient = self._number(message.to[0])
        return [
            Receipt(
                carrier=self._name,
                reference=f"{message.batch_id}/{recipient}",
                sender=self._number(message.sender),
                recipient=recipient,
                status=report.status,
                failure=report.failure,
                raw=report.raw,
                word=report.word,
            )
        ]

    def _number(self, text: str) -> str:
        return read_number(text, self._settings.country)


def _batches(submissions: Sequence[Submission]) -> list[list[Submission]]:
    """Groups of one sender, in order, without a person twice."""
    batches: list[list[Submission]] = []
    open_ones: dict[str, list[Submission]] = {}
    for one in submissions:
        group = open_ones.get(one.sender)
        taken = group is not None and one.recipient in {other.recipient for other in group}
        if group is None or taken or len(group) >= BATCH_LIMIT:
            group = open_ones[one.sender] = []
            batches.append(group)
        group.append(one)
    return batches
