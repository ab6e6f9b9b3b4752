"""Whether the state of consent is what the ledger says: derived again, and compared."""

from dataclasses import dataclass

from stopline.core.ledger import LedgerKind, number_mac
from stopline.store.consents import ConsentKey
from stopline.store.tx import Tx

# Rows of the state read at once.
SCAN_ROWS = 5_000

# (kind of scope, keyed hash of the scope, keyed hash of the person)
_Scope = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A scope whose state is not what its ledger says. Only keyed hashes: it is for reports."""

    bucket: int
    sender_mac: str
    recipient_mac: str
    stored_denied: bool
    ledger_denied: bool


def compare_with_ledger(tx: Tx, bucket: int) -> list[Difference]:
    """Every scope of a bucket where state and ledger disagree."""
    expected = _derive(tx, bucket)
    stored = _read_state(tx, bucket)
    return [
        Difference(bucket, scope[1], scope[2], stored.get(scope, False), expected.get(scope, False))
        for scope in sorted(expected.keys() | stored.keys())
        if stored.get(scope, False) != expected.get(scope, False)
    ]


def _derive(tx: Tx, bucket: int) -> dict[_Scope, bool]:
    """The last word that changed a scope decides."""
    denied: dict[_Scope, bool] = {}
    for entry, _ in tx.ledger.scan(bucket):
        if entry.changed:
            scope = (entry.scope_kind, entry.sender_mac, entry.recipient_mac)
            denied[scope] = entry.kind == LedgerKind.OPT_OUT.value
    return denied


def _read_state(tx: Tx, bucket: int) -> dict[_Scope, bool]:
    key = tx.keys.number
    denied: dict[_Scope, bool] = {}
    after: ConsentKey | None = None
    while found := tx.consents.scan(bucket, after, SCAN_ROWS):
        for row in found:
            after = row.key
            scope = (row.key.kind, number_mac(key, row.key.scope), number_mac(key, row.recipient))
            denied[scope] = row.state.denied
    return denied
