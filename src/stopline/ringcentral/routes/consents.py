"""Consent in version 2 of the wire: records of every coverage, their history, the export.

Version 1 (opt-outs) shows what these records mean for each pair: one store, two views.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Annotated

import msgspec

from stopline.core.access import AppPermission
from stopline.core.ledger import Channel
from stopline.core.scopes import ScopeKind
from stopline.flows.consent import Author
from stopline.flows.consent_changes import (
    CHANGES_AT_ONCE,
    WIDE_CHANGES_AT_ONCE,
    Change,
    ChangeResult,
    change_consents,
)
from stopline.flows.consent_export import export_page
from stopline.flows.consent_history import list_history
from stopline.flows.consent_records import (
    ALL_KINDS,
    RecordSearch,
    ScanPlace,
    list_records,
)
from stopline.flows.ports import Store
from stopline.ringcentral.consent_bodies import (
    CATEGORIES,
    KINDS,
    BadRecord,
    CategoryName,
    ConsentChangeInfo,
    ConsentInfo,
    ConsentWish,
    CoverageName,
    FailedRecord,
    OptStatus,
    RecordError,
    bad_field,
    failed,
    problem,
    read_wish,
    render_change,
    render_record,
)
from stopline.ringcentral.consent_csv import HEADER, render_line
from stopline.ringcentral.errors import bad_parameter
from stopline.ringcentral.formats import parse_phone
from stopline.ringcentral.paging import MAX_PAGE_SIZE, PagingInfo
from stopline.ringcentral.query import NoQuery, PagedQuery, Phone, PhoneOrAny
from stopline.ringcentral.request import JSON_TYPE, NoBody, WireRequest, WireResponse
from stopline.ringcentral.routing import Route

_ACCOUNT = "/restapi/v2/accounts/{accountId}/sms"
DEFAULT_PAGE_SIZE = 100
MAX_RECORDS = 1_000
MAX_SEARCHED_NUMBERS = 20

Senders = Annotated[tuple[PhoneOrAny, ...], msgspec.Meta(max_length=MAX_SEARCHED_NUMBERS)]
Persons = Annotated[tuple[Phone, ...], msgspec.Meta(max_length=MAX_SEARCHED_NUMBERS)]
SearchedNumbers = Annotated[list[str], msgspec.Meta(max_length=MAX_SEARCHED_NUMBERS)]


class ConsentList(msgspec.Struct):
    """A page of records, newest change first."""

    records: list[ConsentInfo]
    paging: PagingInfo


class ConsentHistory(msgspec.Struct):
    """A page of changes, newest first."""

    records: list[ConsentChangeInfo]
    paging: PagingInfo


class ConsentsQuery(PagedQuery, frozen=True, kw_only=True):
    """Which records. A record of all numbers of the account is found for each of them."""

    sender: Senders = msgspec.field(name="from", default=())
    to: Persons = ()
    opt_status: tuple[OptStatus, ...] = ("OptOut",)
    coverage: tuple[CoverageName, ...] = ()
    campaign_type: tuple[CategoryName, ...] = ()


class ConsentSearch(msgspec.Struct, rename="camel", kw_only=True):
    """The same in a body; without a status both are found."""

    sender: SearchedNumbers = msgspec.field(name="from", default_factory=list)
    to: SearchedNumbers = []
    opt_status: OptStatus | None = None
    coverage: list[CoverageName] = []
    campaign_type: list[CategoryName] = []
    page_token: str | None = None
    per_page: int = DEFAULT_PAGE_SIZE


class HistoryQuery(PagedQuery, frozen=True, kw_only=True):
    """Whose changes; nobody named: everybody's."""

    to: Persons = ()


class ConsentChanges(msgspec.Struct):
    """Records to be added or changed."""

    records: Annotated[list[ConsentWish], msgspec.Meta(min_length=1, max_length=MAX_RECORDS)]


