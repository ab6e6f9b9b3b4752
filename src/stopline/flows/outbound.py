"""Messages out: accepted, claimed, settled. Between claim and settle lies the gate."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stopline.core.batches import PlannedMessage
from stopline.core.carriage import Submission, SubmitAnswer, SubmitOutcome
from stopline.core.errors import Conflict, InvalidField
from stopline.core.ids import BUCKET_COUNT, id_bucket
from stopline.core.ledger import number_mac
from stopline.core.messages import FailureCode, MessageStatus, Purpose, may_advance
from stopline.flows.consent import (
    OPTED_OUT_FAILURES,
    NetworkDenial,
    record_network_denials,
)
from stopline.flows.notify import announce
from stopline.flows.progress import Moved, announce_messages, batch_event, record_progress
from stopline.flows.receipts import apply_early_receipts
from stopline.store.batches import Batch
from stopline.store.message_rows import Advance, Progress, QueuedMessage, StagedMessage
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import A2P, ACTIVE
from stopline.store.tx import Tx

# Smaller goes first; replies use 0.
BULK_PRIORITY = 5
SINGLE_PRIORITY = 3
# Requests of up to this many messages count as single: they pass bulk of the same sender.
SINGLE_SIZE = 10
# Senders one claim serves: each gets its share, so that a large batch delays nobody else.
CLAIM_SENDERS = 32
# A carrier that says "not now" more often than this will not take the message any more.
MAX_ATTEMPTS = 20
# The pause after "not now" when the carrier names none; doubles with each attempt.
FIRST_PAUSE_MS = 500
LONGEST_PAUSE_MS = 60_000
# Rows one clean-up statement touches, so that no STOP waits for it.
TIDY_ROWS = 1_000
IDEMPOTENCY_DAYS_MS = 7 * 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class BatchDraft:
    """A batch that is being staged."""

    id: int
    account_id: int
    sender: str
    bucket: int
    carrier: str
    priority: int
    price_micros: int
    key_hash: str | None


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a caller asks for, apart from the messages themselves."""

    account_id: int
    sender: str
    size: int
    price_micros: int
    key_hash: str | None = None
    body_hash: str = ""


def open_batch(tx: Tx, request: BatchRequest) -> BatchDraft | str:
    """Begin a batch; for a repeated idempotency key the answer that the first request got.

    Raises InvalidField when the sender is not an active A2P number of the account, Conflict when
    the key was used with another body or its request still runs.
    """
    sender = tx.senders.find([request.sender]).get(request.sender)
    if sender is None or sender.account_id != request.account_id:
        raise InvalidField("from", "is not a number of this account")
    if A2P not in sender.features or sender.status != ACTIVE:
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
        carrier=sender.carrier,
        priority=SINGLE_PRIORITY if request.size <= SINGLE_SIZE else BULK_PRIORITY,
        price_micros=request.price_micros,
        key_hash=request.key_hash,
    )


def _earlier_answer(tx: Tx, bucket: int, request: BatchRequest, batch_id: int) -> str | None:
    key_hash = request.key_hash or ""
    # The key is unique for the account, whichever sender the repeated request names.
    bucket = _key_bucket(key_hash)
    earlier = tx.batches.find_key(bucket, request.account_id, key_hash)
    if earlier is not None and earlier.created_ms > tx.now_ms - IDEMPOTENCY_DAYS_MS:
        if earlier.body_hash != request.body_hash:
            raise Conflict("this idempotency key was used with another request")
        if earlier.answer is None:
            raise Conflict("a request with this idempotency key is still running")
        return earlier.answer
    tx.batches.add_key(bucket, request.account_id, key_hash, request.body_hash, batch_id, tx.now_ms)
    return None


def _key_bucket(key_hash: str) -> int:
    return int(key_hash[:2], 16) % BUCKET_COUNT


def stage_messages(tx: Tx, draft: BatchDraft, planned: Sequence[PlannedMessage]) -> tuple[int, int]:
    """Store one slice; pairs that are denied now fail at once. Returns (first id, last id)."""
    ids = tx.new_ids(draft.bucket, len(planned))
    recipients = [message.recipient for message in planned]
    cover = tx.consents.cover(draft.bucket, draft.sender, draft.account_id, recipients)
    blocked = suppressed_recipients(tx, draft.bucket, draft.sender, recipients)
    staged = []
    for identifier, message in zip(ids, planned, strict=True):
        denied, generation = cover.get(message.recipient, (False, 0))
        refused = denied or message.recipient in blocked
        staged.append(
            StagedMessage(
                id=identifier,
                recipient=message.recipient,
                status=MessageStatus.SENDING_FAILED if refused else MessageStatus.QUEUED,
                failure=FailureCode.OPTED_OUT if refused else None,
                body=message.body,
                segment_count=message.segment_count,
                cost_micros=0 if refused else message.segment_count * draft.price_micros,
                generation=generation,
            )
        )
    tx.messages.stage(
        draft.bucket, draft.account_id, draft.sender, draft.id, draft.priority, staged, tx.now_ms
    )
    return ids[0], ids[-1]


