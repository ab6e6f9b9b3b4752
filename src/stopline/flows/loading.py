"""Opt-outs by the million: the account's word about many persons who were never spoken of.

It does what `assign_consents` does for them, in the same transaction and with the same ledger
entries, but as the entries are alike what they share is encoded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stopline.core.consent import ConsentSource, ConsentState, Denial
from stopline.core.ledger import LedgerKind
from stopline.core.numbers import Pair
from stopline.core.scopes import ScopeKind, pair_key
from stopline.flows.consent import Assignment, Author, assign_consents, owned_sender
from stopline.flows.consent_effects import refuse_messages
from stopline.flows.ledger import AlikeNote, LedgerNote, append_alike
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
        deny_new(tx, author, owner.bucket, sender, [NewDenial(one, tx.now_ms) for one in new])
    changed = len(new) + len(back)
    return Loaded(changed, len(recipients) - changed)


class NewDenial(NamedTuple):
    """The first that is said of a person to one sender. `stop_ms`: when they said it themselves."""

    recipient: str
    since_ms: int
    stop_ms: int | None = None
    raw: bytes = b""


def deny_new(
    tx: Tx,
    author: Author,
    bucket: int,
    sender: str,
    new: Sequence[NewDenial],
    origin: tuple[ConsentSource, str, str] = (ConsentSource.ACCOUNT, "", ""),
) -> None:
    """Deny pairs that have no record; the caller holds the persons. Nobody is told.

    `origin` is whose word it is, the carrier of a network's, and the keyword: all say it alike.
    """
    source, carrier, word = origin
    refuse_messages(tx, bucket, [(sender, one.recipient, None) for one in new])
    head = tx.ledger.lock_head(bucket)
    rows = [
        ConsentRow(
            pair_key(Pair(sender, one.recipient)),
            author.account_id,
            ConsentState(
                denials=(Denial(source, one.since_ms, carrier),),
                generation=1,
                source=source,
                stop_ms=one.stop_ms,
            ),
            one.since_ms,
            position,
        )
        for position, one in enumerate(new, start=head[0] + 1)
    ]
    tx.deny_first(bucket, rows)
    note = LedgerNote(
        account_id=author.account_id,
        kind=LedgerKind.OPT_OUT,
        changed=True,
        scope_kind=ScopeKind.PAIR,
        sender=sender,
        recipient="",
        source=source,
        channel=author.channel,
        actor=author.actor,
        carrier=carrier,
        word=word,
        received_ms=tx.now_ms,
    )
    alike = [AlikeNote(one.recipient, one.since_ms, one.raw) for one in new]
    append_alike(tx, bucket, note, alike, head)
    tx.tallies.consents[author.account_id, note.kind, note.source] += len(new)
