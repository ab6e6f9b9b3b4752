"""Limits of requests over several processes: each tells its counts and hears the others'."""

from collections import defaultdict
from collections.abc import Sequence

from stopline.core.ids import BUCKET_COUNT
from stopline.core.request_counts import RequestCount
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# A count is of the last minute, so a minute later it is worth nothing.
COUNT_LIFE_MS = 60_000


@runs_as(Priority.SETTLE)
def share_request_counts(tx: Tx, counts: Sequence[RequestCount]) -> dict[str, RequestCount]:
    """Tell this process's counts; gives what all others together counted, by caller."""
    by_bucket: dict[int, list[RequestCount]] = defaultdict(list)
    for one in sorted(counts, key=lambda one: one.caller):
        by_bucket[bucket_of_caller(one.caller)].append(one)
    others: dict[str, RequestCount] = {}
    for bucket, group in sorted(by_bucket.items()):
        tx.request_counts.put(bucket, tx.node, group, tx.now_ms)
        callers = [one.caller for one in group]
        since_ms = tx.now_ms - COUNT_LIFE_MS
        for found in tx.request_counts.of_others(bucket, tx.node, callers, since_ms):
            others[found.caller] = _sum(others.get(found.caller), found)
    return others


def _sum(sum_: RequestCount | None, more: RequestCount) -> RequestCount:
    if sum_ is None:
        return more
    until_ms = max(sum_.blocked_until_ms, more.blocked_until_ms)
    return RequestCount(more.caller, sum_.count + more.count, until_ms)


def bucket_of_caller(caller: str) -> int:
    """The bucket of a caller's hash."""
    return int(caller[:2], 16) % BUCKET_COUNT
