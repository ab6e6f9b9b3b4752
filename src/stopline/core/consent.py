"""Who denied what, and what a STOP, a START or the account's word changes.

What a START and the account's opt-in lift stands in `lifts_for_start` and `lifts_for_account`.
Both speak of one pair, so a denial of all senders of the account stays for the others: the pair is
exempt from it. Whether a message may leave is decided in `core.cover`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import msgspec
from msgspec.structs import replace


class ConsentSource(Enum):
    """Who made a consent record."""

    RECIPIENT = "recipient"
    ACCOUNT = "account"
    UPSTREAM = "upstream"
    CARRIER = "carrier"
    # Nobody decided in time on what the person may have asked for.
    TIMEOUT = "timeout"


class Denial(msgspec.Struct, frozen=True, gc=False):
    """One reason why a scope is denied. `carrier` is set for upstream and carrier denials.

    `hold` marks those that only an administrator lifts (litigator, do-not-contact).
    """

    source: ConsentSource
    since_ms: int
    carrier: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Exemption:
    """A pair was opened although all senders of the account are denied: what was denied there up
    to this generation does not reach the pair any more; a later denial does."""

    scope: str
    generation: int


class ConsentState(msgspec.Struct, frozen=True, gc=False):
    """What is known of one scope; the default is a scope nobody ever denied.

    `generation` counts how often the scope turned to denied; of the scope of a whole account, how
    often it was denied, because each time ends the exemptions of its pairs. The `stop_*` fields
    describe the last STOP text: `stop_carrier_ms` is the carrier's own time of it where it gave
    one. Only a pair has an exemption.
    """

    denials: tuple[Denial, ...] = ()
    generation: int = 0
    source: ConsentSource = ConsentSource.RECIPIENT
    stop_ms: int | None = None
    stop_carrier_ms: int | None = None
    stop_session: str = ""
    exemption: Exemption | None = None

    @property
    def denied(self) -> bool:
        """Whether any denial is active."""
        return bool(self.denials)


class Wider(msgspec.Struct, frozen=True, gc=False):
    """The scope above a pair: all senders of its account."""

    scope: str = ""
    state: ConsentState = ConsentState()

    def reaches(self, pair: ConsentState) -> bool:
        """Whether its denials, if it has any, cover the pair."""
        if not self.state.denied:
            return False
        exemption = pair.exemption
        if exemption is None or exemption.scope != self.scope:
            return True
        return self.state.generation > exemption.generation


NOTHING_WIDER = Wider()

# What the person or the account said, or was taken to have said: either may take it back.
_LIFTED_BY_BOTH = frozenset({ConsentSource.RECIPIENT, ConsentSource.ACCOUNT, ConsentSource.TIMEOUT})

# A STOP and a START this close together on different sessions have no sure order: out wins.
SAME_MOMENT_MS = 2_000


class Standing(Enum):
    """Why an opt-in did not open the scope, or an imported opt-out did not close it."""

    OLDER_THAN_STOP = "older_than_stop"
    OLDER_THAN_OPT_IN = "older_than_opt_in"
    SAME_MOMENT = "same_moment"
    SUSPECT_COPY = "suspect_copy"
    HOLD = "hold"
    ACCOUNT = "account"
    UPSTREAM = "upstream"
    CARRIER = "carrier"
    RECIPIENT = "recipient"
    TIMEOUT = "timeout"


class ConsentChange(msgspec.Struct, frozen=True, gc=False):
    """What became of a state: `changed` when the scope turned, `standing` when something still
    denies although somebody asked to open it. Both: this scope is open, a wider one is not."""

    state: ConsentState
    changed: bool
    standing: Standing | None = None


class TextFacts(msgspec.Struct, frozen=True, gc=False):
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


def apply_denial(
    state: ConsentState, denial: Denial, *, wide: bool = False, stop_ms: int | None = None
) -> ConsentChange:
    """Add a denial of any source; the generation rises only when the scope turns to denied.

    `wide`: the scope is a whole account's, whose generation rises with each denial. `stop_ms`: the
    last STOP was not before.
    """
    turned = not state.denied
    # Not by `replace`: an import does this a million times.
    after = ConsentState(
        denials=_add(state, denial) if state.denials else (denial,),
        generation=state.generation + (turned or wide),
        source=denial.source if turned else state.source,
        stop_ms=state.stop_ms if stop_ms is None else max(stop_ms, state.stop_ms or 0),
        stop_carrier_ms=state.stop_carrier_ms,
        stop_session=state.stop_session,
        exemption=state.exemption,
    )
    return ConsentChange(after, turned)


def apply_stop(
    state: ConsentState,
    text: TextFacts,
    source: ConsentSource = ConsentSource.RECIPIENT,
    *,
    wide: bool = False,
) -> ConsentChange:
    """A STOP text always applies, however late, doubled or dated; it moves the last STOP times.

    `source` is CARRIER where the network answers STOP itself (toll-free).
    """
    carrier = text.carrier if source is ConsentSource.CARRIER else ""
    moved = replace(
        state,
        stop_ms=max(text.received_ms, state.stop_ms or 0),
        stop_carrier_ms=_later(state.stop_carrier_ms, text.sent_ms),
        stop_session=text.session,
    )
    return apply_denial(moved, Denial(source, text.received_ms, carrier), wide=wide)


def _later(one: int | None, other: int | None) -> int | None:
    return max((time for time in (one, other) if time is not None), default=None)


def start_refusal(state: ConsentState, text: TextFacts) -> Standing | None:
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
    if denial.source in _LIFTED_BY_BOTH:
        return True
    return denial.carrier == carrier


def lifts_for_account(denial: Denial) -> bool:
    """Whether the account's own opt-in (API, console, import) lifts this denial."""
    return not denial.hold and denial.source in _LIFTED_BY_BOTH


