"""Any HTTP provider, described wholly in its table: templates for the request, and the places of
what matters in answers, texts and receipts.

A template's placeholders stand inside texts: `{sender}`, `{recipient}` (E.164), `{sender_digits}`,
`{recipient_digits}` (the same without the plus), `{text}`, `{id}` (our id of the message),
`{secret}`, `{callback}` (where receipts are to go). A place is a path such as `messages.0.id`.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec

from stopline.carriers import vocabulary
from stopline.carriers.http.carrier import HttpCarrier
from stopline.carriers.http.places import check_template, fill, find, list_entries
from stopline.carriers.http.provider import Brought, Callback, Outgoing, Unreadable
from stopline.carriers.http.reading import (
    Report,
    Statuses,
    accepted,
    is_taken,
    read_json,
    read_message_id,
    read_number,
    read_refusal,
    read_report,
    refused,
)
from stopline.carriers.http.settings import HttpSettings, build, callback_base, doc
from stopline.carriers.http.signatures import check_basic, check_equal, check_fresh, check_hmac
from stopline.carriers.protocol import CarrierCapabilities
from stopline.carriers.settings import SettingProblem, need_secret, read_secret
from stopline.carriers.vocabulary import Meaning, Vocabulary
from stopline.core.carriage import CarrierAnswers, Inbound, Receipt, Submission, SubmitAnswer
from stopline.core.messages import FailureCode
from stopline.egress.answers import EgressAnswer
from stopline.egress.client import EgressClient

# Settings.


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table within the table."""


class RequestForm(_Part, frozen=True, kw_only=True):
    """[carriers.NAME.request]"""

    method: Annotated[Literal["POST", "PUT", "GET"], doc("The request's method.")] = "POST"
    content: Annotated[
        Literal["json", "form", "query"],
        doc("How `body` is written: as JSON, as a form, or as the query of the address."),
    ] = "json"
    headers: Annotated[dict[str, str], doc("Headers, as templates.")] = msgspec.field(
        default_factory=dict
    )
    body: Annotated[dict[str, Any], doc("The body, as a template.")]


class AnswerForm(_Part, frozen=True, kw_only=True):
    """[carriers.NAME.answer]"""

    reference: Annotated[str, doc("Place of the provider's id of the message.")] = ""
    code: Annotated[str, doc("Place of the code of a refusal.")] = ""
    status: Annotated[
        str, doc("Place of a word that tells, in an answer 2xx, whether the message was taken.")
    ] = ""
    taken: Annotated[list[str], doc("The words there that say it was.")] = msgspec.field(
        default_factory=list
    )


class InboundForm(_Part, frozen=True, kw_only=True):
    """[carriers.NAME.inbound]"""

    content: Annotated[Literal["json", "form", "query"], doc("How a text is written.")] = "json"
    entries: Annotated[str, doc("Place of the list of texts; empty where there is one.")] = ""
    sender: Annotated[str, doc("Place of the person's number.", min_length=1)] = "from"
    recipient: Annotated[str, doc("Place of our number.", min_length=1)] = "to"
    text: Annotated[str, doc("Place of the text.", min_length=1)] = "text"
    reference: Annotated[
        str, doc("Place of the provider's id of the text: it tells copies apart.")
    ] = ""
    answers: Annotated[
        Literal["nothing", "consent", "everything"],
        doc(
            "What the provider answers itself: nothing, STOP and START (consent), or HELP as well."
        ),
    ] = "nothing"


class ReceiptForm(_Part, frozen=True, kw_only=True):
    """[carriers.NAME.receipt]"""

    content: Annotated[Literal["json", "form", "query"], doc("How a receipt is written.")] = "json"
    entries: Annotated[str, doc("Place of the list of receipts; empty where there is one.")] = ""
    reference: Annotated[str, doc("Place of the provider's id of the message.", min_length=1)] = (
        "id"
    )
    message_id: Annotated[str, doc("Place of our own id, where the provider gives it back.")] = ""
    sender: Annotated[str, doc("Place of our number.", min_length=1)] = "from"
    recipient: Annotated[str, doc("Place of the person's number.", min_length=1)] = "to"
    status: Annotated[str, doc("Place of the status.", min_length=1)] = "status"
    code: Annotated[str, doc("Place of the code of a failure.")] = ""
    delivered: Annotated[list[str], doc("Statuses that say: delivered.", min_length=1)]
    failed: Annotated[list[str], doc("Statuses that say: not delivered, for good.", min_length=1)]
    underway: Annotated[list[str], doc("Statuses that end nothing.")] = msgspec.field(
        default_factory=list
    )


