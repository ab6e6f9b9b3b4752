"""Opt-outs: who wants no texts of which number, and the account's own word about it."""

from collections.abc import AsyncIterator, Sequence
from typing import Literal

import msgspec

from stopline.core.consent import ConsentSource
from stopline.core.errors import InvalidNumber
from stopline.core.ledger import Channel
from stopline.core.numbers import parse_number, parse_numbers
from stopline.core.pages import Page, PageAsk
from stopline.flows import opt_outs
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.consent_steps import ConsentOutcome
from stopline.flows.opt_outs import ConsentRow, OptOutSearch
from stopline.flows.ports import Store
from stopline.ringcentral.a2p import PATH, a2p_route
from stopline.ringcentral.errors import bad_parameter
from stopline.ringcentral.paging import MAX_PAGE_SIZE, PagingInfo
from stopline.ringcentral.query import NoQuery, PagedQuery, Phone, PhoneOrAny
from stopline.ringcentral.request import NoBody, WireRequest, WireResponse

# A request with more numbers than this is better sent in pieces, as a client can repeat those.
MAX_ASSIGNMENTS = 10_000
# Recipients whose gate is held in one transaction, at most.
_ASSIGNED_AT_ONCE = 256

SourceName = Literal["Recipient", "Account", "Upstream", "Carrier"]
_SOURCE_NAMES: dict[ConsentSource, SourceName] = {
    ConsentSource.RECIPIENT: "Recipient",
    ConsentSource.ACCOUNT: "Account",
    ConsentSource.UPSTREAM: "Upstream",
    ConsentSource.CARRIER: "Carrier",
    ConsentSource.TIMEOUT: "Recipient",
}
_DENIED = {"optout": True, "optin": False, "all": None}


class OptOutInfo(msgspec.Struct):
    """What one person last said, or had said about them, of one of our numbers."""

    sender: str = msgspec.field(name="from")
    to: str
    status: Literal["OptOut", "OptIn"]
    source: SourceName


class OptOutList(msgspec.Struct):
    """A page of opt-outs, newest change first."""

    records: list[OptOutInfo]
    paging: PagingInfo


class OptOutsQuery(PagedQuery, frozen=True, kw_only=True):
    """Which opt-outs; `*` stands for any of the account's numbers."""

    sender: PhoneOrAny | None = msgspec.field(name="from", default=None)
    to: Phone | None = None
    status: Literal["optout", "optin", "all"] = "optout"


class AssignmentWish(msgspec.Struct, rename="camel"):
    """Opt these out of one number, and those in again."""

    sender: str = msgspec.field(name="from")
    opt_outs: list[str] = []
    opt_ins: list[str] = []


class FailedAssignment(msgspec.Struct, rename="camel"):
    """A number nothing was changed for."""

    to: str
    error_message: str


class AssignmentResult(msgspec.Struct):
    """What became of one of the two lists."""

    successful: list[str]
    failed: list[FailedAssignment]


class AssignmentAnswer(msgspec.Struct, rename="camel"):
    """What became of both."""

    opt_ins: AssignmentResult
    opt_outs: AssignmentResult


async def list_opt_outs(
    request: WireRequest[OptOutsQuery, NoBody],
) -> OptOutList | WireResponse:
    """Who opted out. With `Accept: text/csv` the whole list as a file."""
    ask = request.page_ask(request.wire.profile.opt_outs_page)
    search = _search(request)
    if request.header("accept").lower().startswith("text/csv"):
        return _csv_answer(request.store, search)
    page = await request.store.read(opt_outs.list_opt_outs, search, ask)
    return OptOutList([render_opt_out(row) for row in page.rows], request.paging(ask, page))


def _search(request: WireRequest[OptOutsQuery, NoBody]) -> OptOutSearch:
    query = request.query
    sender = None if query.sender == "*" else query.sender
    return OptOutSearch(request.account_id, sender, query.to, _DENIED[query.status])


def render_opt_out(consent: ConsentRow) -> OptOutInfo:
    """A consent record as this list shows it."""
    return OptOutInfo(
        consent.key.scope,
        consent.recipient,
        "OptOut" if consent.state.denied else "OptIn",
        _SOURCE_NAMES[consent.state.source],
    )


