"""`/stopline/v1/network-reports`: what carriers said of a number's recipients."""

import re
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from stopline.api.answers import Refused, endpoint, read_number
from stopline.core.access import AppPermission, Principal
from stopline.core.carriage import NetworkWord
from stopline.core.errors import InvalidField, InvalidNumber
from stopline.core.network import FIRST_REPORT, NetworkReport
from stopline.core.numbers import parse_address
from stopline.flows.network import REPORTS_PAGE_LIMIT, list_reports
from stopline.flows.ports import Store

PAGE_SIZE = 100
# Where a page ends: recipient, word, evidence, in the order of the list.
_PLACE = re.compile(r"([^/]{1,40})/([a-z_]{1,32})/(.{1,300})").fullmatch


def network_routes(store: Store) -> list[Route]:
    """The call. It needs a token of an app that may send."""

    async def list_them(request: Request, caller: Principal) -> dict[str, Any]:
        """What carriers said of the recipients of the number `from` beyond why a message failed:
        possible opt-outs, numbers without a subscriber, codes nobody understands. `next` is the
        place to go on `after`."""
        limit = read_number(request, "limit", PAGE_SIZE, 1, REPORTS_PAGE_LIMIT)
        found = await store.read(
            list_reports, caller.account_id, _sender(request), _after(request), limit
        )
        more = "/".join(found[-1].place) if len(found) == limit else None
        return {"records": [_render(report) for report in found], "next": more}

    answer = endpoint(store, AppPermission.A2P_SMS, list_them)
    return [Route("/stopline/v1/network-reports", answer)]


def _sender(request: Request) -> str:
    try:
        return parse_address(request.query_params.get("from", ""))
    except InvalidNumber as error:
        raise InvalidField("from", str(error)) from None


def _after(request: Request) -> tuple[str, str, str]:
    text = request.query_params.get("after", "")
    if not text:
        return FIRST_REPORT
    match = _PLACE(text)
    if match is None:
        reason = "after: give the `next` of the page before"
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", reason)
    return (match[1], match[2], match[3])


_KINDS = {
    NetworkWord.POSSIBLY_OPTED_OUT: "PossibleOptOut",
    NetworkWord.DEACTIVATED: "Deactivated",
    NetworkWord.UNKNOWN_SUBSCRIBER: "UnknownSubscriber",
    NetworkWord.NOT_UNDERSTOOD: "NotUnderstood",
}


def _render(report: NetworkReport) -> dict[str, Any]:
    when = datetime.fromtimestamp(report.reported_ms / 1_000, UTC)
    return {
        "from": report.pair.sender,
        "to": report.pair.recipient,
        "kind": _KINDS[report.word],
        "carrier": report.carrier,
        "carrierCode": report.raw,
        "failure": report.failure,
        "reportedTime": when.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
