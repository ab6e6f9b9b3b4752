"""Records of consent, page by page: what was said about each scope, newest change first."""

from collections.abc import Callable
from dataclasses import dataclass

from stopline.core.numbers import bucket_of
from stopline.core.pages import Key, Page, PageAsk, Toward
from stopline.core.scopes import Category, ConsentKey, ScopeKind, account_scope
from stopline.flows.merging import Read, Source, merge_page
from stopline.store.consents import FIRST_PAGE, ConsentCursor, ConsentRow
from stopline.store.tx import Tx

__all__ = ["ConsentRow"]

ALL_KINDS = frozenset(ScopeKind)
# Before the newest change there may be.
START: Key = (FIRST_PAGE.changed_ms, FIRST_PAGE.scope, FIRST_PAGE.recipient)


@dataclass(frozen=True, slots=True)
class RecordSearch:
    """Which records of an account; empty means any, `denied` None both states.

    `senders` finds the records of all senders of the account as well: they are about each of them.
    """

    account_id: int
    senders: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    denied: bool | None = True
    kinds: frozenset[ScopeKind] = ALL_KINDS
    categories: frozenset[Category] = frozenset()


def consent_key(consent: ConsentRow) -> Key:
    """What lists of consent are ordered by."""
    return (consent.changed_ms, consent.key.scope, consent.recipient)


def list_records(tx: Tx, search: RecordSearch, ask: PageAsk) -> Page[ConsentRow]:
    """A page of records, newest change first; a record of the whole account comes once."""
    places = ConsentPlaces(tx, search.account_id, search.denied, ask.toward is Toward.BACKWARD)
    home = home_bucket(tx, search.account_id)
    sources = [
        Source(read, _keep(search, is_home=bucket == home))
        for bucket, read in _reads(tx, search, places, home)
    ]
    return merge_page(ask, ask.key or START, sources, consent_key) if sources else Page([])


def home_bucket(tx: Tx, account_id: int) -> int | None:
    """The bucket whose copy of a record of the whole account is the one that is shown."""
    return min((s.bucket for s in tx.senders.list_of_account(account_id)), default=None)


def held_buckets(tx: Tx, account_id: int) -> list[int]:
    """Where the account's records may lie."""
    return sorted({bucket for _, bucket in tx.senders.list_held(account_id)})


def _keep(search: RecordSearch, *, is_home: bool) -> Callable[[list[ConsentRow]], list[ConsentRow]]:
    def keep(found: list[ConsentRow]) -> list[ConsentRow]:
        return [row for row in found if _is_wanted(row, search, is_home=is_home)]

    return keep


def _is_wanted(row: ConsentRow, search: RecordSearch, *, is_home: bool) -> bool:
    if row.key.kind not in search.kinds:
        return False
    if search.categories and row.key.category not in search.categories:
        return False
    if row.key.kind is ScopeKind.ACCOUNT:
        return is_home
    return not search.senders or row.key.sender in search.senders


def _reads(
    tx: Tx, search: RecordSearch, places: "ConsentPlaces", home: int | None
) -> list[tuple[int, Read[ConsentRow]]]:
    buckets = _buckets(tx, search, home)
    if search.recipients:
        return [(at, places.of_recipient(at, to)) for at in buckets for to in search.recipients]
    if not search.senders:
        return [(bucket, places.of_account(bucket)) for bucket in buckets]
    reads = [
        (bucket_of(sender), places.of_scope(bucket_of(sender), scope))
        for sender in search.senders
        for scope in (sender, *(f"{sender}#{category.value}" for category in Category))
    ]
    if home is not None:
        reads.append((home, places.of_scope(home, account_scope(search.account_id))))
    return reads


def _buckets(tx: Tx, search: RecordSearch, home: int | None) -> list[int]:
    if not search.senders:
        return held_buckets(tx, search.account_id)
    found = {bucket_of(sender) for sender in search.senders}
    return sorted(found if home is None else found | {home})


@dataclass(frozen=True, slots=True)
class ConsentPlaces:
    """Ways to read one bucket's records of an account in the order of lists."""

    tx: Tx
    account_id: int
    denied: bool | None
    upward: bool

    def of_account(self, bucket: int) -> Read[ConsentRow]:
        """All of them."""
        return lambda key, limit: self.tx.consents.list_of_account(
            bucket, self.account_id, self.denied, _cursor(key), limit, upward=self.upward
        )

    def of_recipient(
        self, bucket: int, recipient: str, scope: str | None = None
    ) -> Read[ConsentRow]:
        """One person's, of one scope or of all."""
        return lambda key, limit: self.tx.consents.list_of_recipient(
            bucket,
            self.account_id,
            recipient,
            scope,
            self.denied,
            _cursor(key),
            limit,
            upward=self.upward,
        )

    def of_scope(self, bucket: int, scope: str, shown_as: str | None = None) -> Read[ConsentRow]:
        """One scope's, in the place of the list where `shown_as` stands."""
        return lambda key, limit: self.tx.consents.list_of_scope(
            bucket,
            self.account_id,
            scope,
            self.denied,
            _aligned(_cursor(key), shown_as or scope),
            limit,
            upward=self.upward,
        )


def _cursor(key: Key) -> ConsentCursor:
    return ConsentCursor(int(key[0]), str(key[1]), str(key[2]))


def _aligned(cursor: ConsentCursor, scope: str) -> ConsentCursor:
    """The same place for a reader that knows one scope: of the same moment a lesser scope lies
    behind the cursor whole, and a greater one before it."""
    if scope == cursor.scope:
        return cursor
    recipient = FIRST_PAGE.recipient if scope < cursor.scope else ""
    return ConsentCursor(cursor.changed_ms, scope, recipient)


@dataclass(frozen=True, slots=True)
class ScanPlace:
    """How far a scan of all records of an account came."""

    scope: int = 0
    recipient: str = ""


def scan_records(
    tx: Tx, account_id: int, place: ScanPlace, limit: int, sender: str | None = None
) -> tuple[list[ConsentRow], ScanPlace | None]:
    """Records in an order that no change disturbs: what changes meanwhile is in it once.

    Of one sender, or of all with what is about all of them. Gives at most `limit` rows and the
    place behind them, None at the end.
    """
    scopes = _scopes(tx, account_id, sender)
    if place.scope >= len(scopes):
        return [], None
    bucket, kind, scope = scopes[place.scope]
    found = tx.consents.scan(bucket, ConsentKey(kind, scope, place.recipient), limit)
    of_scope = [row for row in found if (row.key.kind, row.key.scope) == (kind, scope)]
    rows = [row for row in of_scope if row.account_id == account_id]
    if len(of_scope) == limit:
        return rows, ScanPlace(place.scope, of_scope[-1].recipient)
    return rows, ScanPlace(place.scope + 1)


def _scopes(tx: Tx, account_id: int, sender: str | None) -> list[tuple[int, ScopeKind, str]]:
    """(bucket, kind, name) of every scope the account has records of."""
    held = [number for number, _ in tx.senders.list_held(account_id)]
    numbers = held if sender is None else [sender]
    found = [(bucket_of(number), ScopeKind.PAIR, number) for number in numbers]
    found += [
        (bucket_of(number), ScopeKind.CAMPAIGN, f"{number}#{category.value}")
        for number in numbers
        for category in Category
    ]
    home = home_bucket(tx, account_id) if sender is None else None
    if home is not None:
        found.append((home, ScopeKind.ACCOUNT, account_scope(account_id)))
    return found