def _csv_answer(store: Store, search: OptOutSearch) -> WireResponse:
    headers = (("Content-Disposition", 'attachment; filename="opt-outs.csv"'),)
    return WireResponse(
        _csv_lines(store, search), headers=headers, content_type="text/csv;charset=utf-8"
    )


async def _csv_lines(store: Store, search: OptOutSearch) -> AsyncIterator[bytes]:
    """The list in pieces; nothing in it needs quoting. What changes meanwhile may come twice."""
    yield b"FROM,TO,STATUS,SOURCE\r\n"
    ask: PageAsk | None = PageAsk(MAX_PAGE_SIZE)
    while ask is not None:
        page: Page[ConsentRow] = await store.read(opt_outs.list_opt_outs, search, ask)
        found = [render_opt_out(row) for row in page.rows]
        lines = [f"{one.sender},{one.to},{one.status},{one.source}\r\n" for one in found]
        yield "".join(lines).encode()
        ask = PageAsk(MAX_PAGE_SIZE, page.next_key) if page.next_key else None


async def assign_opt_outs(request: WireRequest[NoQuery, AssignmentWish]) -> AssignmentAnswer:
    """The account opts people out of one of its numbers, or in again."""
    wish = request.body
    if not wish.opt_outs and not wish.opt_ins:
        raise bad_parameter("optOuts")
    if len(wish.opt_outs) + len(wish.opt_ins) > MAX_ASSIGNMENTS:
        raise bad_parameter("optOuts" if wish.opt_outs else "optIns")
    outs, ins = (_read_numbers(texts, request.country) for texts in (wish.opt_outs, wish.opt_ins))
    contradicted = set(outs.values()) & set(ins.values())
    wanted = [
        Assignment(number, opt_out)
        for opt_out, numbers in ((True, outs), (False, ins))
        for number in dict.fromkeys(numbers.values())
        if number is not None and number not in contradicted
    ]
    outcomes = await _assign(request, wanted)
    return AssignmentAnswer(
        opt_ins=_result(ins, outcomes, "opt-in"), opt_outs=_result(outs, outcomes, "opt-out")
    )


def _read_numbers(texts: Sequence[str], country: str) -> dict[str, str | None]:
    """The E.164 number of each text, None for what is no number."""
    return dict(zip(texts, parse_numbers(texts, country), strict=True))


async def _assign(
    request: WireRequest[NoQuery, AssignmentWish], wanted: Sequence[Assignment]
) -> dict[str, ConsentOutcome]:
    """What became of each number. Raises InvalidField when the sender is not the account's."""
    author = Author(request.account_id, Channel.API, f"user:{request.user_id}")
    sender = _read_sender(request.body.sender, request.country)
    outcomes: dict[str, ConsentOutcome] = {}
    # An empty piece, too: the sender is checked in it.
    for start in range(0, max(len(wanted), 1), _ASSIGNED_AT_ONCE):
        piece = wanted[start : start + _ASSIGNED_AT_ONCE]
        found = await request.store.transact(assign_consents, author, sender, piece)
        outcomes |= {outcome.step.key.recipient: outcome for outcome in found}
    return outcomes


def _read_sender(text: str, country: str) -> str:
    try:
        return parse_number(text, country)
    except InvalidNumber as error:
        raise bad_parameter("from") from error


def _result(
    numbers: dict[str, str | None], outcomes: dict[str, ConsentOutcome], word: str
) -> AssignmentResult:
    result = AssignmentResult([], [])
    for text, number in numbers.items():
        outcome = outcomes.get(number) if number is not None else None
        if number is None or outcome is None:
            message = f"Unexpected issue on creating an {word} from bulk-assign request"
            result.failed.append(FailedAssignment(text, message))
        elif outcome.standing is not None:
            message = f"The opt-out stands: {outcome.standing.value}"
            result.failed.append(FailedAssignment(text, message))
        else:
            result.successful.append(number)
    return result


ROUTES = [
    a2p_route("GET", f"{PATH}/opt-outs", list_opt_outs, summary="Opt-outs"),
    a2p_route(
        "POST",
        f"{PATH}/opt-outs/bulk-assign",
        assign_opt_outs,
        summary="Opt people out or in on the account's word",
    ),
]
