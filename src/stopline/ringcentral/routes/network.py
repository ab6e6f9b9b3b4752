"""Stopline's own call: what carriers said of a number's recipients."""

import re
from typing import Literal

import msgspec

from stopline.core.access import AppPermission
from stopline.core.carriage import NetworkWord
from stopline.core.network import FIRST_REPORT, NetworkReport
from stopline.flows.network import REPORTS_PAGE_LIMIT, list_reports
from stopline.ringcentral.errors import bad_parameter
from stopline.ringcentral.formats import render_millis
from stopline.ringcentral.query import PageSize, Phone, Query
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Route

PAGE_SIZE = 100
# Where a page ends: recipient, word, evidence, in the order of the list.
_PLACE = re.compile(r"([^/]{1,40})/([a-z_]{1,32})/(.{1,300})").fullmatch

KindName = Literal["PossibleOptOut", "Deactivated", "UnknownSubscriber", "NotUnderstood"]
_KINDS: dict[NetworkWord, KindName] = {
    NetworkWord.POSSIBLY_OPTED_OUT: "PossibleOptOut",
    NetworkWord.DEACTIVATED: "Deactivated",
    NetworkWord.UNKNOWN_SUBSCRIBER: "UnknownSubscriber",
    NetworkWord.NOT_UNDERSTOOD: "NotUnderstood",
}


class ReportsQuery(Query, frozen=True, kw_only=True):
    """Of which number; `after` is the `next` of the page before."""

    sender: Phone = msgspec.field(name="from")
    after: str | None = None
    limit: PageSize | None = None


class ReportInfo(msgspec.Struct, rename="camel", kw_only=True):
    """What a carrier said of one recipient."""

    sender: str = msgspec.field(name="from")
    to: str
    kind: KindName
    carrier: str
    carrier_code: str
    failure: str
    reported_time: str


class ReportList(msgspec.Struct):
    """A page of reports; `next` is the place to go on after."""

    records: list[ReportInfo]
    next: str | None


async def list_network_reports(request: WireRequest[ReportsQuery, NoBody]) -> ReportList:
    """What carriers said of the recipients of the number `from` beyond why a message failed:
    possible opt-outs, numbers without a subscriber, codes nobody understands."""
    query = request.query
    limit = min(query.limit or PAGE_SIZE, REPORTS_PAGE_LIMIT)
    found = await request.store.read(
        list_reports, request.account_id, query.sender, _after(query.after), limit
    )
    more = "/".join(found[-1].place) if len(found) == limit else None
    return ReportList([_render(report) for report in found], more)


def _after(text: str | None) -> tuple[str, str, str]:
    if text is None:
        return FIRST_REPORT
    match = _PLACE(text)
    if match is None:
        raise bad_parameter("after")
    return (match[1], match[2], match[3])


def _render(report: NetworkReport) -> ReportInfo:
    return ReportInfo(
        sender=report.pair.sender,
        to=report.pair.recipient,
        kind=_KINDS[report.word],
        carrier=report.carrier,
        carrier_code=report.raw,
        failure=report.failure,
        reported_time=render_millis(report.reported_ms),
    )


ROUTES = [
    Route(
        "GET",
        "/stopline/v1/network-reports",
        list_network_reports,
        "What carriers said of recipients",
        "Consent",
        app_permission=AppPermission.A2P_SMS,
        errors=(404,),
    )
]
