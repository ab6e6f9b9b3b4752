"""An account's consent records in an order that no change disturbs, page by page."""

from dataclasses import dataclass

from stopline.core.errors import NotFound
from stopline.core.scopes import ConsentKey, ScopeKind
from stopline.store.consents import ConsentRow
from stopline.store.tx import Tx

PAGE_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Records of one sender; `after` asks for the next page and is None behind the last."""

    rows: list[ConsentRow]
    after: str | None


def export_page(tx: Tx, account_id: int, sender: str, after: str) -> ExportPage:
    """At most PAGE_ROWS records behind a person's number. Raises NotFound."""
    owner = tx.senders.find([sender]).get(sender)
    if owner is None or owner.account_id != account_id:
        raise NotFound("sender")
    found = tx.consents.scan(owner.bucket, ConsentKey(ScopeKind.PAIR, sender, after), PAGE_ROWS)
    mine = [row for row in found if row.key.scope == sender]
    is_last = len(mine) < PAGE_ROWS
    rows = [row for row in mine if row.account_id == account_id]
    return ExportPage(rows, None if is_last else mine[-1].recipient)
