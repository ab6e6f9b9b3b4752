"""Who denied what, and what a STOP, a START or the account's word changes.

One rule decides: any active denial that covers a message blocks it. What a START and the
account's opt-in lift stands in `lifts_for_start` and `lifts_for_account`.
"""

from dataclasses import dataclass, replace
from enum import Enum, IntEnum


class ConsentSource(Enum):
    """Who made a consent record."""

    RECIPIENT = "recipient"
    ACCOUNT = "account"
    UPSTREAM = "upstream"
    CARRIER = "carrier"


class ScopeKind(IntEnum):
    """How far a denial reaches: one pair, all senders of an account, one kind of campaign."""

    PAIR = 0
    ACCOUNT = 1
    CAMPAIGN = 2


@dataclass(frozen=True, slots=True)
class Denial:
    """One reason why a scope is denied. `carrier` is set for upstream and carrier denials.

    `hold` marks those that only an administrator lifts (litigator, do-not-contact).
    """

    source: ConsentSource
    since_ms: int
    carrier: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class ConsentState:
    """What is known of one scope; the default is a scope nobody ever denied.

    `generation` counts how often the scope turned to denied. The `stop_*` fields describe the
    last STOP text: `stop_carrier_ms` is the carrier's own time of it where it gave one.
    """

    denials: tuple[Denial, ...] = ()
    generation: int = 0
    source: ConsentSource = ConsentSource.RECIPIENT
    stop_ms: int | None = None
    stop_carrier_ms: int | None = None
    stop_session: str = ""

    @property
    def denied(self) -> bool:
        """Whether any denial is active."""
        return bool(self.denials)


# A STOP and a START this close together on different sessions have no sure order: out wins.
SAME_MOMENT_MS = 2_000


class Standing(Enum):
    """Why an opt-in did not open the scope."""

    OLDER_THAN_STOP = "older_than_stop"
    SAME_MOMENT = "same_moment"
    SUSPECT_COPY = "suspect_copy"
    HOLD = "hold"
    ACCOUNT = "account"
    UPSTREAM = "upstream"
    CARRIER = "carrier"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """What became of a state: `changed` when the scope turned, `standing` when it stayed denied
    although somebody asked to open it."""

    state: ConsentState
    changed: bool
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class TextFacts:
    """When and how a consent text came: arrival, the carrier's own time, its session."""

    received_ms: int
    carrier: str
    session: str
    carrier_ms: int | None = None
    suspect_copy: bool = False

    @property
    def sent_ms(self) -> int | None:
        """The carrier's time, never later than arrival: a clock in the future counts as now."""
        return None if self.carrier_ms is None else min(self.carrier_ms, self.received_ms)


def _add(state: ConsentState, denial: Denial) -> tuple[Denial, ...]:
    """The denials with one more; one of the same origin keeps its beginning and its hold."""
    kept = []
    for known in state.denials:
        if (known.source, known.carrier) == (denial.source, denial.carrier):
            hold = denial.hold or known.hold
            denial = Denial(denial.source, known.since_ms, denial.carrier, hold)
        else:
            kept.append(known)
    return (*kept, denial)


def apply_denial(state: ConsentState, denial: Denial) -> ConsentChange:
    """Add a denial of any source; the generation rises only when the scope turns to denied."""
    turned = not state.denied
    after = ConsentState(
        denials=_add(state, denial),
        generation=state.generation + turned,
        source=denial.source if turned else state.source,
        stop_ms=state.stop_ms,
        stop_carrier_ms=state.stop_carrier_ms,
        stop_session=state.stop_session,
    )
    return ConsentChange(after, turned)


def apply_stop(
    state: ConsentState, text: TextFacts, source: ConsentSource = ConsentSource.RECIPIENT
) -> ConsentChange:
    """A STOP text always applies, however late, doubled or dated; it moves the last STOP times.

    `source` is CARRIER where the network answers STOP itself (toll-free).
    """
    carrier = text.carrier if source is ConsentSource.CARRIER else ""
    moved = ConsentState(
        denials=state.denials,
        generation=state.generation,
        source=state.source,
        stop_ms=max(text.received_ms, state.stop_ms or 0),
        stop_carrier_ms=_later(state.stop_carrier_ms, text.sent_ms),
        stop_session=text.session,
    )
    return apply_denial(moved, Denial(source, text.received_ms, carrier))


def _later(one: int | None, other: int | None) -> int | None:
    return max((time for time in (one, other) if time is not None), default=None)


def _start_refusal(state: ConsentState, text: TextFacts) -> Standing | None:
    """Why a START does not count, if it does not."""
    if text.suspect_copy:
        return Standing.SUSPECT_COPY
    if state.stop_ms is None:
        return None
    if (
        text.sent_ms is not None
        and state.stop_carrier_ms is not None
        and text.sent_ms < state.stop_carrier_ms
    ):
        return Standing.OLDER_THAN_STOP
    other_session = text.session != state.stop_session
    if other_session and abs(text.received_ms - state.stop_ms) <= SAME_MOMENT_MS:
        return Standing.SAME_MOMENT
    return None


def lifts_for_start(denial: Denial, carrier: str) -> bool:
    """Whether a START text that came through `carrier` lifts this denial."""
    if denial.hold:
        return False
    if denial.source in (ConsentSource.RECIPIENT, ConsentSource.ACCOUNT):
        return True
    return denial.carrier == carrier


def lifts_for_account(denial: Denial) -> bool:
    """Whether the account's own opt-in (API, console, import) lifts this denial."""
    return not denial.hold and denial.source in (ConsentSource.RECIPIENT, ConsentSource.ACCOUNT)


def _lift(state: ConsentState, kept: tuple[Denial, ...], source: ConsentSource) -> ConsentChange:
    after = replace(state, denials=kept)
    if not kept:
        return ConsentChange(replace(after, source=source), changed=state.denied)
    standing = Standing.HOLD if any(d.hold for d in kept) else Standing(kept[-1].source.value)
    return ConsentChange(after, changed=False, standing=standing)


def apply_start(state: ConsentState, text: TextFacts) -> ConsentChange:
    """A START text lifts what it may; it opens the scope only when nothing is left standing."""
    refusal = _start_refusal(state, text) if state.denied else None
    if refusal is not None:
        return ConsentChange(state, changed=False, standing=refusal)
    kept = tuple(d for d in state.denials if not lifts_for_start(d, text.carrier))
    return _lift(state, kept, ConsentSource.RECIPIENT)


def apply_account_opt_in(state: ConsentState) -> ConsentChange:
    """The account's opt-in lifts recipient and account denials; others stand and are named."""
    kept = tuple(d for d in state.denials if not lifts_for_account(d))
    if kept:
        return ConsentChange(
            state, changed=False, standing=_lift(state, kept, ConsentSource.ACCOUNT).standing
        )
    return _lift(state, kept, ConsentSource.ACCOUNT)
