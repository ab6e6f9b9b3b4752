"""Messages of both directions, one by one and counted."""

from typing import Annotated, Literal

import msgspec

from stopline.core.messages import Direction, MessageStatus
from stopline.flows import history
from stopline.flows.history import Message, MessageSearch, Tally
from stopline.ringcentral.a2p import DEFAULT_PAGE_SIZE, PATH, a2p_route, beginning
from stopline.ringcentral.errors import not_found
from stopline.ringcentral.failure_codes import DIRECTION_NAMES, STATUS_NAMES, failure_code
from stopline.ringcentral.formats import render_cost, render_micros
from stopline.ringcentral.ids import (
    batch_uuid,
    message_id_text,
    read_batch_uuid,
    read_message_id,
)
from stopline.ringcentral.paging import PagingInfo
from stopline.ringcentral.query import NoQuery, PagedQuery, PhoneList, Query, TimeMs
from stopline.ringcentral.request import NoBody, WireRequest

# No batch has this id.
_NO_BATCH = 0


class MessageInfo(msgspec.Struct, rename="camel", omit_defaults=True):
    """A message. `to` holds one number; `text` is left out of the simple view."""

    id: str
    source: str = msgspec.field(name="from")
    to: list[str]
    creation_time: str
    last_modified_time: str
    message_status: str
    direction: str
    batch_id: str | None = None
    segment_count: int | None = None
    cost: float | None = None
    error_code: str | None = None
    text: str | None = None


class MessageList(msgspec.Struct):
    """A page of messages, newest first."""

    records: list[MessageInfo]
    paging: PagingInfo


class StatusCount(msgspec.Struct):
    """How many messages, and what they cost."""

    count: int = 0
    cost: float = 0


class FailureCount(msgspec.Struct, rename="camel"):
    """The same for failures, with how often each code was the reason."""

    error_code_counts: dict[str, int]
    count: int = 0
    cost: float = 0


class Statuses(msgspec.Struct, rename="camel"):
    """Messages by status."""

    queued: StatusCount
    delivered: StatusCount
    delivery_failed: FailureCount
    sent: StatusCount
    sending_failed: FailureCount


Directions = Annotated[
    tuple[Literal["Inbound", "Outbound"], ...], msgspec.Meta(description="Both without it")
]


class MessagesQuery(PagedQuery, frozen=True, kw_only=True):
    """Which messages; without `dateFrom` those of the day before `dateTo`.

    `phoneNumber` matches either side of a message.
    """

    batch_id: str | None = None
    direction: Directions = ()
    date_from: TimeMs | None = None
    date_to: TimeMs | None = None
    view: Literal["Simple", "Detailed"] = "Simple"
    phone_number: PhoneList = ()


class StatusesQuery(Query, frozen=True, kw_only=True):
    """Which messages are counted. With `batchId` the dates do not count."""

    batch_id: str | None = None
    direction: Directions = ()
    date_from: TimeMs | None = None
    date_to: TimeMs | None = None
    phone_number: PhoneList = ()


async def list_messages(request: WireRequest[MessagesQuery, NoBody]) -> MessageList:
    """Messages of both directions, newest first."""
    query, ask = request.query, request.page_ask(DEFAULT_PAGE_SIZE)
    page = await request.store.read(history.list_messages, _search(request), ask)
    detailed = query.view == "Detailed"
    records = [render_message(message, with_text=detailed) for message in page.rows]
    return MessageList(records, request.paging(ask, page))


async def read_message(request: WireRequest[NoQuery, NoBody]) -> MessageInfo:
    """One message with its text."""
    message_id = read_message_id(request.ids["messageId"])
    if message_id is None:
        raise not_found("messageId")
    found = await request.store.read(history.read_message, request.account_id, message_id)
    return render_message(found, with_text=True)


async def count_statuses(request: WireRequest[StatusesQuery, NoBody]) -> Statuses:
    """How many messages are in which status, and what they cost."""
    tallies = await request.store.read(history.summarise, _search(request))
    return Statuses(
        queued=_count(tallies, "Queued"),
        delivered=_count(tallies, "Delivered"),
        delivery_failed=_count_failures(tallies, "DeliveryFailed"),
        sent=_count(tallies, "Sent"),
        sending_failed=_count_failures(tallies, "SendingFailed"),
    )


def _search(
    request: WireRequest[MessagesQuery, NoBody] | WireRequest[StatusesQuery, NoBody],
) -> MessageSearch:
    query = request.query
    from_ms, to_ms = query.date_from, query.date_to
    if query.batch_id is None:
        from_ms = beginning(request.now_ms, from_ms, to_ms)
    elif isinstance(query, StatusesQuery):
        from_ms = to_ms = None
    return MessageSearch(
        request.account_id,
        from_ms,
        to_ms,
        _read_batch_id(query.batch_id),
        _read_direction(query.direction),
        query.phone_number,
    )


def _read_batch_id(text: str | None) -> int | None:
    if text is None:
        return None
    batch_id = read_batch_uuid(text)
    return _NO_BATCH if batch_id is None else batch_id


def _read_direction(names: tuple[str, ...]) -> Direction | None:
    if len(set(names)) != 1:
        return None
    return Direction.INBOUND if names[0] == "Inbound" else Direction.OUTBOUND


def render_message(message: Message, *, with_text: bool) -> MessageInfo:
    """A message as the wire shows it: of an inbound one, `from` is the person."""
    source, target = message.sender, message.recipient
    if message.direction is Direction.INBOUND:
        source, target = target, source
    was_charged = message.status is not MessageStatus.SENDING_FAILED
    return MessageInfo(
        id=message_id_text(message.id),
        source=source,
        to=[target],
        creation_time=render_micros(message.created_ms),
        last_modified_time=render_micros(message.updated_ms),
        message_status=STATUS_NAMES[message.status],
        direction=DIRECTION_NAMES[message.direction],
        batch_id=None if message.batch_id is None else batch_uuid(message.batch_id),
        segment_count=message.segment_count if was_charged else None,
        cost=render_cost(message.cost_micros) if was_charged else None,
        error_code=None if message.failure is None else failure_code(message.failure),
        text=message.body if with_text else None,
    )


def _count(tallies: list[Tally], status: str) -> StatusCount:
    matching = [tally for tally in tallies if STATUS_NAMES[tally.status] == status]
    cost_micros = sum(tally.cost_micros for tally in matching)
    return StatusCount(sum(tally.count for tally in matching), render_cost(cost_micros))


def _count_failures(tallies: list[Tally], status: str) -> FailureCount:
    codes: dict[str, int] = {}
    for tally in tallies:
        if STATUS_NAMES[tally.status] == status and tally.failure is not None:
            code = failure_code(tally.failure)
            codes[code] = codes.get(code, 0) + tally.count
    total = _count(tallies, status)
    return FailureCount(codes, total.count, total.cost)


ROUTES = [
    a2p_route("GET", f"{PATH}/messages", list_messages, summary="Messages"),
    a2p_route("GET", f"{PATH}/messages/{{messageId}}", read_message, summary="One message"),
    a2p_route("GET", f"{PATH}/statuses", count_statuses, summary="Messages counted by status"),
]