def _standing(denials: tuple[Denial, ...]) -> Standing:
    """The name of what stands: a hold before anything else."""
    if any(denial.hold for denial in denials):
        return Standing.HOLD
    return Standing(denials[-1].source.value)


def _unlifted(state: ConsentState, lifts: Callable[[Denial], bool]) -> tuple[Denial, ...]:
    return tuple(denial for denial in state.denials if not lifts(denial))


def _open(
    state: ConsentState,
    source: ConsentSource,
    kept: tuple[Denial, ...],
    wider: Wider,
    kept_above: tuple[Denial, ...],
) -> ConsentChange:
    """The state with only `kept` left, exempt from the wider denials unless some are kept."""
    reached = wider.reaches(state)
    after = replace(state, denials=kept)
    if reached and not kept_above:
        after = replace(after, exemption=Exemption(wider.scope, wider.state.generation))
    if kept:
        return ConsentChange(after, changed=False, standing=_standing(kept))
    opened = replace(after, source=source)
    if kept_above:
        return ConsentChange(opened, changed=state.denied, standing=_standing(kept_above))
    return ConsentChange(opened, changed=state.denied or reached)


def apply_start(
    state: ConsentState, text: TextFacts, wider: Wider = NOTHING_WIDER
) -> ConsentChange:
    """A START text lifts what it may; it opens the pair only when nothing is left standing."""
    reached = wider.reaches(state)
    refusal = start_refusal(state, text) if state.denied else None
    if refusal is None and reached:
        refusal = start_refusal(wider.state, text)
    if refusal is not None:
        return ConsentChange(state, changed=False, standing=refusal)

    def lifts(denial: Denial) -> bool:
        return lifts_for_start(denial, text.carrier)

    above = _unlifted(wider.state, lifts) if reached else ()
    return _open(state, ConsentSource.RECIPIENT, _unlifted(state, lifts), wider, above)


def apply_account_opt_in(
    state: ConsentState,
    wider: Wider = NOTHING_WIDER,
    source: ConsentSource = ConsentSource.ACCOUNT,
) -> ConsentChange:
    """The account's opt-in lifts recipient and account denials; where others stand it changes
    nothing and names them. `source` is whose word the account passes on."""
    above = _unlifted(wider.state, lifts_for_account) if wider.reaches(state) else ()
    kept = _unlifted(state, lifts_for_account)
    if kept or above:
        return ConsentChange(state, changed=False, standing=_standing(kept or above))
    return _open(state, source, (), wider, ())
