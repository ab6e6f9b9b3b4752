"""What was sent, received and wished, page by page: an account's own rows only.

A list is the merge of its buckets, newest first. Each bucket is read lazily in pieces, so a page
costs a few statements for each bucket that can hold something of it, however many rows there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from stopline.core.errors import NotFound
from stopline.core.ids import MAX_ID, first_id_at, id_bucket
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.core.pages import Key, Page, PageAsk, Toward
from stopline.flows.merging import Read, Source, merge_page
from stopline.store.batches import Batch, BatchFilter
from stopline.store.message_rows import Message, MessageFilter
from stopline.store.tx import Tx

__all__ = ["Batch", "Message"]


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """Which messages of an account; both times (epoch ms) are inclusive, None means no bound.

    `numbers`: what stands on either side of the message; `failures`: it failed for one of these.
    """

    account_id: int
    from_ms: int | None = None
    to_ms: int | None = None
    batch_id: int | None = None
    direction: Direction | None = None
    numbers: tuple[str, ...] = ()
    failures: tuple[FailureCode, ...] = ()


@dataclass(frozen=True, slots=True)
class BatchSearch:
    """Which batches of an account; `is_open`: whether some of its messages are still queued."""

    account_id: int
    from_ms: int | None = None
    to_ms: int | None = None
    sender: str | None = None
    is_open: bool | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many messages ended alike, and what they cost in millionths."""

    status: MessageStatus
    failure: FailureCode | None
    count: int
    cost_micros: int


def read_message(tx: Tx, account_id: int, message_id: int) -> Message:
    """One message of the account. Raises NotFound."""
    found = tx.messages.read(id_bucket(message_id), account_id, message_id)
    if found is None:
        raise NotFound("messageId")
    return found


def read_batch(tx: Tx, account_id: int, batch_id: int) -> Batch:
    """One batch of the account. Raises NotFound."""
    found = tx.batches.read(id_bucket(batch_id), account_id, batch_id)
    if found is None:
        raise NotFound("batchId")
    return found


def list_messages(tx: Tx, search: MessageSearch, ask: PageAsk) -> Page[Message]:
    """A page of messages, newest first."""
    wanted = _message_filter(tx, search)
    if wanted is None:
        return Page([])
    backward = ask.toward is Toward.BACKWARD
    start = ask.key or (wanted.before_id,)

    def beyond(key: Key, failure: FailureCode | None) -> MessageFilter:
        at = int(key[0])
        if backward:
            return replace(wanted, first_id=max(wanted.first_id, at + 1), failure=failure)
        return replace(wanted, before_id=min(wanted.before_id, at), failure=failure)

    def read_bucket(bucket: int, failure: FailureCode | None) -> Read[Message]:
        return lambda key, limit: tx.messages.list_page(
            bucket, beyond(key, failure), limit, upward=backward
        )

    def read_pairs(
        bucket: int, pairs: Sequence[tuple[str, str]], failure: FailureCode | None
    ) -> Read[Message]:
        return lambda key, limit: tx.messages.list_page_of_pairs(
            bucket, pairs, beyond(key, failure), limit, upward=backward
        )

    places = _message_places(tx, search)
    reads = [
        read_bucket(bucket, failure)
        for bucket in places.buckets
        for failure in _failures(tx, search, bucket)
    ]
    reads += [
        read_pairs(bucket, pairs, failure)
        for bucket, pairs in places.pairs.items()
        for failure in _failures(tx, search, bucket)
    ]
    return merge_page(ask, start, [Source(read) for read in reads], lambda message: (message.id,))


def list_failures(tx: Tx, account_id: int) -> list[FailureCode]:
    """For which reasons messages of the account failed, in the order of their classes."""
    found = {
        code for b in _buckets(tx, account_id, None) for code in tx.messages.failures(b, account_id)
    }
    return [code for code in FailureCode if code in found]


def _failures(tx: Tx, search: MessageSearch, bucket: int) -> Sequence[FailureCode | None]:
    """Each reason that is asked for is a list of its own; those that nothing failed for are not
    looked for."""
    if not search.failures:
        return (None,)
    found = tx.messages.failures(bucket, search.account_id)
    return [code for code in found if code in search.failures]


def list_batches(tx: Tx, search: BatchSearch, ask: PageAsk) -> Page[Batch]:
    """A page of batches, newest first."""
    first_id, before_id = _id_range(search.from_ms, search.to_ms)
    wanted = BatchFilter(search.account_id, first_id, before_id, search.sender, search.is_open)
    backward = ask.toward is Toward.BACKWARD

    def beyond(key: Key) -> BatchFilter:
        at = int(key[0])
        if backward:
            return replace(wanted, first_id=max(first_id, at + 1))
        return replace(wanted, before_id=min(before_id, at))

    def read_bucket(bucket: int) -> Read[Batch]:
        return lambda key, limit: tx.batches.list_page(bucket, beyond(key), limit, upward=backward)

    buckets = _buckets(tx, search.account_id, search.sender)
    sources = [Source(read_bucket(bucket)) for bucket in buckets]
    return merge_page(ask, ask.key or (before_id,), sources, lambda batch: (batch.id,))


def summarise(tx: Tx, search: MessageSearch) -> list[Tally]:
    """How the messages ended; the same ending may be named once for each bucket."""
    wanted = _message_filter(tx, search)
    if wanted is None:
        return []
    places = _message_places(tx, search)
    found = [tally for b in places.buckets for tally in tx.messages.summarise(b, wanted)]
    for bucket, pairs in places.pairs.items():
        found += tx.messages.summarise_pairs(bucket, pairs, wanted)
    return [Tally(*tally) for tally in found]


def _message_filter(tx: Tx, search: MessageSearch) -> MessageFilter | None:
    """The ids that are asked for; None when the batch is not the account's."""
    first_id, before_id = _id_range(search.from_ms, search.to_ms)
    if search.batch_id is not None:
        batch = tx.batches.read(id_bucket(search.batch_id), search.account_id, search.batch_id)
        if batch is None:
            return None
        first_id = max(first_id, batch.first_message_id)
        before_id = min(before_id, batch.last_message_id + 1)
    return MessageFilter(
        search.account_id, first_id, before_id, search.batch_id, search.direction, search.numbers
    )


def _id_range(from_ms: int | None, to_ms: int | None) -> tuple[int, int]:
    """Ids say when they were made: the lowest and the end of those of a span of time."""
    first_id = 0 if from_ms is None else first_id_at(from_ms)
    before_id = MAX_ID if to_ms is None else first_id_at(to_ms + 1)
    return min(first_id, MAX_ID), min(before_id, MAX_ID)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where to look for messages: in whole buckets, and in some pairs of others."""

    buckets: Sequence[int]
    pairs: dict[int, list[tuple[str, str]]]


def _message_places(tx: Tx, search: MessageSearch) -> _Places:
    if search.batch_id is not None:
        return _Places([id_bucket(search.batch_id)], {})
    held = tx.senders.list_held(search.account_id)
    if not search.numbers:
        return _Places(sorted({bucket for _, bucket in held}), {})
    # A number that is one of ours stands for all its messages, any other for its conversations.
    whole = {bucket for number, bucket in held if number in search.numbers}
    pairs: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, bucket in held:
        if bucket not in whole:
            pairs[bucket] += [(number, person) for person in search.numbers]
    return _Places(sorted(whole), pairs)


def _buckets(tx: Tx, account_id: int, sender: str | None) -> list[int]:
    if sender is not None:
        return [bucket_of(sender)]
    return sorted({bucket for _, bucket in tx.senders.list_held(account_id)})
