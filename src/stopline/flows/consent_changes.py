"""The account's word about many scopes at once: pairs, all its numbers, kinds of campaigns."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.consent import ConsentSource, Standing
from stopline.core.numbers import Pair
from stopline.core.scopes import Category, ConsentKey, account_key, campaign_key, pair_key
from stopline.flows.consent import Assignment, Author, account_step, apply_steps
from stopline.flows.consent_steps import ConsentStep
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Persons whose gate one transaction holds, at most.
CHANGES_AT_ONCE = 256
# The same where a word is about all numbers of an account and is written in each of its buckets:
# 1,024 ledger entries, some 50 ms.
WIDE_CHANGES_AT_ONCE = 16

_NETWORK = frozenset({ConsentSource.UPSTREAM, ConsentSource.CARRIER})


@dataclass(frozen=True, slots=True)
class Change:
    """One person out, or in again.

    `sender` None: all numbers of the account, later ones too; with `each_number` every number it
    has now, for itself. `source` is whose word the account passes on.
    """

    sender: str | None
    recipient: str
    opt_out: bool
    source: ConsentSource = ConsentSource.ACCOUNT
    category: Category | None = None
    each_number: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether it is written more than once."""
        return self.sender is None


@dataclass(frozen=True, slots=True)
class ChangeResult:
    """What became of a change: `standing` names what was not lifted, `known` whether the sender
    is the account's. A denial always applies."""

    known: bool = True
    standing: Standing | None = None


@runs_as(Priority.CONSENT)
def change_consents(tx: Tx, author: Author, changes: Sequence[Change]) -> list[ChangeResult]:
    """Apply the changes in order, at most CHANGES_AT_ONCE, or WIDE_CHANGES_AT_ONCE wide ones.

    A change that can not be made does not keep the others from being made. An opt-in for all
    numbers lifts what was denied for all of them, not what was denied for one.
    """
    tx.lock_recipients({change.recipient for change in changes})
    if any(change.is_wide for change in changes):
        tx.accounts.touch_scopes(author.account_id)
    owned = {sender.number: sender for sender in tx.senders.list_of_account(author.account_id)}
    planned = [_plan(tx, author, change, owned) for change in changes]
    standing = _apply(tx, planned)
    return [
        ChangeResult(known=bool(steps), standing=standing.get(place))
        for place, steps in enumerate(planned)
    ]


def _apply(tx: Tx, planned: Sequence[Sequence[tuple[int, ConsentStep]]]) -> dict[int, Standing]:
    """Apply bucket by bucket; what stood in the way of a change, by its place."""
    by_bucket: dict[int, list[tuple[int, ConsentStep]]] = defaultdict(list)
    for place, steps in enumerate(planned):
        for bucket, step in steps:
            by_bucket[bucket].append((place, step))
    standing: dict[int, Standing] = {}
    for bucket in sorted(by_bucket):
        outcomes = apply_steps(tx, bucket, [step for _, step in by_bucket[bucket]])
        for (place, _), outcome in zip(by_bucket[bucket], outcomes, strict=True):
            if outcome.standing is not None:
                standing[place] = outcome.standing
    return standing


def _plan(
    tx: Tx, author: Author, change: Change, owned: dict[str, Sender]
) -> list[tuple[int, ConsentStep]]:
    """The steps of a change with their buckets; none when the sender is not the account's."""
    if change.sender is not None:
        senders = [owned[change.sender]] if change.sender in owned else []
    else:
        senders = list(owned.values())
    if change.is_wide and not change.each_number and change.category is None:
        key = account_key(author.account_id, change.recipient)
        buckets = sorted({sender.bucket for sender in senders})
        return [(bucket, _step(tx, author, change, key, "")) for bucket in buckets]
    return [
        (one.bucket, _step(tx, author, change, _key(change, one.number), one.carrier))
        for one in senders
    ]


def _key(change: Change, sender: str) -> ConsentKey:
    if change.category is None:
        return pair_key(Pair(sender, change.recipient))
    return campaign_key(sender, change.category, change.recipient)


def _step(tx: Tx, author: Author, change: Change, key: ConsentKey, carrier: str) -> ConsentStep:
    # What a network said is lifted by a START that comes through the same carrier; for all
    # numbers there is no such carrier, so there the account answers for it.
    source = change.source
    if source in _NETWORK and not carrier:
        source = ConsentSource.ACCOUNT
    wanted = Assignment(
        change.recipient, change.opt_out, source, carrier if source in _NETWORK else ""
    )
    return account_step(tx, author, key, wanted)
