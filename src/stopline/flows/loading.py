"""Opt-outs by the million: the account's word about many persons who were never spoken of.

It does what `assign_consents` does for them, in the same transaction and with the same ledger
entries, but as the entries are alike what they share is encoded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.consent import ConsentSource, ConsentState, Denial, apply_denial
from stopline.core.ledger import LedgerKind
from stopline.core.numbers import Pair
from stopline.core.scopes import ConsentKey, ScopeKind, pair_key
from stopline.flows.consent import Assignment, Author, assign_consents, owned_sender
from stopline.flows.consent_effects import refuse_messages
from stopline.flows.ledger import LedgerNote, append_alike
from stopline.flows.suppressions import read_records
from stopline.store.consents import ConsentRow
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the persons of one call."""

    changed: int
    unchanged: int


@runs_as(Priority.CONSENT)
def load_opt_outs(tx: Tx, author: Author, sender: str, recipients: Sequence[str]) -> Loaded:
    """Opt persons (E.164, each once) out of one sender; at most 256 a call.

    Queued messages to them are refused. Applications are not told of those who were never spoken
    of before: whoever loads a list has it. Who was out stays as they were, without an entry.
    Raises InvalidField when the sender is not the account's.
    """
    owner = owned_sender(tx, author, sender)
    tx.lock_recipients(recipients)
    keys = {recipient: pair_key(Pair(sender, recipient)) for recipient in recipients}
    records = read_records(tx, owner.bucket, list(keys.values()))
    new = [recipient for recipient in recipients if keys[recipient] not in records]
    back = [record.recipient for record in records.values() if not record.state.denied]
    if back:
        assign_consents(tx, author, sender, [Assignment(one, opt_out=True) for one in back])
    if new:
        _deny_new(tx, author, owner.bucket, [keys[recipient] for recipient in new])
    changed = len(new) + len(back)
    return Loaded(changed, len(recipients) - changed)


def _deny_new(tx: Tx, author: Author, bucket: int, keys: Sequence[ConsentKey]) -> None:
    state = apply_denial(ConsentState(), Denial(ConsentSource.ACCOUNT, tx.now_ms)).state
    refuse_messages(tx, bucket, [(key.scope, key.recipient, None) for key in keys])
    head = tx.ledger.lock_head(bucket)
    rows = [
        ConsentRow(key, author.account_id, state, tx.now_ms, position)
        for position, key in enumerate(keys, start=head[0] + 1)
    ]
    tx.deny_first(bucket, rows)
    note = LedgerNote(
        account_id=author.account_id,
        kind=LedgerKind.OPT_OUT,
        changed=True,
        scope_kind=ScopeKind.PAIR,
        sender=keys[0].scope,
        recipient="",
        source=ConsentSource.ACCOUNT,
        channel=author.channel,
        actor=author.actor,
        received_ms=tx.now_ms,
    )
    append_alike(tx, bucket, note, [key.recipient for key in keys], head)
    tx.tallies.consents[author.account_id, note.kind, note.source] += len(keys)
