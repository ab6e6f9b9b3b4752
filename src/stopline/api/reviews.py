"""`/stopline/v1/reviews`: texts that may ask to stop, and what a person of the account decides."""

from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from stopline.api.answers import (
    Refused,
    endpoint,
    read_id,
    read_json,
    read_number,
    render_time,
)
from stopline.core.access import AppPermission, Principal, Role, role_of
from stopline.core.ids import MAX_ID
from stopline.core.reviews import Decision, Review, ReviewState
from stopline.flows import casework
from stopline.flows.decisions import decide_review
from stopline.flows.ports import Store

PAGE_SIZE = 100
MAX_PAGE = 1_000


class Verdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person who asks says it was: a request to stop, or none."""

    decision: Decision


def review_routes(store: Store) -> list[Route]:
    """The calls. Each sees its token's account alone."""

    async def list_reviews(request: Request, caller: Principal) -> dict[str, Any]:
        """Texts that were marked, held or obeyed, the newest first; `state` asks for one kind,
        `before` for those before an id. The caller needs a role in the console."""
        _require(caller, Role.AUDITOR)
        limit = read_number(request, "limit", PAGE_SIZE, 1, MAX_PAGE)
        before_id = read_number(request, "before", MAX_ID, 0, MAX_ID)
        found = await store.read(
            casework.list_reviews, caller.account_id, _state(request), before_id, limit
        )
        return {"records": [_render(review, text) for review, text in found]}

    async def show_review(request: Request, caller: Principal) -> dict[str, Any]:
        """One text, how it was read and what became of it. Needs a role in the console."""
        _require(caller, Role.AUDITOR)
        found = await store.read(
            casework.read_review, caller.account_id, read_id(request, "review")
        )
        return _render(*found)

    async def decide(request: Request, caller: Principal) -> dict[str, Any]:
        """Decide: `opt_out` obeys the text without a reply, `release` lets the pair's messages go
        on. It counts for all that the pair is held for; deciding twice is 409. Needs the role
        operator."""
        _require(caller, Role.OPERATOR)
        verdict = await read_json(request, Verdict)
        review_id = read_id(request, "review")
        actor = f"api:{caller.user_id}"
        await store.transact(decide_review, review_id, verdict.decision, actor, caller.account_id)
        return _render(*await store.read(casework.read_review, caller.account_id, review_id))

    def served(work: Any) -> Any:
        return endpoint(store, AppPermission.A2P_SMS, work)

    return [
        Route("/stopline/v1/reviews", served(list_reviews), methods=["GET"]),
        Route("/stopline/v1/reviews/{review}", served(show_review), methods=["GET"]),
        Route("/stopline/v1/reviews/{review}", served(decide), methods=["POST"]),
    ]


def _require(caller: Principal, role: Role) -> None:
    if (role_of(caller.user_permissions) or 0) < role:
        message = f"the user needs the role {role.name.lower()} in the console"
        raise Refused(HTTPStatus.FORBIDDEN, "Forbidden", message)


def _state(request: Request) -> ReviewState | None:
    name = request.query_params.get("state", "")
    if not name:
        return None
    known = {state.name.lower(): state for state in ReviewState}
    if name not in known:
        reason = f"state: one of {', '.join(known)}"
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", reason)
    return known[name]


def _render(review: Review, text: str) -> dict[str, Any]:
    return {
        "id": str(review.id),
        "from": review.pair.sender,
        "to": review.pair.recipient,
        "state": review.state.name.lower(),
        "text": text or None,
        "asks": review.keyword_class or None,
        "readBy": review.evidence,
        "score": review.score,
        "ruleSet": review.rule_set,
        "received": render_time(review.received_ms),
        "decided": render_time(review.decided_ms),
        "actor": review.actor or None,
    }
