"""The pairs of an account as they stand, page by page: what all records together mean.

A person who is denied for all senders of the account is opted out of each of them, except where
the pair was opened since.
"""

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from stopline.core.consent import ConsentState, Wider
from stopline.core.numbers import Pair, bucket_of
from stopline.core.pages import Key, Page, PageAsk, Toward
from stopline.core.scopes import ConsentKey, ScopeKind, account_key, account_scope, pair_key
from stopline.flows.consent_records import START, ConsentPlaces, consent_key, held_buckets
from stopline.flows.merging import Read, Source, merge_page
from stopline.store.consents import FIRST_PAGE, ConsentRow
from stopline.store.tx import Tx

__all__ = ["ConsentRow"]


@dataclass(frozen=True, slots=True)
class OptOutSearch:
    """Which pairs of an account; None means any."""

    account_id: int
    sender: str | None = None
    recipient: str | None = None
    denied: bool | None = True


def list_opt_outs(tx: Tx, search: OptOutSearch, ask: PageAsk) -> Page[ConsentRow]:
    """A page of pairs, newest change first, each with the record that decides over it."""
    places = ConsentPlaces(tx, search.account_id, search.denied, ask.toward is Toward.BACKWARD)
    if search.sender is not None:
        buckets = [bucket_of(search.sender)]
    else:
        buckets = held_buckets(tx, search.account_id)
    wide = {bucket for bucket in buckets if _has_wide(tx, bucket, search.account_id)}
    sources = [
        Source(_own(places, search, bucket), _undecided_above(tx, bucket, search, bucket in wide))
        for bucket in buckets
    ]
    sources += [
        _from_above(tx, places, search, sender.bucket, sender.number)
        for sender in tx.senders.list_of_account(search.account_id)
        if sender.bucket in wide and search.sender in (None, sender.number)
    ]
    return merge_page(ask, ask.key or START, sources, consent_key) if sources else Page([])


def _has_wide(tx: Tx, bucket: int, account_id: int) -> bool:
    """Whether anything was ever said about all senders of the account: mostly not."""
    scope = account_scope(account_id)
    return bool(tx.consents.list_of_scope(bucket, account_id, scope, None, FIRST_PAGE, 1))


def _own(places: ConsentPlaces, search: OptOutSearch, bucket: int) -> Read[ConsentRow]:
    if search.recipient is not None:
        return places.of_recipient(bucket, search.recipient, search.sender)
    if search.sender is not None:
        return places.of_scope(bucket, search.sender)
    return places.of_account(bucket)


def _undecided_above(
    tx: Tx, bucket: int, search: OptOutSearch, is_wide: bool
) -> Callable[[list[ConsentRow]], list[ConsentRow]]:
    """Leaves the records of pairs over which no record of the whole account decides."""

    def keep(found: list[ConsentRow]) -> list[ConsentRow]:
        pairs = [row for row in found if row.key.kind is ScopeKind.PAIR]
        if not is_wide:
            return pairs
        keys = [account_key(search.account_id, row.recipient) for row in pairs]
        above = tx.consents.read(bucket, list(dict.fromkeys(keys)))
        return [
            row
            for row, key in zip(pairs, keys, strict=True)
            if row.state.denied or not _wider(above.get(key)).reaches(row.state)
        ]

    return keep


def _wider(row: ConsentRow | None) -> Wider:
    return Wider() if row is None else Wider(row.key.scope, row.state)


def _from_above(
    tx: Tx, places: ConsentPlaces, search: OptOutSearch, bucket: int, sender: str
) -> Source[ConsentRow]:
    """The records of the whole account as they are for one sender."""
    scope = account_scope(search.account_id)
    if search.recipient is not None:
        raw = _one(places, bucket, sender, account_key(search.account_id, search.recipient))
    else:
        raw = places.of_scope(bucket, scope, shown_as=sender)

    def read(key: Key, limit: int) -> list[ConsentRow]:
        return [_for_sender(row, sender) for row in raw(key, limit)]

    def keep(found: list[ConsentRow]) -> list[ConsentRow]:
        own = tx.consents.read(bucket, [row.key for row in found])
        return [row for row in found if _decides(row, own.get(row.key), scope)]

    return Source(read, keep)


def _one(places: ConsentPlaces, bucket: int, sender: str, wanted: ConsentKey) -> Read[ConsentRow]:
    """One person's record of the whole account, if it lies beyond the key."""

    def read(key: Key, _limit: int) -> list[ConsentRow]:
        row = places.tx.consents.read(bucket, [wanted]).get(wanted)
        if row is None or places.denied not in (None, row.state.denied):
            return []
        at = consent_key(_for_sender(row, sender))
        return [row] if (at > key if places.upward else at < key) else []

    return read


def _for_sender(row: ConsentRow, sender: str) -> ConsentRow:
    return replace(row, key=pair_key(Pair(sender, row.recipient)))


def _decides(row: ConsentRow, own: ConsentRow | None, scope: str) -> bool:
    """Whether the record from above, and not the pair's own, says how the pair stands."""
    if not row.state.denied:
        return own is None
    state = own.state if own else ConsentState()
    return not state.denied and Wider(scope, row.state).reaches(state)
