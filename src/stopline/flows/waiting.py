"""How much waits, and for how long: read when somebody measures."""

from collections import Counter
from dataclasses import dataclass

from stopline.core.ids import BUCKET_COUNT, id_time_ms
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Backlog:
    """Things that wait, and since when the oldest one has."""

    count: int
    age_ms: int


@dataclass(frozen=True, slots=True)
class Backlogs:
    """Messages by carrier, and events."""

    messages: dict[str, Backlog]
    events: Backlog


def read_backlogs(tx: Tx) -> Backlogs:
    """What waits now. Walks through the indexes of what waits, so ask seldom."""
    return Backlogs(_messages(tx), _events(tx))


def _messages(tx: Tx) -> dict[str, Backlog]:
    carriers = {sender.number: sender.carrier for sender in tx.senders.list_all()}
    counts = Counter(dict.fromkeys(carriers.values(), 0))
    oldest: dict[str, int] = {}
    for bucket in range(BUCKET_COUNT):
        for sender, count, oldest_id in tx.waiting.queued(bucket):
            carrier = carriers.get(sender, "")
            counts[carrier] += count
            oldest[carrier] = min(oldest.get(carrier, oldest_id), oldest_id)
    return {
        carrier: Backlog(count, _age_ms(tx.now_ms, oldest.get(carrier)))
        for carrier, count in counts.items()
    }


def _events(tx: Tx) -> Backlog:
    found = [tx.waiting.waiting_events(bucket) for bucket in range(BUCKET_COUNT)]
    oldest = min((one for _, one in found if one is not None), default=None)
    return Backlog(sum(count for count, _ in found), _age_ms(tx.now_ms, oldest))


def _age_ms(now_ms: int, identifier: int | None) -> int:
    return 0 if identifier is None else max(0, now_ms - id_time_ms(identifier))
