"""What was read in a text that is no sure keyword, and how it ends."""

from dataclasses import dataclass
from enum import Enum, IntEnum

from stopline.core.consent import ConsentState, TextFacts, start_refusal
from stopline.core.numbers import Pair

# A person has a day to decide; after it the doubt counts for the one who wrote.
HOLD_LIMIT_MS = 24 * 3_600_000


class ReviewState(IntEnum):
    """What became of it. The numbers are what the store keeps.

    HELD: the pair's messages wait. FLAGGED: marked for a person to see. ACTED: opted out at once.
    From HELD (the first two also from FLAGGED) on: OPTED_OUT and RELEASED by a person's decision,
    TIMED_OUT when nobody decided, OVERTAKEN by a keyword of the person.
    """

    HELD = 0
    FLAGGED = 1
    ACTED = 2
    OPTED_OUT = 3
    RELEASED = 4
    TIMED_OUT = 5
    OVERTAKEN = 6


UNDECIDED = frozenset({ReviewState.HELD, ReviewState.FLAGGED})


class Decision(Enum):
    """What a person says of it."""

    OPT_OUT = "opt_out"
    RELEASE = "release"


@dataclass(frozen=True, slots=True)
class Review:
    """One text that was read as a request. `id` is its message's; times epoch milliseconds UTC.

    `evidence` is layer and rule, `score` 0 to 1, `keyword_class` the value of a KeywordClass.
    """

    id: int
    account_id: int
    pair: Pair
    state: ReviewState
    keyword_class: str
    evidence: str
    score: float
    rule_set: str
    carrier: str
    session: str
    received_ms: int
    carrier_ms: int | None
    created_ms: int
    decided_ms: int | None = None
    actor: str = ""

    @property
    def facts(self) -> TextFacts:
        """When and how the text came."""
        return TextFacts(self.received_ms, self.carrier, self.session, self.carrier_ms)


def lifts_hold(start: TextFacts, held: Review) -> bool:
    """Whether a START is surely the person's later word: as after a STOP at that time."""
    facts = held.facts
    stopped = ConsentState(
        stop_ms=facts.received_ms, stop_carrier_ms=facts.sent_ms, stop_session=facts.session
    )
    return start_refusal(stopped, start) is None
