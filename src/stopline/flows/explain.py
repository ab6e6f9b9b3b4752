"""Why a message may or may not go from one number to one person, now or at a time in the past.

It is told from the ledger: every entry of the scopes that cover the two is applied again by the
rules, up to the time asked for, and the rule that the gate asks gives the verdict.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from stopline.core.cover import Block, Covering, Sending, judge
from stopline.core.errors import NotFound
from stopline.core.ledger import LedgerEntry, number_mac
from stopline.core.numbers import Pair
from stopline.core.retelling import Retold, origin_of, retell
from stopline.core.scopes import (
    Category,
    ConsentKey,
    account_key,
    campaign_key,
    pair_key,
)
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Entries read at once; a person has a handful.
_PIECE = 1_000


@dataclass(frozen=True, slots=True)
class ExplainedDenial:
    """A denial that covers the message, with the ledger entry it began with."""

    covering: Covering
    entry: LedgerEntry


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict and what it rests on; `denials` has the winning one first.

    `held`: ids of texts that wait for somebody's decision, and the message with them; known for
    the present only.
    """

    sender: str
    recipient: str
    category: Category | None
    at_ms: int
    block: Block | None
    generation: int
    denials: tuple[ExplainedDenial, ...]
    held: tuple[int, ...]


def explain(
    tx: Tx,
    account_id: int,
    pair: Pair,
    category: Category | None = None,
    at_ms: int | None = None,
) -> Explanation:
    """The verdict on a message of one of the account's numbers, as of a moment (None: now).

    Whether the number asks for an opt-in first is taken as it is set today. Raises NotFound for a
    number that is not the account's.
    """
    owner = tx.senders.find([pair.sender]).get(pair.sender)
    if owner is None or owner.account_id != account_id:
        raise NotFound("sender")
    retold = retell(_entries(tx, owner, pair, at_ms))
    chosen = category or (Category(owner.consent.category) if owner.consent.category else None)
    sending = Sending(pair.sender, account_id, chosen, owner.consent.opt_in_required)
    verdict = judge(retold.records, sending, erased=retold.erased)
    return Explanation(
        sender=pair.sender,
        recipient=pair.recipient,
        category=chosen,
        at_ms=tx.now_ms if at_ms is None else at_ms,
        block=verdict.block,
        generation=verdict.generation,
        denials=tuple(_explained(retold, one) for one in verdict.denials),
        held=() if at_ms is not None else _held(tx, owner.bucket, pair),
    )


def _explained(retold: Retold, covering: Covering) -> ExplainedDenial:
    return ExplainedDenial(covering, retold.origins[origin_of(covering.key, covering.denial)])


def _held(tx: Tx, bucket: int, pair: Pair) -> tuple[int, ...]:
    return tuple(review.id for review in tx.reviews.find_held(bucket, [pair]))


def _entries(
    tx: Tx, owner: Sender, pair: Pair, at_ms: int | None
) -> Iterator[tuple[ConsentKey, LedgerEntry]]:
    """The entries of every scope that covers the two, until the moment."""
    keys = {number_mac(tx.keys.number, key.scope): key for key in _keys(owner, pair)}
    mac = number_mac(tx.keys.number, pair.recipient)
    after = 0
    while found := tx.ledger.list_of_recipient(owner.bucket, mac, None, after, _PIECE):
        for entry, _ in found:
            key = keys.get(entry.sender_mac)
            if key is not None and (at_ms is None or entry.honoured_ms <= at_ms):
                yield key, entry
        after = found[-1][0].position


def _keys(owner: Sender, pair: Pair) -> list[ConsentKey]:
    campaigns = [campaign_key(pair.sender, category, pair.recipient) for category in Category]
    return [pair_key(pair), account_key(owner.account_id, pair.recipient), *campaigns]