class VerifyForm(_Part, frozen=True, kw_only=True):
    """[carriers.NAME.verify]"""

    scheme: Annotated[
        Literal["basic", "token", "hmac"],
        doc("How a callback proves that it is the provider's: HTTP Basic, a secret in a header, or "
            "an HMAC of the body in a header."),
    ]  # fmt: skip
    user: Annotated[str, doc("The name, with basic.")] = ""
    secret: Annotated[str, doc("The password, the secret, or the key of the HMAC.")] = ""
    secret_file: Annotated[str, doc("A file that holds it and nothing else.")] = ""
    header: Annotated[str, doc("The header, with token and hmac.")] = "authorization"
    algorithm: Annotated[Literal["sha1", "sha256", "sha512"], doc("The HMAC's hash.")] = "sha256"
    encoding: Annotated[Literal["hex", "base64"], doc("How the HMAC is written.")] = "hex"
    time_header: Annotated[
        str, doc("A header with the seconds since 1970 that the HMAC covers; five minutes, then it "
                 "is a replay.")
    ] = ""  # fmt: skip
    message: Annotated[
        str, doc("What the HMAC covers: a text with {body}, {time} and {target}.")
    ] = "{body}"


class GenericSettings(HttpSettings, frozen=True, kw_only=True):
    """One account at any provider."""

    kind: Literal["generic"]
    url: Annotated[str, doc("Where messages are sent to.", min_length=1)]
    secret: Annotated[str, doc("What {secret} stands for in templates.")] = ""
    secret_file: Annotated[str, doc("A file that holds it and nothing else.")] = ""
    vocabulary: Annotated[str, doc("Published codes to use: a provider's name, or empty.")] = ""
    codes: Annotated[
        dict[str, FailureCode],
        doc("This provider's own codes and what they mean; they overrule the published ones."),
    ] = msgspec.field(default_factory=dict)
    redelivers: Annotated[
        bool, doc("Whether the provider brings a text again that was answered 503.")
    ] = True
    request: RequestForm
    answer: AnswerForm = AnswerForm()
    inbound: InboundForm = InboundForm()
    receipt: ReceiptForm | None = None
    verify: VerifyForm


def build_generic(name: str, settings: GenericSettings, base_url: str) -> HttpCarrier:
    """The carrier of a table. Raises SettingProblem."""
    return build(name, settings, Generic(name, settings, base_url))


