"""Consent: find a person, see everything about them, opt them out or in again."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.visits import Visit, Visits, may, read_id, redirect
from stopline.console.wording import STANDING_WORDS
from stopline.core.access import Role
from stopline.core.errors import InvalidField, InvalidNumber
from stopline.core.ids import MAX_ID
from stopline.core.numbers import MAX_NUMBER_CHARS, is_short_code, parse_number
from stopline.core.pages import PageAsk
from stopline.flows import casework, opt_outs, people
from stopline.flows.history import Message
from stopline.flows.opt_outs import OptOutSearch
from stopline.flows.people import LedgerLine, PersonView

FOUND = 50
# Shorter beginnings are not worth a list: nearly everybody begins so.
MIN_PREFIX_DIGITS = 3
MESSAGES = 200


@dataclass(frozen=True, slots=True)
class Moment:
    """One place on a person's timeline: a message or an entry of the ledger."""

    time_ms: int
    message: Message | None = None
    line: LedgerLine | None = None


async def find(visit: Visit) -> Response:
    """People by number or its beginning; without one the latest opt-outs."""
    asked = visit.query.get("number", "").strip()[:MAX_NUMBER_CHARS]
    account_id = visit.operator.account_id
    if not asked:
        page = await visit.store.read(
            opt_outs.list_opt_outs, OptOutSearch(account_id, denied=None), PageAsk(FOUND)
        )
        return visit.page("people.html", asked="", found=None, latest=page.rows, problem="")
    whole = whole_number(asked, visit.operator.country)
    if whole is not None:
        return redirect(person_path(whole))
    prefix = read_prefix(asked)
    if prefix is None:
        problem = f"Give a number, or at least {MIN_PREFIX_DIGITS} digits of its beginning."
        return visit.page("people.html", 400, asked=asked, found=[], latest=[], problem=problem)
    found = await visit.store.read(people.find_people, account_id, prefix, FOUND)
    return visit.page("people.html", asked=asked, found=found, latest=[], problem="")


def whole_number(text: str, country: str) -> str | None:
    """The number that the text is, if it is a whole one."""
    if is_short_code(text):
        return None
    try:
        return parse_number(text, country)
    except InvalidNumber:
        return None


def read_prefix(text: str) -> str | None:
    """The beginning of an E.164 number; without a plus one of North America is meant."""
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    if len(digits) < MIN_PREFIX_DIGITS:
        return None
    if text.startswith("+"):
        return f"+{digits}"
    return f"+{digits}" if digits.startswith("1") else f"+1{digits}"


def person_path(recipient: str) -> str:
    """The address of a person's page."""
    return f"/console/people/{quote(recipient)}"


def read_recipient(visit: Visit) -> str:
    """The person that the address names. Raises InvalidNumber."""
    text = str(visit.request.path_params["recipient"])
    return text if is_short_code(text) else parse_number(text, visit.operator.country)


async def show(visit: Visit) -> Response:
    """A person: what blocks now and why, and everything on one timeline."""
    recipient = read_recipient(visit)
    return await show_person(visit, recipient)


async def show_person(visit: Visit, recipient: str, problem: str = "") -> Response:
    """The page, perhaps with why something was refused."""
    before = visit.query.get("before", "")
    before_id = read_id(before, "before") if before else MAX_ID
    view = await visit.store.read(
        people.read_person, visit.operator.account_id, recipient, before_id, MESSAGES
    )
    return visit.page(
        "person.html",
        409 if problem else 200,
        view=view,
        blocked=[block for block in view.blocks if block.is_blocked],
        moments=timeline(view, before_id),
        oldest_id=view.messages[-1].id if view.has_older_messages else None,
        problem=problem,
        may_change=may(visit, Role.OPERATOR),
        note=visit.query.get("done", "")[:20],
    )


def timeline(view: PersonView, before_id: int) -> list[Moment]:
    """Messages and entries together, newest first; an entry stands by the message it comes from."""
    moments = [Moment(message.created_ms, message=message) for message in view.messages]
    oldest_ms = view.messages[-1].created_ms if view.has_older_messages else 0
    newest_ms = view.messages[0].created_ms if before_id < MAX_ID and view.messages else None
    moments += [
        Moment(line.entry.honoured_ms, line=line)
        for line in view.ledger
        if line.entry.honoured_ms >= oldest_ms
        and (newest_ms is None or line.entry.honoured_ms <= newest_ms)
    ]
    moments.sort(key=lambda one: (one.time_ms, one.line is not None), reverse=True)
    return moments


async def opt_out(visit: Visit) -> Response:
    """One click."""
    recipient = read_recipient(visit)
    sender = visit.form.get("sender", "")
    await visit.store.transact(casework.opt_out, visit.operator, sender, recipient)
    return redirect(f"{person_path(recipient)}?done=out")


async def opt_in(visit: Visit) -> Response:
    """With evidence; what forbids it is named."""
    recipient = read_recipient(visit)
    sender, said = visit.form.get("sender", ""), visit.form.get("evidence", "")
    try:
        outcome = await visit.store.transact(
            casework.opt_in, visit.operator, sender, recipient, said
        )
    except InvalidField as error:
        return await show_person(visit, recipient, f"{error.field}: {error.remedy}")
    if outcome.standing is not None:
        problem = f"Still blocked. {STANDING_WORDS[outcome.standing]}"
        return await show_person(visit, recipient, problem)
    return redirect(f"{person_path(recipient)}?done=in")


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    return [
        visits.get("/console/people", find),
        visits.get("/console/people/{recipient}", show),
        visits.post("/console/people/{recipient}/opt-out", opt_out),
        visits.post("/console/people/{recipient}/opt-in", opt_in),
    ]
