"""Messages out: accepted, claimed, settled. Between claim and settle lies the gate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stopline.core.batches import SLICE_ROWS, PlannedMessage
from stopline.core.cover import Sending
from stopline.core.errors import Conflict, InvalidField, StillRunning
from stopline.core.ids import BUCKET_COUNT
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.routing import BULK_PRIORITY, SINGLE_PRIORITY, Ways
from stopline.core.scopes import Category
from stopline.flows.cover import judge_recipients
from stopline.flows.notify import announce
from stopline.flows.progress import announce_messages, batch_event, batch_name
from stopline.flows.spending import spend
from stopline.store.batches import Batch
from stopline.store.message_rows import StagedMessage, Staging
from stopline.store.queues import Queue
from stopline.store.senders import A2P, Sender, SendingSettings
from stopline.store.tx import Tx

# Requests of up to this many messages count as single: they pass bulk of the same sender.
SINGLE_SIZE = 10
# No request runs as long as this: one without an answer failed, and could not free its key.
RUNNING_MS = 120_000
MINUTE_MS = 60_000
IDEMPOTENCY_DAYS_MS = 7 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Timing:
    """When the messages of a batch go: from `begin_ms` on, `size` of them spread evenly over
    `spread_ms`; what was not sent by `expires_ms` is not sent any more."""

    begin_ms: int
    size: int
    spread_ms: int = 0
    expires_ms: int | None = None

    def due_ms(self, place: int) -> int | None:
        """When the message in this place is due; None: at once."""
        return self.begin_ms + self.spread_ms * place // self.size if self.spread_ms else None


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """A batch that is being staged."""

    id: int
    account_id: int
    sender: str
    bucket: int
    ways: Ways
    priority: int
    price_micros: int
    key_hash: str | None
    sending: Sending
    timing: Timing


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a caller asks for, apart from the messages themselves. `category`: what they are for,
    where it is not what the sender's messages are usually for. `valid_minutes`, `spread_minutes`:
    likewise where they are not the sender's own."""

    account_id: int
    sender: str
    size: int
    price_micros: int
    key_hash: str | None = None
    body_hash: str = ""
    category: Category | None = None
    valid_minutes: int | None = None
    spread_minutes: int | None = None


def open_batch(tx: Tx, request: BatchRequest) -> BatchDraft | str:
    """Begin a batch; for a repeated idempotency key the answer that the first request got.

    Raises InvalidField when the sender is not an active A2P number of the account, Conflict when
    the key was used with another body, StillRunning while the request with it is not answered.
    """
    sender = tx.senders.find([request.sender]).get(request.sender)
    if sender is None or sender.account_id != request.account_id:
        raise InvalidField("from", "is not a number of this account")
    if A2P not in sender.features or not sender.may_send:
        raise InvalidField("from", "is not enabled for high volume SMS")
    batch_id = tx.new_id(sender.bucket)
    if request.key_hash is not None:
        answer = _earlier_answer(tx, sender.bucket, request, batch_id)
        if answer is not None:
            return answer
    return BatchDraft(
        id=batch_id,
        account_id=request.account_id,
        sender=request.sender,
        bucket=sender.bucket,
        ways=tx.routing.ways(sender.account_id, sender.number, sender.carrier),
        priority=SINGLE_PRIORITY if request.size <= SINGLE_SIZE else BULK_PRIORITY,
        price_micros=request.price_micros,
        key_hash=request.key_hash,
        sending=_sending(sender, request),
        timing=_timing(sender.sending, request, tx.now_ms),
    )


def _timing(usual: SendingSettings, request: BatchRequest, now_ms: int) -> Timing:
    """A message's time begins when the last one of its batch is due."""
    valid = usual.valid_minutes if request.valid_minutes is None else request.valid_minutes
    spread = usual.spread_minutes if request.spread_minutes is None else request.spread_minutes
    spread_ms = (spread or 0) * MINUTE_MS
    expires_ms = now_ms + spread_ms + valid * MINUTE_MS if valid else None
    return Timing(now_ms, request.size, spread_ms, expires_ms)


def _sending(sender: Sender, request: BatchRequest) -> Sending:
    settings = sender.consent
    usual = Category(settings.category) if settings.category else None
    return Sending(
        sender.number, sender.account_id, request.category or usual, settings.opt_in_required
    )


def _earlier_answer(tx: Tx, bucket: int, request: BatchRequest, batch_id: int) -> str | None:
    key_hash = request.key_hash or ""
    # The key is unique for the account, whichever sender the repeated request names.
    bucket = _key_bucket(key_hash)
    tx.hold(f"request {request.account_id} {key_hash}")
    earlier = tx.batches.find_key(bucket, request.account_id, key_hash)
    if earlier is not None and earlier.created_ms > tx.now_ms - IDEMPOTENCY_DAYS_MS:
        if earlier.body_hash != request.body_hash:
            raise Conflict("this idempotency key was used with another request")
        if earlier.answer is not None:
            return earlier.answer
        if earlier.created_ms > tx.now_ms - RUNNING_MS:
            raise StillRunning("a request with this idempotency key is still running")
    tx.batches.add_key(bucket, request.account_id, key_hash, request.body_hash, batch_id, tx.now_ms)
    return None


def _key_bucket(key_hash: str) -> int:
    return int(key_hash[:2], 16) % BUCKET_COUNT


