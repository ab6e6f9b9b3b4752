"""Every metric of a process: what it is called, what its labels are, how it is counted.

No label holds a number of a person or an account: accounts go by a handle that only somebody
with the server's key can tell, and that `stopline accounts list` shows.
"""

import time
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from stopline.core.access import account_handle
from stopline.core.carriage import Claim, Inbound, NetworkWord, Receipt, SubmitAnswer
from stopline.core.carrier_reports import CarrierReport
from stopline.core.deliveries import DeliveryResult
from stopline.core.keywords import DEFAULT_KEYWORDS, Context, KeywordClass, classify
from stopline.core.messages import FailureCode
from stopline.core.tally import Tallies
from stopline.flows.inbound import receive_messages
from stopline.flows.notify import settle_deliveries
from stopline.flows.receipts import record_receipts
from stopline.flows.sockets import SocketResult, settle_for_sockets
from stopline.flows.submissions import claim_submissions, doubt_submissions, settle_submissions
from stopline.flows.waiting import Backlogs

# From a millisecond to the ten seconds after which everything is late.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Everything a worker does that takes time; other flows are measured together.
OTHER = "other"
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
        "complete_batch",
    }
)
# Accounts with a label of their own; those that come later share one, so that no installation
# makes more series than Prometheus likes.
MAX_ACCOUNTS = 500

# After a commit: what came out, what went in, the moment.
Recorder = Callable[[Any, Sequence[Any], int], None]


