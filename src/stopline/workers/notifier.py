"""Delivers events to webhooks: claims in groups, posts side by side, settles in groups."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

import structlog

from stopline.core.deliveries import Delivery, DeliveryResult, Webhook
from stopline.core.hints import Hint
from stopline.core.ids import BUCKET_COUNT
from stopline.core.retry import parse_retry_after
from stopline.core.subscriptions import Subscription, Trial
from stopline.egress.client import TOTAL_MS, EgressAnswer, EgressClient, EgressError
from stopline.flows.notify import (
    KEPT_DELIVERIES,
    claim_deliveries,
    count_deliveries,
    list_lanes,
    release_deliveries,
    settle_deliveries,
    tidy_deliveries,
    trim_failing,
)
from stopline.flows.ports import Store
from stopline.flows.subscriptions import forget_expired, remind_subscribers
from stopline.rounds import attempt, repeat
from stopline.workers.outbox import Outbox, Outboxes
from stopline.workers.wake import Alarm

# An idle notifier looks for due retries this often; new events wake it at once.
POLL_MS = 200
# Between two claims under load: what is held in memory lasts longer than that.
CLAIM_GAP_MS = 20
# Answers are gathered for this long, or until there are so many, into one transaction.
SETTLE_MS = 5
SETTLE_LIMIT = 256
# Retention and reminders.
UPKEEP_MS = 60_000
# Slices of one bucket in one round of upkeep; what is left waits for the next round.
UPKEEP_SLICES = 50
# After an error of the store, which says no for longer than a moment.
PAUSE_AFTER_ERROR_MS = 1_000
KEPT_MS = 72 * 3_600_000
INTERNAL = "internal"
REASON_LIMIT = 100  # characters of a foreign reason phrase that are kept
ANSWER_CHARS = 1_000  # of an endpoint's answer, kept for the log
# What may open something at the receiver's, and what tells nothing.
_UNQUOTED_HEADERS = frozenset({"set-cookie", "date", "connection", "keep-alive"})
_ASKS_TO_WAIT = frozenset({429, 503})

log = structlog.get_logger(__name__)


class Renderer(Protocol):
    """Turns a delivery into the subscriber's words."""

    def __call__(self, delivery: Delivery, subscription: Subscription, now_ms: int) -> Webhook: ...


