"""An account's consent records as facts, in an order that no change disturbs, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.consent_facts import EVERY_SENDER, Fact
from stopline.core.errors import NotFound
from stopline.core.scopes import ScopeKind
from stopline.flows.consent_records import ScanPlace, scan_records
from stopline.store.consents import ConsentRow
from stopline.store.tx import Tx

PAGE_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Some records; `after` asks for the next page and is None behind the last."""

    facts: Sequence[Fact]
    after: ScanPlace | None


def export_page(tx: Tx, account_id: int, sender: str | None, after: ScanPlace) -> ExportPage:
    """At most PAGE_ROWS records of the account, or of one of its numbers. Raises NotFound."""
    if sender is not None:
        owner = tx.senders.find([sender]).get(sender)
        if owner is None or owner.account_id != account_id:
            raise NotFound("sender")
    rows, place = scan_records(tx, account_id, after, PAGE_ROWS, sender)
    return ExportPage([fact_of(row) for row in rows], place)


def fact_of(row: ConsentRow) -> Fact:
    """What a record says."""
    is_wide = row.key.kind is ScopeKind.ACCOUNT
    return Fact(
        number=0,
        sender=EVERY_SENDER if is_wide else row.key.sender,
        recipient=row.recipient,
        opt_out=row.state.denied,
        source=row.state.source,
        time_ms=row.changed_ms,
        category=row.key.category,
    )
