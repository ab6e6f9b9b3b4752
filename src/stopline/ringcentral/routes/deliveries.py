"""Stopline's own calls: what became of a subscription's events, and trying again.

Each sees the subscriptions of its token's user and app alone.
"""

from datetime import datetime
from functools import partial
from typing import Literal

import msgspec

from stopline.core.access import AppPermission
from stopline.core.deliveries import DeliveryState
from stopline.core.ids import MAX_ID
from stopline.flows import event_log, subscriptions
from stopline.flows.event_log import AttemptView, DeliveryView, SubscriptionState
from stopline.flows.restating import restate_messages
from stopline.flows.subscriptions import Owner
from stopline.ringcentral.errors import bad_parameter, not_found
from stopline.ringcentral.formats import parse_id, render_millis
from stopline.ringcentral.ids import read_subscription_uuid, subscription_uuid
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery, PageSize, Query
from stopline.ringcentral.request import NoBody, WireRequest, WireResponse
from stopline.ringcentral.routing import Route

PAGE_SIZE = 100
_MILLIS = 1_000
_ONE = "/stopline/v1/subscriptions/{subscriptionId}"

Bare = WireRequest[NoQuery, NoBody]


class LogQuery(Query, frozen=True, kw_only=True):
    """Which page of a log: `before` is the last id of the page before."""

    before: str | None = None
    limit: PageSize | None = None


