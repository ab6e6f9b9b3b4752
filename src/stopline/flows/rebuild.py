"""Whether the state of consent is what the ledger says: derived again, and compared."""

from collections.abc import Iterator
from dataclasses import dataclass

from stopline.core.consent import NOTHING_WIDER, Denial, Wider
from stopline.core.ledger import SILENT_KINDS, LedgerEntry, LedgerKind, number_mac
from stopline.core.numbers import mask_number
from stopline.core.replay import UNTOUCHED, ReplayedScope, replay_entry
from stopline.core.scopes import ConsentKey, ScopeKind, account_scope
from stopline.store.consents import ConsentRow
from stopline.store.tx import Tx

# Rows of the state read at once.
SCAN_ROWS = 5_000

# (kind of scope, keyed hash of the scope, keyed hash of the person)
_Scope = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A scope whose state is not what its ledger says. Numbers are masked: it is for reports;
    where only keyed hashes are left, their beginnings stand in their place."""

    bucket: int
    sender: str
    recipient: str
    what: str
    stored: str
    ledger: str


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the store holds of a scope: a record, or a suppression."""

    sender: str
    recipient: str
    denials: tuple[Denial, ...]
    generation: int
    erased: bool


def compare_with_ledger(tx: Tx, bucket: int) -> list[Difference]:
    """Every scope of a bucket where state and ledger disagree, in one snapshot.

    Compared are whether it is denied, its generation, who denies it since when, and whether it
    was erased. Memory: a few hundred bytes for each scope of the bucket.
    """
    replayed = _replay(tx, bucket)
    found: list[Difference] = []
    for scope, stored in _read_state(tx, bucket):
        expected = replayed.pop(scope, UNTOUCHED)
        found += _compare(bucket, stored, expected)
    for scope, expected in sorted(replayed.items(), key=lambda item: item[0]):
        found += _compare(bucket, _missing(scope), expected)
    return found


def _replay(tx: Tx, bucket: int) -> dict[_Scope, ReplayedScope]:
    scopes: dict[_Scope, ReplayedScope] = {}
    for entry, _ in tx.ledger.scan(bucket):
        if LedgerKind(entry.kind) in SILENT_KINDS:
            continue
        scope = (entry.scope_kind, entry.sender_mac, entry.recipient_mac)
        wider = _wider(tx, scopes, entry)
        scopes[scope] = replay_entry(scopes.get(scope, UNTOUCHED), entry, wider)
    return scopes


def _wider(tx: Tx, scopes: dict[_Scope, ReplayedScope], entry: LedgerEntry) -> Wider:
    """What stood above the entry's pair when it was written."""
    if entry.scope_kind != ScopeKind.PAIR:
        return NOTHING_WIDER
    name = account_scope(entry.account_id)
    mac = number_mac(tx.keys.number, name)
    above = scopes.get((int(ScopeKind.ACCOUNT), mac, entry.recipient_mac))
    return NOTHING_WIDER if above is None else Wider(name, above.state)


def _read_state(tx: Tx, bucket: int) -> Iterator[tuple[_Scope, _Stored]]:
    key = tx.keys.number
    after: ConsentKey | None = None
    while page := tx.consents.scan(bucket, after, SCAN_ROWS):
        after = page[-1].key
        for row in page:
            macs = (number_mac(key, row.key.scope), number_mac(key, row.recipient))
            yield (int(row.key.kind), *macs), _stored(row)
    for kept in tx.consents.list_suppressions(bucket):
        scope = (int(ScopeKind.PAIR), number_mac(key, kept.sender), kept.recipient_mac)
        yield (
            scope,
            _Stored(
                mask_number(kept.sender), _short(kept.recipient_mac), kept.denials,
                kept.generation, erased=True,
            ),
        )  # fmt: skip


def _stored(row: ConsentRow) -> _Stored:
    sender, recipient = mask_number(row.key.scope), mask_number(row.recipient)
    return _Stored(sender, recipient, row.state.denials, row.state.generation, erased=False)


def _missing(scope: _Scope) -> _Stored:
    """Nothing is stored, which is right for a scope that was erased while it was open."""
    return _Stored(_short(scope[1]), _short(scope[2]), (), 0, erased=True)


def _short(mac: str) -> str:
    return f"hash {mac[:12]}…"


def _compare(bucket: int, stored: _Stored, expected: ReplayedScope) -> Iterator[Difference]:
    state = expected.state
    pairs = [
        ("erased", stored.erased, expected.erased),
        ("denied", bool(stored.denials), state.denied),
        ("generation", stored.generation, state.generation),
        ("denials", _show(stored.denials), _show(state.denials)),
    ]
    for what, found, told in pairs:
        if found != told:
            yield Difference(bucket, stored.sender, stored.recipient, what, str(found), str(told))
    for position in expected.doubts:
        yield Difference(
            bucket,
            stored.sender,
            stored.recipient,
            "changed",
            f"entry {position} says otherwise",
            "by the rules",
        )


def _show(denials: tuple[Denial, ...]) -> str:
    return ", ".join(sorted(f"{d.source.value} {d.carrier} {d.since_ms}" for d in denials))
