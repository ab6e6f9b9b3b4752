"""Submissions: claimed under the gate's number, handed over by a worker, settled by answers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from stopline.core.carriage import (
    OPTED_OUT_FAILURES,
    Claim,
    Submission,
    SubmitAnswer,
    SubmitOutcome,
)
from stopline.core.cover import Verdict
from stopline.core.ids import id_bucket, id_time_ms
from stopline.core.messages import FailureCode, MessageStatus, Purpose
from stopline.core.routing import pinned_lane
from stopline.flows.cover import judge_queued
from stopline.flows.heads import Head, SenderRates, note_served, take_heads
from stopline.flows.network import NetworkSaying, hear_network, lock_persons
from stopline.flows.progress import Moved, record_progress
from stopline.flows.queues import wake
from stopline.flows.receipts import apply_early_receipts, early_receipts_name
from stopline.store.message_rows import Advance, Progress, QueuedMessage
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Queues one claim serves: each gets its share, so that a large batch delays nobody else.
CLAIM_QUEUES = 32
# A carrier that still says "not now" after this time will not take the message any more. Counting
# attempts instead would lose a backlog that is only larger than what the carrier takes at once.
GIVE_UP_MS = 24 * 3_600_000
# The pause after "not now" when the carrier names none; doubles with each attempt.
FIRST_PAUSE_MS = 500
LONGEST_PAUSE_MS = 60_000
# Looked up once: reaching for an enum's member takes as long as making a row.
_AWAITING = (MessageStatus.CLAIMED, MessageStatus.UNCERTAIN)
_QUEUED = MessageStatus.QUEUED
_SENT = MessageStatus.SENT
_SENDING_FAILED = MessageStatus.SENDING_FAILED
_ACCEPTED = SubmitOutcome.ACCEPTED


@runs_as(Priority.CLAIM)
def claim_submissions(
    tx: Tx,
    carrier: str,
    limit: int,
    lanes: Sequence[str] = (),
    segments: int | None = None,
    count: Callable[[str], int] | None = None,
) -> Claim:
    """Take at most `limit` due messages of the lanes that a carrier serves (none: its own) and
    write the intent down. `segments`: what the carrier takes now; the last text may be over it.
    `count`: how many it makes of a text, where its count is not everybody's.

    What is denied by now, or was accepted before a denial, fails here and is never handed over.
    Raises StoreUnavailable when nothing may be sent here: the reason says why.
    """
    tx.installation.require_open()
    gate_number = tx.open_claim()
    claim_id = tx.new_id(0)
    lanes = lanes or (carrier, pinned_lane(carrier))
    due = tx.queues.list_due(carrier, lanes, tx.now_ms, CLAIM_QUEUES)
    if not due:
        return Claim(gate_number, (), wait_ms=_wait_ms(tx, lanes))
    owners = tx.senders.find({one.queue.sender for one in due})
    rates = SenderRates(tx, owners)
    heads = take_heads(tx, due, rates, limit, segments, count)
    may_leave: set[int] = set()
    # What is written is written in one order of buckets.
    for bucket in sorted({head.queue.bucket for head in heads}):
        here = [head for head in heads if head.queue.bucket == bucket]
        ids = _sort_out(tx, bucket, here, owners)
        if ids:
            tx.messages.claim(bucket, ids, claim_id, carrier, tx.now_ms)
        may_leave.update(ids)
    leaving = [(h.queue.sender, m) for h in heads for m in h.messages if m.id in may_leave]
    rates.spend(tx, [(sender, message.segment_count) for sender, message in leaving])
    note_served(tx, heads, rates)
    submissions = [
        Submission(m.id, m.attempt + 1, sender, m.recipient, m.body) for sender, m in leaving
    ]
    return Claim(gate_number, tuple(submissions), sum(m.segment_count for _, m in leaving))


def _wait_ms(tx: Tx, lanes: Sequence[str]) -> int | None:
    """How long until something falls due; None also when the carrier is paused."""
    due_ms = tx.queues.find_earliest_due(lanes)
    return None if due_ms is None or due_ms <= tx.now_ms else due_ms - tx.now_ms


def _sort_out(
    tx: Tx, bucket: int, heads: Sequence[Head], owners: Mapping[str, Sender]
) -> list[int]:
    """The ids of what may leave. What must not is refused, what is held is put aside."""
    ids: list[int] = []
    refused: list[tuple[QueuedMessage, FailureCode]] = []
    held: list[tuple[int, str, str]] = []
    for head in heads:
        sender = head.queue.sender
        for message, failure in _judge(tx, bucket, owners[sender], head.messages):
            if message.is_held:
                held.append((message.id, sender, message.recipient))
            elif failure is not None:
                refused.append((message, failure))
            else:
                ids.append(message.id)
    _refuse(tx, bucket, refused)
    if held:
        tx.queues.set_aside(bucket, held)
    return ids


def _judge(
    tx: Tx, bucket: int, owner: Sender, messages: Sequence[QueuedMessage]
) -> list[tuple[QueuedMessage, FailureCode | None]]:
    """Each with the reason why it must not leave, if there is one."""
    verdicts = judge_queued(tx, bucket, owner, messages)
    return [(m, _refusal(m, v, owner, tx.now_ms)) for m, v in zip(messages, verdicts, strict=True)]


def recheck_claim(tx: Tx, claim: Claim) -> list[bool]:
    """Which submissions of a claim may leave as things are now, in their order. For a gate that
    asks again while it holds the persons."""
    attempts: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for one in claim.submissions:
        key = (id_bucket(one.message_id), one.sender)
        attempts[key].append((one.message_id, one.attempt))
    owners = tx.senders.find({sender for _, sender in attempts})
    may: set[int] = set()
    for (bucket, sender), its_attempts in attempts.items():
        found = tx.messages.read_claimed(bucket, its_attempts)
        judged = _judge(tx, bucket, owners[sender], found)
        may.update(message.id for message, failure in judged if failure is None)
    return [one.message_id in may for one in claim.submissions]


def _refusal(
    message: QueuedMessage, verdict: Verdict, owner: Sender, now_ms: int
) -> FailureCode | None:
    """Why a queued message must not leave, if it must not."""
    if message.expires_ms is not None and message.expires_ms <= now_ms:
        return FailureCode.CARRIER_EXPIRED
    if message.account_id != owner.account_id:
        return FailureCode.SENDER_NOT_PROVISIONED  # the number went to another account meanwhile
    if message.generation != verdict.generation:
        return FailureCode.OPTED_OUT
    is_reply = message.purpose is not Purpose.BULK
    if not verdict.allowed and not is_reply:
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
        tx,
        bucket,
        [
            Moved(
                m.id, m.account_id, m.batch_id, True, 0, True, MessageStatus.SENDING_FAILED, failure
            )
            for m, failure in refused
        ],
    )


@runs_as(Priority.SETTLE)
def return_submissions(tx: Tx, submissions: Sequence[Submission]) -> None:
    """Provably unwritten messages are due again."""
    attempts = {s.message_id: s.attempt for s in submissions}
    for bucket, ids in _by_bucket(attempts).items():
        tx.messages.return_unwritten(bucket, [(id_, attempts[id_]) for id_ in ids], tx.now_ms)
        wake(tx, bucket, ids)


@runs_as(Priority.SETTLE)
def doubt_submissions(tx: Tx, message_ids: Sequence[int]) -> None:
    """Messages handed over whose answer will not come any more are uncertain."""
    for bucket, ids in _by_bucket(message_ids).items():
        tx.messages.doubt(bucket, ids, tx.now_ms)


def _by_bucket(ids: Iterable[int]) -> dict[int, list[int]]:
    grouped: dict[int, list[int]] = defaultdict(list)
    for identifier in sorted(ids, key=lambda identifier: (id_bucket(identifier), identifier)):
        grouped[id_bucket(identifier)].append(identifier)
    return grouped


# Settling.


@runs_as(Priority.SETTLE)
def settle_submissions(tx: Tx, carrier: str, answers: Sequence[SubmitAnswer]) -> None:
    """Write how hand-overs ended. Late and doubled answers change nothing.

    Pairs that the carrier refuses because the person opted out there are opted out here too.
    """
    by_bucket: dict[int, dict[int, SubmitAnswer]] = defaultdict(dict)
    for answer in answers:
        by_bucket[id_bucket(answer.message_id)][answer.message_id] = answer
    _lock_opted_out(tx, by_bucket)
    for bucket in sorted(by_bucket):
        hear_network(tx, _settle_bucket(tx, carrier, bucket, by_bucket[bucket]))


def _lock_opted_out(tx: Tx, by_bucket: dict[int, dict[int, SubmitAnswer]]) -> None:
    """Persons come before messages in the order of locks, and an answer names no person."""
    recipients: set[str] = set()
    for bucket, answers in by_bucket.items():
        ids = [a.message_id for a in answers.values() if a.word or a.failure in OPTED_OUT_FAILURES]
        if ids:
            recipients.update(tx.messages.recipients(bucket, ids))
    lock_persons(tx, recipients)


def _settle_bucket(
    tx: Tx, carrier: str, bucket: int, answers: dict[int, SubmitAnswer]
) -> list[NetworkSaying]:
    # A receipt that finds no message waits for the answers of its bucket, and they for it.
    tx.share(early_receipts_name(bucket))
    steps: list[Advance] = []
    moved: list[Moved] = []
    sayings: list[NetworkSaying] = []
    postponed: list[int] = []
    for message in tx.messages.progress(bucket, answers):
        answer = answers[message.id]
        step = _plan_step(message, answer, tx.now_ms)
        steps.append(step)
        if step.status is _QUEUED:
            postponed.append(step.id)
        elif step.status is not message.status:
            moved.append(moved_by(message, step))
        if answer.failure is not None:
            sayings.append(_saying(message, carrier, answer))
    tx.messages.advance(bucket, steps, tx.now_ms)
    record_progress(tx, bucket, moved)
    if postponed:
        wake(tx, bucket, postponed)
    references = [step.reference for step in steps if step.reference is not None]
    apply_early_receipts(tx, bucket, carrier, references)
    return sayings


def _saying(message: Progress, carrier: str, answer: SubmitAnswer) -> NetworkSaying:
    return NetworkSaying(
        message.sender,
        message.recipient,
        carrier,
        f"{message.id}",
        answer.failure,
        answer.word,
        answer.raw,
    )


def moved_by(message: Progress, step: Advance) -> Moved:
    """What a step means for the message's batch and its listeners."""
    return Moved(
        id=message.id,
        account_id=message.account_id,
        batch_id=message.batch_id,
        left_queue=message.status <= MessageStatus.UNCERTAIN,
        cost_micros=step.cost_micros,
        announced=True,
        status=step.status,
        failure=step.failure,
    )


