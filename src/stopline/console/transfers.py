"""Consent as CSV: an import that is shown before it is made, and a streamed export."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from stopline.console.views import HEADERS
from stopline.console.visits import Visit, Visits, may
from stopline.console.wording import iso
from stopline.core.access import Role
from stopline.core.consent_facts import BadLine, Fact
from stopline.core.consent_file import BrokenFile, read_lines, slices, write_lines
from stopline.core.errors import InvalidField
from stopline.flows import casework, consent_export
from stopline.flows.casework import ImportCount
from stopline.flows.consent_records import ScanPlace

# Bad lines that a page names; the number of all of them is shown.
SHOWN_BAD = 20
EXAMPLE = "from,to,status\n+12025550101,+13125550142,optout\n"


@dataclass(slots=True)
class Import:
    """What a file would change, or has changed."""

    count: ImportCount = field(default_factory=ImportCount)
    bad: list[BadLine] = field(default_factory=list)
    bad_count: int = 0
    foreign: set[str] = field(default_factory=set)
    problem: str = ""


async def show(visit: Visit) -> Response:
    """The form."""
    return _page(visit, "", None, is_done=False)


async def preview(visit: Visit) -> Response:
    """A dry run: nothing is changed."""
    text = visit.form.get("csv", "")
    return _page(visit, text, await _run(visit, text, is_dry=True), is_done=False)


async def run(visit: Visit) -> Response:
    """The import itself."""
    text = visit.form.get("csv", "")
    return _page(visit, "", await _run(visit, text, is_dry=False), is_done=True)


def _page(visit: Visit, text: str, done: Import | None, *, is_done: bool) -> Response:
    return visit.page(
        "import.html",
        text=text,
        example=EXAMPLE,
        outcome=done,
        is_done=is_done,
        may_change=may(visit, Role.OPERATOR),
    )


async def _run(visit: Visit, text: str, *, is_dry: bool) -> Import:
    done = Import()
    try:
        lines = _good_lines(text, done)
    except BrokenFile as error:
        done.problem = str(error)
        return done
    flow = casework.preview_import if is_dry else casework.run_import
    for sender, piece in slices(lines):
        try:
            counted = await visit.store.transact(flow, visit.operator, sender, piece)
        except InvalidField:
            done.foreign.add(sender)
            continue
        done.count += counted
    return done


def _good_lines(text: str, done: Import) -> list[Fact]:
    good = []
    for line in read_lines(io.StringIO(text.lstrip("\ufeff"))):
        if isinstance(line, Fact):
            good.append(line)
            continue
        done.bad_count += 1
        if len(done.bad) < SHOWN_BAD:
            done.bad.append(line)
    return good


async def export(visit: Visit) -> Response:
    """Every record of the account, one sender after the other, in constant memory."""
    name = f"consent-{iso(visit.now_ms)[:10]}.csv"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_export(visit), 200, headers, "text/csv; charset=utf-8")


async def _export(visit: Visit) -> AsyncIterator[str]:
    account_id = visit.operator.account_id
    yield "".join(write_lines([]))
    after: ScanPlace | None = ScanPlace()
    while after is not None:
        page = await visit.store.read(consent_export.export_page, account_id, None, after)
        yield "".join(list(write_lines(page.facts))[1:])
        after = page.after


def routes(visits: Visits) -> list[Route]:
    """The routes of these pages."""
    return [
        visits.get("/console/import", show),
        visits.post("/console/import", preview),
        visits.post("/console/import/run", run),
        visits.get("/console/export.csv", export),
    ]