class ChangesAnswer(msgspec.Struct, rename="camel", omit_defaults=True):
    """Nothing when all were taken, else those that were not."""

    failed_records: list[FailedRecord] | None = None


class ForgottenRecord(msgspec.Struct):
    """A pair whose opt-out the account takes back."""

    sender: str = msgspec.field(name="from")
    to: str


class ForgottenRecords(msgspec.Struct):
    """Pairs whose opt-outs the account takes back."""

    records: Annotated[list[ForgottenRecord], msgspec.Meta(min_length=1, max_length=MAX_RECORDS)]


async def list_consents(
    request: WireRequest[ConsentsQuery, NoBody],
) -> ConsentList | WireResponse:
    """Records of consent; those of opted-out persons unless asked otherwise."""
    query, ask = request.query, request.page_ask(DEFAULT_PAGE_SIZE)
    statuses = set(query.opt_status)
    search = RecordSearch(
        request.account_id,
        senders=_any_sender(query.sender),
        recipients=query.to,
        denied=None if len(statuses) == 2 else statuses == {"OptOut"},
        kinds=_kinds(query.coverage),
        categories=frozenset(CATEGORIES[name] for name in query.campaign_type),
    )
    page = await request.store.read(list_records, search, ask)
    records = [render_record(row) for row in page.rows]
    return _tagged(ConsentList(records, request.paging(ask, page)))


async def search_consents(
    request: WireRequest[NoQuery, ConsentSearch],
) -> ConsentList | WireResponse:
    """The same, asked for in a body."""
    wish = request.body
    if wish.per_page < 1:
        raise bad_parameter("perPage")
    ask = request.page_ask_of(wish.page_token, min(wish.per_page, MAX_PAGE_SIZE), wish)
    search = RecordSearch(
        request.account_id,
        senders=_any_sender(_read_phones(wish.sender, request.country, "from")),
        recipients=_read_phones(wish.to, request.country, "to"),
        denied=None if wish.opt_status is None else wish.opt_status == "OptOut",
        kinds=_kinds(wish.coverage),
        categories=frozenset(CATEGORIES[name] for name in wish.campaign_type),
    )
    page = await request.store.read(list_records, search, ask)
    records = [render_record(row) for row in page.rows]
    return _tagged(ConsentList(records, request.paging(ask, page, wish)))


def _kinds(coverage: Sequence[str]) -> frozenset[ScopeKind]:
    return frozenset(KINDS[name] for name in coverage) or ALL_KINDS


def _any_sender(senders: tuple[str, ...]) -> tuple[str, ...]:
    """`*` among the senders asks for none in particular."""
    return () if "*" in senders else senders


def _read_phones(texts: Sequence[str], country: str, field: str) -> tuple[str, ...]:
    try:
        return tuple(text if text == "*" else parse_phone(text, country) for text in texts)
    except ValueError as error:
        raise bad_parameter(field) from error


async def show_history(
    request: WireRequest[HistoryQuery, NoBody],
) -> ConsentHistory | WireResponse:
    """What changed and when, from the ledger, newest first."""
    ask = request.page_ask(DEFAULT_PAGE_SIZE)
    page = await request.store.read(list_history, request.account_id, request.query.to, ask)
    records = [render_change(change) for change in page.rows]
    return _tagged(ConsentHistory(records, request.paging(ask, page)))


async def change_records(
    request: WireRequest[NoQuery, ConsentChanges],
) -> ChangesAnswer | WireResponse:
    """Add or change records on the account's word. What can not be changed is named, and keeps
    nothing else from being changed."""
    found = await _change(request, request.body.records)
    return _tagged(ChangesAnswer(found or None))


async def forget_records(
    request: WireRequest[NoQuery, ForgottenRecords],
) -> ChangesAnswer | WireResponse:
    """Opt pairs in again: what this call did while it existed."""
    wishes = [
        ConsentWish(sender=one.sender, to=one.to, opt_status="OptIn", source="Api")
        for one in request.body.records
    ]
    return _tagged(ChangesAnswer(await _change(request, wishes) or None))