def _plan_step(message: Progress, answer: SubmitAnswer, now_ms: int) -> Advance:
    """What an answer makes of a message; a message that went on already only learns its
    reference."""
    status, failure, cost, due_ms = message.status, None, message.cost_micros, now_ms
    if _is_awaited(message, answer):
        status, failure, due_ms = _answered(message, answer, now_ms)
    if status is _SENDING_FAILED:
        cost = 0
    return Advance(message.id, status, failure, cost, answer.reference, due_ms)


def _is_awaited(message: Progress, answer: SubmitAnswer) -> bool:
    """Whether the answer is to the message's last attempt and still decides something."""
    if answer.attempt != message.attempt:
        return False
    if message.status in _AWAITING:
        return True
    # Queued once more while the answer was on its way: it left after all.
    return message.status is _QUEUED and answer.outcome is _ACCEPTED


def _answered(
    message: Progress, answer: SubmitAnswer, now_ms: int
) -> tuple[MessageStatus, FailureCode | None, int]:
    if answer.outcome is _ACCEPTED:
        return _SENT, None, now_ms
    if answer.outcome is SubmitOutcome.REFUSED:
        failure = answer.failure or FailureCode.CARRIER_REFUSED
        return _SENDING_FAILED, failure, now_ms
    if now_ms - id_time_ms(message.id) >= GIVE_UP_MS:
        return _SENDING_FAILED, FailureCode.CARRIER_UNAVAILABLE, now_ms
    pause = answer.retry_after_ms or FIRST_PAUSE_MS << min(message.attempt - 1, 7)
    return _QUEUED, None, now_ms + min(pause, LONGEST_PAUSE_MS)
