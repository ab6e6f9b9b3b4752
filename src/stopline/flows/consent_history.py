"""What changed in an account's consent, page by page, from the ledger: newest first."""

from collections.abc import Callable
from dataclasses import dataclass

from stopline.core.consent import ConsentSource
from stopline.core.ledger import LedgerKind, number_mac
from stopline.core.pages import Key, Page, PageAsk, Toward
from stopline.core.scopes import ConsentKey, ScopeKind
from stopline.flows.consent_records import held_buckets, home_bucket
from stopline.flows.merging import Read, Source, merge_page
from stopline.store.ledger import LedgerRecord
from stopline.store.tx import Tx

_HIGHEST = 2**62
_START: Key = (_HIGHEST, _HIGHEST, _HIGHEST)


@dataclass(frozen=True, slots=True)
class HistoryRecord:
    """One change: the scope turned to denied, or open again."""

    key: ConsentKey
    denied: bool
    source: ConsentSource
    changed_ms: int


def list_history(
    tx: Tx, account_id: int, recipients: tuple[str, ...], ask: PageAsk
) -> Page[HistoryRecord]:
    """A page of changes, of some persons or of all. A change for all senders comes once; what was
    erased is left out."""
    home = home_bucket(tx, account_id)
    macs: list[str | None] = [number_mac(tx.keys.number, recipient) for recipient in recipients]
    upward = ask.toward is Toward.BACKWARD
    sources = [
        Source(_read(tx, account_id, bucket, mac, upward=upward), _keep(is_home=bucket == home))
        for bucket in held_buckets(tx, account_id)
        for mac in (macs or [None])
    ]
    if not sources:
        return Page([])
    page = merge_page(ask, ask.key or _START, sources, _key)
    return Page([_render(record) for record in page.rows], page.next_key, page.previous_key)


def _key(record: LedgerRecord) -> Key:
    entry = record[0]
    return (entry.honoured_ms, entry.bucket, entry.position)


def _read(
    tx: Tx, account_id: int, bucket: int, mac: str | None, *, upward: bool
) -> Read[LedgerRecord]:
    def read(key: Key, limit: int) -> list[LedgerRecord]:
        at = _aligned(key, bucket)
        return tx.ledger.list_changes(bucket, account_id, mac, at, limit, upward=upward)

    return read


def _aligned(key: Key, bucket: int) -> tuple[int, int]:
    """The cursor as one bucket sees it: of the same moment a lesser bucket lies behind it whole,
    and a greater one before it."""
    at_ms, at_bucket, at_position = (int(part) for part in key)
    if bucket == at_bucket:
        return at_ms, at_position
    return at_ms, _HIGHEST if bucket < at_bucket else 0


def _keep(*, is_home: bool) -> Callable[[list[LedgerRecord]], list[LedgerRecord]]:
    def keep(found: list[LedgerRecord]) -> list[LedgerRecord]:
        return [
            (entry, plain)
            for entry, plain in found
            if plain is not None and (is_home or entry.scope_kind != ScopeKind.ACCOUNT)
        ]

    return keep


def _render(record: LedgerRecord) -> HistoryRecord:
    entry, plain = record
    if plain is None:
        raise ValueError("an erased entry is in no list")
    return HistoryRecord(
        key=ConsentKey(ScopeKind(entry.scope_kind), plain.sender, plain.recipient),
        denied=entry.kind == LedgerKind.OPT_OUT.value,
        source=ConsentSource(entry.source),
        changed_ms=entry.honoured_ms,
    )
