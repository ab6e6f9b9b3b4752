"""Events: written with their facts, claimed in groups, settled in groups."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec

from stopline.core.deliveries import Delivery, DeliveryResult, DeliveryState, plan_next_step
from stopline.core.events import (
    Event,
    EventKind,
    MessageChanged,
    SubscriptionExpires,
    event_subject,
    wanted_events,
)
from stopline.core.hints import Hint
from stopline.core.ids import BUCKET_COUNT, MAX_ID, first_id_at, id_bucket
from stopline.core.subscriptions import (
    Subscription,
    SubscriptionStatus,
    Trial,
    advance_health,
)
from stopline.store.deliveries import Lane, NewDelivery
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# How long a claim lasts: a delivery takes at most 10 s, and waits its turn before.
LEASE_MS = 60_000
# One subscription's share of one claim: more would be held longer than it is worth.
CLAIM_LIMIT = 256
# What one transaction of upkeep touches, so that no STOP waits behind it.
TIDY_SLICE = 1_000
# Rows kept in all, delivered ones (the log) included: about 1 GB.
KEPT_DELIVERIES = 1_000_000
# What waits at most for one endpoint that fails: a dead one must not take the room of the others.
# An endpoint that answers may have as much behind it as there is room for.
KEPT_FOR_FAILING = 10_000
# Kinds from here on may be given up: the consent kinds come before.
_FIRST_REPLAYABLE = EventKind.MESSAGE

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Claim:
    """What was taken for one subscription; a probe is one delivery to an endpoint that failed."""

    subscription: Subscription
    deliveries: tuple[Delivery, ...]
    is_probe: bool


def is_wanted(tx: Tx, account_id: int, kind: EventKind) -> bool:
    """Whether any live subscription of the account asks for this kind: what nobody asks for
    need not be read."""
    return any(
        wanted.kind is kind
        for subscription in tx.subscriptions.of_account(account_id)
        if subscription.is_live(tx.now_ms)
        for interest in subscription.interests
        for wanted in interest.filters
    )


def announce(tx: Tx, account_id: int, bucket: int, events: Sequence[Event]) -> int:
    """Write the deliveries of events with their facts; returns how many.

    Call it in the transaction that makes the events true, with the bucket of their sender.
    """
    live = [s for s in tx.subscriptions.of_account(account_id) if s.is_live(tx.now_ms)]
    if not live:
        return 0
    wanted = [
        (event, subscription.id, kind, label)
        for event in events
        for subscription in live
        for kind, label in wanted_events(
            event, subscription.interests, opt_ins_wanted=subscription.wants_opt_ins
        )
    ]
    _add_deliveries(tx, account_id, bucket, wanted)
    return len(wanted)


def _add_deliveries(
    tx: Tx, account_id: int, bucket: int, wanted: Sequence[tuple[Event, int, EventKind, str]]
) -> None:
    if not wanted:
        return
    ids = tx.new_ids(bucket, len(wanted))
    deliveries = [
        NewDelivery(
            id=identifier,
            subscription_id=subscription_id,
            kind=kind,
            label=label,
            subject=event_subject(event),
            payload=_encoder.encode(event).decode(),
        )
        for identifier, (event, subscription_id, kind, label) in zip(ids, wanted, strict=True)
    ]
    tx.deliveries.add(bucket, account_id, tx.now_ms, deliveries)
    tx.hints.add(Hint.DELIVERIES)


def tell(
    tx: Tx, subscription: Subscription, events: Sequence[tuple[MessageChanged, EventKind, str]]
) -> None:
    """Events of messages for one subscription alone, in the words it asked for."""
    groups: dict[int, list[tuple[Event, int, EventKind, str]]] = defaultdict(list)
    for event, kind, label in events:
        groups[id_bucket(event.message_id)].append((event, subscription.id, kind, label))
    for bucket in sorted(groups):
        _add_deliveries(tx, subscription.account_id, bucket, groups[bucket])


def announce_end(tx: Tx, subscription: Subscription, event: SubscriptionExpires) -> None:
    """Tell one subscription of its own end, in the words it asked for it."""
    if subscription.reminder is not None:
        wanted = (event, subscription.id, EventKind.REMINDER, subscription.reminder.label)
        bucket = id_bucket(subscription.id)
        _add_deliveries(tx, subscription.account_id, bucket, [wanted])


def list_lanes(tx: Tx) -> list[Lane]:
    """Which webhooks have something pending, by bucket, with the earliest time; also those that
    are no more. What goes over a WebSocket is left to the process that holds it."""
    pending = tx.deliveries.pending_buckets(range(BUCKET_COUNT))
    lanes = [lane for bucket in pending for lane in tx.deliveries.lanes(bucket)]
    found = tx.subscriptions.by_ids(list({lane.subscription_id for lane in lanes}))
    sockets = {key for key, subscription in found.items() if subscription.is_socket}
    return [lane for lane in lanes if lane.subscription_id not in sockets]


@runs_as(Priority.CLAIM)
def claim_deliveries(tx: Tx, lanes: Sequence[Lane], limits: dict[int, int]) -> list[Claim]:
    """Take due deliveries of these lanes under a lease, at most `limits` of each subscription.

    A paused subscription gives one, its probe. What waits for a subscription that is no more is
    given up on the way.
    """
    by_subscription: dict[int, list[Lane]] = defaultdict(list)
    for lane in lanes:
        by_subscription[lane.subscription_id].append(lane)
    found = tx.subscriptions.lock(list(by_subscription))
    claims = []
    for subscription_id, its_lanes in by_subscription.items():
        subscription = found.get(subscription_id)
        if subscription is None or not subscription.is_live(tx.now_ms):
            _give_up_lanes(tx, its_lanes)
        elif claim := _claim(tx, subscription, its_lanes, limits.get(subscription_id, 0)):
            claims.append(claim)
    return claims


def _give_up_lanes(tx: Tx, lanes: Iterable[Lane]) -> None:
    for lane in lanes:
        tx.deliveries.give_up_lane(lane.bucket, lane.subscription_id, TIDY_SLICE)


def _claim(tx: Tx, subscription: Subscription, lanes: Sequence[Lane], limit: int) -> Claim | None:
    health = subscription.health
    if health.status is SubscriptionStatus.OFF or health.wait_until_ms > tx.now_ms:
        return None
    room = min(1 if health.is_probed else limit, CLAIM_LIMIT)
    deliveries: list[Delivery] = []
    for lane in sorted(lanes, key=lambda lane: lane.due_ms):
        if room > len(deliveries) and lane.due_ms <= tx.now_ms:
            deliveries += tx.deliveries.claim(
                lane.bucket,
                lane.subscription_id,
                room - len(deliveries),
                tx.now_ms,
                tx.now_ms + LEASE_MS,
            )
    if not deliveries:
        return None
    if health.is_probed:
        _hold_probes(tx, subscription)
    return Claim(subscription, tuple(deliveries), health.is_probed)


def _hold_probes(tx: Tx, subscription: Subscription) -> None:
    """No second probe while one is under way, also after a crash."""
    held = replace(subscription.health, wait_until_ms=tx.now_ms + LEASE_MS)
    tx.subscriptions.change_health(subscription.id, held)


@runs_as(Priority.SETTLE)
def settle_deliveries(
    tx: Tx, results: Sequence[DeliveryResult], probes: frozenset[int], jitter: Sequence[float]
) -> None:
    """Write how attempts ended, and what their endpoints are treated as from now on.

    `probes` are the ids of deliveries that were probes; `jitter` holds one number between -1 and
    1 for each result.
    """
    subscriptions = tx.subscriptions.lock({r.delivery.subscription_id for r in results})
    for bucket, group in sorted(_by_bucket(zip(results, jitter, strict=True)).items()):
        _settle_bucket(tx, bucket, group)
    _settle_health(tx, subscriptions, results, probes, jitter[0] if jitter else 0.0)


def _by_bucket(
    pairs: Iterable[tuple[DeliveryResult, float]],
) -> dict[int, list[tuple[DeliveryResult, float]]]:
    groups: dict[int, list[tuple[DeliveryResult, float]]] = defaultdict(list)
    for result, jitter in pairs:
        groups[result.delivery.bucket].append((result, jitter))
    return groups


def _settle_bucket(tx: Tx, bucket: int, group: Sequence[tuple[DeliveryResult, float]]) -> None:
    steps = [
        (result, plan_next_step(result.delivery, result.trial, tx.now_ms, jitter))
        for result, jitter in group
    ]
    tx.deliveries.settle(bucket, steps)
    failed = [(result, step) for result, step in steps if not result.trial.is_success]
    if not failed:
        return
    tx.deliveries.add_attempts(bucket, [result for result, _ in failed])
    waiting = [
        (result.delivery, step.due_ms)
        for result, step in failed
        if step.state is DeliveryState.PENDING
    ]
    if waiting:
        tx.deliveries.hold_followers(bucket, waiting)
    lost = Counter(
        result.delivery.subscription_id
        for result, step in failed
        if step.state is DeliveryState.GIVEN_UP
    )
    if lost:
        tx.deliveries.add_losses(bucket, lost)


def _settle_health(
    tx: Tx,
    subscriptions: Mapping[int, Subscription],
    results: Sequence[DeliveryResult],
    probes: frozenset[int],
    jitter: float,
) -> None:
    trials: dict[int, list[Trial]] = defaultdict(list)
    probed = set()
    for result in results:
        subscription_id = result.delivery.subscription_id
        trials[subscription_id].append(result.trial)
        if result.delivery.id in probes:
            probed.add(subscription_id)
    for subscription_id, subscription in subscriptions.items():
        before = subscription.health
        after = advance_health(
            before,
            trials[subscription_id],
            tx.now_ms,
            jitter,
            is_probe=subscription_id in probed,
        )
        if after is not before:
            tx.subscriptions.change_health(subscription_id, after)
        if before.is_probed and not after.is_probed:
            hasten_subscription(tx, subscription_id)


def hasten_subscription(tx: Tx, subscription_id: int) -> None:
    """Make due what waits long for an endpoint that is back."""
    for bucket in range(BUCKET_COUNT):
        tx.deliveries.hasten(bucket, subscription_id, tx.now_ms, tx.now_ms + LEASE_MS)
    tx.hints.add(Hint.DELIVERIES)


@runs_as(Priority.SETTLE)
def release_deliveries(tx: Tx, deliveries: Sequence[Delivery]) -> None:
    """Give back claims that were not used."""
    groups: dict[int, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        groups[delivery.bucket].append(delivery)
    for bucket, group in groups.items():
        tx.deliveries.release(bucket, group, tx.now_ms)


def count_deliveries(tx: Tx) -> list[int]:
    """Rows kept, by bucket."""
    return [tx.deliveries.count(bucket) for bucket in range(BUCKET_COUNT)]


def tidy_deliveries(tx: Tx, bucket: int, kept_ms: int, excess: int) -> int:
    """One slice of upkeep of a bucket; returns how many rows it changed, 0 when all is well.

    What finished over `kept_ms` ago is forgotten, and what waits for so long is given up and
    counted, consent events excepted. `excess` rows more than there is room for: the oldest
    finished ones go, and when there are none, statuses are given up first.
    """
    before_id = first_id_at(tx.now_ms - kept_ms)
    limit = TIDY_SLICE
    done = tx.deliveries.delete_finished(bucket, before_id, limit)
    done += _give_up(tx, bucket, before_id, limit)
    if done or excess <= 0:
        return done
    limit = min(excess, limit)
    return tx.deliveries.delete_finished(bucket, MAX_ID, limit) or _give_up(
        tx, bucket, MAX_ID, limit
    )


def _give_up(tx: Tx, bucket: int, before_id: int, limit: int) -> int:
    lost = tx.deliveries.give_up_old(bucket, before_id, _FIRST_REPLAYABLE, limit)
    if lost:
        tx.deliveries.add_losses(bucket, Counter(lost))
    return len(lost)


def trim_failing(tx: Tx, limit: int = KEPT_FOR_FAILING) -> int:
    """Give up statuses beyond `limit` that wait for endpoints that fail, those due longest first,
    and count them; one slice for each endpoint. Returns how many. Consent events stay."""
    lanes: dict[int, list[int]] = defaultdict(list)
    for lane in list_lanes(tx):
        lanes[lane.subscription_id].append(lane.bucket)
    found = tx.subscriptions.by_ids(list(lanes))
    return sum(
        _trim(tx, key, sorted(lanes[key]), limit)
        for key, subscription in sorted(found.items())
        if _is_failing(subscription)
    )


def _is_failing(subscription: Subscription) -> bool:
    health = subscription.health
    return health.is_probed or health.status is not SubscriptionStatus.ACTIVE


def _trim(tx: Tx, subscription_id: int, buckets: Sequence[int], limit: int) -> int:
    waiting = {bucket: tx.deliveries.count_pending(bucket, subscription_id) for bucket in buckets}
    total = sum(waiting.values())
    excess = min(total - limit, TIDY_SLICE)
    if excess <= 0:
        return 0
    given_up = 0
    for bucket, count in waiting.items():
        # Each bucket by its share, rounded up, so that the last one is reached as well.
        share = min(-(-excess * count // total), excess - given_up)
        lost = tx.deliveries.give_up_excess(bucket, subscription_id, _FIRST_REPLAYABLE, share)
        if lost:
            tx.deliveries.add_losses(bucket, {subscription_id: lost})
        given_up += lost
    return given_up