class ReplayRange(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Events of this time; both with an offset, `before` not included.

    From the `log`, each under its `uuid`; or from the `messages`, whose present statuses are told
    as new events, also when the log is gone.
    """

    since: datetime = msgspec.field(name="from")
    before: datetime
    source: Literal["log", "messages"] = "log"


class OptInEvents(msgspec.Struct, forbid_unknown_fields=True):
    """Whether opt-ins are told as `active: false` on the opt-out filter."""

    enabled: bool


class Health(msgspec.Struct, rename="camel", kw_only=True):
    """How a subscription's endpoint is doing, since when and why, and how much was lost."""

    id: str
    transport: Literal["socket", "webhook"]
    status: str
    failures_in_a_row: int
    failing_since: str | None
    waits_until: str | None
    reason: str | None
    lost: int
    opt_in_events: bool
    secret_version: int
    expires: str


class DeliveryInfo(msgspec.Struct, rename="camel", kw_only=True):
    """One event of the log, and how its last attempt ended."""

    id: str
    kind: str
    filter: str
    state: str
    attempts: int
    created: str
    due: str | None
    tried: str | None
    duration_ms: int | None
    http_status: int | None
    failure: str | None


class AttemptInfo(msgspec.Struct, rename="camel", kw_only=True):
    """A failed attempt."""

    attempt: int
    tried: str
    duration_ms: int | None
    http_status: int | None
    failure: str | None


class DeliveryDetail(DeliveryInfo, rename="camel", kw_only=True):
    """One event with its failed attempts and their reasons."""

    failed_attempts: list[AttemptInfo]


class DeliveryLog(msgspec.Struct):
    """A page of the log, newest first."""

    records: list[DeliveryInfo]


class Replayed(msgspec.Struct, omit_defaults=True):
    """How many are delivered once more. `until`, of messages: up to where all were told; ask again
    from there until it is `before`."""

    count: int
    until: str | None = None


class NewSecret(msgspec.Struct):
    """The signing secret, shown this once."""

    secret: str


async def read_health(request: Bare) -> Health:
    """How a subscription's endpoint is doing, since when and why, and how much was lost."""
    state = await request.store.read(event_log.read_state, *_named(request))
    return _render_state(state)


async def list_log(request: WireRequest[LogQuery, NoBody]) -> DeliveryLog:
    """The log of a subscription, newest first; `before` is the last id of the page before."""
    limit = request.query.limit or PAGE_SIZE
    before = request.query.before
    views = await request.store.read(
        subscriptions.list_deliveries, *_named(request), _before(before), limit
    )
    return DeliveryLog([_render_view(view) for view in views])


def _before(text: str | None) -> int:
    try:
        return MAX_ID if text is None else parse_id(text)
    except ValueError as error:
        raise bad_parameter("before") from error


async def read_one(request: Bare) -> DeliveryDetail:
    """One event of the log with its failed attempts and their reasons."""
    record = await request.store.read(
        event_log.read_delivery, *_named(request), _delivery_id(request)
    )
    view = msgspec.structs.asdict(_render_view(record.view))
    return DeliveryDetail(**view, failed_attempts=[_render_attempt(a) for a in record.attempts])


async def retry_one(request: Bare) -> WireResponse:
    """Deliver one event once more under the same `uuid`, or now if it waits."""
    named, delivery_id = _named(request), _delivery_id(request)
    await request.store.transact(event_log.retry_delivery, *named, delivery_id)
    return WireResponse(None, 204)


async def retry_waiting(request: Bare) -> WireResponse:
    """Try at once what waits for a subscription."""
    await request.store.transact(event_log.retry_waiting, *_named(request))
    return WireResponse(None, 204)


async def replay_range(request: WireRequest[NoQuery, ReplayRange]) -> Replayed:
    """Deliver what ended in a range of time once more; ask again while `count` is not 0."""
    asked = request.body
    span = (_epoch_ms("from", asked.since), _epoch_ms("before", asked.before))
    if asked.source == "messages":
        told = await request.store.transact(restate_messages, *_named(request), *span)
        return Replayed(told.count, render_millis(told.until_ms))
    count = await request.store.transact(subscriptions.replay_deliveries, *_named(request), *span)
    return Replayed(count)


async def trust_endpoint(request: Bare) -> WireResponse:
    """Treat a subscription's endpoint as healthy again."""
    await request.store.transact(subscriptions.enable_subscription, *_named(request))
    return WireResponse(None, 204)


async def change_secret(request: Bare) -> NewSecret:
    """A new signing secret, shown this once."""
    return NewSecret(await request.store.transact(event_log.change_secret, *_named(request)))


async def set_opt_in_events(request: WireRequest[NoQuery, OptInEvents]) -> WireResponse:
    """The account's switch for opt-ins on the v1 filter, for all its subscriptions."""
    await request.store.transact(
        subscriptions.set_opt_in_events, request.account_id, wanted=request.body.enabled
    )
    return WireResponse(None, 204)


def _named(request: WireRequest[Query, object]) -> tuple[Owner, int]:
    subscription_id = read_subscription_uuid(request.ids["subscriptionId"])
    if subscription_id is None:
        raise not_found("subscriptionId")
    return Owner(request.account_id, request.user_id, request.app_id), subscription_id


def _delivery_id(request: Bare) -> int:
    try:
        identifier = parse_id(request.ids["deliveryId"])
    except ValueError as error:
        raise not_found("deliveryId") from error
    if identifier >= MAX_ID:
        raise not_found("deliveryId")
    return identifier


def _epoch_ms(name: str, moment: datetime) -> int:
    if moment.tzinfo is None:
        raise bad_parameter(name)
    return max(0, int(moment.timestamp() * _MILLIS))


def _time(epoch_ms: int | None) -> str | None:
    return None if epoch_ms is None else render_millis(epoch_ms)


def _render_state(state: SubscriptionState) -> Health:
    subscription = state.subscription
    health = subscription.health
    return Health(
        id=subscription_uuid(subscription.id),
        transport="socket" if subscription.is_socket else "webhook",
        status=health.status.name.lower(),
        failures_in_a_row=health.failures,
        failing_since=_time(health.failing_since_ms),
        waits_until=_time(health.wait_until_ms or None),
        reason=health.reason or None,
        lost=state.lost,
        opt_in_events=subscription.wants_opt_ins,
        secret_version=subscription.secret_version,
        expires=render_millis(subscription.expires_ms),
    )


def _render_view(view: DeliveryView) -> DeliveryInfo:
    return DeliveryInfo(
        id=str(view.id),
        kind=view.kind.name.lower(),
        filter=view.label,
        state=view.state.name.lower(),
        attempts=view.attempts,
        created=render_millis(view.created_ms),
        due=_time(view.due_ms) if view.state is DeliveryState.PENDING else None,
        tried=_time(view.tried_ms),
        duration_ms=view.duration_ms,
        http_status=view.http_status,
        failure=view.failure,
    )


def _render_attempt(one: AttemptView) -> AttemptInfo:
    return AttemptInfo(
        attempt=one.attempt,
        tried=render_millis(one.tried_ms),
        duration_ms=one.duration_ms,
        http_status=one.http_status,
        failure=one.failure,
    )


_route = partial(Route, tag="Event log", app_permission=AppPermission.READ_ACCOUNTS, errors=(404,))
_change = partial(_route, "POST", group=RateGroup.MEDIUM)

ROUTES = [
    _route("GET", _ONE, read_health, "How a subscription's endpoint is doing"),
    _route("GET", f"{_ONE}/deliveries", list_log, "The log of a subscription's events"),
    _route("GET", f"{_ONE}/deliveries/{{deliveryId}}", read_one, "One event with its attempts"),
    _change(
        f"{_ONE}/deliveries/{{deliveryId}}/retry", retry_one, "Deliver one event again", status=204
    ),
    _change(f"{_ONE}/retry", retry_waiting, "Try what waits at once", status=204),
    _change(f"{_ONE}/replay", replay_range, "Deliver a range of time again"),
    _change(f"{_ONE}/enable", trust_endpoint, "Treat an endpoint as healthy", status=204),
    _change(f"{_ONE}/secret", change_secret, "A new signing secret"),
    Route(
        "PUT",
        "/stopline/v1/opt-in-events",
        set_opt_in_events,
        "Tell of opt-ins on the opt-out filter, or not",
        "Event log",
        group=RateGroup.MEDIUM,
        app_permission=AppPermission.READ_ACCOUNTS,
        status=204,
    ),
]