class Figures:
    """Every metric of the process, under a registry of its own."""

    def __init__(self, server_key: bytes) -> None:
        self._server_key = server_key
        self._handles: dict[int, str] = {}
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._define_work()
        self._define_gauges()
        self._recorders: dict[Callable[..., Any], Recorder] = {
            claim_submissions: self._claim,
            settle_submissions: self._answers,
            doubt_submissions: self._doubts,
            receive_messages: self._texts,
            record_receipts: self._receipts,
            settle_deliveries: self._settle,
            settle_for_sockets: self._settle_sockets,
        }

    def _define_work(self) -> None:
        self.transactions = self._histogram(
            "transaction", "From the call of a flow to its commit, waiting included", ["flow"]
        )
        self.texts = self._histogram(
            "text_commit",
            "From the receipt of a person's text to the commit of all it caused",
            ["carrier", "kind"],
        )
        self.gate_waits = self._histogram(
            "gate_wait", "From a claim's coming to the gate to its being let in", []
        )
        self.gate_holds = self._histogram(
            "gate_hold", "How long a hand-over kept the gate open: what a STOP waits for", []
        )
        self.claimed = self._counter("claimed", "Messages claimed for a carrier", ["carrier"])
        self.answers = self._counter(
            "answers",
            "Carriers' answers to messages, by outcome and class of failure",
            ["carrier", "outcome", "failure"],
        )
        self.doubts = self._counter("doubts", "Messages handed over whose answer was lost", [])
        self.receipts = self._counter(
            "receipts",
            "Delivery receipts, by status and class of failure",
            ["carrier", "status", "failure"],
        )
        self.network_words = self._counter(
            "network_words",
            "What carriers said of persons and numbers beyond why a message failed",
            ["carrier", "word"],
        )
        self.deliveries = self._counter(
            "event_deliveries", "Attempts to tell an application", ["transport", "outcome"]
        )
        self.messages = self._counter(
            "messages", "Messages that came to a status", ["account", "status", "failure"]
        )
        self.inbounds = self._counter("texts", "Persons' texts that were stored", ["account"])
        self.consents = self._counter(
            "consent_changes", "Records of consent that turned", ["account", "change", "source"]
        )

    def _define_gauges(self) -> None:
        self.queued = self._gauge("queued_messages", "Messages that wait", ["carrier"])
        self.queue_age = self._gauge(
            "queue_age_seconds", "Since when the oldest of them waits", ["carrier"]
        )
        self.account_queued = self._gauge(
            "account_queued_messages", "Messages of an account that wait", ["account"]
        )
        self.account_queue_age = self._gauge(
            "account_queue_age_seconds", "Since when the oldest of them waits", ["account"]
        )
        link = ["carrier", "link"]
        self.link_up = self._gauge("carrier_link_up", "Whether a connection is up", link)
        self.link_window = self._gauge(
            "carrier_link_window", "Messages that may be outstanding on a connection", link
        )
        self.link_in_use = self._gauge(
            "carrier_link_in_use", "Messages that are outstanding on a connection", link
        )
        self.carrier_slowed = self._gauge(
            "carrier_slowed_to",
            "Messages a second after a carrier's not now; 0 while it is not slowed",
            ["carrier"],
        )
        self.waiting_events = self._gauge("waiting_events", "Events that wait", [])
        self.events_age = self._gauge(
            "waiting_events_age_seconds", "Since when the oldest of them waits", []
        )

    def record(
        self, flow: Callable[..., Any], arguments: Sequence[Any], result: Any, seconds: float
    ) -> None:
        """A transaction was committed."""
        self.transactions.labels(flow_name(flow)).observe(seconds)
        recorder = self._recorders.get(flow)
        if recorder is not None:
            recorder(result, arguments, time.time_ns() // 1_000_000)

    def count(self, tallies: Tallies) -> None:
        """What a committed transaction did."""
        for (account_id, status, why), count in tallies.messages.items():
            label = self._account(account_id)
            self.messages.labels(label, status.name.lower(), _failure(why)).inc(count)
        for account_id, count in tallies.texts.items():
            self.inbounds.labels(self._account(account_id)).inc(count)
        for (account_id, kind, source), count in tallies.consents.items():
            self.consents.labels(self._account(account_id), kind.value, source.value).inc(count)

    def show_carriers(self, reports: Mapping[str, CarrierReport]) -> None:
        """How this process's carriers stand, as it was just seen."""
        for carrier, report in reports.items():
            self.carrier_slowed.labels(carrier).set(report.slowed_to or 0)
            for link in report.links:
                self.link_up.labels(carrier, link.name).set(link.is_up)
                self.link_window.labels(carrier, link.name).set(link.window)
                self.link_in_use.labels(carrier, link.name).set(link.in_use)

    def show_backlogs(self, backlogs: Backlogs) -> None:
        """What waits, as it was just read."""
        for carrier, backlog in backlogs.messages.items():
            self.queued.labels(carrier).set(backlog.count)
            self.queue_age.labels(carrier).set(backlog.age_ms / 1_000)
        self._show_accounts(backlogs)
        self.waiting_events.set(backlogs.events.count)
        self.events_age.set(backlogs.events.age_ms / 1_000)

    def _show_accounts(self, backlogs: Backlogs) -> None:
        counts: dict[str, int] = defaultdict(int)
        ages_ms: dict[str, int] = defaultdict(int)
        for account_id, backlog in backlogs.accounts.items():
            label = self._account(account_id)
            counts[label] += backlog.count
            ages_ms[label] = max(ages_ms[label], backlog.age_ms)
        # An account whose numbers are gone must not go on showing its last figure.
        self.account_queued.clear()
        self.account_queue_age.clear()
        for label, count in counts.items():
            self.account_queued.labels(label).set(count)
            self.account_queue_age.labels(label).set(ages_ms[label] / 1_000)

    def _account(self, account_id: int) -> str:
        handle = self._handles.get(account_id)
        if handle is None:
            if len(self._handles) >= MAX_ACCOUNTS:
                return OTHER
            handle = account_handle(self._server_key, account_id)
            self._handles[account_id] = handle
        return handle

    def _histogram(self, name: str, text: str, labels: Sequence[str]) -> Histogram:
        return Histogram(
            f"stopline_{name}_seconds", text, labels, buckets=_SECONDS, registry=self.registry
        )

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
        for (outcome, failure), count in Tally((a.outcome, a.failure) for a in answers).items():
            self.answers.labels(carrier, outcome.value, _failure(failure)).inc(count)
        self._words((carrier, answer.word) for answer in answers)

    def _doubts(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        self.doubts.inc(len(arguments[0]))

    def _texts(self, _result: int, arguments: Sequence[Any], now_ms: int) -> None:
        inbounds: Sequence[Inbound] = arguments[0]
        kinds = {text: _kind_of(text) for text in {inbound.text for inbound in inbounds}}
        carriers = {inbound.carrier for inbound in inbounds}
        observe = {
            (carrier, kind): self.texts.labels(carrier, kind).observe
            for carrier in carriers
            for kind in set(kinds.values())
        }
        for inbound in inbounds:
            seconds = max(0, now_ms - inbound.received_at_ms) / 1_000
            observe[inbound.carrier, kinds[inbound.text]](seconds)

    def _receipts(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        receipts: Sequence[Receipt] = arguments[0]
        tally = Tally((receipt.carrier, receipt.status, receipt.failure) for receipt in receipts)
        for (carrier, status, failure), count in tally.items():
            self.receipts.labels(carrier, status.name.lower(), _failure(failure)).inc(count)
        self._words((receipt.carrier, receipt.word) for receipt in receipts)

    def _words(self, said: Iterable[tuple[str, NetworkWord | None]]) -> None:
        for (carrier, word), count in Tally(one for one in said if one[1] is not None).items():
            self.network_words.labels(carrier, word.value if word else "").inc(count)

    def _settle(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        results: Sequence[DeliveryResult] = arguments[0]
        tally = Tally("delivered" if r.trial.is_success else r.trial.failure for r in results)
        for outcome, count in tally.items():
            self.deliveries.labels("webhook", outcome).inc(count)

    def _settle_sockets(self, _result: None, arguments: Sequence[Any], _now_ms: int) -> None:
        results: Sequence[SocketResult] = arguments[0]
        self.deliveries.labels("socket", "delivered").inc(len(results))


def flow_name(flow: Callable[..., Any]) -> str:
    """What a flow is called in metrics and traces: those that matter by name, others together."""
    name = getattr(flow, "__name__", "")
    return name if name in _NAMED else OTHER


def _failure(code: FailureCode | None) -> str:
    return code.name.lower() if code else ""


def _kind_of(text: str) -> str:
    found = classify(text, DEFAULT_KEYWORDS, Context())
    return "stop" if found.keyword_class is KeywordClass.OPT_OUT else "other"
