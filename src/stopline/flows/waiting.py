"""How much waits, and for how long: read when somebody measures."""

from collections import Counter
from dataclasses import dataclass
from typing import TypeVar

from stopline.core.ids import BUCKET_COUNT, id_time_ms
from stopline.core.routing import first_carrier
from stopline.store.tx import Tx

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Backlog:
    """Things that wait, and since when the oldest one has."""

    count: int
    age_ms: int


@dataclass(frozen=True, slots=True)
class Backlogs:
    """Messages by carrier and by account, and events."""

    messages: dict[str, Backlog]
    accounts: dict[int, Backlog]
    events: Backlog


def read_backlogs(tx: Tx) -> Backlogs:
    """What waits now. Walks through the indexes of what waits, so ask seldom."""
    senders = tx.senders.list_all()
    queued = [row for bucket in range(BUCKET_COUNT) for row in tx.waiting.queued(bucket)]
    accounts = {sender.number: sender.account_id for sender in senders}
    by_carrier = [(first_carrier(lane), count, oldest) for _, lane, count, oldest in queued]
    by_account = [
        (accounts[sender], count, oldest)
        for sender, _, count, oldest in queued
        if sender in accounts
    ]
    return Backlogs(
        _gather({sender.carrier for sender in senders}, by_carrier, tx.now_ms),
        _gather(set(accounts.values()), by_account, tx.now_ms),
        _events(tx),
    )


def _gather(owners: set[K], queued: list[tuple[K, int, int]], now_ms: int) -> dict[K, Backlog]:
    """What waits of each owner; owners with nothing waiting are there with 0."""
    counts = Counter(dict.fromkeys(owners, 0))
    oldest: dict[K, int] = {}
    for owner, count, oldest_id in queued:
        counts[owner] += count
        oldest[owner] = min(oldest.get(owner, oldest_id), oldest_id)
    return {
        owner: Backlog(count, _age_ms(now_ms, oldest.get(owner))) for owner, count in counts.items()
    }


def _events(tx: Tx) -> Backlog:
    found = [tx.waiting.waiting_events(bucket) for bucket in range(BUCKET_COUNT)]
    oldest = min((one for _, one in found if one is not None), default=None)
    return Backlog(sum(count for count, _ in found), _age_ms(tx.now_ms, oldest))


def _age_ms(now_ms: int, identifier: int | None) -> int:
    return 0 if identifier is None else max(0, now_ms - id_time_ms(identifier))