async def _change(
    request: WireRequest[NoQuery, object], wishes: Sequence[ConsentWish]
) -> list[FailedRecord]:
    """The records that were not taken, in their order."""
    errors: dict[int, RecordError] = {}
    changes: list[tuple[int, Change]] = []
    for place, wish in enumerate(wishes):
        try:
            changes.append((place, read_wish(wish, request.country)))
        except BadRecord as error:
            errors[place] = bad_field(str(error))
    results = await _apply(request, [change for _, change in changes])
    for (place, _), result in zip(changes, results, strict=True):
        if (found := problem(result)) is not None:
            errors[place] = found
    return [failed(wishes[place], errors[place]) for place in sorted(errors)]


async def _apply(
    request: WireRequest[NoQuery, object], changes: Sequence[Change]
) -> list[ChangeResult]:
    author = Author(request.account_id, Channel.API, f"user:{request.user_id}")
    results: list[ChangeResult] = []
    while len(results) < len(changes):
        piece = _next_piece(changes[len(results) :])
        results += await request.store.transact(change_consents, author, piece)
    return results


def _next_piece(changes: Sequence[Change]) -> Sequence[Change]:
    """The changes of one transaction: few where one is written in many places."""
    is_wide = any(change.is_wide for change in changes[:WIDE_CHANGES_AT_ONCE])
    size = WIDE_CHANGES_AT_ONCE if is_wide else CHANGES_AT_ONCE
    piece = changes[:size]
    if is_wide:
        return piece
    first_wide = next((at for at, change in enumerate(piece) if change.is_wide), len(piece))
    return piece[:first_wide]


async def export_consents(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
    """Every record of the account, as CSV."""
    tag = f'W/"c-{request.now_ms:x}"'
    headers = (("ETag", tag), ("Content-Disposition", 'attachment; filename="consents.csv"'))
    lines = _csv_lines(request.store, request.account_id)
    return WireResponse(lines, headers=headers, content_type="text/csv")


async def _csv_lines(store: Store, account_id: int) -> AsyncIterator[bytes]:
    """The file in pieces of one read each: memory does not depend on its length."""
    yield HEADER.encode()
    place: ScanPlace | None = ScanPlace()
    while place is not None:
        page = await store.read(export_page, account_id, None, place)
        place = page.after
        if page.facts:
            yield "".join(map(render_line, page.facts)).encode()


def _tagged(answer: msgspec.Struct) -> WireResponse:
    """The answer with its ETag, which is of its bytes."""
    body = msgspec.json.encode(answer)
    tag = f'"c-{hashlib.sha256(body).hexdigest()[:16]}"'
    return WireResponse(body, headers=(("ETag", tag),), content_type=JSON_TYPE)


_route = partial(
    Route, tag="Consent", app_permission=AppPermission.SMS, errors=(400, 404), has_etag=True
)


def _routes(path: str, name: str) -> list[Route]:
    """The calls under one of their two names."""
    return [
        _route("GET", path, list_consents, "Records of consent", operation=f"list_{name}"),
        _route(
            "PATCH",
            path,
            change_records,
            "Add or change records of consent",
            operation=f"change_{name}",
        ),
        _route("DELETE", path, forget_records, "Opt pairs in again", operation=f"delete_{name}"),
        _route(
            "POST",
            f"{path}/search",
            search_consents,
            "Search records of consent",
            operation=f"search_{name}",
        ),
        _route(
            "GET",
            f"{path}/history",
            show_history,
            "Changes of consent",
            operation=f"list_changes_of_{name}",
        ),
        _route(
            "GET",
            f"{path}/export",
            export_consents,
            "Records of consent as CSV",
            operation=f"export_{name}",
        ),
    ]


ROUTES = [
    *_routes(f"{_ACCOUNT}/consents", "consents"),
    # Their name from May to September 2025.
    *_routes(f"{_ACCOUNT}/opt-outs", "consents_by_old_name"),
]
