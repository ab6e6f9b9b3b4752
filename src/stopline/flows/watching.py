"""What an operator watches: traffic, queues, and one message's way."""

from dataclasses import dataclass

from stopline.core.errors import NotFound
from stopline.core.ids import first_id_at, id_bucket, id_time_ms
from stopline.core.ledger import number_mac
from stopline.core.messages import MessageStatus
from stopline.core.subscriptions import Subscription
from stopline.flows.consent_records import home_bucket
from stopline.flows.history import MessageSearch, Tally, read_batch, read_message, summarise
from stopline.flows.people import LedgerLine, list_ledger
from stopline.store.batches import Batch
from stopline.store.figures import ConsentCount, MessageCount, MessageTrace, Span
from stopline.store.message_rows import Message
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one number."""

    sender: str
    sender_mac: str
    label: str
    carrier: str
    is_active: bool
    depth: int
    oldest_ms: int | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """An account's figures for a span of time, cut into slots of `width_ms`."""

    from_ms: int
    before_ms: int
    width_ms: int
    messages: tuple[MessageCount, ...]
    consents: tuple[ConsentCount, ...]
    queues: tuple[Queue, ...]
    subscriptions: tuple[Subscription, ...]


def read_traffic(tx: Tx, account_id: int, span_ms: int, slots: int) -> Traffic:
    """The figures of the last `span_ms`, up to now."""
    width_ms = span_ms // slots
    before_ms = (tx.now_ms // width_ms + 1) * width_ms
    from_ms = before_ms - width_ms * slots
    first_id, before_id = first_id_at(from_ms), first_id_at(before_ms)
    buckets = sorted({bucket for _, bucket in tx.senders.list_held(account_id)})
    width = first_id_at(width_ms)
    span, home = Span(from_ms, before_ms, width_ms), home_bucket(tx, account_id)
    messages = [
        counted
        for bucket in buckets
        for counted in tx.figures.count_messages(bucket, account_id, first_id, before_id, width)
    ]
    consents = [
        counted
        for bucket in buckets
        for counted in tx.figures.count_consent_changes(
            bucket, account_id, span, tx.ledger.head(bucket)[0], is_home=bucket == home
        )
    ]
    return Traffic(
        from_ms=from_ms,
        before_ms=before_ms,
        width_ms=width_ms,
        messages=tuple(messages),
        consents=tuple(consents),
        queues=_queues(tx, account_id),
        subscriptions=tuple(tx.subscriptions.of_account(account_id)),
    )


def _queues(tx: Tx, account_id: int) -> tuple[Queue, ...]:
    queues = []
    for sender in tx.senders.list_of_account(account_id):
        depth, oldest = tx.figures.measure_queue(sender.bucket, sender.number)
        oldest_ms = None if oldest is None else id_time_ms(oldest)
        is_active = sender.status == "active"
        mac = number_mac(tx.keys.number, sender.number)
        queues.append(
            Queue(sender.number, mac, sender.label, sender.carrier, is_active, depth, oldest_ms)
        )
    return tuple(queues)


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """A batch and how its messages stand at the same moment, the largest group first."""

    batch: Batch
    tallies: tuple[Tally, ...]

    @property
    def is_moving(self) -> bool:
        """Whether a message is queued or waits for its receipt."""
        return self.batch.pending > 0 or any(
            tally.status <= MessageStatus.SENT for tally in self.tallies
        )


def read_progress(tx: Tx, account_id: int, batch_id: int) -> BatchProgress:
    """One batch of the account. Raises NotFound."""
    batch = read_batch(tx, account_id, batch_id)
    tallies = summarise(tx, MessageSearch(account_id, batch_id=batch_id))
    return BatchProgress(batch, tuple(sorted(tallies, key=lambda tally: -tally.count)))


@dataclass(frozen=True, slots=True)
class MessageLife:
    """A message, how far it got with its carrier, and what the person said of consent since."""

    message: Message
    trace: MessageTrace
    ledger: tuple[LedgerLine, ...]


def read_life(tx: Tx, account_id: int, message_id: int) -> MessageLife:
    """Everything about one message of the account. Raises NotFound."""
    message = read_message(tx, account_id, message_id)
    trace = tx.figures.trace(id_bucket(message_id), account_id, message_id)
    if trace is None:
        raise NotFound("messageId")
    lines = tuple(
        line
        for line in list_ledger(tx, account_id, message.recipient)
        if line.plain is not None and line.plain.sender == message.sender
    )
    return MessageLife(message, trace, lines)
