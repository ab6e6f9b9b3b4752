"""Delivery receipts: statuses only move forward, early ones wait for their message."""

from collections import defaultdict
from collections.abc import Sequence

from stopline.core.carriage import Receipt
from stopline.core.ids import id_bucket
from stopline.core.messages import FailureCode, MessageStatus, may_advance
from stopline.core.numbers import bucket_of
from stopline.flows.network import NetworkSaying, hear_network, lock_persons
from stopline.flows.progress import Moved, record_progress
from stopline.store.inbounds import EarlyReceipt
from stopline.store.message_rows import Advance, Progress
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

Report = tuple[MessageStatus, FailureCode | None]


@runs_as(Priority.RECEIPT)
def record_receipts(tx: Tx, receipts: Sequence[Receipt]) -> None:
    """Write what carriers report.

    Pairs whose receipt says that the person opted out there are opted out here too.
    """
    by_bucket: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        by_bucket[_bucket(receipt)].append(receipt)
    sayings = {bucket: _sayings(its_receipts) for bucket, its_receipts in by_bucket.items()}
    lock_persons(tx, (s.recipient for said in sayings.values() for s in said if s.may_deny))
    for bucket in sorted(by_bucket):
        _record_bucket(tx, bucket, by_bucket[bucket])
        hear_network(tx, sayings[bucket])


def _sayings(receipts: Sequence[Receipt]) -> list[NetworkSaying]:
    """What the network says of persons and numbers: nothing, where a message arrived."""
    return [
        NetworkSaying(
            receipt.sender,
            receipt.recipient,
            receipt.carrier,
            f"{receipt.carrier}:{receipt.reference}",
            receipt.failure,
            receipt.word,
            receipt.raw,
        )
        for receipt in receipts
        if receipt.failure is not None or receipt.word is not None
    ]


def early_receipts_name(bucket: int) -> str:
    """What settling shares and a receipt without a message holds: otherwise each might miss what
    the other is about to write."""
    return f"early receipts {bucket}"


def _bucket(receipt: Receipt) -> int:
    if receipt.message_id is not None:
        return id_bucket(receipt.message_id)
    return bucket_of(receipt.sender)


def _record_bucket(tx: Tx, bucket: int, receipts: Sequence[Receipt]) -> None:
    by_carrier: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.message_id is None:
            by_carrier[receipt.carrier].append(receipt)
    if any(_has_early(tx, bucket, carrier, its) for carrier, its in by_carrier.items()):
        tx.hold(early_receipts_name(bucket))
    direct = [r for r in receipts if r.message_id is not None]
    known = {p.id: p for p in tx.messages.progress(bucket, [r.message_id or 0 for r in direct])}
    reports: dict[int, list[Report]] = defaultdict(list)
    learned: dict[int, str] = {}
    for receipt in direct:
        if receipt.message_id in known:
            reports[receipt.message_id].append((receipt.status, receipt.failure))
    for carrier, its_receipts in by_carrier.items():
        found = _match_references(tx, bucket, carrier, its_receipts, reports, learned)
        known.update({p.id: p for p in found})
    _advance(tx, bucket, list(known.values()), reports, learned)


def _has_early(tx: Tx, bucket: int, carrier: str, receipts: Sequence[Receipt]) -> bool:
    references = {r.reference for r in receipts}
    return tx.messages.known_references(bucket, carrier, references) != references


def _match_references(
    tx: Tx,
    bucket: int,
    carrier: str,
    receipts: Sequence[Receipt],
    reports: dict[int, list[Report]],
    learned: dict[int, str],
) -> list[Progress]:
    """Find messages by the carrier's id; receipts without one wait for its answer.

    `learned` gets the ids of uncertain messages that a receipt stands for.
    """
    found = tx.messages.progress_by_reference(bucket, carrier, {r.reference for r in receipts})
    by_reference = {p.carrier_reference or "": p for p in found}
    unknown = [receipt for receipt in receipts if receipt.reference not in by_reference]
    if unknown and tx.messages.has_uncertain(bucket):
        matched = _match_uncertain(tx, bucket, carrier, unknown)
        by_reference |= matched
        learned |= {message.id: reference for reference, message in matched.items()}
        found += matched.values()
    early = []
    for receipt, sequence in zip(receipts, tx.new_ids(bucket, len(receipts)), strict=True):
        message = by_reference.get(receipt.reference)
        if message is not None:
            reports[message.id].append((receipt.status, receipt.failure))
            continue
        early.append(
            EarlyReceipt(
                carrier,
                receipt.reference,
                tx.now_ms,
                sequence,
                receipt.status,
                receipt.failure,
                receipt.raw,
            )
        )
    if early:
        tx.inbounds.add_early_receipts(bucket, early)
    return found


def _match_uncertain(
    tx: Tx, bucket: int, carrier: str, receipts: Sequence[Receipt]
) -> dict[str, Progress]:
    """Uncertain messages whose answer was lost, found by their pair, the oldest first.

    While a message of the pair is being handed over the receipt may be its own, and then nothing
    is concluded: its answer will name it.
    """
    pairs = {(receipt.sender, receipt.recipient) for receipt in receipts}
    waiting: dict[tuple[str, str], list[Progress]] = defaultdict(list)
    for message in tx.messages.list_open_of_pairs(bucket, carrier, list(pairs)):
        waiting[(message.sender, message.recipient)].append(message)
    matched: dict[str, Progress] = {}
    for receipt in receipts:
        candidates = waiting[(receipt.sender, receipt.recipient)]
        if any(message.status is MessageStatus.CLAIMED for message in candidates):
            continue
        if candidates and receipt.reference not in matched:
            matched[receipt.reference] = candidates.pop(0)
    return matched


def _advance(
    tx: Tx,
    bucket: int,
    messages: Sequence[Progress],
    reports: dict[int, list[Report]],
    learned: dict[int, str],
) -> None:
    steps, moved = [], []
    for message in messages:
        status, failure = message.status, None
        for reported, why in reports[message.id]:
            if may_advance(status, reported):
                status, failure = reported, why
        if status is message.status:
            continue
        reference = learned.get(message.id)
        steps.append(
            Advance(message.id, status, failure, message.cost_micros, reference, tx.now_ms)
        )
        moved.append(
            Moved(
                id=message.id,
                account_id=message.account_id,
                batch_id=message.batch_id,
                left_queue=message.status <= MessageStatus.UNCERTAIN,
                cost_micros=message.cost_micros,
                announced=True,
                status=status,
                failure=failure,
            )
        )
    if steps:
        tx.messages.advance(bucket, steps, tx.now_ms)
        record_progress(tx, bucket, moved)


def apply_early_receipts(tx: Tx, bucket: int, carrier: str, references: Sequence[str]) -> None:
    """The answer that names these messages came: apply the receipts that came before it."""
    if not references:
        return
    early = tx.inbounds.take_early_receipts(bucket, carrier, references)
    if not early:
        return
    found = tx.messages.progress_by_reference(bucket, carrier, {r.reference for r in early})
    by_reference = {p.carrier_reference: p.id for p in found}
    reports: dict[int, list[Report]] = defaultdict(list)
    for receipt in early:
        reports[by_reference[receipt.reference]].append((receipt.status, receipt.failure))
    _advance(tx, bucket, found, reports, {})
