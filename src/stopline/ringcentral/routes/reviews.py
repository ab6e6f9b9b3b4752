"""Stopline's own calls: texts that may ask to stop, and what a person of the account decides.

Each sees its token's account alone, and asks for a role in the console besides.
"""

from functools import partial

import msgspec

from stopline.core.access import AppPermission, Principal, Role, role_of
from stopline.core.ids import MAX_ID
from stopline.core.reviews import Decision, Review, ReviewState
from stopline.flows import casework
from stopline.flows.decisions import decide_review
from stopline.ringcentral.errors import bad_parameter, not_found, user_lacks
from stopline.ringcentral.formats import parse_id, render_millis
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery, PageSize, Query
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route

PAGE_SIZE = 100
_STATES = {state.name.lower(): state for state in ReviewState}


class ReviewsQuery(Query, frozen=True, kw_only=True):
    """Which texts: `state` asks for one kind, `before` for those before an id."""

    state: str | None = None
    before: str | None = None
    limit: PageSize | None = None


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person who asks says it was: a request to stop, or none."""

    decision: Decision


class ReviewInfo(msgspec.Struct, rename="camel", kw_only=True):
    """One text, how it was read and what became of it."""

    id: str
    sender: str = msgspec.field(name="from")
    to: str
    state: str
    text: str | None
    asks: str | None
    read_by: str
    score: float | None
    rule_set: str
    received: str
    decided: str | None
    actor: str | None


class ReviewList(msgspec.Struct):
    """A page of texts, the newest first."""

    records: list[ReviewInfo]


async def list_reviews(request: WireRequest[ReviewsQuery, NoBody]) -> ReviewList:
    """Texts that were marked, held or obeyed, the newest first; `state` asks for one kind,
    `before` for those before an id. The caller needs a role in the console."""
    _require(request.principal, Role.AUDITOR)
    query = request.query
    found = await request.store.read(
        casework.list_reviews,
        request.account_id,
        _state(query.state),
        _before(query.before),
        query.limit or PAGE_SIZE,
    )
    return ReviewList([_render(review, text) for review, text in found])


async def show_review(request: WireRequest[NoQuery, NoBody]) -> ReviewInfo:
    """One text, how it was read and what became of it. Needs a role in the console."""
    _require(request.principal, Role.AUDITOR)
    review_id = _review_id(request.ids["reviewId"])
    return _render(*await request.store.read(casework.read_review, request.account_id, review_id))


async def decide_on_review(request: WireRequest[NoQuery, Verdict]) -> ReviewInfo:
    """Decide: `opt_out` obeys the text without a reply, `release` lets the pair's messages go on.
    It counts for all that the pair is held for; deciding twice is 409. Needs the role operator."""
    _require(request.principal, Role.OPERATOR)
    review_id = _review_id(request.ids["reviewId"])
    actor = f"api:{request.user_id}"
    await request.store.transact(
        decide_review, review_id, request.body.decision, actor, request.account_id
    )
    return _render(*await request.store.read(casework.read_review, request.account_id, review_id))


def _require(caller: Principal, role: Role) -> None:
    if (role_of(caller.user_permissions) or 0) < role:
        raise user_lacks(f"{role.name.lower()} of the console")


def _state(name: str | None) -> ReviewState | None:
    if name is not None and name not in _STATES:
        raise bad_parameter("state")
    return None if name is None else _STATES[name]


def _before(text: str | None) -> int:
    try:
        return MAX_ID if text is None else min(parse_id(text), MAX_ID)
    except ValueError as error:
        raise bad_parameter("before") from error


def _review_id(text: str) -> int:
    try:
        identifier = parse_id(text)
    except ValueError as error:
        raise not_found("reviewId") from error
    if identifier >= MAX_ID:
        raise not_found("reviewId")
    return identifier


def _render(review: Review, text: str) -> ReviewInfo:
    return ReviewInfo(
        id=str(review.id),
        sender=review.pair.sender,
        to=review.pair.recipient,
        state=review.state.name.lower(),
        text=text or None,
        asks=review.keyword_class or None,
        read_by=review.evidence,
        score=review.score,
        rule_set=review.rule_set,
        received=render_millis(review.received_ms),
        decided=None if review.decided_ms is None else render_millis(review.decided_ms),
        actor=review.actor or None,
    )


_route = partial(Route, tag="Reviews", app_permission=AppPermission.A2P_SMS, errors=(403, 404))

ROUTES = [
    _route("GET", "/stopline/v1/reviews", list_reviews, "Texts that may ask to stop"),
    _route("GET", "/stopline/v1/reviews/{reviewId}", show_review, "One such text"),
    _route(
        "POST",
        "/stopline/v1/reviews/{reviewId}",
        decide_on_review,
        "Decide what it was",
        group=RateGroup.MEDIUM,
        errors=(403, 404, 409),
    ),
]
