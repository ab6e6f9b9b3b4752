"""Erasing a person: everything that names them goes, what blocks them stays as keyed hashes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.deliveries import DeliveryState
from stopline.core.errors import InvalidNumber
from stopline.core.events import message_subject, recipient_ending
from stopline.core.ledger import number_mac
from stopline.core.messages import MessageStatus
from stopline.core.numbers import Pair, parse_carrier_address
from stopline.flows.consent import Author
from stopline.flows.consent_effects import refuse_messages
from stopline.flows.decisions import deny_held
from stopline.flows.erased_consents import erase_consents
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# Messages one transaction blanks, so that no STOP waits for it.
SLICE_MESSAGES = 1_000


@dataclass(frozen=True, slots=True)
class ErasedSlice:
    """How much one transaction erased; `more` is left for another."""

    messages: int
    deliveries: int
    consents: int
    ledger_entries: int
    quarantined: int
    more: bool


@runs_as(Priority.SETTLE)
def erase_person(tx: Tx, author: Author, bucket: int, recipient: str) -> ErasedSlice:
    """Erase what one bucket holds of a person (E.164) for an account: a slice of the messages and
    all else. Call it for each bucket until there is no more.

    Denied pairs go on being blocked, and leave every list. Queued messages to the person fail.
    The ledger keeps its entries without their plain values, and says that there was an erasure.
    """
    tx.lock_recipients([recipient])
    found = tx.messages.list_of_person(bucket, author.account_id, recipient, SLICE_MESSAGES)
    _blank_messages(tx, bucket, recipient, found)
    # First: the end of a hold is told, and what is told names the person.
    _erase_reviews(tx, bucket, author.account_id, recipient)
    deliveries = _erase_deliveries(tx, bucket, author.account_id, recipient, [m[0] for m in found])
    tx.inbounds.erase_credits(bucket, recipient)
    tx.inbound_parts.erase(bucket, recipient)
    tx.network_reports.erase(bucket, author.account_id, recipient)
    quarantined = _erase_quarantine(tx, bucket, recipient)
    consents, noted = erase_consents(tx, author, bucket, recipient)
    mac = number_mac(tx.keys.number, recipient)
    return ErasedSlice(
        messages=len(found),
        deliveries=deliveries,
        consents=consents,
        # The entries that tell of the erasure itself never had plain values to speak of.
        ledger_entries=tx.ledger.erase(bucket, author.account_id, mac) - noted,
        quarantined=quarantined,
        more=len(found) == SLICE_MESSAGES,
    )


def _blank_messages(
    tx: Tx,
    bucket: int,
    recipient: str,
    found: Sequence[tuple[int, str, MessageStatus, int | None]],
) -> None:
    if not found:
        return
    queued = {(m[1], recipient, None) for m in found if m[2] is MessageStatus.QUEUED}
    if queued:
        refuse_messages(tx, bucket, queued)
    ids = [m[0] for m in found]
    batch_ids = {m[3] for m in found if m[3] is not None}
    tx.messages.erase(bucket, ids, sorted(batch_ids))
    tx.inbounds.erase_references(bucket, ids)


def _erase_deliveries(
    tx: Tx, bucket: int, account_id: int, recipient: str, message_ids: Sequence[int]
) -> int:
    """Events that name the person; those still to be delivered are counted as given up."""
    subjects = [message_subject(identifier) for identifier in message_ids]
    ending = recipient_ending(recipient)
    found = tx.deliveries.list_of_person(bucket, account_id, subjects, ending)
    if found:
        tx.deliveries.erase(bucket, [row[0] for row in found])
    lost = Counter(row[1] for row in found if row[2] is DeliveryState.PENDING)
    if lost:
        tx.deliveries.add_losses(bucket, lost)
    return len(found)


def _erase_quarantine(tx: Tx, bucket: int, recipient: str) -> int:
    ids: list[int] = []
    after = 0
    while page := tx.inbounds.list_quarantine(bucket, after, SLICE_MESSAGES):
        after = page[-1][0]
        ids += [identifier for identifier, source in page if _is_same(source, recipient)]
    if ids:
        tx.inbounds.delete_quarantine(bucket, ids)
    return len(ids)


def _is_same(spelling: str, recipient: str) -> bool:
    try:
        return parse_carrier_address(spelling) == recipient
    except InvalidNumber:
        return False


def _erase_reviews(tx: Tx, bucket: int, account_id: int, recipient: str) -> None:
    """Nobody can decide any more what the person asked for, so it counts as a request to stop."""
    numbers = [number for number, its in tx.senders.list_held(account_id) if its == bucket]
    pairs = [Pair(number, recipient) for number in numbers]
    if held := tx.reviews.find_held(bucket, pairs):
        deny_held(tx, bucket, held)
    tx.reviews.erase(bucket, account_id, recipient)
