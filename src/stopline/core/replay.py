"""The state of consent as the ledger tells it: each entry applied again by the same rules.

What an entry does not hold can not be told: the carrier's session of a text (so that a START
refused for being too close to a STOP is taken from its `standing`) and the mark `hold`.
"""

from dataclasses import dataclass

from stopline.core.consent import (
    NOTHING_WIDER,
    ConsentChange,
    ConsentSource,
    ConsentState,
    Denial,
    Standing,
    TextFacts,
    Wider,
    apply_account_opt_in,
    apply_denial,
    apply_start,
    apply_stop,
)
from stopline.core.ledger import TEXT_CHANNELS, Channel, LedgerEntry, LedgerKind
from stopline.core.scopes import ScopeKind

# A word that these refused left everything as it was.
_REFUSALS = frozenset(
    standing.value
    for standing in (
        Standing.OLDER_THAN_STOP,
        Standing.OLDER_THAN_OPT_IN,
        Standing.SAME_MOMENT,
        Standing.SUSPECT_COPY,
    )
)


@dataclass(frozen=True, slots=True)
class ReplayedScope:
    """A scope after its entries so far. `erased`: there must be no record, and a suppression when
    it is denied. `doubts`: positions of entries whose `changed` is not what the rules give."""

    state: ConsentState
    erased: bool = False
    doubts: tuple[int, ...] = ()


UNTOUCHED = ReplayedScope(ConsentState())


def replay_entry(
    scope: ReplayedScope, entry: LedgerEntry, wider: Wider = NOTHING_WIDER
) -> ReplayedScope:
    """The scope after one more entry of it. `wider`: what stood above the pair at that time."""
    if entry.kind == LedgerKind.ERASURE.value:
        kept = _forget(scope.state) if entry.scope_kind == ScopeKind.PAIR else ConsentState()
        return ReplayedScope(kept, erased=True, doubts=scope.doubts)
    change = apply_entry(scope.state, entry, wider)
    doubts = scope.doubts
    if change.changed != bool(entry.changed):
        doubts = (*doubts, entry.position)
    return ReplayedScope(change.state, erased=False, doubts=doubts)


def _forget(state: ConsentState) -> ConsentState:
    """A suppression keeps what denies the pair and how often; an open record leaves nothing."""
    if not state.denied:
        return ConsentState()
    source = state.denials[-1].source
    return ConsentState(denials=state.denials, generation=state.generation, source=source)


def apply_entry(state: ConsentState, entry: LedgerEntry, wider: Wider) -> ConsentChange:
    """What an entry about consent makes of a scope's state."""
    is_wide = entry.scope_kind == ScopeKind.ACCOUNT
    source = ConsentSource(entry.source)
    text = TextFacts(
        received_ms=entry.received_ms,
        carrier=entry.carrier,
        session="",
        carrier_ms=entry.carrier_ms,
    )
    if entry.standing in _REFUSALS:
        return ConsentChange(state, changed=False, standing=Standing(entry.standing))
    is_text = Channel(entry.channel) in TEXT_CHANNELS
    if entry.kind == LedgerKind.OPT_OUT.value:
        if is_text:
            return apply_stop(state, text, source, wide=is_wide)
        denial = Denial(source, entry.received_ms, entry.carrier)
        return apply_denial(state, denial, wide=is_wide)
    if is_text:
        return apply_start(state, text, wider)
    return apply_account_opt_in(state, wider, source)
