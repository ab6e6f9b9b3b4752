"""Recipients with fixed behaviour, chosen by the last four digits of their number.

The block set aside for fiction (…555-0100 to 0199) is outside the table: those numbers, like all
others, get their text at once and never answer. The table is the documentation's source.
"""

from dataclasses import dataclass
from enum import Enum

import msgspec

from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus

LATE_MS = 5_000
RETRY_AFTER_MS = 500
# Long enough for the two receipts to come in two groups.
_GAP_MS = 200


class PlannedReceipt(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A receipt that is due `delay_ms` after the message was taken.

    `age_ms` is how much older than its sending the receipt says it is. One that is `early` goes
    out before the answer to the submission.
    """

    delay_ms: int
    status: MessageStatus
    failure: FailureCode | None = None
    raw: str = ""
    age_ms: int = 0
    early: bool = False


class Reply(Enum):
    """What the person texts back."""

    NONE = "none"
    STOP_ONCE = "stop_once"
    STOP_ALWAYS = "stop_always"
    POLITE = "polite"
    ECHO = "echo"


# No request to stop, although the word is in it: it must not opt anyone out.
POLITE_TEXT = "Thank you, I will stop by tomorrow."
STOP_TEXT = "STOP"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How one recipient's network and handset react to a message."""

    summary: str
    outcome: SubmitOutcome = SubmitOutcome.ACCEPTED
    failure: FailureCode | None = None
    throttles_first: bool = False
    receipts: tuple[PlannedReceipt, ...] = ()
    reply: Reply = Reply.NONE


def _delivered(delay_ms: int = 0, *, early: bool = False) -> PlannedReceipt:
    return PlannedReceipt(delay_ms, MessageStatus.DELIVERED, raw="DELIVRD", early=early)


def _failed(
    failure: FailureCode, raw: str, delay_ms: int = 0, *, age_ms: int = 0
) -> PlannedReceipt:
    return PlannedReceipt(delay_ms, MessageStatus.DELIVERY_FAILED, failure, raw, age_ms)


_AT_ONCE = (_delivered(),)

DEFAULT = Behaviour("Delivered at once, never answers", receipts=_AT_ONCE)
RANDOM_FAILURE = (_failed(FailureCode.CARRIER_UNAVAILABLE, "UNDELIV"),)

BY_LAST_DIGITS: dict[str, Behaviour] = {
    "0001": Behaviour(
        f"Delivered late, after {LATE_MS // 1000} seconds", receipts=(_delivered(LATE_MS),)
    ),
    "0002": Behaviour(
        "Submission refused: the number is invalid",
        SubmitOutcome.REFUSED,
        FailureCode.UPSTREAM_INVALID_RECIPIENT,
    ),
    "0003": Behaviour(
        "Receipt: failed, unknown subscriber",
        receipts=(_failed(FailureCode.CARRIER_INVALID_RECIPIENT, "UNKNOWN_SUBSCRIBER"),),
    ),
    "0004": Behaviour(
        "Receipt: failed, the recipient has opted out at the carrier",
        receipts=(_failed(FailureCode.CARRIER_OPTED_OUT, "OPTED_OUT"),),
    ),
    "0005": Behaviour(
        "Receipt: failed, filtered as spam",
        receipts=(_failed(FailureCode.CARRIER_SPAM, "SPAM"),),
    ),
    "0006": Behaviour("Accepted, but a receipt never comes"),
    "0007": Behaviour(
        f"Throttled at the first attempt (retry after {RETRY_AFTER_MS} ms), then delivered",
        throttles_first=True,
        receipts=_AT_ONCE,
    ),
    "0008": Behaviour(
        "Delivered; answers STOP to the first message from a number",
        receipts=_AT_ONCE,
        reply=Reply.STOP_ONCE,
    ),
    "0009": Behaviour(
        "Delivered; answers each message with a polite sentence that holds the word stop",
        receipts=_AT_ONCE,
        reply=Reply.POLITE,
    ),
    "0010": Behaviour(
        "Delivered; a bot that sends every text back as it came",
        receipts=_AT_ONCE,
        reply=Reply.ECHO,
    ),
    "0011": Behaviour(
        "Delivered; the receipt comes twice", receipts=(_delivered(), _delivered(_GAP_MS))
    ),
    "0012": Behaviour(
        "Delivered; an older receipt, failed, comes after the newer one",
        receipts=(
            _delivered(),
            _failed(FailureCode.CARRIER_UNAVAILABLE, "UNDELIV", _GAP_MS, age_ms=_GAP_MS * 10),
        ),
    ),
    "0013": Behaviour(
        "Delivered; the receipt comes before the answer to the submission",
        receipts=(_delivered(early=True),),
    ),
    "0014": Behaviour(
        "Delivered; a bot that answers STOP to everything",
        receipts=_AT_ONCE,
        reply=Reply.STOP_ALWAYS,
    ),
}


def behaviour_of(recipient: str) -> Behaviour:
    """How this recipient behaves."""
    return BY_LAST_DIGITS.get(recipient[-4:], DEFAULT)
