"""Events from their fact to the end of their delivery, on a clock that is moved by hand."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import apsw
import pytest

from stopline.core.deliveries import Delivery, DeliveryResult, DeliveryState
from stopline.core.events import (
    ConsentChanged,
    Event,
    EventFilter,
    EventKind,
    Interest,
    MessageChanged,
)
from stopline.core.messages import Direction, MessageStatus
from stopline.core.retry import BLACKLIST_AFTER_MS, HOUR_MS
from stopline.core.subscriptions import Subscription, SubscriptionStatus, TokenName, Trial
from stopline.flows import notify
from stopline.flows import subscriptions as flows
from stopline.store.statements import sqlite_statements
from support.schema import put_empty_store
from support.stores import START_MS, VirtualStore

ACCOUNT, BUCKET = 810200300, 17
OWNER = flows.Owner(ACCOUNT, 810200401, 5)
LIMIT = flows.Limit(100, per_user_and_app=False)
EVERYTHING = (
    Interest("opt-outs", (EventFilter(EventKind.OPT_OUT),)),
    Interest("messages", (EventFilter(EventKind.MESSAGE),)),
)
GOOD = Trial(200)
BAD = Trial(500, "status", "500 Internal Server Error")
GONE = Trial(410, "status", "410 Gone")
DEAD = Trial(None, "unreachable", "unreachable")


@pytest.fixture
def store(tmp_path: Path, store_url: str | None) -> Iterator[VirtualStore]:
    it = VirtualStore(tmp_path, store_url)
    yield it
    it.close()


def wish(interests: tuple[Interest, ...] = EVERYTHING, lifetime_s: int = 30 * 86_400) -> flows.Wish:
    return flows.Wish(
        "https://crm.example.net/", TokenName.NONE, "", interests, None, False, lifetime_s
    )


def subscribe(store: VirtualStore, *interests: Interest) -> Subscription:
    created: Subscription = store.do(
        flows.create_subscription, OWNER, wish(interests or EVERYTHING), LIMIT
    )
    return created


def consent(person: int = 1, *, out: bool = True) -> ConsentChanged:
    return ConsentChanged("+12025550142", f"+1312555{person:04}", out, "recipient", START_MS)


def message(number: int, status: MessageStatus = MessageStatus.SENT) -> MessageChanged:
    return MessageChanged(
        number, None, "+12025550142", "+13125550161", Direction.OUTBOUND, "hello", status, None, 1,
        7_000, START_MS, START_MS,
    )  # fmt: skip


def announce(store: VirtualStore, *events: Event) -> int:
    count: int = store.do(notify.announce, ACCOUNT, BUCKET, events)
    return count


def claim(store: VirtualStore, limit: int = 100) -> list[Delivery]:
    lanes = store.read(notify.list_lanes)
    limits = {lane.subscription_id: limit for lane in lanes}
    claims = store.do(notify.claim_deliveries, lanes, limits)
    store.probes = frozenset(d.id for c in claims if c.is_probe for d in c.deliveries)
    return [delivery for c in claims for delivery in c.deliveries]


def settle(store: VirtualStore, deliveries: Sequence[Delivery], trial: Trial) -> None:
    results = [DeliveryResult(d, trial, store.clock.now_ms, 5) for d in deliveries]
    store.do(notify.settle_deliveries, results, store.probes, [0.0] * len(results))


def attempt(store: VirtualStore, trial: Trial, limit: int = 100) -> list[Delivery]:
    deliveries = claim(store, limit)
    settle(store, deliveries, trial)
    return deliveries


def read(store: VirtualStore, subscription: Subscription) -> Subscription:
    found: Subscription = store.do(flows.read_subscription, OWNER, subscription.id)
    return found


def wait(store: VirtualStore, subscription: Subscription) -> None:
    """Move the clock to the moment at which something may be due next."""
    due_ms = min(lane.due_ms for lane in store.read(notify.list_lanes))
    wait_ms = read(store, subscription).health.wait_until_ms
    store.clock.now_ms = max(store.clock.now_ms, due_ms, wait_ms)


def states(
    store: VirtualStore, subscription: Subscription, limit: int = 100
) -> list[DeliveryState]:
    found = store.do(flows.list_deliveries, OWNER, subscription.id, limit=limit)
    return [view.state for view in found]


def test_an_event_becomes_a_delivery_where_somebody_asked(store: VirtualStore) -> None:
    """One for each live subscription that matches, none for the others."""
    assert announce(store, consent()) == 0
    subscribe(store)
    subscribe(store, Interest("messages", (EventFilter(EventKind.MESSAGE),)))
    assert announce(store, consent(), message(1)) == 3


def test_other_accounts_hear_nothing(store: VirtualStore) -> None:
    """A subscription sees events of its own account alone."""
    subscribe(store)
    assert store.do(notify.announce, ACCOUNT + 1, BUCKET, [consent()]) == 0


def test_nothing_is_announced_when_the_fact_is_not_stored(store: VirtualStore) -> None:
    """Deliveries share the transaction of their fact."""
    subscribe(store)

    def fail(tx: object) -> None:
        notify.announce(tx, ACCOUNT, BUCKET, [consent()])  # type: ignore[arg-type]
        raise RuntimeError("the fact could not be written")

    with pytest.raises(RuntimeError):
        store.do(fail)
    assert claim(store) == []


def test_a_claim_is_exclusive_until_its_lease_ends(store: VirtualStore) -> None:
    """After a crash the delivery comes again with the same uuid and the next attempt number."""
    subscribe(store)
    announce(store, consent())
    first = claim(store)
    assert claim(store) == []
    store.clock.now_ms += notify.LEASE_MS
    again = claim(store)
    assert [d.id for d in again] == [d.id for d in first]
    assert [d.attempt for d in again] == [2]


def test_a_late_result_of_an_older_claim_changes_nothing(store: VirtualStore) -> None:
    """Only the claim that holds the delivery may settle it."""
    subscription = subscribe(store)
    announce(store, consent())
    old = claim(store)
    store.clock.now_ms += notify.LEASE_MS
    claim(store)
    settle(store, old, GOOD)
    assert states(store, subscription) == [DeliveryState.PENDING]


def test_order_is_kept_within_a_pair_and_nowhere_else(store: VirtualStore) -> None:
    """The next event of a pair waits until the one before is delivered; other pairs go on."""
    subscribe(store)
    announce(store, consent(1, out=True), consent(2, out=True), consent(1, out=True))
    first = claim(store)
    assert [d.subject[-4:] for d in first] == ["0001", "0002"]
    settle(store, first, GOOD)
    assert [d.subject[-4:] for d in claim(store)] == ["0001"]


def test_followers_wait_as_long_as_the_one_that_failed(store: VirtualStore) -> None:
    """A failed head holds its pair until its next attempt; then they go in order, once each."""
    subscribe(store)
    announce(store, consent(1), consent(1), consent(1), consent(2))
    failed = claim(store, limit=1)
    settle(store, failed, BAD)
    assert [d.subject[-4:] for d in attempt(store, GOOD)] == ["0002"]
    store.clock.now_ms += 5_000
    delivered = []
    while batch := attempt(store, GOOD):
        delivered += [d.id for d in batch]
    assert delivered[0] == failed[0].id
    assert delivered == sorted(delivered)
    assert len(delivered) == 3


def test_a_failing_endpoint_is_tried_at_the_schedule(store: VirtualStore) -> None:
    """R13: 500 for hours: each attempt at its time, all of them in the log, then one success."""
    subscription = subscribe(store)
    announce(store, consent())
    tried = []
    while len(tried) < 8:
        if deliveries := attempt(store, BAD):
            tried.append((store.clock.now_ms, deliveries[0]))
        wait(store, subscription)
    gaps = [(later - earlier) / 1_000 for (earlier, _), (later, _) in pairwise(tried)]
    assert gaps == [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]
    assert len({delivery.id for _, delivery in tried}) == 1
    (last,) = attempt(store, GOOD)
    assert attempt(store, GOOD) == []
    assert states(store, subscription) == [DeliveryState.DELIVERED]
    log = store.do(flows.list_attempts, last.id)
    assert [entry.attempt for entry in log] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {entry.http_status for entry in log} == {500}


@pytest.mark.on_sqlite("hundreds of attempts; when the next one is due, the core says")
def test_a_status_is_given_up_when_the_schedule_ends_and_consent_never(store: VirtualStore) -> None:
    """What can be read from the messages again is dropped, counted; an opt-out is not."""
    subscription = subscribe(store)
    announce(store, consent(), message(1))
    for _ in range(400):
        attempt(store, BAD)
        store.clock.now_ms += HOUR_MS
    views = store.do(flows.list_deliveries, OWNER, subscription.id)
    by_kind = {view.kind: view.state for view in views}
    assert by_kind == {
        EventKind.OPT_OUT: DeliveryState.PENDING,
        EventKind.MESSAGE: DeliveryState.GIVEN_UP,
    }
    assert store.do(flows.count_losses, subscription.id) == 1


def test_a_paused_subscription_gets_one_probe_at_a_time(store: VirtualStore) -> None:
    """Five failures pause; then one delivery, not before 5 s, and no second beside it."""
    subscribe(store)
    announce(store, *[consent(person) for person in range(20)])
    assert len(attempt(store, DEAD, limit=5)) == 5
    assert claim(store) == []
    store.clock.now_ms += 5_000
    probe = claim(store)
    assert len(probe) == 1
    assert claim(store) == []
    settle(store, probe, DEAD)
    store.clock.now_ms += 5_000
    assert claim(store) == []


def test_a_probe_that_was_lost_is_followed_by_another(store: VirtualStore) -> None:
    """A crash during a probe holds the subscription for one lease, not for ever."""
    subscribe(store)
    announce(store, *[consent(person) for person in range(20)])
    attempt(store, DEAD, limit=5)
    store.clock.now_ms += 5_000
    assert len(claim(store)) == 1
    store.clock.now_ms += notify.LEASE_MS
    assert len(claim(store)) == 1


def test_an_endpoint_that_is_back_gets_everything_once_and_in_order(store: VirtualStore) -> None:
    """R13: after hours of outage one good probe frees the rest, whatever each waited for."""
    subscription = subscribe(store)
    events = [consent(n % 5, out=True) for n in range(30)]
    announce(store, *events)
    for _ in range(80):
        attempt(store, DEAD)
        store.clock.now_ms += HOUR_MS // 10
    assert read(store, subscription).health.is_probed
    delivered: list[Delivery] = []
    for _ in range(200):
        delivered += attempt(store, GOOD)
        store.clock.now_ms += 61_000
    ids = [d.id for d in delivered]
    assert len(ids) == len(set(ids)) == 30
    for subject in {d.subject for d in delivered}:
        mine = [d.id for d in delivered if d.subject == subject]
        assert mine == sorted(mine)


def test_five_days_without_a_success_blacklist_until_one(store: VirtualStore) -> None:
    """Probes go on, new events are still kept, and the first success makes it active again."""
    subscription = subscribe(store)
    announce(store, *[consent(person) for person in range(10)])
    while store.clock.now_ms < START_MS + BLACKLIST_AFTER_MS + 11 * HOUR_MS:
        attempt(store, BAD)
        store.clock.now_ms += HOUR_MS // 2
    health = read(store, subscription).health
    assert health.status is SubscriptionStatus.BLACKLISTED
    assert health.reason == "500 Internal Server Error"
    assert announce(store, consent(11)) == 1
    store.clock.now_ms += HOUR_MS
    attempt(store, GOOD)
    assert read(store, subscription).health.status is SubscriptionStatus.ACTIVE


def test_gone_switches_off_until_somebody_enables_it(store: VirtualStore) -> None:
    """410: no attempt any more; enabled again, the event is sent at once."""
    subscription = subscribe(store)
    announce(store, consent())
    attempt(store, Trial(410, "status", "410 Gone"))
    store.clock.now_ms += 48 * HOUR_MS
    assert claim(store) == []
    assert read(store, subscription).health.status is SubscriptionStatus.OFF
    store.do(flows.enable_subscription, OWNER, subscription.id)
    assert len(attempt(store, GOOD)) == 1


def test_a_wish_to_wait_is_kept(store: VirtualStore) -> None:
    """429 with Retry-After holds the subscription and the delivery until then."""
    subscribe(store)
    announce(store, consent(1), consent(2))
    attempt(store, Trial(429, "status", "429 Too Many", retry_after_ms=90_000), limit=1)
    store.clock.now_ms += 89_000
    assert claim(store) == []
    store.clock.now_ms += 1_000
    assert len(claim(store)) == 2


def test_a_claim_that_was_not_used_is_as_if_it_had_not_been(store: VirtualStore) -> None:
    """A stop of the server gives deliveries back without a lost attempt."""
    subscribe(store)
    announce(store, consent())
    store.do(notify.release_deliveries, claim(store))
    assert [d.attempt for d in claim(store)] == [1]


def test_what_waits_for_a_deleted_subscription_is_given_up(store: VirtualStore) -> None:
    """Nothing is sent after DELETE, and nothing stays pending."""
    subscription = subscribe(store)
    announce(store, consent())
    store.do(flows.delete_subscription, OWNER, subscription.id)
    assert claim(store) == []
    assert store.read(notify.list_lanes) == []


def test_an_expired_subscription_gets_nothing_more(store: VirtualStore) -> None:
    """Neither what waits nor what is announced later."""
    store.do(flows.create_subscription, OWNER, wish(lifetime_s=60), LIMIT)
    announce(store, consent(1))
    store.clock.now_ms += 60_000
    assert announce(store, consent(2)) == 0
    assert claim(store) == []
    assert store.read(notify.list_lanes) == []


def test_retention_forgets_the_log_and_gives_statuses_up(store: VirtualStore) -> None:
    """After 72 h finished rows go, waiting statuses are given up and counted, consent stays."""
    subscription = subscribe(store)
    announce(store, consent(1))
    attempt(store, GOOD)
    announce(store, consent(2), message(1))
    store.clock.now_ms += 73 * HOUR_MS
    while store.do(notify.tidy_deliveries, BUCKET, 72 * HOUR_MS, 0):
        pass
    views = store.do(flows.list_deliveries, OWNER, subscription.id)
    assert [(view.kind, view.state) for view in views] == [
        (EventKind.OPT_OUT, DeliveryState.PENDING)
    ]
    assert store.do(flows.count_losses, subscription.id) == 1


def test_want_of_room_takes_the_log_first_then_statuses(store: VirtualStore) -> None:
    """Beyond the bound the oldest finished rows go, then waiting statuses, never consent."""
    subscription = subscribe(store)
    announce(store, consent(1))
    attempt(store, GOOD)
    announce(store, consent(2), message(1), message(2))
    assert store.do(notify.tidy_deliveries, BUCKET, 72 * HOUR_MS, 2) == 1
    assert store.do(notify.tidy_deliveries, BUCKET, 72 * HOUR_MS, 1) == 1
    views = store.do(flows.list_deliveries, OWNER, subscription.id)
    assert {(view.kind, view.state) for view in views} == {
        (EventKind.OPT_OUT, DeliveryState.PENDING),
        (EventKind.MESSAGE, DeliveryState.PENDING),
        (EventKind.MESSAGE, DeliveryState.GIVEN_UP),
    }
    assert store.do(flows.count_losses, subscription.id) == 1


def test_a_range_can_be_replayed_under_the_same_uuids(store: VirtualStore) -> None:
    """What was delivered or given up in the range comes again, and nothing else."""
    subscription = subscribe(store)
    announce(store, consent(1))
    store.clock.now_ms += 1_000
    announce(store, consent(2))
    first = attempt(store, GOOD)
    span = (START_MS, START_MS + 500)
    assert store.do(flows.replay_deliveries, OWNER, subscription.id, *span) == 1
    again = claim(store)
    assert [(d.id, d.attempt) for d in again] == [(first[0].id, 1)]


@pytest.mark.parametrize("count", [1, 200])
def test_statements_do_not_grow_with_the_group(store: VirtualStore, count: int) -> None:
    """Announce, claim and settle issue as many statements for one event as for two hundred."""
    subscribe(store)
    numbers = [
        statements(store, notify.announce, ACCOUNT, BUCKET, [consent(n) for n in range(count)])
    ]
    lanes = store.read(notify.list_lanes)
    limits = {lane.subscription_id: count for lane in lanes}
    numbers.append(statements(store, notify.claim_deliveries, lanes, limits))
    store.clock.now_ms += notify.LEASE_MS
    store.probes = frozenset()
    results = [DeliveryResult(d, BAD, START_MS, 5) for d in claim(store, count)]
    assert len(results) == count
    numbers.append(statements(store, notify.settle_deliveries, results, frozenset(), [0.0] * count))
    assert numbers == [2, 2, 5]


def statements(store: VirtualStore, flow: object, *args: object) -> int:
    """How many named statements a flow runs."""

    def counted(tx: object) -> int:
        database = tx.deliveries._database  # type: ignore[attr-defined]
        before = Counting(database)
        tx.deliveries._database = tx.subscriptions._database = before  # type: ignore[attr-defined]
        flow(tx, *args)  # type: ignore[operator]
        return before.count

    number: int = store.do(counted)
    return number


class Counting:
    """A database that counts."""

    def __init__(self, database: object) -> None:
        self.database = database
        self.count = 0

    def __getattr__(self, name: str) -> object:
        self.count += 1
        return getattr(self.database, name)


# Statements that read a whole bucket's index on purpose: a count, the leap from one subscription
# to the next, and the erasure of a person, which is rare and waits behind everything else.
READS_A_BUCKET = {
    "count_deliveries",
    "list_deliveries_of_person",
    "list_due_lanes",
    "has_pending_deliveries",
}


def delivery_statements() -> list[str]:
    return sorted(name for name in sqlite_statements() if "deliver" in name or "lane" in name)


@pytest.mark.parametrize("name", [*delivery_statements(), "list_followers"])
def test_no_statement_walks_through_a_backlog(tmp_path: Path, name: str) -> None:
    """Each finds its rows by more of an index than the bucket alone."""
    text = sqlite_statements()[name]
    values = dict.fromkeys(re.findall(r":(\w+)", text), 0) | {"items": "[]", "ids": "[]"}
    put_empty_store(tmp_path / "stopline.db")
    connection = apsw.Connection(str(tmp_path / "stopline.db"))
    plan = [row[3] for row in connection.execute("explain query plan " + text, values)]
    connection.close()
    steps = [
        step for step in plan if re.search(r"USING.*INDEX (deliver|sqlite_autoindex_del)", step)
    ]
    if name not in READS_A_BUCKET:
        assert [step for step in steps if step.endswith("(bucket=?)")] == []
    assert not [step for step in plan if re.match(r"SCAN (deliver|d\b|earlier)", step)]


@pytest.mark.parametrize("trial, kept", [(BAD, 40), (GONE, 40), (GOOD, 250)])
def test_a_dead_endpoint_takes_no_room_from_others(
    store: VirtualStore, trial: Trial, kept: int
) -> None:
    """Statuses beyond the limit are given up and counted; consent events stay, and whatever waits
    for an endpoint that answers."""
    subscription = subscribe(store)
    announce(store, *(consent(100 + n) for n in range(5)))
    attempt(store, trial)
    announce(store, *(consent(n) for n in range(10)), *(message(n) for n in range(240)))
    before = states(store, subscription, 1_000).count(DeliveryState.PENDING)
    while store.do(notify.trim_failing, 40):
        pass
    after = states(store, subscription, 1_000).count(DeliveryState.PENDING)
    lost = before - after
    assert after == (kept if trial is not GOOD else before)
    assert store.do(flows.count_losses, subscription.id) == lost
    waiting = [
        view.kind
        for view in store.do(flows.list_deliveries, OWNER, subscription.id, limit=1_000)
        if view.state is DeliveryState.PENDING
    ]
    assert waiting.count(EventKind.OPT_OUT) >= 10
