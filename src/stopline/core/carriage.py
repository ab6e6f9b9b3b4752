"""What passes between Stopline and a carrier, in Stopline's words.

What is made for every message is a struct of msgspec: a frozen dataclass takes ten times as long.
"""

from dataclasses import dataclass
from enum import Enum

import msgspec

from stopline.core.messages import FailureCode, MessageStatus

# A hand-over gives its bytes to the kernel within this time or aborts its connection: as long
# may a STOP wait for it at most.
HAND_OVER_LIMIT_MS = 200


class Submission(msgspec.Struct, frozen=True, gc=False):
    """One attempt to hand one message to a carrier."""

    message_id: int
    attempt: int
    sender: str
    recipient: str
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages that are about to be handed over, under the gate's number for them.

    `segment_count`: how many segments they have together. `wait_ms`: when there are none, the time
    until the next falls due, if that is known.
    """

    gate_number: int
    submissions: tuple[Submission, ...]
    segment_count: int = 0
    wait_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A hand-over that is open: which submissions of its claim may leave, in their order.

    `until_ns`: not a byte may be written after this moment of the clock that also runs while the
    machine sleeps (CLOCK_BOOTTIME, nanoseconds).
    """

    allowed: tuple[bool, ...]
    until_ns: int


class SubmitOutcome(Enum):
    """How a carrier answered a submission."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_NOW = "not_now"


class NetworkWord(Enum):
    """What a carrier's code says beyond why the message failed: of the person, of the number, or
    nothing that we understand. The value is what the store keeps."""

    OPTED_OUT = "opted_out"
    POSSIBLY_OPTED_OUT = "possibly_opted_out"
    DEACTIVATED = "deactivated"
    UNKNOWN_SUBSCRIBER = "unknown_subscriber"
    NOT_UNDERSTOOD = "not_understood"


class CarrierAnswers(Enum):
    """Which keywords a carrier answers itself."""

    NOTHING = "nothing"
    CONSENT = "consent"
    EVERYTHING = "everything"


OPTED_OUT_FAILURES = frozenset({FailureCode.CARRIER_OPTED_OUT, FailureCode.UPSTREAM_OPTED_OUT})


def says_opted_out(failure: FailureCode | None, word: NetworkWord | None) -> bool:
    """Whether a failure alone opts the person out; a word is more exact than the failure."""
    return word is NetworkWord.OPTED_OUT or (word is None and failure in OPTED_OUT_FAILURES)


class SubmitAnswer(msgspec.Struct, frozen=True, gc=False):
    """A carrier's answer to one submission.

    `reference` is the carrier's own id for the message when it accepted it; `failure` says why
    when it refused it for good; `retry_after_ms` is the carrier's wish when it said not now.
    `word` is what the carrier's code says beyond that, `raw` the code itself.
    """

    message_id: int
    attempt: int
    outcome: SubmitOutcome
    reference: str | None = None
    failure: FailureCode | None = None
    retry_after_ms: int | None = None
    word: NetworkWord | None = None
    raw: str = ""


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """A carrier's report on a message it took before.

    `message_id` is set when the carrier gives our own id back, otherwise `reference` finds the
    message. `sender` is our number, `recipient` the person's. `status` is DELIVERED or
    DELIVERY_FAILED. `raw` is the carrier's code, kept for support, and `word` what it says
    beyond the failure.
    """

    carrier: str
    reference: str
    sender: str
    recipient: str
    status: MessageStatus
    failure: FailureCode | None = None
    message_id: int | None = None
    carrier_time_ms: int | None = None
    raw: str = ""
    word: NetworkWord | None = None


@dataclass(frozen=True, slots=True)
class TextPart:
    """The place of a part in a long text. `key` tells the chains of one pair apart; `number` is
    1 to `total`."""

    key: str
    number: int
    total: int


class Inbound(msgspec.Struct, frozen=True, gc=False):
    """A text from a handset, as the carrier gave it: `source` is the person.

    `reference` is the carrier's id of this text, the same when it delivers it again; without
    one, copies can not be told apart and each counts. `raw` is the text's bytes as received.
    `readings` are what the bytes mean in other encodings than the declared one, in an order that
    is fixed for the carrier, "" where there is none: they can opt out and do nothing else.
    `part` is set for a piece of a long text. `answered`: what the carrier answers by itself, so
    that we keep silent.
    """

    carrier: str
    source: str
    destination: str
    text: str
    raw: bytes
    reference: str | None
    session: str
    received_at_ms: int
    carrier_time_ms: int | None = None
    readings: tuple[str, ...] = ()
    part: TextPart | None = None
    answered: CarrierAnswers = CarrierAnswers.NOTHING
