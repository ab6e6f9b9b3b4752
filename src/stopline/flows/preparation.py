"""A new number of an account: what was denied for all numbers is written where its own records
are, before it may send. So the gate never looks beyond its sender's bucket."""

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    Denial,
    Wider,
    apply_denial,
)
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.scopes import ConsentKey, ScopeKind, account_scope
from stopline.flows.consent import apply_steps
from stopline.flows.consent_steps import ConsentStep
from stopline.flows.ledger import LedgerNote
from stopline.store.consents import FIRST_PAGE, ConsentRow
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Records one transaction copies: some 20 ms, so that no STOP waits for it.
SLICE_RECORDS = 250
# Who the ledger names for a copy.
ACTOR = "copy for a new number"


def needs_preparation(tx: Tx, sender: Sender) -> bool:
    """Whether anything was said about all numbers of the account that is not written where this
    new sender's records are. Call it after `touch_scopes`."""
    return bool(_sources(tx, sender))


@runs_as(Priority.CLAIM)
def prepare_senders(tx: Tx) -> bool:
    """Copy a slice for a sender that may not send yet. True when more may be left."""
    waiting = tx.senders.list_unprepared()
    if waiting:
        _prepare(tx, waiting[0])
    return bool(waiting)


def _prepare(tx: Tx, sender: Sender) -> None:
    at, _, recipient = sender.prepare_after.partition(":")
    sources = [bucket for bucket in _sources(tx, sender) if bucket >= int(at or 0)]
    if not sources:
        tx.accounts.touch_scopes(sender.account_id)
        tx.senders.set_prepared(sender.number, True)
        return
    bucket = sources[0]
    found = _lock_slice(tx, sender, bucket, recipient if at and int(at) == bucket else "")
    _copy(tx, sender, found)
    place = f"{bucket}:{found[-1].recipient}" if len(found) == SLICE_RECORDS else f"{bucket + 1}:"
    tx.senders.set_prepared(sender.number, False, place)


def _lock_slice(tx: Tx, sender: Sender, bucket: int, after: str) -> list[ConsentRow]:
    """Records of the account after a person, as they are once the persons and the account are
    this transaction's: in this order, as everywhere."""
    scope = account_scope(sender.account_id)
    key = ConsentKey(ScopeKind.ACCOUNT, scope, after)

    def scan() -> list[ConsentRow]:
        return [row for row in tx.consents.scan(bucket, key, SLICE_RECORDS) if _is_of(row, scope)]

    tx.lock_recipients({row.recipient for row in scan()})
    tx.accounts.touch_scopes(sender.account_id)
    return scan()


def _is_of(row: ConsentRow, scope: str) -> bool:
    return row.key.kind is ScopeKind.ACCOUNT and row.key.scope == scope


def _sources(tx: Tx, sender: Sender) -> list[int]:
    """Buckets to copy from: one where the account has a number that may send already; where it
    has none, all that still hold something from an earlier one."""
    others = [
        one
        for one in tx.senders.list_of_account(sender.account_id)
        if one.number != sender.number and one.prepared
    ]
    if any(one.bucket == sender.bucket for one in others):
        return []
    buckets = [min(one.bucket for one in others)] if others else range(BUCKET_COUNT)
    return [b for b in buckets if b != sender.bucket and _holds_any(tx, b, sender.account_id)]


def _holds_any(tx: Tx, bucket: int, account_id: int) -> bool:
    scope = account_scope(account_id)
    return bool(tx.consents.list_of_scope(bucket, account_id, scope, None, FIRST_PAGE, 1))


def _copy(tx: Tx, sender: Sender, found: Sequence[ConsentRow]) -> None:
    """What was said since the number is the account's is there already, and newer."""
    tx.lock_recipients({row.recipient for row in found})
    known = tx.consents.read(sender.bucket, [row.key for row in found])
    steps = [
        step
        for row in found
        if row.key not in known or known[row.key].changed_ms < sender.since_ms
        for step in _steps(sender, row)
    ]
    apply_steps(tx, sender.bucket, steps)


def _steps(sender: Sender, row: ConsentRow) -> list[ConsentStep]:
    """One for each denial; one that opens for a record that is open."""
    if not row.state.denials:
        note = _note(sender, row, LedgerKind.OPT_IN, row.state.source, "", row.changed_ms)
        return [ConsentStep(row.key, sender.account_id, partial(_open, row.state.source), note)]
    return [
        ConsentStep(
            row.key,
            sender.account_id,
            partial(_deny, denial),
            _note(sender, row, LedgerKind.OPT_OUT, denial.source, denial.carrier, denial.since_ms),
        )
        for denial in row.state.denials
    ]


def _deny(denial: Denial, state: ConsentState, _: Wider) -> ConsentChange:
    return apply_denial(state, denial, wide=True)


def _open(source: ConsentSource, state: ConsentState, _: Wider) -> ConsentChange:
    return ConsentChange(replace(state, denials=(), source=source), changed=state.denied)


def _note(
    sender: Sender,
    row: ConsentRow,
    kind: LedgerKind,
    source: ConsentSource,
    carrier: str,
    since_ms: int,
) -> LedgerNote:
    return LedgerNote(
        account_id=sender.account_id,
        kind=kind,
        changed=False,
        scope_kind=ScopeKind.ACCOUNT,
        sender=row.key.scope,
        recipient=row.recipient,
        source=source,
        channel=Channel.COMMAND,
        actor=ACTOR,
        carrier=carrier,
        received_ms=since_ms,
    )
