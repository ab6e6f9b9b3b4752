"""How answers and callbacks are read: what every provider's file needs."""

import base64
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec

from stopline.carriers.http.provider import Unreadable, Unsure
from stopline.carriers.vocabulary import NOT_UNDERSTOOD, Meaning, Vocabulary
from stopline.core.carriage import NetworkWord, Submission, SubmitAnswer, SubmitOutcome
from stopline.core.errors import InvalidNumber
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import parse_address
from stopline.egress.answers import EgressAnswer

# A provider that names no time is asked again after this.
RETRY_MS = 1_000
# What is wrong with our account does not mend itself: traffic waits, and is tried this often.
LOCKED_OUT_MS = 30_000
LONGEST_RETRY_MS = 3_600_000

_NOT_NOW = frozenset({408, 425, 429, 503})
# The account is wrong, or the address: no message is to blame, as long as no code says so.
_LOCKED_OUT = frozenset({401, 402, 403})
_WRONG_ADDRESS = frozenset({301, 302, 303, 307, 308, 404, 405})
_SERVER_FAILED = 500


T = TypeVar("T")

# Answers to requests.


def accepted(submission: Submission, reference: str | None) -> SubmitAnswer:
    """It was taken."""
    return SubmitAnswer(
        submission.message_id, submission.attempt, SubmitOutcome.ACCEPTED, reference or None
    )


def refused(submission: Submission, meaning: Meaning, code: str) -> SubmitAnswer:
    """It was refused with a code."""
    if meaning.retry:
        return postponed(submission, RETRY_MS)
    return SubmitAnswer(
        submission.message_id,
        submission.attempt,
        SubmitOutcome.REFUSED,
        failure=meaning.failure or FailureCode.CARRIER_UNKNOWN,
        word=meaning.word,
        raw=code,
    )


def postponed(submission: Submission, retry_ms: int) -> SubmitAnswer:
    """It was not taken now."""
    return SubmitAnswer(
        submission.message_id,
        submission.attempt,
        SubmitOutcome.NOT_NOW,
        retry_after_ms=retry_ms,
    )


def read_refusal(
    submissions: Sequence[Submission], answer: EgressAnswer, code: str, vocabulary: Vocabulary
) -> list[SubmitAnswer]:
    """What an answer other than 2xx makes of a request. Raises Unsure.

    A published code decides; then the status. A server that failed may have taken the message.
    """
    if vocabulary.knows(code) and answer.status not in _NOT_NOW:
        return [refused(one, vocabulary.read(code), code) for one in submissions]
    is_lost = answer.status in _WRONG_ADDRESS and not code
    if answer.status in _NOT_NOW or answer.status in _LOCKED_OUT or is_lost:
        return [postponed(one, retry_ms(answer)) for one in submissions]
    if answer.status >= _SERVER_FAILED:
        raise Unsure(f"the provider answered {answer.status}")
    raw = code or f"HTTP {answer.status}"
    return [refused(one, NOT_UNDERSTOOD, raw) for one in submissions]


def retry_ms(answer: EgressAnswer) -> int:
    """When a provider that says "not now" may be asked again, as a duration; 0 when it does not
    say so."""
    if is_locked_out(answer):
        return LOCKED_OUT_MS
    if answer.status not in _NOT_NOW:
        return 0
    return _header_ms(answer, "retry-after") or RETRY_MS


def is_locked_out(answer: EgressAnswer) -> bool:
    """Whether the provider takes nothing from us, whatever it is, once it postpones."""
    return answer.status in _LOCKED_OUT or answer.status in _WRONG_ADDRESS


def rest_ms(answer: EgressAnswer, is_postponed: bool) -> int:
    """For how long the provider is to be left in peace after this answer, as a duration; 0 for
    not at all. One that counts requests says when the last of them was used."""
    if answer.status not in _NOT_NOW and answer.headers.get("x-rate-limit-remaining") == "0":
        return _header_ms(answer, "x-rate-limit-window") or RETRY_MS
    return retry_ms(answer) if is_postponed else 0


def _header_ms(answer: EgressAnswer, name: str) -> int:
    """Seconds of a header as a duration; 0 when it says nothing."""
    text = answer.headers.get(name, "")
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return min(seconds * 1_000, LONGEST_RETRY_MS)


def is_taken(answer: EgressAnswer) -> bool:
    """Whether the provider took the request."""
    return 200 <= answer.status < 300 and not answer.is_cut


def read_number(text: str, country: str) -> str:
    """A number as a provider spells it, canonical where that is possible; nothing is lost."""
    try:
        return parse_address(text, country)
    except InvalidNumber:
        return text.strip()


def basic(user: str, password: str) -> str:
    """The Authorization header of HTTP Basic (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


# Callbacks.

# Fields of a form; Twilio's have some 40.
MAX_FIELDS = 200


def read_form(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form. Raises Unreadable."""
    try:
        return parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise Unreadable("no form") from None


def read_json(body: bytes, kind: type[T]) -> T | None:
    """JSON of this shape, or None."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return None


class Statuses(NamedTuple):
    """A provider's words for how a message is doing."""

    delivered: frozenset[str]
    failed: frozenset[str]
    underway: frozenset[str]


class Report(NamedTuple):
    """What a receipt says."""

    status: MessageStatus
    failure: FailureCode | None = None
    word: NetworkWord | None = None
    raw: str = ""


def read_report(
    statuses: Statuses, status: str, code: str, meaning_of: Callable[[str], Meaning]
) -> Report | None:
    """What a status and its code mean; None while the message is under way. A status that nobody
    published is unknown, and is kept as it came."""
    if status in statuses.delivered:
        return Report(MessageStatus.DELIVERED, raw=status)
    if status in statuses.underway:
        return None
    meaning, raw = NOT_UNDERSTOOD, status
    if status in statuses.failed:
        meaning, raw = meaning_of(code), code or status
    failure = meaning.failure or FailureCode.CARRIER_UNKNOWN
    return Report(MessageStatus.DELIVERY_FAILED, failure, meaning.word, raw)


def read_message_id(text: str) -> int | None:
    """Our own id as we gave it, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 19 else None