class Generic:
    """One request a message."""

    group_limit = 1
    is_ready = True

    def __init__(self, name: str, settings: GenericSettings, base_url: str) -> None:
        self.url = settings.url
        self._name = name
        self._settings = settings
        self._check = _Check(settings.verify)
        base = callback_base(settings, base_url)
        self._constants = {
            "secret": read_secret("secret", settings.secret, settings.secret_file),
            "callback": f"{base}/carriers/{name}/status" if base else "",
        }
        self._vocabulary = _vocabulary(settings)
        check_template("request.body", settings.request.body)
        check_template("request.headers", settings.request.headers)

    @property
    def capabilities(self) -> CarrierCapabilities:
        """As described."""
        receipt = self._settings.receipt
        return CarrierCapabilities(
            receipts=receipt is not None,
            redelivers_inbound=self._settings.redelivers,
            echoes_message_id=receipt is not None and bool(receipt.message_id),
        )

    async def prepare(self, client: EgressClient) -> None:
        """Nothing to keep up."""

    # Requests and their answers.

    def requests(self, submissions: Sequence[Submission]) -> list[Outgoing]:
        """See `Provider.requests`."""
        return [self._request(submission) for submission in submissions]

    def _request(self, submission: Submission) -> Outgoing:
        form = self._settings.request
        values = self._constants | {
            "sender": submission.sender,
            "recipient": submission.recipient,
            "sender_digits": submission.sender.removeprefix("+"),
            "recipient_digits": submission.recipient.removeprefix("+"),
            "text": submission.text,
            "id": str(submission.message_id),
        }
        body = fill(form.body, values)
        headers: dict[str, str] = fill(form.headers, values)
        url, data = self.url, b""
        if form.content == "query":
            url = f"{url}?{urlencode(body)}"
        elif form.content == "form":
            headers = {"Content-Type": "application/x-www-form-urlencoded"} | headers
            data = urlencode(body, doseq=True).encode()
        else:
            headers = {"Content-Type": "application/json"} | headers
            data = msgspec.json.encode(body)
        return Outgoing((submission,), url, headers, data, form.method)

    def read_answer(self, request: Outgoing, answer: EgressAnswer) -> list[SubmitAnswer]:
        """See `Provider.read_answer`."""
        (submission,) = request.submissions
        form = self._settings.answer
        found: Any = read_json(answer.body, object)
        code = find(found, form.code)
        if not is_taken(answer):
            return read_refusal(request.submissions, answer, code, self._vocabulary)
        if form.status and find(found, form.status) not in form.taken:
            code = code or find(found, form.status)
            return [refused(submission, self._vocabulary.read(code), code)]
        return [accepted(submission, find(found, form.reference))]

    # Callbacks.

    def verify(self, callback: Callback) -> None:
        """The scheme of the table."""
        self._check(callback)

    def read_callback(self, callback: Callback) -> Brought:
        """See `Provider.read_callback`."""
        if callback.kind == "inbound":
            form = self._settings.inbound
            entries = list_entries(callback, form.content, form.entries)
            return Brought(inbounds=[self._inbound(one, callback) for one in entries])
        receipt = self._settings.receipt
        if receipt is None:
            return Brought()
        entries = list_entries(callback, receipt.content, receipt.entries)
        return Brought(receipts=[r for one in entries if (r := self._receipt(one, receipt))])

    def _inbound(self, entry: Any, callback: Callback) -> Inbound:
        form = self._settings.inbound
        source, destination = find(entry, form.sender), find(entry, form.recipient)
        if not source or not destination:
            raise Unreadable("a text without its numbers")
        text = find(entry, form.text)
        return Inbound(
            carrier=self._name,
            source=self._number(source),
            destination=self._number(destination),
            text=text,
            raw=text.encode("utf-8", "surrogatepass"),
            reference=find(entry, form.reference) or None,
            session="http",
            received_at_ms=callback.received_ms,
            answered=CarrierAnswers(form.answers),
        )

    def _receipt(self, entry: Any, form: ReceiptForm) -> Receipt | None:
        reference = find(entry, form.reference)
        if not reference:
            raise Unreadable("a receipt without an id")
        report = self._report(entry, form)
        if report is None:
            return None
        return Receipt(
            carrier=self._name,
            reference=reference,
            sender=self._number(find(entry, form.sender)),
            recipient=self._number(find(entry, form.recipient)),
            status=report.status,
            failure=report.failure,
            message_id=read_message_id(find(entry, form.message_id)),
            raw=report.raw,
            word=report.word,
        )

    def _report(self, entry: Any, form: ReceiptForm) -> Report | None:
        statuses = Statuses(
            frozenset(form.delivered), frozenset(form.failed), frozenset(form.underway)
        )
        code = find(entry, form.code)
        return read_report(statuses, find(entry, form.status), code, self._vocabulary.read)

    def _number(self, text: str) -> str:
        return read_number(text, self._settings.country)


def _vocabulary(settings: GenericSettings) -> Vocabulary:
    if settings.vocabulary and settings.vocabulary not in vocabulary.providers():
        known = ", ".join(vocabulary.providers())
        raise SettingProblem("vocabulary", f"there is {known}, or leave it")
    shipped = vocabulary.find(settings.vocabulary).rows if settings.vocabulary else {}
    own = {code: Meaning(failure) for code, failure in settings.codes.items()}
    return Vocabulary({**shipped, **own})


class _Check:
    """One scheme, with its secret."""

    def __init__(self, form: VerifyForm) -> None:
        self._form = form
        self._secret = need_secret("verify.secret", form.secret, form.secret_file)
        self._header = form.header.lower()
        if form.scheme == "basic" and not form.user:
            raise SettingProblem("verify.user", "set the name that callbacks carry")
        check_template("verify.message", form.message, frozenset({"body", "time", "target"}))
        if "{body}" not in form.message:
            raise SettingProblem("verify.message", "put {body} into it, or nothing is signed")
        if form.time_header and "{time}" not in form.message:
            raise SettingProblem("verify.message", "put {time} into it, or it proves no time")

    def __call__(self, callback: Callback) -> None:
        """Raises NotGenuine."""
        form, given = self._form, callback.headers.get(self._header, "")
        if form.scheme == "basic":
            check_basic(callback.headers.get("authorization", ""), form.user, self._secret)
        elif form.scheme == "token":
            check_equal(given.removeprefix("Bearer "), self._secret, "token")
        else:
            check_hmac(given, self._secret, self._signed(callback), form.algorithm, form.encoding)
            if form.time_header:
                check_fresh(self._time(callback), callback.received_ms)

    def _time(self, callback: Callback) -> str:
        return callback.headers.get(self._form.time_header.lower(), "")

    def _signed(self, callback: Callback) -> bytes:
        before, _, after = self._form.message.partition("{body}")
        values = {"time": self._time(callback), "target": callback.target}
        start, end = str(fill(before, values)), str(fill(after, values))
        return start.encode() + callback.body + end.encode()
