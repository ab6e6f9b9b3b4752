"""Batches: many messages in one request, and how far they have got."""

import asyncio
import hashlib
from typing import Literal, NamedTuple

import msgspec

from stopline.core.batches import SLICE_ROWS, BatchPlan
from stopline.core.pages import Page
from stopline.core.scopes import Category
from stopline.flows import history, outbound
from stopline.flows.history import Batch, BatchSearch
from stopline.flows.outbound import BatchDraft, BatchRequest
from stopline.flows.ports import Store
from stopline.ringcentral.a2p import DEFAULT_PAGE_SIZE, PATH, a2p_route, beginning
from stopline.ringcentral.batch_bodies import (
    BatchWish,
    RejectedEntry,
    plan_wish,
    read_sender,
    render_rejected,
)
from stopline.ringcentral.consent_bodies import CATEGORIES
from stopline.ringcentral.errors import WireError, not_found
from stopline.ringcentral.formats import render_cost, render_micros
from stopline.ringcentral.ids import batch_uuid, read_batch_uuid
from stopline.ringcentral.paging import PagingInfo
from stopline.ringcentral.query import NoQuery, PagedQuery, Phone, TimeMs
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import BATCH_BODY_LIMIT

MAX_KEY_CHARS = 255
# A week: what is spread or valid for longer is a plan, and no batch.
MAX_MINUTES = 10_080
# Larger requests are planned in a thread, so that others are answered meanwhile.
_PLAN_IN_THREAD = 100

_encode = msgspec.json.Encoder().encode


class BatchInfo(msgspec.Struct, rename="camel", omit_defaults=True):
    """A batch. `rejected` is filled only in the answer to its request; `cost` once completed."""

    id: str
    sender: str = msgspec.field(name="from")
    batch_size: int
    processed_count: int
    last_modified_time: str
    status: Literal["Processing", "Completed"]
    creation_time: str
    rejected: list[RejectedEntry]
    cost: float | None = None


class LegacyBatchInfo(BatchInfo, rename="camel", omit_defaults=True, kw_only=True):
    """The same with the names that the two times had in 2020."""

    created_at: str
    last_updated_at: str


class BatchList(msgspec.Struct):
    """A page of batches, newest first."""

    records: list[BatchInfo]
    paging: PagingInfo


class BatchesQuery(PagedQuery, frozen=True, kw_only=True):
    """Which batches; without `dateFrom` those of the day before `dateTo`."""

    date_from: TimeMs | None = None
    date_to: TimeMs | None = None
    sender: Phone | None = msgspec.field(name="from", default=None)
    status: tuple[Literal["Queued", "Processing", "Sent", "Completed"], ...] = ()


_decode = msgspec.json.Decoder(BatchInfo).decode

Posted = WireRequest[NoQuery, BatchWish]
Bare = WireRequest[NoQuery, NoBody]


async def create_batch(request: Posted) -> BatchInfo:
    """Send many messages: each is checked against the recipient's consent, now and again before
    it leaves. An `Idempotency-Key` makes the request repeatable for seven days; the header
    `X-Stopline-Category` (Conversational, Informational, Promotional) says what it is for."""
    return await _create(request)


async def create_batch_by_old_path(request: Posted) -> LegacyBatchInfo:
    """The same by its path of 2020, with the names that times had then."""
    return _as_legacy(await _create(request))


async def read_batch(request: Bare) -> BatchInfo:
    """One batch."""
    return await _read(request)


async def read_batch_by_old_path(request: Bare) -> LegacyBatchInfo:
    """The same by its path of 2020."""
    return _as_legacy(await _read(request))


async def list_batches(request: WireRequest[BatchesQuery, NoBody]) -> BatchList:
    """Batches, newest first."""
    query, ask = request.query, request.page_ask(DEFAULT_PAGE_SIZE)
    page: Page[Batch] = Page([])
    if not query.status or {"Processing", "Completed"} & set(query.status):
        page = await request.store.read(history.list_batches, _search(request), ask)
    records = [render_batch(batch) for batch in page.rows]
    return BatchList(records, request.paging(ask, page))


def _search(request: WireRequest[BatchesQuery, NoBody]) -> BatchSearch:
    query = request.query
    # A batch is never shown as queued or sent, so nothing is found for these two alone.
    is_open, is_completed = "Processing" in query.status, "Completed" in query.status
    return BatchSearch(
        request.account_id,
        beginning(request.now_ms, query.date_from, query.date_to),
        query.date_to,
        query.sender,
        None if is_open == is_completed else is_open,
    )


async def _read(request: Bare) -> BatchInfo:
    batch_id = read_batch_uuid(request.ids["batchId"])
    if batch_id is None:
        raise not_found("batchId")
    batch = await request.store.read(history.read_batch, request.account_id, batch_id)
    return render_batch(batch)


async def _create(request: Posted) -> BatchInfo:
    """Plan, stage in slices, accept. Until the last step nothing is visible to anybody."""
    wish, own = request.body, _own_headers(request)
    asked = BatchRequest(
        account_id=request.account_id,
        sender=read_sender(wish, request.country),
        size=len(wish.messages),
        price_micros=request.wire.price_micros,
        key_hash=_key_hash(request),
        body_hash=hashlib.sha256(request.raw_body + own.joined.encode()).hexdigest(),
        category=_read_category(own.category),
        valid_minutes=_read_minutes(own.valid_minutes, 1),
        spread_minutes=_read_minutes(own.spread_minutes, 0),
    )
    plan = await _plan(wish, request.country)
    draft = await request.store.transact(outbound.open_batch, asked)
    if isinstance(draft, str):
        return _decode(draft)
    done = False
    try:
        answer = await _stage_and_accept(request.store, draft, plan)
        done = True
    finally:
        if not done:
            await _undo(request.store, draft)
    return _decode(answer)


