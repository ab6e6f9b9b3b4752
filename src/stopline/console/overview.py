"""Overview: what goes through, what waits, what fails, who opts out."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.views import fragment
from stopline.console.visits import Visit, Visits
from stopline.console.wording import failure_words
from stopline.core.ledger import LedgerKind
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.flows.carrier_views import CarrierView, count_senders, list_carriers
from stopline.flows.watching import Queue, Traffic, read_traffic

HOUR_MS = 3_600_000
# Name in the address -> (span, slots, name on the page, seconds after which it is counted anew).
# A million messages take most of a second to count, so long ranges are counted seldom.
RANGES = {
    "1h": (HOUR_MS, 60, "Hour", 5),
    "24h": (24 * HOUR_MS, 96, "Day", 5),
    "7d": (168 * HOUR_MS, 84, "Week", 60),
    "30d": (720 * HOUR_MS, 120, "Month", 300),
}
DEFAULT_RANGE = "24h"
# Above it a number's texts are unwelcome to more people than is usual; carriers begin to look.
WARN_RATE = 0.02
# Below so many texts a rate says nothing.
MIN_SENT_FOR_RATE = 50
MAX_REMEMBERED = 200
# A count that takes longer goes on behind the answer.
PATIENCE_S = 0.2


@dataclass(frozen=True, slots=True)
class SenderLine:
    """One number: what it sent, how many opted out of it, what waits."""

    queue: Queue
    sent: int
    opt_outs: int

    @property
    def rate(self) -> float | None:
        """Opt-outs for each text; None where there are too few texts to say."""
        return self.opt_outs / self.sent if self.sent >= MIN_SENT_FOR_RATE else None


class Overview:
    """The page, with a short memory of its figures: many lookers cost one count.

    A count goes on behind an answer that did not wait for it: the answer shows the figures before,
    or says that they are being counted.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self._remembered: dict[tuple[int, str], tuple[int, Traffic]] = {}
        self._counts: dict[tuple[int, str], asyncio.Task[None]] = {}

    def routes(self, visits: Visits) -> list[Route]:
        """The routes of this page."""
        return [
            visits.get("/console/", self.show),
            visits.get("/console/overview/figures", self.figures),
        ]

    async def show(self, visit: Visit) -> Response:
        """The page; its figures come behind it."""
        return visit.page("overview.html", ranges=RANGES, chosen=_chosen(visit))

    async def figures(self, visit: Visit) -> Response:
        """The figures of a range."""
        chosen = _chosen(visit)
        found = await self._read(visit, chosen)
        if found is None:
            return fragment("overview_counting.html", chosen=chosen)
        counted_ms, traffic = found
        return fragment(
            "overview_figures.html",
            now_ms=visit.now_ms,
            counted_ms=counted_ms,
            has_simulator=visit.parts.handsets is not None,
            warn_rate=WARN_RATE,
            carriers=await _own_carriers(visit),
            **describe(traffic),
        )

    async def _read(self, visit: Visit, chosen: str) -> tuple[int, Traffic] | None:
        """The figures and when they were counted; None while they are counted the first time."""
        key = (visit.operator.account_id, chosen)
        found = self._remembered.get(key)
        if found is not None and visit.now_ms - found[0] < RANGES[chosen][3] * 1_000:
            return found
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = asyncio.create_task(self._count(visit, key))
        await asyncio.wait({count}, timeout=self._patience_s)
        if count.done():
            count.result()  # raises what the count raised
        return self._remembered.get(key)

    async def _count(self, visit: Visit, key: tuple[int, str]) -> None:
        span_ms, slots, _, _ = RANGES[key[1]]
        try:
            traffic = await visit.store.read(read_traffic, key[0], span_ms, slots)
        finally:
            del self._counts[key]
        if len(self._remembered) >= MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[key] = (visit.now_ms, traffic)


