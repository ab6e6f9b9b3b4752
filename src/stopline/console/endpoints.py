"""Subscriptions: who hears of events, how deliveries go, and mending what is broken."""

import json
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.views import pretty_json
from stopline.console.visits import Visit, Visits, may, read_id, redirect
from stopline.core.access import Role
from stopline.core.deliveries import Delivery, DeliveryState
from stopline.core.ids import MAX_ID
from stopline.core.subscriptions import Subscription, SubscriptionStatus
from stopline.flows import endpoints

HOUR_MS = 3_600_000
# What a click on "replay" covers.
REPLAY_HOURS = (1, 24, 72)


async def show(visit: Visit) -> Response:
    """All of the account."""
    found = await visit.store.read(endpoints.list_endpoints, visit.operator.account_id)
    return visit.page(
        "subscriptions.html",
        subscriptions=found,
        host=host_of,
        Status=SubscriptionStatus,
        note=visit.query.get("done", "")[:20],
    )


def host_of(address: str) -> str:
    """The address without its query, which often holds a token."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def place_of(subscription: Subscription) -> str:
    """Where its events go, in short."""
    return urlsplit(subscription.address).netloc or "a WebSocket"


async def show_one(visit: Visit) -> Response:
    """One, with its delivery log."""
    before = visit.query.get("before", "")
    view = await visit.store.read(
        endpoints.read_endpoint,
        visit.operator.account_id,
        visit.number("subscription_id"),
        read_id(before, "before") if before else MAX_ID,
    )
    return visit.page(
        "subscription.html",
        view=view,
        s=view.subscription,
        host=host_of,
        place_of=place_of,
        states=DeliveryState,
        Status=SubscriptionStatus,
        replay_hours=REPLAY_HOURS,
        note=visit.query.get("done", "")[:20],
        may_change=may(visit, Role.OPERATOR),
    )


async def show_delivery(visit: Visit) -> Response:
    """One event: what was sent, what was answered, each time."""
    life = await visit.store.read(
        endpoints.read_life,
        visit.operator.account_id,
        visit.number("subscription_id"),
        visit.number("delivery_id"),
    )
    tried_ms = life.attempts[-1].tried_ms if life.attempts else visit.now_ms
    headers, body = describe_request(visit, life.delivery, life.subscription, tried_ms)
    return visit.page(
        "delivery.html",
        life=life,
        s=life.subscription,
        d=life.view,
        host=host_of,
        place_of=place_of,
        states=DeliveryState,
        sent=headers,
        body=body,
        note=visit.query.get("done", "")[:20],
        may_change=may(visit, Role.OPERATOR),
    )


def describe_request(
    visit: Visit, delivery: Delivery, subscription: Subscription, tried_ms: int
) -> tuple[dict[str, str], str]:
    """Headers and body of an attempt, to be read; the client's own token is left out."""
    wire = visit.parts.wire
    request = wire.request_of(delivery, subscription, tried_ms)
    token = wire.token_of(subscription)
    hidden = {token[0]: "(the token that the client chose)"} if token else {}
    return {**request.headers, **hidden}, pretty_json(json.loads(request.body))


async def retry(visit: Visit) -> Response:
    """Deliver one event now, or once more."""
    subscription_id, delivery_id = visit.number("subscription_id"), visit.number("delivery_id")
    await visit.store.transact(endpoints.retry_one, visit.operator, subscription_id, delivery_id)
    return redirect(
        f"/console/subscriptions/{subscription_id}/deliveries/{delivery_id}?done=retried"
    )


async def end(visit: Visit) -> Response:
    """Unsubscribe it."""
    subscription_id = visit.number("subscription_id")
    await visit.store.transact(endpoints.end_endpoint, visit.operator, subscription_id)
    return redirect("/console/subscriptions?done=ended")


async def enable(visit: Visit) -> Response:
    """Treat it as healthy again."""
    subscription_id = visit.number("subscription_id")
    await visit.store.transact(endpoints.mend_endpoint, visit.operator, subscription_id)
    return redirect(f"/console/subscriptions/{subscription_id}?done=enabled")


async def replay(visit: Visit) -> Response:
    """Deliver the last hours once more."""
    subscription_id = visit.number("subscription_id")
    hours = visit.form.get("hours", "")
    span = int(hours) if hours in {str(one) for one in REPLAY_HOURS} else REPLAY_HOURS[0]
    count = await visit.store.transact(
        endpoints.replay_endpoint,
        visit.operator,
        subscription_id,
        visit.now_ms - span * HOUR_MS,
        visit.now_ms,
    )
    return redirect(f"/console/subscriptions/{subscription_id}?done={count}")


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    one = "/console/subscriptions/{subscription_id}"
    return [
        visits.get("/console/subscriptions", show),
        visits.get(one, show_one),
        visits.get(f"{one}/deliveries/{{delivery_id}}", show_delivery),
        visits.post(f"{one}/deliveries/{{delivery_id}}/retry", retry),
        visits.post(f"{one}/enable", enable),
        visits.post(f"{one}/end", end),
        visits.post(f"{one}/replay", replay),
    ]
