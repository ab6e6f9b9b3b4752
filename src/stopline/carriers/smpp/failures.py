"""What a carrier's numbers mean: statuses of answers, states and error codes of receipts.

The shipped table holds SMPP's own numbers and the published lists of a few providers; a carrier's
settings may add to it or overrule it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import msgspec

from stopline.carriers.smpp import commands
from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus


class _Row(msgspec.Struct, frozen=True):
    name: str
    failure: FailureCode | None
    retry: bool = False


class _Table(msgspec.Struct, frozen=True):
    about: str
    statuses: dict[int, _Row]
    states: dict[str, _Row]
    profiles: dict[str, dict[str, _Row]]


@cache
def _shipped() -> _Table:
    text = files("stopline").joinpath("data", "smpp-errors.json").read_bytes()
    return msgspec.json.decode(text, type=_Table)


def profile_names() -> list[str]:
    """The providers whose error codes are shipped."""
    return sorted(_shipped().profiles)


# Statuses after which less is sent for a while, not only this message later.
SLOW_DOWN = frozenset({commands.THROTTLED, commands.QUEUE_FULL})
# States of a receipt that end nothing: the message is on its way.
_UNDERWAY = frozenset({"ENROUTE", "ACCEPTD", "SCHEDULED"})
# message_state (section 5.2.28) in the words of the text form.
MESSAGE_STATES = {
    0: "SCHEDULED",
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}


@dataclass(frozen=True, slots=True)
class FailureTable:
    """The meanings for one carrier. Raises KeyError for a profile that is not shipped.

    `statuses`: status of an answer → why the message fails for good; `retried`: statuses after
    which it is tried again; `errors`: error code of a receipt → why.
    """

    profile: str = ""
    statuses: Mapping[int, FailureCode] = field(default_factory=dict)
    retried: frozenset[int] = frozenset()
    errors: Mapping[str, FailureCode] = field(default_factory=dict)
    _errors: Mapping[str, FailureCode] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = _shipped().profiles[self.profile] if self.profile else {}
        shipped = {_plain_code(code): row.failure for code, row in rows.items() if row.failure}
        own = {_plain_code(code): failure for code, failure in self.errors.items()}
        object.__setattr__(self, "_errors", shipped | own)

    def outcome(self, status: int) -> tuple[SubmitOutcome, FailureCode | None]:
        """What a status other than 0 makes of a submission."""
        row = _shipped().statuses.get(status)
        if status in self.statuses:
            return SubmitOutcome.REFUSED, self.statuses[status]
        if status in self.retried or (row is not None and row.retry):
            return SubmitOutcome.NOT_NOW, None
        failure = row.failure if row is not None else None
        return SubmitOutcome.REFUSED, failure or FailureCode.CARRIER_UNKNOWN

    def report(self, state: str, error: str) -> tuple[MessageStatus, FailureCode | None] | None:
        """What a receipt says of its message; None while it is on its way."""
        word = state.upper()[:7]
        if word == "DELIVRD":
            return MessageStatus.DELIVERED, None
        if word in _UNDERWAY or word == "SCHEDUL":
            return None
        failure = self._errors.get(_plain_code(error))
        if failure is None:
            row = _shipped().states.get(word)
            failure = row.failure if row is not None else None
        return MessageStatus.DELIVERY_FAILED, failure or FailureCode.CARRIER_UNKNOWN


def _plain_code(code: str) -> str:
    """Codes are written with and without leading zeros."""
    return code.strip().lstrip("0").lower() or "0"
