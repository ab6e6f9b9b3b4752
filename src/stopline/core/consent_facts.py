"""What somebody else's list says about a pair, and what it may change here.

An older fact never overrides a newer one. A denial is always welcome; an opt-in lifts a denial
only when it is the later word, says how the person gave it, and the account may lift that denial
at all.
"""

from collections.abc import Collection
from enum import Enum
from typing import NamedTuple

from stopline.core.consent import (
    ConsentSource,
    ConsentState,
    Denial,
    Wider,
    lifts_for_account,
)
from stopline.core.scopes import Category

# All numbers of the account, in the place of a sender.
EVERY_SENDER = "*"


# A named tuple, as a file has a million of them: a dataclass takes four times as long to make.
class Fact(NamedTuple):
    """One line of a file that was understood.

    `number`: its line. `time_ms`: when the person said so, None where the file does not tell.
    `word`: the keyword. `proof`: how an opt-in was given and where that is kept; empty for none.
    """

    number: int
    sender: str
    recipient: str
    opt_out: bool
    source: ConsentSource = ConsentSource.ACCOUNT
    time_ms: int | None = None
    word: str = ""
    proof: str = ""
    category: Category | None = None

    @property
    def is_proven(self) -> bool:
        """Whether an opt-in says when and how it was given."""
        return self.time_ms is not None and self.proof != ""


class BadLine(NamedTuple):
    """One line that was not, by its number in the file."""

    number: int
    reason: str


# A file that another clock wrote may be ahead of ours by so much.
CLOCK_SKEW_MS = 300_000


class Verdict(Enum):
    """What becomes of a fact."""

    NEW = "new"
    KNOWN = "known"
    OLDER = "older"
    UNPROVEN = "unproven"
    STANDING = "standing"


# The file says otherwise than we do, and we stay with what we have.
CONFLICTS = frozenset({Verdict.OLDER, Verdict.UNPROVEN, Verdict.STANDING})


class Known(NamedTuple):
    """What is known here: the state, since when an open record is so, what is above it. `erased`:
    the person was forgotten and the block is all that is left."""

    state: ConsentState
    changed_ms: int | None
    wider: Wider = Wider()
    erased: bool = False


NOTHING_KNOWN = Known(ConsentState(), None)


def weigh(fact: Fact, known: Known, now_ms: int) -> Verdict:
    """What a fact may change; one without a time speaks of now."""
    time_ms = said_ms(fact, now_ms)
    if fact.opt_out:
        return _weigh_opt_out(fact, known, time_ms)
    if fact.time_ms is not None and fact.time_ms > now_ms + CLOCK_SKEW_MS:
        return Verdict.UNPROVEN
    return _weigh_opt_in(fact, known, time_ms)


def said_ms(fact: Fact, now_ms: int) -> int:
    """When the fact was said: now where the file does not tell, and never later."""
    return now_ms if fact.time_ms is None else min(fact.time_ms, now_ms)


def says_it_later(fact: Fact, known: Known) -> bool:
    """Whether an opt-out that is known already was said again later: it moves the last STOP, so
    that no word from in between lifts it."""
    standing = _standing(known)
    if not fact.opt_out or fact.time_ms is None or not standing:
        return False
    return fact.time_ms > _last_denial_ms(known, standing)


def _weigh_opt_out(fact: Fact, known: Known, time_ms: int) -> Verdict:
    if known.state.denied:
        same = known.erased or any(d.source is fact.source for d in known.state.denials)
        return Verdict.KNOWN if same or fact.source in _LIFTED_ALIKE else Verdict.NEW
    if known.changed_ms is not None and time_ms <= known.changed_ms:
        return Verdict.OLDER
    return Verdict.NEW


# Beside any other denial these add nothing: whoever may lift one may lift the other.
_LIFTED_ALIKE = frozenset({ConsentSource.RECIPIENT, ConsentSource.ACCOUNT, ConsentSource.TIMEOUT})


def _weigh_opt_in(fact: Fact, known: Known, time_ms: int) -> Verdict:
    standing = _standing(known)
    if not standing:
        is_record = known.changed_ms is None and fact.time_ms is not None
        return Verdict.NEW if is_record else Verdict.KNOWN
    if not fact.is_proven:
        return Verdict.UNPROVEN
    if time_ms <= _last_denial_ms(known, standing):
        return Verdict.OLDER
    return Verdict.NEW if all(map(lifts_for_account, standing)) else Verdict.STANDING


def _standing(known: Known) -> tuple[Denial, ...]:
    above = known.wider.state.denials if known.wider.reaches(known.state) else ()
    return (*known.state.denials, *above)


def _last_denial_ms(known: Known, standing: Collection[Denial]) -> int:
    """The last time anybody is known to have said stop: a repeated STOP moves only `stop_ms`."""
    stops = (known.state.stop_ms, known.wider.state.stop_ms)
    return max(*(denial.since_ms for denial in standing), *(stop or 0 for stop in stops))


def later(one: Fact, other: Fact) -> Fact:
    """Which of two facts of one pair, in the order of the file, is its last word.

    Without times the later line; with the same time, and against an opt-in that could lift
    nothing, the opt-out.
    """
    if one.opt_out == other.opt_out:
        return one if (one.time_ms or 0) > (other.time_ms or 0) else other
    opt_out, opt_in = (one, other) if one.opt_out else (other, one)
    if not opt_in.is_proven or opt_out.time_ms is None or opt_in.time_ms is None:
        return opt_out
    return opt_in if opt_in.time_ms > opt_out.time_ms else opt_out
