"""The review queue: texts that may ask to stop, decided by a person with one key."""

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.visits import Visit, Visits, may, redirect
from stopline.core.access import Role
from stopline.core.errors import InvalidField
from stopline.core.reviews import HOLD_LIMIT_MS, Decision
from stopline.flows import casework

SHOWN = 100


async def show(visit: Visit) -> Response:
    """What waits."""
    found = await visit.store.read(casework.list_undecided, visit.operator.account_id, SHOWN)
    return visit.page(
        "reviews.html",
        waiting=found,
        now_ms=visit.now_ms,
        limit_ms=HOLD_LIMIT_MS,
        may_decide=may(visit, Role.OPERATOR),
    )


async def decide(visit: Visit) -> Response:
    """One decision."""
    try:
        decision = Decision(visit.form.get("decision", ""))
    except ValueError:
        raise InvalidField("decision", "is opt_out or release") from None
    review_id = visit.number("review_id")
    await visit.store.transact(casework.decide, visit.operator, review_id, decision)
    return redirect("/console/reviews")


def routes(visits: Visits) -> list[Route]:
    """The routes of this page."""
    return [
        visits.get("/console/reviews", show),
        visits.post("/console/reviews/{review_id}", decide),
    ]