class _OwnHeaders(NamedTuple):
    """What a request may say beside the contract, in headers of ours; "" where it does not."""

    category: str
    valid_minutes: str
    spread_minutes: str

    @property
    def joined(self) -> str:
        """As a part of what makes two requests the same."""
        return "\n".join(self).rstrip("\n")


def _own_headers(request: Posted) -> _OwnHeaders:
    return _OwnHeaders(
        request.header("x-stopline-category").strip(),
        request.header("x-stopline-valid-minutes").strip(),
        request.header("x-stopline-spread-minutes").strip(),
    )


def _read_minutes(text: str, lowest: int) -> int | None:
    """A time in minutes, up to MAX_MINUTES."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        raise WireError(400, "CMN-407", "Parameter in header is invalid")
    if not lowest <= int(text) <= MAX_MINUTES:
        raise WireError(400, "CMN-407", "Parameter in header is invalid")
    return int(text)


def _read_category(name: str) -> Category | None:
    """What the messages are for, where the request says so: a header of ours."""
    if name and name not in CATEGORIES:
        raise WireError(400, "CMN-407", "Parameter in header is invalid")
    return CATEGORIES.get(name)


async def _plan(wish: BatchWish, country: str) -> BatchPlan:
    if len(wish.messages) > _PLAN_IN_THREAD:
        return await asyncio.to_thread(plan_wish, wish, country)
    return plan_wish(wish, country)


async def _stage_and_accept(store: Store, draft: BatchDraft, plan: BatchPlan) -> str:
    spans = await _stage(store, draft, plan)
    ids = outbound.whole_span(draft, spans)
    rejected = render_rejected(plan)
    return await store.transact(
        outbound.complete_batch,
        draft,
        plan.body,
        ids,
        lambda batch: _encode(_first_answer(batch, rejected)).decode(),
    )


async def _stage(store: Store, draft: BatchDraft, plan: BatchPlan) -> list[tuple[int, int]]:
    """All slices wait for the writer at once; a STOP goes between any two of them.

    Ends only when none runs any more, so that what failed can be undone whole.
    """
    slices = [
        store.transact(outbound.stage_messages, draft, planned, place * SLICE_ROWS)
        for place, planned in enumerate(plan.slices())
    ]
    outcomes = await asyncio.gather(*slices, return_exceptions=True)
    spans = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        spans.append(outcome)
    return spans


async def _undo(store: Store, draft: BatchDraft) -> None:
    """Free the key and what was staged; what can not be undone now is swept at the next start."""
    await store.transact(outbound.forget_key, draft)
    while await store.transact(outbound.drop_slice, draft):
        pass


def _key_hash(request: Posted) -> str | None:
    key = request.header("idempotency-key").strip()
    if not key:
        return None
    if len(key) > MAX_KEY_CHARS:
        raise WireError(400, "CMN-407", "Parameter in header is invalid")
    return hashlib.sha256(f"{request.account_id}:{key}".encode()).hexdigest()


def render_batch(batch: Batch) -> BatchInfo:
    """A batch as it is read back."""
    return BatchInfo(
        id=batch_uuid(batch.id),
        sender=batch.sender,
        batch_size=batch.batch_size,
        processed_count=batch.processed_count,
        last_modified_time=render_micros(batch.updated_ms),
        status="Completed" if batch.completed else "Processing",
        creation_time=render_micros(batch.created_ms),
        rejected=[],
        cost=render_cost(batch.cost_micros) if batch.completed else None,
    )


def _first_answer(batch: Batch, rejected: list[RejectedEntry]) -> BatchInfo:
    """The answer to the request: with what was rejected, without a cost."""
    info = render_batch(batch)
    info.rejected, info.cost = rejected, None
    return info


def _as_legacy(info: BatchInfo) -> LegacyBatchInfo:
    return LegacyBatchInfo(
        *msgspec.structs.astuple(info),
        created_at=info.creation_time,
        last_updated_at=info.last_modified_time,
    )


ROUTES = [
    a2p_route(
        "POST",
        f"{PATH}/batches",
        create_batch,
        summary="Send a batch of messages",
        status=201,
        errors=(409,),
        body_limit=BATCH_BODY_LIMIT,
    ),
    a2p_route(
        "POST",
        f"{PATH}/batch",
        create_batch_by_old_path,
        summary="Send a batch of messages, by the path of 2020",
        status=201,
        errors=(409,),
        body_limit=BATCH_BODY_LIMIT,
    ),
    a2p_route("GET", f"{PATH}/batches", list_batches, summary="Batches"),
    a2p_route("GET", f"{PATH}/batches/{{batchId}}", read_batch, summary="One batch"),
    a2p_route(
        "GET",
        f"{PATH}/batch/{{batchId}}",
        read_batch_by_old_path,
        summary="One batch, by the path of 2020",
    ),
]
