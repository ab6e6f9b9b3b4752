"""The consent of a person who is erased: records go, what is denied stays as keyed hashes of pairs.

A hash of a pair can not say "all numbers" or "this kind of campaign". So what was denied wider or
narrower becomes a denial of the pair first, with a ledger entry of its own: in doubt a person is
out, and the ledger tells by the same rules as ever what is blocked.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from stopline.core.consent import ConsentSource, ConsentState, Denial, Wider, apply_denial
from stopline.core.ledger import LedgerKind, number_mac
from stopline.core.numbers import Pair
from stopline.core.scopes import ConsentKey, ScopeKind, pair_key
from stopline.flows.consent import Author
from stopline.flows.ledger import LedgerNote, append_notes
from stopline.flows.suppressions import read_records
from stopline.store.consents import FIRST_PAGE, ConsentRow, Suppression
from stopline.store.tx import Tx

# Scopes of one person in one bucket: one for each sender of the account there.
MAX_SCOPES = 10_000


def erase_consents(tx: Tx, author: Author, bucket: int, recipient: str) -> tuple[int, int]:
    """Remove the person's records of one bucket and block what they denied. How many records went,
    and how many ledger entries say so."""
    records = tx.consents.list_of_recipient(
        bucket, author.account_id, recipient, None, None, FIRST_PAGE, MAX_SCOPES
    )
    if not records:
        return 0, 0
    pairs = {row.key: row for row in records if row.key.kind is ScopeKind.PAIR}
    notes = []
    for key, wider, denial in _inherited(tx, bucket, records):
        if key not in pairs:
            pairs[key] = _find(tx, bucket, key, author.account_id)
        if wider.scope == "" or wider.reaches(pairs[key].state):
            pairs[key], note = _deny(author, pairs[key], denial)
            notes.append(note)
    _suppress(tx, bucket, list(pairs.values()))
    for record in records:
        tx.consents.delete(bucket, record.key)
    others = [row for row in records if row.key not in pairs]
    notes += [_erasure(tx, author, row) for row in (*others, *pairs.values())]
    append_notes(tx, bucket, notes, tx.ledger.lock_head(bucket))
    return len(records), len(notes)


def _find(tx: Tx, bucket: int, key: ConsentKey, account_id: int) -> ConsentRow:
    """The pair's record, or what an earlier erasure kept of it, or nothing said yet."""
    known = read_records(tx, bucket, [key]).get(key)
    return known or ConsentRow(key, account_id, ConsentState(), tx.now_ms, ledger_position=0)


def _inherited(
    tx: Tx, bucket: int, records: Sequence[ConsentRow]
) -> Iterator[tuple[ConsentKey, Wider, Denial]]:
    """What a denial of another scope means for each pair; `wider` is empty where nothing could
    have exempted the pair."""
    for row in records:
        if row.key.kind is ScopeKind.PAIR:
            continue
        is_account = row.key.kind is ScopeKind.ACCOUNT
        wider = Wider(row.key.scope, row.state) if is_account else Wider()
        senders = _senders(tx, bucket, row.account_id) if is_account else [row.key.sender]
        for sender in senders:
            for denial in row.state.denials:
                yield pair_key(Pair(sender, row.recipient)), wider, denial


def _senders(tx: Tx, bucket: int, account_id: int) -> list[str]:
    return [s.number for s in tx.senders.list_of_account(account_id) if s.bucket == bucket]


def _deny(author: Author, pair: ConsentRow, denial: Denial) -> tuple[ConsentRow, LedgerNote]:
    change = apply_denial(pair.state, denial)
    note = LedgerNote(
        account_id=pair.account_id,
        kind=LedgerKind.OPT_OUT,
        changed=change.changed,
        scope_kind=ScopeKind.PAIR,
        sender=pair.key.scope,
        recipient=pair.recipient,
        source=denial.source,
        channel=author.channel,
        actor=author.actor,
        carrier=denial.carrier,
        received_ms=denial.since_ms,
    )
    return replace(pair, state=change.state), note


def forget_scope(tx: Tx, bucket: int, key: ConsentKey) -> None:
    """Erase one record of consent; what it denies of a pair goes on being blocked."""
    for record in tx.consents.read(bucket, [key]).values():
        if key.kind is ScopeKind.PAIR:
            _suppress(tx, bucket, [record])
        tx.consents.delete(bucket, key)


def _suppress(tx: Tx, bucket: int, pairs: Sequence[ConsentRow]) -> None:
    kept = [
        Suppression(
            row.key.sender,
            number_mac(tx.keys.number, row.recipient),
            row.account_id,
            row.state.denials,
            row.state.generation,
            tx.now_ms,
        )
        for row in pairs
        if row.state.denied
    ]
    if kept:
        tx.consents.put_suppressions(bucket, kept)


def _erasure(tx: Tx, author: Author, record: ConsentRow) -> LedgerNote:
    return LedgerNote(
        account_id=record.account_id,
        kind=LedgerKind.ERASURE,
        changed=True,
        scope_kind=record.key.kind,
        sender=record.key.scope,
        recipient=record.recipient,
        source=ConsentSource.ACCOUNT,
        channel=author.channel,
        actor=author.actor,
        received_ms=tx.now_ms,
    )
