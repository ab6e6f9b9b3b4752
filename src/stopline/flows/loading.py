"""Opt-outs by the million: the account's word about many persons who were never spoken of.

It does what `assign_consents` does for them, in the same transaction and with the same ledger
entries, but as the entries are alike what they share is encoded once.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.consent import ConsentSource
from stopline.core.ledger import LedgerKind
from stopline.core.numbers import Pair
from stopline.core.scopes import ScopeKind, pair_key
from stopline.flows.consent import Assignment, Author, assign_consents, owned_sender
from stopline.flows.consent_effects import refuse_messages
from stopline.flows.ledger import LedgerNote, append_alike
from stopline.flows.suppressions import known_recipients, read_records
from stopline.store.consents import FirstDenials
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the persons of one call."""

    changed: int
    unchanged: int


@runs_as(Priority.CONSENT)
def load_opt_outs(tx: Tx, author: Author, sender: str, recipients: Sequence[str]) -> Loaded:
    """Opt persons (E.164, each once) out of one sender; at most 256 a call where others
    wait for the database.

    Queued messages to them are refused. Applications are not told of those who were never spoken
    of before: whoever loads a list has it. Who was out stays as they were, without an entry.
    Raises InvalidField when the sender is not the account's.
    """
    owner = owned_sender(tx, author, sender)
    tx.lock_recipients(recipients)
    spoken_of = known_recipients(tx, owner.bucket, sender, recipients)
    new = [recipient for recipient in recipients if recipient not in spoken_of]
    keys = [pair_key(Pair(sender, recipient)) for recipient in recipients if recipient in spoken_of]
    records = read_records(tx, owner.bucket, keys)
    back = [record.recipient for record in records.values() if not record.state.denied]
    if back:
        assign_consents(tx, author, sender, [Assignment(one, opt_out=True) for one in back])
    if new:
        now_ms = tx.now_ms
        deny_new(tx, author, owner.bucket, sender, [(one, now_ms, None, b"") for one in new])
    changed = len(new) + len(back)
    return Loaded(changed, len(recipients) - changed)


# The first that is said of a person to one sender: who, since when, when they said it themselves if
# they did, and the raw text.
NewDenial = tuple[str, int, int | None, bytes]


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
    refuse_messages(tx, bucket, [(sender, one[0], None) for one in new])
    head = tx.ledger.lock_head(bucket)
    persons = [
        (recipient, since_ms, stop_ms, position)
        for position, (recipient, since_ms, stop_ms, _) in enumerate(new, start=head[0] + 1)
    ]
    denials = FirstDenials(author.account_id, sender, source, carrier, persons)
    tx.deny_first(bucket, denials)
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
    alike = [(recipient, since_ms, raw) for recipient, since_ms, _, raw in new]
    append_alike(tx, bucket, note, alike, head)
    tx.tallies.consents[author.account_id, note.kind, note.source] += len(new)
