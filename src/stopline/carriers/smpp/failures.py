"""What a carrier's numbers mean: statuses of answers, states and error codes of receipts.

SMPP's own numbers and the published lists of providers are in the vocabulary; a carrier's
settings may add to it or overrule it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from stopline.carriers import vocabulary
from stopline.carriers.smpp import commands
from stopline.carriers.vocabulary import Meaning, Vocabulary
from stopline.core.carriage import NetworkWord, SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus

STATUSES = "smpp-3.4-command_status"
STATES = "smpp-3.4-dlr-stat"


def profile_names() -> list[str]:
    """The providers whose error codes are shipped."""
    return sorted(set(vocabulary.providers()) - {STATUSES, STATES})


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
    _errors: Mapping[str, Meaning] = field(init=False, repr=False)
    _statuses: Vocabulary = field(init=False, repr=False)
    _states: Vocabulary = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rows = vocabulary.find(self.profile).rows if self.profile else {}
        shipped = {_plain_code(code): row for code, row in rows.items() if row.failure}
        own = {_plain_code(code): Meaning(failure) for code, failure in self.errors.items()}
        object.__setattr__(self, "_errors", shipped | own)
        object.__setattr__(self, "_statuses", vocabulary.find(STATUSES))
        object.__setattr__(self, "_states", vocabulary.find(STATES))

    def outcome(self, status: int) -> tuple[SubmitOutcome, FailureCode | None]:
        """What a status other than 0 makes of a submission."""
        meaning = self._of_status(status)
        if status not in self.statuses and (status in self.retried or meaning.retry):
            return SubmitOutcome.NOT_NOW, None
        return SubmitOutcome.REFUSED, meaning.failure

    def status_word(self, status: int) -> NetworkWord | None:
        """What such a status says beyond that."""
        return self._of_status(status).word

    def report(self, state: str, error: str) -> tuple[MessageStatus, FailureCode | None] | None:
        """What a receipt says of its message; None while it is on its way."""
        word = state.upper()[:7]
        if word == "DELIVRD":
            return MessageStatus.DELIVERED, None
        if word in _UNDERWAY or word == "SCHEDUL":
            return None
        return MessageStatus.DELIVERY_FAILED, self._of_failure(word, error).failure

    def report_word(self, state: str, error: str) -> NetworkWord | None:
        """What a receipt of a failure says beyond that."""
        return self._of_failure(state.upper()[:7], error).word

    def _of_status(self, status: int) -> Meaning:
        if status in self.statuses:
            return Meaning(self.statuses[status])
        return self._statuses.read(f"0x{status:08X}")

    def _of_failure(self, word: str, error: str) -> Meaning:
        return self._errors.get(_plain_code(error)) or self._states.read(word)


def _plain_code(code: str) -> str:
    """Codes are written with and without leading zeros."""
    return code.strip().lstrip("0").lower() or "0"
