"""Messages: found by filters that are addresses, and the life of one."""

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.paging import page_links, read_ask
from stopline.console.persons import whole_number
from stopline.console.proofs import midnight_ms
from stopline.console.visits import Visit, Visits, read_id
from stopline.core.errors import InvalidField
from stopline.core.messages import Direction, FailureCode
from stopline.core.replies import DAY_MS
from stopline.flows import history, watching
from stopline.flows.history import MessageSearch

PAGE_ROWS = 50
ANY_FAILURE = "any"
_DIRECTIONS = {"in": Direction.INBOUND, "out": Direction.OUTBOUND}


async def show(visit: Visit) -> Response:
    """A page of messages, newest first."""
    search = _search(visit)
    page = await visit.store.read(history.list_messages, search, read_ask(visit, PAGE_ROWS))
    return visit.page(
        "messages.html",
        messages=page.rows,
        failures=await visit.store.read(history.list_failures, visit.operator.account_id),
        given=_given(visit),
        links=page_links(visit, page),
    )


def _given(visit: Visit) -> dict[str, str]:
    names = ("number", "direction", "failed", "batch", "from", "to")
    return {name: visit.query.get(name, "").strip()[:64] for name in names}


def _search(visit: Visit) -> MessageSearch:
    given = _given(visit)
    number = whole_number(given["number"], visit.operator.country) if given["number"] else None
    if given["number"] and number is None:
        raise InvalidField("number", "is no whole phone number; Consent finds beginnings")
    return MessageSearch(
        account_id=visit.operator.account_id,
        from_ms=midnight_ms(given["from"]) if given["from"] else None,
        to_ms=midnight_ms(given["to"]) + DAY_MS - 1 if given["to"] else None,
        batch_id=read_id(given["batch"], "batch") if given["batch"] else None,
        direction=_DIRECTIONS.get(given["direction"]),
        numbers=(number,) if number else (),
        failures=_failures(given["failed"]),
    )


def _failures(text: str) -> tuple[FailureCode, ...]:
    if not text:
        return ()
    if text == ANY_FAILURE:
        return tuple(FailureCode)
    if text not in {code.value for code in FailureCode}:
        raise InvalidField("failed", "is no reason that messages fail for")
    return (FailureCode(text),)


async def show_one(visit: Visit) -> Response:
    """The life of one message."""
    message_id = visit.number("message_id")
    life = await visit.store.read(watching.read_life, visit.operator.account_id, message_id)
    return visit.page("message.html", life=life, message=life.message, trace=life.trace)


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    return [
        visits.get("/console/messages", show),
        visits.get("/console/messages/{message_id}", show_one),
    ]
