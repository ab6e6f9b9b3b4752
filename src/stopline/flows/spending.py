"""The daily cap of an account: what is over it is refused, and the first refusal is announced."""

from collections.abc import Sequence

import msgspec

from stopline.core.errors import NotFound
from stopline.core.events import SpendingStopped
from stopline.core.ids import BUCKET_COUNT
from stopline.core.spending import plan_spending, spending_day
from stopline.flows.notify import announce
from stopline.store.spending import Spent
from stopline.store.tx import Tx


class SpendingSettings(msgspec.Struct, frozen=True):
    """Of an account's settings what spending needs. Millionths of the price's currency."""

    daily_spending_cap: int | None = None


def spend(tx: Tx, account_id: int, costs: Sequence[int]) -> list[bool]:
    """Which of these costs, in order, the account may still have today; those are spent now."""
    text = tx.accounts.settings_of([account_id]).get(account_id, "{}")
    cap = msgspec.json.decode(text, type=SpendingSettings).daily_spending_cap
    if cap is None:
        return [True] * len(costs)
    # Numbers of one account lie in many buckets; what it spends is counted in one.
    bucket, day = account_id % BUCKET_COUNT, spending_day(tx.now_ms)
    tx.hold(f"spending {account_id}")
    before = tx.spending.read(bucket, account_id, day)
    may, micros = plan_spending(costs, before.micros, cap)
    is_capped = before.is_capped or not all(may)
    tx.spending.write(bucket, account_id, day, Spent(micros, is_capped))
    if is_capped and not before.is_capped:
        event = SpendingStopped(account_id, day, cap, micros, tx.now_ms)
        announce(tx, account_id, bucket, [event])
    return may


def set_spending_cap(tx: Tx, account_id: int, cap: int | None) -> None:
    """At most so much a day (millionths), or as much as it likes. Raises NotFound."""
    account = tx.accounts.find_account(account_id)
    if account is None:
        raise NotFound("account")
    settings = {**msgspec.json.decode(account.settings), "daily_spending_cap": cap}
    tx.accounts.set_account_settings(account_id, msgspec.json.encode(settings).decode())


def read_spending(tx: Tx, account_id: int) -> tuple[int | None, Spent]:
    """The account's cap, and what it spent today. Raises NotFound."""
    account = tx.accounts.find_account(account_id)
    if account is None:
        raise NotFound("account")
    cap = msgspec.json.decode(account.settings, type=SpendingSettings).daily_spending_cap
    day = spending_day(tx.now_ms)
    return cap, tx.spending.read(account_id % BUCKET_COUNT, account_id, day)