def suppressed_recipients(
    tx: Tx, bucket: int, sender: str, recipients: Iterable[str]
) -> frozenset[str]:
    """Those that go on being blocked although their data was erased."""
    if not tx.consents.has_suppressions(bucket):
        return frozenset()
    macs = {number_mac(tx.keys.number, number): number for number in recipients}
    found = tx.consents.find_suppressions(bucket, [(sender, mac) for mac in macs])
    return frozenset(macs[mac] for _, mac in found)


def accept_batch(tx: Tx, draft: BatchDraft, body: str | None, first_id: int, last_id: int) -> Batch:
    """Make a staged batch real: from here on its messages may be claimed."""
    size, queued = tx.messages.total_batch(draft.bucket, draft.id, first_id, last_id)
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
    if queued:
        tx.wake_senders([(draft.sender, draft.bucket, draft.carrier)], tx.now_ms)
    announce(tx, draft.account_id, draft.bucket, [batch_event(batch)])
    if queued < size:
        failed = tx.messages.list_failed_of_batch(draft.bucket, draft.id, first_id, last_id)
        announce_messages(tx, draft.bucket, draft.account_id, [m.id for m in failed])
    return batch


def remember_answer(tx: Tx, draft: BatchDraft, answer: str) -> None:
    """Keep what the request got, for its repetition; in the accepting transaction."""
    if draft.key_hash is not None:
        tx.batches.answer_key(_key_bucket(draft.key_hash), draft.account_id, draft.key_hash, answer)


def forget_key(tx: Tx, draft: BatchDraft) -> None:
    """The request failed: its key may be used again."""
    if draft.key_hash is not None:
        tx.batches.forget_key(_key_bucket(draft.key_hash), draft.account_id, draft.key_hash)


# Claiming.


@dataclass(frozen=True, slots=True)
class Claim:
    """Messages that are about to be handed over, under the gate's number for them."""

    gate_number: int
    submissions: tuple[Submission, ...]