async def _own_carriers(visit: Visit) -> list[CarrierView]:
    """Those that numbers of the account send through."""
    own = await visit.store.read(count_senders, visit.operator.account_id)
    return [one for one in await visit.store.read(list_carriers) if one.name in own]


def _chosen(visit: Visit) -> str:
    chosen = visit.query.get("range", "")
    return chosen if chosen in RANGES else DEFAULT_RANGE


def describe(traffic: Traffic) -> dict[str, Any]:
    """What the page shows of the figures."""
    out = [one for one in traffic.messages if one.direction is Direction.OUTBOUND]
    statuses: Counter[MessageStatus] = Counter()
    failures: Counter[FailureCode] = Counter()
    for one in out:
        statuses[one.status] += one.count
        if one.failure is not None:
            failures[one.failure] += one.count
    waits = [queue.oldest_ms for queue in traffic.queues if queue.oldest_ms is not None]
    return {
        "traffic": traffic,
        "accepted": sum(statuses.values()),
        "received": sum(one.count for one in traffic.messages) - sum(statuses.values()),
        "statuses": statuses,
        "failures": [
            (code.value, failure_words(code), count) for code, count in failures.most_common()
        ],
        "queued": sum(queue.depth for queue in traffic.queues),
        "oldest_ms": min(waits, default=None),
        "opt_outs": _changes(traffic, LedgerKind.OPT_OUT),
        "opt_ins": _changes(traffic, LedgerKind.OPT_IN),
        "longest_ms": max((one.longest_ms for one in traffic.consents), default=None),
        "lines": _lines(traffic),
        "charts": _charts(traffic),
    }


def _points(traffic: Traffic, kind: LedgerKind) -> list[tuple[int, int]]:
    return [(one.slot, one.count) for one in traffic.consents if one.kind is kind]


def _changes(traffic: Traffic, kind: LedgerKind) -> int:
    return sum(count for _, count in _points(traffic, kind))


def _lines(traffic: Traffic) -> list[SenderLine]:
    sent: Counter[str] = Counter()
    opt_outs: Counter[str] = Counter()
    for one in traffic.messages:
        if one.direction is Direction.OUTBOUND and one.failure is not FailureCode.OPTED_OUT:
            sent[one.sender] += one.count
    for change in traffic.consents:
        if change.kind is LedgerKind.OPT_OUT:
            opt_outs[change.sender_mac] += change.count
    lines = [SenderLine(q, sent[q.sender], opt_outs[q.sender_mac]) for q in traffic.queues]
    return sorted(lines, key=lambda line: (-line.sent, line.queue.sender))


def _charts(traffic: Traffic) -> dict[str, dict[str, Any]]:
    messages = traffic.messages
    blocked = FailureCode.OPTED_OUT
    out = [one for one in messages if one.direction is Direction.OUTBOUND]
    return {
        "Messages": _chart(
            traffic,
            {
                "sent": ((m.slot, m.count) for m in out if m.failure is not blocked),
                "received": ((m.slot, m.count) for m in messages if m.direction.value),
                "blocked": ((m.slot, m.count) for m in out if m.failure is blocked),
            },
        ),
        "Consent": _chart(
            traffic,
            {
                "opted in": _points(traffic, LedgerKind.OPT_IN),
                "opted out": _points(traffic, LedgerKind.OPT_OUT),
            },
        ),
    }


def _chart(traffic: Traffic, series: "dict[str, Iterable[tuple[int, int]]]") -> dict[str, Any]:
    """Seconds, and for each name the counts of the slots."""
    slots = (traffic.before_ms - traffic.from_ms) // traffic.width_ms
    data: list[list[int]] = [
        [(traffic.from_ms + slot * traffic.width_ms) // 1000 for slot in range(slots)]
    ]
    for points in series.values():
        counted: Counter[int] = Counter()
        for slot, count in points:
            counted[slot] += count
        data.append([counted[slot] for slot in range(slots)])
    return {"names": list(series), "data": data}