def stage_messages(
    tx: Tx, draft: BatchDraft, planned: Sequence[PlannedMessage], first: int = 0
) -> tuple[int, int]:
    """Store one slice, whose first message has the place `first` in its batch; pairs that are
    denied now, and what is over the account's daily cap, fail at once. Returns (first id, last
    id)."""
    ids = tx.new_ids(draft.bucket, len(planned))
    recipients = [message.recipient for message in planned]
    verdicts = judge_recipients(tx, draft.bucket, draft.sending, recipients)
    costs = [
        message.segment_count * draft.price_micros if verdicts[message.recipient].allowed else 0
        for message in planned
    ]
    affordable = spend(tx, draft.account_id, costs)
    ways = draft.ways
    staged = []
    for place, message in enumerate(planned):
        verdict = verdicts[message.recipient]
        failure = _refusal(verdict.allowed, affordable[place])
        staged.append(
            StagedMessage(
                id=ids[place],
                recipient=message.recipient,
                status=MessageStatus.SENDING_FAILED if failure else MessageStatus.QUEUED,
                failure=failure,
                body=message.body,
                segment_count=message.segment_count,
                cost_micros=0 if failure else costs[place],
                generation=verdict.generation,
                lane=ways.lane(message.recipient) if ways.routes else None,
                due_ms=draft.timing.due_ms(first + place),
            )
        )
    tx.messages.stage(_staging(draft), staged, tx.now_ms)
    return ids[0], ids[-1]


def _refusal(is_allowed: bool, is_affordable: bool) -> FailureCode | None:
    if not is_allowed:
        return FailureCode.OPTED_OUT
    return None if is_affordable else FailureCode.LIMIT_EXCEEDED


def _staging(draft: BatchDraft) -> Staging:
    category = draft.sending.category
    return Staging(
        bucket=draft.bucket,
        account_id=draft.account_id,
        sender=draft.sender,
        batch_id=draft.id,
        lane=draft.ways.own,
        priority=draft.priority,
        category=category.value if category else None,
        expires_ms=draft.timing.expires_ms,
    )


def whole_span(draft: BatchDraft, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The first and last id of a batch, from those of its slices. These may have been stored side
    by side, so the last slice need not have the highest ids."""
    if not spans:
        return draft.id, draft.id
    return min(first for first, _ in spans), max(last for _, last in spans)


def accept_batch(tx: Tx, draft: BatchDraft, body: str | None, first_id: int, last_id: int) -> Batch:
    """Make a staged batch real: from here on its messages may be claimed."""
    tx.hold(batch_name(draft.id))
    lanes = tx.messages.total_batch(draft.bucket, draft.id, first_id, last_id)
    size, queued = sum(lane.count for lane in lanes), sum(lane.queued for lane in lanes)
    batch = Batch(
        id=draft.id,
        account_id=draft.account_id,
        sender=draft.sender,
        batch_size=size,
        pending=queued,
        cost_micros=0,
        created_ms=tx.now_ms,
        updated_ms=tx.now_ms,
        first_message_id=first_id,
        last_message_id=last_id,
    )
    tx.batches.accept(draft.bucket, batch, body)
    tx.tallies.messages[draft.account_id, MessageStatus.QUEUED, None] += queued
    failed_key = (draft.account_id, MessageStatus.SENDING_FAILED, FailureCode.OPTED_OUT)
    tx.tallies.messages[failed_key] += size - queued
    for lane in lanes:
        if lane.due_ms is not None:
            queue = Queue(draft.sender, lane.lane, draft.priority, draft.bucket)
            tx.wake_queue(queue, lane.due_ms)
    announce(tx, draft.account_id, draft.bucket, [batch_event(batch)])
    if queued < size:
        failed = tx.messages.list_failed_of_batch(draft.bucket, draft.id, first_id, last_id)
        announce_messages(tx, draft.bucket, draft.account_id, [m.id for m in failed])
    return batch


def complete_batch(
    tx: Tx,
    draft: BatchDraft,
    body: str | None,
    ids: tuple[int, int],
    render: Callable[[Batch], str],
) -> str:
    """Accept a staged batch and keep what its request is answered; returns that answer."""
    answer = render(accept_batch(tx, draft, body, *ids))
    remember_answer(tx, draft, answer)
    return answer


def drop_slice(tx: Tx, draft: BatchDraft) -> bool:
    """Remove a slice of what a failed request staged; whether there may be more.

    Harmless if the batch was accepted after all.
    """
    return tx.messages.drop_staged(draft.bucket, draft.id, SLICE_ROWS) == SLICE_ROWS


def remember_answer(tx: Tx, draft: BatchDraft, answer: str) -> None:
    """Keep what the request got, for its repetition; in the accepting transaction.

    Raises Conflict when the request took so long that its key was given to a repetition.
    """
    key_hash = draft.key_hash
    if key_hash is not None and not tx.batches.answer_key(
        _key_bucket(key_hash), draft.account_id, key_hash, draft.id, answer
    ):
        raise Conflict("another request took this idempotency key meanwhile")


def forget_key(tx: Tx, draft: BatchDraft) -> None:
    """The request failed: its key may be used again."""
    if draft.key_hash is not None:
        key_bucket = _key_bucket(draft.key_hash)
        tx.batches.forget_key(key_bucket, draft.account_id, draft.key_hash, draft.id)
