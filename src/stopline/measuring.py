"""What is measured: transactions as workers make them, and what waits when somebody asks.

A flow knows nothing of it: the store that workers get looks at what went in and came out. No
label holds a number of a person or an account.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from stopline.core.carriage import Claim, Inbound, Receipt, SubmitAnswer
from stopline.core.deliveries import DeliveryResult
from stopline.core.hints import Hint
from stopline.core.keywords import DEFAULT_KEYWORDS, Context, KeywordClass, classify
from stopline.core.messages import FailureCode
from stopline.flows.inbound import receive_messages
from stopline.flows.notify import settle_deliveries
from stopline.flows.ports import Gate, Store
from stopline.flows.receipts import record_receipts
from stopline.flows.sockets import SocketResult, settle_for_sockets
from stopline.flows.submissions import claim_submissions, settle_submissions
from stopline.flows.waiting import Backlogs, read_backlogs
from stopline.store.tx import Tx

P = ParamSpec("P")
R = TypeVar("R")

# From a millisecond to the ten seconds after which everything is late.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Counting what waits walks through indexes: however often somebody asks, it is done so often.
BACKLOG_FRESH_S = 10.0
# Everything a worker does that takes time; other flows are measured together.
_OTHER = "other"
_NAMED = frozenset(
    {
        "claim_submissions",
        "settle_submissions",
        "receive_messages",
        "record_receipts",
        "claim_deliveries",
        "settle_deliveries",
        "claim_for_sockets",
        "settle_for_sockets",
        "stage_messages",
        "accept_batch",
    }
)

# After a commit: what came out, what went in, the moment.
Recorder = Callable[[Any, Sequence[Any], int], None]


class Figures:
    """Every metric of the process, under a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.transactions = Histogram(
            "stopline_transaction_seconds",
            "From the call of a flow to its commit, waiting included",
            ["flow"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.texts = Histogram(
            "stopline_text_commit_seconds",
            "From the receipt of a person's text to the commit of all it caused",
            ["carrier", "kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.claimed = self._counter("claimed", "Messages claimed for a carrier", ["carrier"])
        self.answers = self._counter(
            "answers",
            "Carriers' answers to messages, by outcome and class of failure",
            ["carrier", "outcome", "failure"],
        )
        self.receipts = self._counter(
            "receipts",
            "Delivery receipts, by status and class of failure",
            ["carrier", "status", "failure"],
        )
        self.deliveries = self._counter(
            "event_deliveries", "Attempts to tell an application", ["transport", "outcome"]
        )
        self.queued = self._gauge("queued_messages", "Messages that wait", ["carrier"])
        self.queue_age = self._gauge(
            "queue_age_seconds", "Since when the oldest of them waits", ["carrier"]
        )
        self.waiting_events = self._gauge("waiting_events", "Events that wait", [])
        self.events_age = self._gauge(
            "waiting_events_age_seconds", "Since when the oldest of them waits", []
        )
        self._recorders: dict[Callable[..., Any], Recorder] = {
            claim_submissions: self._claim,
            settle_submissions: self._answers,
            receive_messages: self._texts,
            record_receipts: self._receipts,
            settle_deliveries: self._settle,
            settle_for_sockets: self._settle_sockets,
        }

    def record(
        self, flow: Callable[..., Any], arguments: Sequence[Any], result: Any, seconds: float
    ) -> None:
        """A transaction was committed."""
        name = getattr(flow, "__name__", "")
        name = name if name in _NAMED else _OTHER
        self.transactions.labels(name).observe(seconds)
        recorder = self._recorders.get(flow)
        if recorder is not None:
            recorder(result, arguments, time.time_ns() // 1_000_000)

    def show_backlogs(self, backlogs: Backlogs) -> None:
        """What waits, as it was just read."""
        for carrier, backlog in backlogs.messages.items():
            self.queued.labels(carrier).set(backlog.count)
            self.queue_age.labels(carrier).set(backlog.age_ms / 1_000)
        self.waiting_events.set(backlogs.events.count)
        self.events_age.set(backlogs.events.age_ms / 1_000)

    def _counter(self, name: str, text: str, labels: Sequence[str]) -> Counter:
        return Counter(f"stopline_{name}", text, labels, registry=self.registry)

    def _gauge(self, name: str, text: str, labels: Sequence[str]) -> Gauge:
        return Gauge(f"stopline_{name}", text, labels, registry=self.registry)

    # What went through each flow.

    def _claim(self, result: Claim, arguments: Sequence[Any], _now_ms: int) -> None:
        if result.submissions:
            self.claimed.labels(arguments[0]).inc(len(result.submissions))

    def _answers(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        carrier: str = arguments[0]
        answers: Sequence[SubmitAnswer] = arguments[1]
        for answer in answers:
            self.answers.labels(carrier, answer.outcome.value, _failure(answer.failure)).inc()

    def _texts(self, _result: int, arguments: Sequence[Any], now_ms: int) -> None:
        inbounds: Sequence[Inbound] = arguments[0]
        for inbound in inbounds:
            found = classify(inbound.text, DEFAULT_KEYWORDS, Context())
            kind = "stop" if found.keyword_class is KeywordClass.OPT_OUT else "other"
            seconds = max(0, now_ms - inbound.received_at_ms) / 1_000
            self.texts.labels(inbound.carrier, kind).observe(seconds)

    def _receipts(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        receipts: Sequence[Receipt] = arguments[0]
        for receipt in receipts:
            status = receipt.status.name.lower()
            self.receipts.labels(receipt.carrier, status, _failure(receipt.failure)).inc()

    def _settle(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        results: Sequence[DeliveryResult] = arguments[0]
        for result in results:
            outcome = "delivered" if result.trial.is_success else result.trial.failure
            self.deliveries.labels("webhook", outcome).inc()

    def _settle_sockets(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        results: Sequence[SocketResult] = arguments[0]
        self.deliveries.labels("socket", "delivered").inc(len(results))


def _failure(code: FailureCode | None) -> str:
    return code.name.lower() if code else ""


class MeasuredStore:
    """A store whose transactions are measured; everything else is as it was."""

    def __init__(self, store: Store, figures: Figures) -> None:
        self._store = store
        self._figures = figures

    async def transact(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As the store's; measured after the commit."""
        began = time.perf_counter()
        result = await self._store.transact(flow, *args, **kwargs)
        self._figures.record(flow, args, result, time.perf_counter() - began)
        return result

    async def read(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As the store's."""
        return await self._store.read(flow, *args, **kwargs)

    def on_commit(self, listener: Callable[[frozenset[Hint]], None]) -> None:
        """As the store's."""
        self._store.on_commit(listener)

    def gone_nodes(self) -> list[int]:
        """As the store's."""
        return self._store.gone_nodes()

    def forget_nodes(self, nodes: list[int]) -> None:
        """As the store's."""
        self._store.forget_nodes(nodes)

    @property
    def gate(self) -> Gate:
        """As the store's."""
        return self._store.gate


class Metrics:
    """Renders what was measured; what waits is counted at most every ten seconds."""

    def __init__(self, store: Store, figures: Figures) -> None:
        self._store = store
        self._figures = figures
        self._fresh_until = 0.0

    async def render(self) -> bytes:
        """The text that Prometheus reads."""
        if time.monotonic() >= self._fresh_until:
            self._fresh_until = time.monotonic() + BACKLOG_FRESH_S
            self._figures.show_backlogs(await self._store.read(read_backlogs))
        return generate_latest(self._figures.registry)
