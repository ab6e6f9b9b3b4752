"""Pairs that go on being blocked although their data was erased: known by keyed hashes alone."""

from collections.abc import Iterable, Sequence

from stopline.core.consent import ConsentSource, ConsentState
from stopline.core.ledger import number_mac
from stopline.core.scopes import ConsentKey, ScopeKind
from stopline.store.consents import ConsentRow, Suppression
from stopline.store.tx import Tx


def suppressed_recipients(
    tx: Tx, bucket: int, sender: str, recipients: Iterable[str]
) -> frozenset[str]:
    """Those of one sender's recipients that are suppressed."""
    if not tx.consents.has_suppressions(bucket):
        return frozenset()
    macs = {number_mac(tx.keys.number, number): number for number in recipients}
    found = tx.consents.find_suppressions(bucket, [(sender, mac) for mac in macs])
    return frozenset(macs[mac] for _, mac in found)


def known_recipients(tx: Tx, bucket: int, sender: str, recipients: Sequence[str]) -> set[str]:
    """Those of whom there is a record with the sender, or of whom a keyed hash was kept."""
    recorded = tx.consents.recorded(bucket, sender, recipients)
    return recorded | suppressed_recipients(tx, bucket, sender, recipients)


def read_records(tx: Tx, bucket: int, keys: Sequence[ConsentKey]) -> dict[ConsentKey, ConsentRow]:
    """The records of these scopes; of a suppressed pair the record as it was when it was erased.

    So that a person who comes back finds the state they left: a STOP again changes nothing, a
    START lifts what a START may lift.
    """
    records = tx.consents.read(bucket, keys)
    missing = _suppressible(tx, bucket, [key for key in keys if key not in records])
    if missing:
        for kept in tx.consents.read_suppressions(bucket, list(missing)):
            key = missing[kept.sender, kept.recipient_mac]
            records[key] = _restore(key, kept, records.get(key))
    return records


def forget_suppressions(tx: Tx, bucket: int, keys: Sequence[ConsentKey]) -> None:
    """These scopes have records again."""
    pairs = _suppressible(tx, bucket, keys)
    if pairs:
        tx.consents.delete_suppressions(bucket, list(pairs))


def _suppressible(
    tx: Tx, bucket: int, keys: Sequence[ConsentKey]
) -> dict[tuple[str, str], ConsentKey]:
    pairs = [key for key in keys if key.kind is ScopeKind.PAIR]
    if not pairs or not tx.consents.has_suppressions(bucket):
        return {}
    return {(key.scope, number_mac(tx.keys.number, key.recipient)): key for key in pairs}


def _restore(key: ConsentKey, kept: Suppression, other: ConsentRow | None) -> ConsentRow:
    """Of a number that changed its account two may be kept: everything they deny stands."""
    before = other.state if other else ConsentState()
    denials = tuple(dict.fromkeys((*before.denials, *kept.denials)))
    source = denials[-1].source if denials else ConsentSource.RECIPIENT
    generation = max(kept.generation, before.generation)
    state = ConsentState(denials=denials, generation=generation, source=source)
    return ConsentRow(key, kept.account_id, state, kept.created_ms, ledger_position=0)
