"""What stood between one sender and one person after some of the ledger's entries, and which
entry each denial comes from."""

from collections.abc import Iterable
from dataclasses import dataclass

from stopline.core.consent import NOTHING_WIDER, Denial, Wider
from stopline.core.cover import Record
from stopline.core.ledger import SILENT_KINDS, LedgerEntry, LedgerKind
from stopline.core.replay import UNTOUCHED, ReplayedScope, replay_entry
from stopline.core.scopes import ConsentKey, ScopeKind, account_key


@dataclass(frozen=True, slots=True)
class Origin:
    """A denial of one scope, by who made it."""

    key: ConsentKey
    source: str
    carrier: str


def origin_of(key: ConsentKey, denial: Denial) -> Origin:
    """The name under which the entry of a denial is kept."""
    return Origin(key, denial.source.value, denial.carrier)


@dataclass(frozen=True, slots=True)
class Retold:
    """The records as they stood. `erased`: the pair was blocked by its keyed hash alone."""

    records: tuple[Record, ...]
    origins: dict[Origin, LedgerEntry]
    erased: bool


def retell(entries: Iterable[tuple[ConsentKey, LedgerEntry]]) -> Retold:
    """Apply entries of the scopes that cover one sender and one person, in the ledger's order."""
    scopes: dict[ConsentKey, ReplayedScope] = {}
    origins: dict[Origin, LedgerEntry] = {}
    for key, entry in entries:
        if LedgerKind(entry.kind) in SILENT_KINDS:
            continue
        before = scopes.get(key, UNTOUCHED)
        after = replay_entry(before, entry, _wider(scopes, key, entry))
        scopes[key] = after
        if entry.kind == LedgerKind.OPT_OUT.value:
            _note_origins(origins, key, before, after, entry)
    records = tuple((key, one.state) for key, one in scopes.items() if not one.erased)
    return Retold(records, origins, _is_erased(scopes))


def _wider(scopes: dict[ConsentKey, ReplayedScope], key: ConsentKey, entry: LedgerEntry) -> Wider:
    if key.kind is not ScopeKind.PAIR:
        return NOTHING_WIDER
    above = account_key(entry.account_id, key.recipient)
    return Wider(above.scope, scopes.get(above, UNTOUCHED).state)


def _note_origins(
    origins: dict[Origin, LedgerEntry],
    key: ConsentKey,
    before: ReplayedScope,
    after: ReplayedScope,
    entry: LedgerEntry,
) -> None:
    """A denial keeps the entry it began with, as it keeps its time."""
    known = {origin_of(key, denial) for denial in before.state.denials}
    for denial in after.state.denials:
        if (origin := origin_of(key, denial)) not in known:
            origins[origin] = entry


def _is_erased(scopes: dict[ConsentKey, ReplayedScope]) -> bool:
    """A suppression is kept for a pair without a record; a campaign's blocks its sender as well."""
    own = next((one for key, one in scopes.items() if key.kind is ScopeKind.PAIR), None)
    if own is not None and not own.erased:
        return False
    return any(one.erased and one.state.denied for one in scopes.values())