@runs_as(Priority.CLAIM)
def claim_submissions(tx: Tx, carrier: str, limit: int) -> Claim:
    """Take at most `limit` due messages of a carrier's senders and write the intent down.

    What is denied by now, or was accepted before a denial, fails here and is never handed over.
    """
    gate_number = tx.open_claim()
    claim_id = tx.new_id(0)
    senders = tx.batches.list_due_senders(carrier, tx.now_ms, CLAIM_SENDERS)
    submissions: list[Submission] = []
    for number, bucket, _ in senders:
        room = limit - len(submissions)
        if room <= 0:
            break
        share = max(1, limit // len(senders))
        taken = _claim_of_sender(tx, carrier, claim_id, number, bucket, min(room, share))
        submissions.extend(taken)
    return Claim(gate_number, tuple(submissions))


def _claim_of_sender(
    tx: Tx, carrier: str, claim_id: int, sender: str, bucket: int, limit: int
) -> list[Submission]:
    queued = tx.messages.peek_queue(bucket, sender, tx.now_ms, limit)
    blocked = suppressed_recipients(tx, bucket, sender, [m.recipient for m in queued])
    refused = [(m, _refusal(m, blocked, tx.now_ms)) for m in queued]
    _refuse(tx, bucket, [(m, failure) for m, failure in refused if failure is not None])
    open_ones = [m for m, failure in refused if failure is None]
    if open_ones:
        tx.messages.claim(bucket, [m.id for m in open_ones], claim_id, carrier, tx.now_ms)
    if len(queued) < limit:
        tx.batches.set_next_due(sender, tx.messages.find_next_due(bucket, sender, tx.now_ms))
    else:
        tx.batches.set_next_due(sender, tx.now_ms)
    return [Submission(m.id, m.attempt + 1, sender, m.recipient, m.body) for m in open_ones]


def _refusal(message: QueuedMessage, suppressed: frozenset[str], now_ms: int) -> FailureCode | None:
    """Why a queued message must not leave, if it must not."""
    if message.expires_ms is not None and message.expires_ms <= now_ms:
        return FailureCode.CARRIER_EXPIRED
    if message.generation != message.current_generation:
        return FailureCode.OPTED_OUT
    is_reply = message.purpose is not Purpose.BULK
    if (message.denied or message.recipient in suppressed) and not is_reply:
        return FailureCode.OPTED_OUT
    return None


def _refuse(tx: Tx, bucket: int, refused: Sequence[tuple[QueuedMessage, FailureCode]]) -> None:
    if not refused:
        return
    steps = [
        Advance(m.id, MessageStatus.SENDING_FAILED, failure, 0, None, tx.now_ms)
        for m, failure in refused
    ]
    tx.messages.advance(bucket, steps, tx.now_ms)
    record_progress(
        tx, bucket, [Moved(m.id, m.account_id, m.batch_id, True, 0, True) for m, _ in refused]
    )


@runs_as(Priority.SETTLE)
def return_submissions(tx: Tx, submissions: Sequence[Submission]) -> None:
    """Provably unwritten messages are due again."""
    for bucket, ids in _by_bucket(s.message_id for s in submissions).items():
        tx.messages.return_unwritten(bucket, ids, tx.now_ms)
    _wake(tx, {s.sender for s in submissions}, tx.now_ms)


@runs_as(Priority.SETTLE)
def doubt_submissions(tx: Tx, message_ids: Sequence[int]) -> None:
    """Messages handed over whose answer will not come any more are uncertain."""
    for bucket, ids in _by_bucket(message_ids).items():
        tx.messages.doubt(bucket, ids, tx.now_ms)


def _by_bucket(ids: Iterable[int]) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = defaultdict(list)
    for identifier in ids:
        grouped[id_bucket(identifier)].append(identifier)
    return grouped


def _wake(tx: Tx, numbers: set[str], due_ms: int) -> None:
    senders = tx.senders.find(numbers).values()
    tx.wake_senders([(s.number, s.bucket, s.carrier) for s in senders], due_ms)


# Settling.


@runs_as(Priority.SETTLE)
def settle_submissions(tx: Tx, carrier: str, answers: Sequence[SubmitAnswer]) -> None:
    """Write how hand-overs ended. Late and doubled answers change nothing.

    Pairs that the carrier refuses because the person opted out there are opted out here too.
    """
    by_bucket: dict[int, dict[int, SubmitAnswer]] = defaultdict(dict)
    for answer in answers:
        by_bucket[id_bucket(answer.message_id)][answer.message_id] = answer
    opted_out: list[NetworkDenial] = []
    for bucket, its_answers in by_bucket.items():
        opted_out += _settle_bucket(tx, carrier, bucket, its_answers)
    record_network_denials(tx, opted_out)


def _settle_bucket(
    tx: Tx, carrier: str, bucket: int, answers: dict[int, SubmitAnswer]
) -> list[NetworkDenial]:
    steps: list[Advance] = []
    moved: list[Moved] = []
    opted_out: list[NetworkDenial] = []
    postponed: dict[str, int] = {}
    for message in tx.messages.progress(bucket, answers):
        answer = answers[message.id]
        step = _plan_step(message, answer, tx.now_ms)
        steps.append(step)
        if step.status is MessageStatus.QUEUED:
            due_ms = min(step.due_ms, postponed.get(message.sender, step.due_ms))
            postponed[message.sender] = due_ms
        elif step.status is not message.status:
            moved.append(_moved(message, step))
        if answer.failure in OPTED_OUT_FAILURES:
            opted_out.append(
                NetworkDenial(message.sender, message.recipient, carrier, answer.failure)
            )
    tx.messages.advance(bucket, steps, tx.now_ms)
    record_progress(tx, bucket, moved)
    for sender, due_ms in postponed.items():
        _wake(tx, {sender}, due_ms)
    references = [step.reference for step in steps if step.reference is not None]
    apply_early_receipts(tx, bucket, carrier, references)
    return opted_out


def _moved(message: Progress, step: Advance) -> Moved:
    return Moved(
        id=message.id,
        account_id=message.account_id,
        batch_id=message.batch_id,
        left_queue=message.status <= MessageStatus.UNCERTAIN,
        cost_micros=step.cost_micros,
        announced=True,
    )


def _plan_step(message: Progress, answer: SubmitAnswer, now_ms: int) -> Advance:
    """What an answer makes of a message; a message that went on already only learns its
    reference."""
    status, failure, cost, due_ms = message.status, None, message.cost_micros, now_ms
    if _is_awaited(message, answer):
        status, failure, due_ms = _answered(message, answer, now_ms)
    if status is MessageStatus.SENDING_FAILED:
        cost = 0
    return Advance(message.id, status, failure, cost, answer.reference, due_ms)


def _is_awaited(message: Progress, answer: SubmitAnswer) -> bool:
    """Whether the answer is to the message's last attempt and still decides something."""
    if answer.attempt != message.attempt:
        return False
    if message.status in (MessageStatus.CLAIMED, MessageStatus.UNCERTAIN):
        return True
    # Queued once more while the answer was on its way: it left after all.
    return message.status is MessageStatus.QUEUED and answer.outcome is SubmitOutcome.ACCEPTED


def _answered(
    message: Progress, answer: SubmitAnswer, now_ms: int
) -> tuple[MessageStatus, FailureCode | None, int]:
    if answer.outcome is SubmitOutcome.ACCEPTED:
        return MessageStatus.SENT, None, now_ms
    if answer.outcome is SubmitOutcome.REFUSED:
        failure = answer.failure or FailureCode.CARRIER_REFUSED
        return MessageStatus.SENDING_FAILED, failure, now_ms
    if message.attempt >= MAX_ATTEMPTS:
        return MessageStatus.SENDING_FAILED, FailureCode.CARRIER_UNAVAILABLE, now_ms
    pause = answer.retry_after_ms or FIRST_PAUSE_MS << min(message.attempt - 1, 7)
    return MessageStatus.QUEUED, None, now_ms + min(pause, LONGEST_PAUSE_MS)


# What is left over.


def recover_claims(tx: Tx, bucket: int) -> int:
    """At start: what an earlier run had claimed is uncertain, never "not sent"."""
    ids = tx.messages.list_claimed(bucket, TIDY_ROWS)
    if ids:
        tx.messages.doubt(bucket, ids, tx.now_ms)
    return len(ids)


def sweep_staged(tx: Tx, bucket: int) -> int:
    """At start: remove what requests without an answer had staged."""
    tx.batches.drop_open_keys(bucket)
    return tx.messages.sweep_staged(bucket)


@dataclass(frozen=True, slots=True)
class UncertainPolicy:
    """What becomes of uncertain messages after `wait_ms` without a receipt.

    `resend`: once more through the gate, then closed as unknown. Otherwise closed as unknown.
    """

    wait_ms: int
    resend: bool = True
    max_attempts: int = 2


@runs_as(Priority.SETTLE)
def review_uncertain(tx: Tx, bucket: int, policy: UncertainPolicy) -> int:
    """Queue uncertain messages once more, or close them as unknown. Returns how many."""
    found = tx.messages.list_uncertain(bucket, tx.now_ms - policy.wait_ms, TIDY_ROWS)
    if not found:
        return 0
    steps, moved, senders = [], [], set()
    for message in tx.messages.progress(bucket, [row[0] for row in found]):
        again = (
            policy.resend
            and message.attempt < policy.max_attempts
            and message.purpose is Purpose.BULK
        )
        status = MessageStatus.QUEUED if again else MessageStatus.DELIVERY_FAILED
        if not may_advance(message.status, status):
            continue
        failure = None if again else FailureCode.CARRIER_UNKNOWN
        step = Advance(message.id, status, failure, message.cost_micros, None, tx.now_ms)
        steps.append(step)
        if again:
            senders.add(message.sender)
        else:
            moved.append(_moved(message, step))
    tx.messages.advance(bucket, steps, tx.now_ms)
    record_progress(tx, bucket, moved)
    _wake(tx, senders, tx.now_ms)
    return len(steps)


@runs_as(Priority.SETTLE)
def close_overdue(tx: Tx, bucket: int, wait_ms: int) -> int:
    """Messages that never got a receipt fail with the code for it; a late one still counts."""
    ids = tx.messages.list_overdue_sent(bucket, tx.now_ms - wait_ms, TIDY_ROWS)
    steps, moved = [], []
    for message in tx.messages.progress(bucket, ids) if ids else []:
        step = Advance(
            message.id,
            MessageStatus.DELIVERY_FAILED,
            FailureCode.NO_RECEIPT,
            message.cost_micros,
            None,
            tx.now_ms,
        )
        steps.append(step)
        moved.append(_moved(message, step))
    if steps:
        tx.messages.advance(bucket, steps, tx.now_ms)
        record_progress(tx, bucket, moved)
    return len(steps)