def wall_clock_ms() -> int:
    """Epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def random_jitter() -> float:
    """Between -1 and 1."""
    return random.uniform(-1, 1)


class Notifier:
    """Sends what is due until it is stopped. Made on the event loop that runs it."""

    name = "notifier"

    def __init__(
        self,
        store: Store,
        client: EgressClient,
        render: Renderer,
        *,
        kept_ms: int = KEPT_MS,
        clock_ms: Callable[[], int] = wall_clock_ms,
        jitter: Callable[[], float] = random_jitter,
    ) -> None:
        self._store = store
        self._client = client
        self._render = render
        self._kept_ms = kept_ms
        self._clock_ms = clock_ms
        self._jitter = jitter
        self._boxes = Outboxes()
        self._results: list[DeliveryResult] = []
        self._unused: list[Delivery] = []
        self._probes: set[int] = set()
        self._alarm = Alarm(store, Hint.DELIVERIES)
        self._answered = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._posts: set[asyncio.Task[None]] = set()
        self._is_stopping = False

    async def start(self) -> None:
        """Begin; returns at once."""
        for body in (self._claim_round, self._settle_round, self._upkeep_round):
            self._loops.append(asyncio.create_task(repeat("notifier", body, PAUSE_AFTER_ERROR_MS)))

    async def stop(self, timeout_ms: int) -> None:
        """Claim nothing new, let posts end within `timeout_ms`, write how they ended."""
        self._is_stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._unused += self._boxes.drain()
        if self._posts:
            await asyncio.wait(self._posts, timeout=timeout_ms / 1_000)
        for post in self._posts:
            post.cancel()
        await self._write_results()

    # Claiming.

    async def _claim_round(self) -> None:
        await self._alarm.wait(POLL_MS)
        now_ms = self._clock_ms()
        lanes = [lane for lane in await self._store.read(list_lanes) if lane.due_ms <= now_ms]
        rooms = self._boxes.rooms(lane.subscription_id for lane in lanes)
        lanes = [lane for lane in lanes if lane.subscription_id in rooms]
        if not lanes:
            return
        for claim in await self._store.transact(claim_deliveries, lanes, rooms):
            if claim.is_probe:
                self._probes.update(delivery.id for delivery in claim.deliveries)
            self._boxes.add(claim)
        self._begin_posts()
        await asyncio.sleep(CLAIM_GAP_MS / 1_000)

    # Posting.

    def _begin_posts(self) -> None:
        if self._is_stopping:
            return
        for box, delivery in self._boxes.begin():
            post = asyncio.create_task(self._post_in_turn(box, delivery))
            self._posts.add(post)
            post.add_done_callback(self._posts.discard)

    async def _post_in_turn(self, box: Outbox, first: Delivery) -> None:
        """One post after the other: a task for each would cost more than it brings."""
        following: Delivery | None = first
        try:
            while following is not None:
                await self._post(box.subscription, following)
                following = self._boxes.following(box)
                if self._boxes.runs_low(box):
                    self._alarm.ring()
        finally:
            self._boxes.end(box)
            self._begin_posts()

    async def _post(self, subscription: Subscription, delivery: Delivery) -> None:
        started_ms = self._clock_ms()
        if started_ms + TOTAL_MS > delivery.lease_ms:
            self._unused.append(delivery)
        else:
            work = partial(self._try, subscription, delivery, started_ms)
            # After a fault of ours this one is tried later, and the others go on.
            failed = Trial(None, INTERNAL, INTERNAL)
            trial = await attempt("delivery", work, failed, delivery=delivery.id)
            duration_ms = self._clock_ms() - started_ms
            self._results.append(DeliveryResult(delivery, trial, started_ms, duration_ms))
        self._answered.set()

    async def _try(self, subscription: Subscription, delivery: Delivery, now_ms: int) -> Trial:
        try:
            webhook = self._render(delivery, subscription, now_ms)
            answer = await self._client.post(subscription.address, webhook.body, webhook.headers)
        except EgressError as error:
            return Trial(None, error.failure.value, error.failure.value)
        return read_answer(answer, self._clock_ms())

    # Settling.

    async def _settle_round(self) -> None:
        await self._answered.wait()
        if len(self._results) < SETTLE_LIMIT:
            await asyncio.sleep(SETTLE_MS / 1_000)
        self._answered.clear()
        await self._write_results()
        self._alarm.ring()  # what waited behind these may go now

    async def _write_results(self) -> None:
        while self._results:
            group = self._results[:SETTLE_LIMIT]
            probes = self._probes.intersection(result.delivery.id for result in group)
            jitter = [self._jitter() for _ in group]
            await self._store.transact(settle_deliveries, group, frozenset(probes), jitter)
            del self._results[: len(group)]
            self._probes -= probes
        if self._unused:
            unused = list(self._unused)
            await self._store.transact(release_deliveries, unused)
            del self._unused[: len(unused)]

    # Upkeep.

    async def _upkeep_round(self) -> None:
        if await self._store.transact(remind_subscribers):
            self._alarm.ring()
        await self._store.transact(forget_expired)
        for _ in range(UPKEEP_SLICES):
            if not await self._store.transact(trim_failing):
                break
        counts = await self._store.read(count_deliveries)
        total = sum(counts)
        for bucket in range(BUCKET_COUNT):
            over = total - KEPT_DELIVERIES
            await self._tidy(bucket, over * counts[bucket] // total if over > 0 else 0)
        await asyncio.sleep(UPKEEP_MS / 1_000)

    async def _tidy(self, bucket: int, excess: int) -> None:
        for _ in range(UPKEEP_SLICES):
            done = await self._store.transact(tidy_deliveries, bucket, self._kept_ms, excess)
            excess -= done
            if not done:
                return


def read_answer(answer: EgressAnswer, now_ms: int) -> Trial:
    """What an endpoint's answer means for a delivery."""
    phrase = "".join(c for c in answer.reason if c.isprintable())[:REASON_LIMIT]
    wish = answer.headers.get("retry-after") if answer.status in _ASKS_TO_WAIT else None
    trial = Trial(
        answer.status,
        reason=f"{answer.status} {phrase}".strip(),
        retry_after_ms=None if wish is None else parse_retry_after(wish, now_ms),
        answer=quote_answer(answer),
    )
    return trial if trial.is_success else replace(trial, failure="status")


def quote_answer(answer: EgressAnswer) -> str:
    """What an endpoint answered, as text for the log: its headers but cookies, and its body."""
    lines = [
        f"{name}: {value}"
        for name, value in answer.headers.items()
        if name not in _UNQUOTED_HEADERS
    ]
    body = answer.body.decode("utf-8", "replace")
    text = "\n".join([f"{answer.status} {answer.reason}".strip(), *lines, "", body]).strip()
    return "".join(c if c.isprintable() or c == "\n" else "·" for c in text[:ANSWER_CHARS])
