"""Batches: the list, one batch as it moves, and composing a new one."""

from collections.abc import Callable, Hashable
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.composing import Draft, compose, too_long
from stopline.console.live import stream
from stopline.console.paging import page_links, read_ask
from stopline.console.quiet_hours import count_at_night
from stopline.console.sending import send_batch
from stopline.console.views import fragment, render
from stopline.console.visits import Visit, Visits, may, redirect
from stopline.core.access import Role
from stopline.core.errors import InvalidField, StoplineError
from stopline.flows import administration, casework, history, watching
from stopline.flows.history import BatchSearch

PAGE_ROWS = 50
_STATES = {"open": True, "done": False}


async def show(visit: Visit) -> Response:
    """A page of batches, newest first."""
    state = visit.query.get("state", "")
    search = BatchSearch(visit.operator.account_id, is_open=_STATES.get(state))
    page = await visit.store.read(history.list_batches, search, read_ask(visit, PAGE_ROWS))
    return visit.page(
        "batches.html",
        batches=page.rows,
        state=state if state in _STATES else "",
        links=page_links(visit, page),
        may_send=may(visit, Role.OPERATOR),
    )


async def show_one(visit: Visit) -> Response:
    """One batch."""
    values = await _progress(visit)
    return visit.page("batch.html", **values)


async def follow(visit: Visit) -> Response:
    """The stream of its progress."""

    async def look() -> tuple[Hashable, Callable[[], str]]:
        values = await _progress(visit)
        return values["seen"], lambda: render("batch_progress.html", **values)

    await _progress(visit)
    return stream(visit, look)


async def _progress(visit: Visit) -> dict[str, Any]:
    progress = await visit.store.read(
        watching.read_progress, visit.operator.account_id, visit.number("batch_id")
    )
    return {
        "batch": progress.batch,
        "tallies": progress.tallies,
        "is_moving": progress.is_moving,
        "seen": progress,
    }


async def new(visit: Visit) -> Response:
    """The form."""
    return await _form(visit, Draft())


async def _form(visit: Visit, draft: Draft, problem: str = "") -> Response:
    numbers = await visit.store.read(administration.list_numbers, visit.operator.account_id)
    return visit.page(
        "compose.html",
        400 if problem else 200,
        draft=draft,
        senders=[one for one in numbers if one.is_active],
        problem=problem,
        may_send=may(visit, Role.OPERATOR),
    )


async def preview(visit: Visit) -> Response:
    """What the form would send; nothing is stored."""
    draft = Draft.read(visit.form)
    if problem := too_long(draft):
        return fragment("compose_preview.html", problem=problem, composed=None)
    try:
        composed = compose(draft, visit.operator.country, visit.parts.price_micros)
        people = [message.recipient for message in composed.plan.accepted]
        blocked = await visit.store.read(
            casework.count_blocked, visit.operator, draft.sender, people
        )
    except StoplineError as error:
        return fragment("compose_preview.html", problem=str(error), composed=None)
    reached = set(people).difference(blocked)
    return fragment(
        "compose_preview.html",
        problem="",
        composed=composed,
        blocked=blocked,
        at_night=count_at_night(reached, visit.parts.clock_ms()),
    )


async def send(visit: Visit) -> Response:
    """Send it."""
    draft = Draft.read(visit.form)
    if problem := too_long(draft):
        return await _form(visit, draft, problem)
    try:
        composed = compose(draft, visit.operator.country, visit.parts.price_micros)
        batch_id = await send_batch(visit, draft.sender, composed.plan)
    except InvalidField as error:
        return await _form(visit, draft, str(error))
    return redirect(f"/console/batches/{batch_id}")


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    return [
        visits.get("/console/batches", show),
        visits.get("/console/batches/new", new),
        visits.post("/console/batches/new/preview", preview),
        visits.post("/console/batches/new", send),
        visits.get("/console/batches/{batch_id}", show_one),
        visits.get("/console/batches/{batch_id}/live", follow),
    ]
