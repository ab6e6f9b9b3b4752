"""Carriers: whether each is up in every process, and the switch that pauses it."""

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.visits import Visit, Visits, may, redirect
from stopline.core.access import Role
from stopline.core.errors import NotAllowed
from stopline.flows import setup
from stopline.flows.carrier_views import count_senders, list_carriers


async def show(visit: Visit) -> Response:
    """Every carrier there is."""
    return await _page(visit)


async def _page(visit: Visit, problem: str = "") -> Response:
    return visit.page(
        "carriers.html",
        400 if problem else 200,
        carriers=await visit.store.read(list_carriers),
        own=await visit.store.read(count_senders, visit.operator.account_id),
        problem=problem,
        is_admin=may(visit, Role.ADMIN),
    )


async def switch(visit: Visit) -> Response:
    """Pause one, or let it go on."""
    name = str(visit.request.path_params["name"])
    paused = visit.form.get("switch") == "off"
    try:
        await visit.store.transact(setup.switch_carrier, visit.operator, name, paused=paused)
    except NotAllowed as error:
        if not may(visit, Role.ADMIN):
            raise
        return await _page(visit, f"{name}: {error}")
    return redirect("/console/carriers")


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    return [
        visits.get("/console/carriers", show),
        visits.post("/console/carriers/{name}/switch", switch),
    ]
