"""Subscriptions: who hears of events, how deliveries go, and mending what is broken."""

from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.visits import Visit, Visits, may, redirect
from stopline.core.access import Role
from stopline.core.deliveries import DeliveryState
from stopline.flows import endpoints

HOUR_MS = 3_600_000
# What a click on "replay" covers.
REPLAY_HOURS = (1, 24, 72)


async def show(visit: Visit) -> Response:
    """All of the account."""
    found = await visit.store.read(endpoints.list_endpoints, visit.operator.account_id)
    return visit.page("subscriptions.html", subscriptions=found, host=host_of)


def host_of(address: str) -> str:
    """The address without its query, which often holds a token."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


async def show_one(visit: Visit) -> Response:
    """One, with its delivery log."""
    view = await visit.store.read(
        endpoints.read_endpoint, visit.operator.account_id, visit.number("subscription_id")
    )
    return visit.page(
        "subscription.html",
        view=view,
        s=view.subscription,
        host=host_of,
        states=DeliveryState,
        replay_hours=REPLAY_HOURS,
        note=visit.query.get("done", "")[:20],
        may_change=may(visit, Role.OPERATOR),
    )


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
        visits.post(f"{one}/enable", enable),
        visits.post(f"{one}/replay", replay),
    ]
