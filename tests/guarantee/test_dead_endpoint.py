"""R15: an endpoint that is dead for days takes what it may, and nothing from anybody else."""

import statistics
import time

import pytest

from stopline.core.deliveries import Delivery, DeliveryResult
from stopline.core.events import EventFilter, EventKind, Interest, MessageChanged
from stopline.core.messages import Direction, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.core.retry import BLACKLIST_AFTER_MS, HOUR_MS
from stopline.core.subscriptions import Subscription, SubscriptionStatus, TokenName, Trial
from stopline.flows import notify
from stopline.flows import subscriptions as flows
from support.proof import record
from support.scale import figure
from support.world import ACCOUNT, SENDER, Clock, World, person

EVENTS = figure(ci=10_000, full=100_000)
KEPT = EVENTS // 10
HOURS = BLACKLIST_AFTER_MS // HOUR_MS + 12
DEAD = Trial(None, "unreachable", "unreachable")
OWNER = flows.Owner(ACCOUNT, 1, 1)
STOPS = 21
# A cost that grew with what waits would be many times as high.
NOISE, SLACK_MS = 3.0, 5.0


def subscribe(world: World) -> Subscription:
    interest = Interest("messages", (EventFilter(EventKind.MESSAGE),))
    wish = flows.Wish(
        "https://crm.example.net/", TokenName.NONE, "", (interest,), None, False, 30 * 86_400
    )
    made: Subscription = world.store.transact_now(
        flows.create_subscription, OWNER, wish, flows.Limit(100, per_user_and_app=False)
    )
    return made


def announce(world: World, first: int, count: int) -> None:
    now_ms = world.clock()
    events = [
        MessageChanged(
            number, None, SENDER, person(number % 9_000), Direction.OUTBOUND, "hello",
            MessageStatus.SENT, None, 1, 7_000, now_ms, now_ms,
        )
        for number in range(first, first + count)
    ]  # fmt: skip
    world.store.transact_now(notify.announce, ACCOUNT, bucket_of(SENDER), events)


def attempt(world: World) -> None:
    """Whatever is due is tried, in vain; what is too much goes."""
    lanes = world.store.read_now(notify.list_lanes)
    limits = {lane.subscription_id: 100 for lane in lanes}
    claims = world.store.transact_now(notify.claim_deliveries, lanes, limits)
    probes = frozenset(d.id for c in claims if c.is_probe for d in c.deliveries)
    tried: list[Delivery] = [delivery for c in claims for delivery in c.deliveries]
    results = [DeliveryResult(one, DEAD, world.clock(), 5) for one in tried]
    if results:
        world.store.transact_now(notify.settle_deliveries, results, probes, [0.0] * len(results))
    while world.store.transact_now(notify.trim_failing, KEPT):
        pass


def stop_ms(world: World, first: int) -> float:
    """The median of some STOPs."""
    taken = []
    for number in range(first, first + STOPS):
        began = time.perf_counter()
        assert world.text(person(number), "STOP") == 1
        taken.append((time.perf_counter() - began) * 1_000)
    return statistics.median(taken)


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_an_endpoint_that_is_dead_for_days(
    world: World, clock: Clock, database: str | None
) -> None:
    """Blacklisted with its reason, what waits is bounded, what went is counted, STOPs take as long
    as before."""
    subscription = subscribe(world)
    before_ms = stop_ms(world, 0)
    told = 0
    for hour in range(HOURS):
        count = EVENTS * (hour + 1) // HOURS - told
        announce(world, told, count)
        told += count
        attempt(world)
        clock.pass_ms(HOUR_MS)
    after_ms = stop_ms(world, STOPS)
    attempt(world)
    health = world.store.read_now(flows.read_subscription, OWNER, subscription.id).health
    waiting: int = world.store.read_now(
        lambda tx: tx.deliveries.count_pending(bucket_of(SENDER), subscription.id)
    )
    lost = world.store.read_now(flows.count_losses, subscription.id)
    record(
        "R15 dead endpoint, " + ("SQLite" if database is None else "PostgreSQL"),
        EVENTS,
        waiting=waiting,
        given_up=lost,
        stop_before_ms=round(before_ms, 1),
        stop_after_ms=round(after_ms, 1),
    )
    assert (health.status, health.reason) == (SubscriptionStatus.BLACKLISTED, "unreachable")
    assert waiting <= KEPT
    # The texts of those who opted out are told of as well.
    assert waiting + lost == EVENTS + 2 * STOPS
    assert after_ms < before_ms * NOISE + SLACK_MS
