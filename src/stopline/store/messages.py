"""Messages and their way through the queue."""

from collections.abc import Iterable, Sequence

from stopline.core.messages import ERASED, Direction, FailureCode, MessageStatus
from stopline.store.database import Database, Row, column, rows
from stopline.store.message_rows import (
    Advance,
    InboundMessage,
    LaneTotal,
    Message,
    MessageFilter,
    Progress,
    QueuedMessage,
    Reply,
    ReplyCount,
    StagedMessage,
    Staging,
    message_of,
    progress_of,
    queued_of,
)
from stopline.store.statements import directed

# (status, failure, count, cost in micros)
Tally = tuple[MessageStatus, FailureCode | None, int, int]


def _value(failure: FailureCode | None) -> str | None:
    return None if failure is None else failure.value


class Messages:
    """Statements on messages. Each names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # Coming in.

    def stage(self, staging: Staging, messages: Sequence[StagedMessage], now_ms: int) -> None:
        """Add a slice of a batch (at most 1,000); nobody sees it before the batch is accepted."""
        items = rows(
            [
                (m.id, m.recipient, m.status, _value(m.failure), m.body, m.segment_count,
                 m.cost_micros, m.generation, m.lane, m.due_ms)
                for m in messages
            ]
        )  # fmt: skip
        self._db.run(
            "stage_messages",
            bucket=staging.bucket,
            account_id=staging.account_id,
            sender=staging.sender,
            batch_id=staging.batch_id,
            lane=staging.lane,
            priority=staging.priority,
            items=items,
            category=staging.category,
            expires_ms=staging.expires_ms,
            now_ms=now_ms,
        )

    def add_replies(self, bucket: int, replies: Sequence[Reply], now_ms: int) -> None:
        """Queue automatic answers."""
        items = [
            (r.id, r.account_id, r.sender, r.recipient, r.purpose, r.body, r.segment_count,
             r.cost_micros, r.generation, r.expires_ms, r.in_reply_to, r.lane)
            for r in replies
        ]  # fmt: skip
        self._db.insert("add_replies", items, bucket=bucket, now_ms=now_ms)

    def add_inbound(self, bucket: int, messages: Sequence[InboundMessage], now_ms: int) -> None:
        """Keep texts from handsets."""
        items = [
            (m.id, m.account_id, m.sender, m.recipient, m.body, m.segment_count,
             m.cost_micros, m.carrier)
            for m in messages
        ]  # fmt: skip
        self._db.insert("add_inbound_messages", items, bucket=bucket, now_ms=now_ms)

    def highest_id(self, bucket: int) -> int:
        """The newest id of a bucket, an event's included; 0 when it is empty."""
        row = self._db.first("find_highest_id", bucket=bucket)
        return row[0] or 0 if row else 0

    def sweep_staged(self, bucket: int, nodes: Sequence[int], first_id: int) -> int:
        """Remove messages whose batch, staged at one of these nodes, was never accepted: those
        that are queued, and from `first_id` on those that were refused. Returns how many."""
        queued = self._db.run("sweep_staged", bucket=bucket, nodes=column(nodes))
        refused = self._db.run(
            "sweep_refused", bucket=bucket, nodes=column(nodes), first_id=first_id
        )
        return queued + refused

    def sweep_staged_since(self, bucket: int, nodes: Sequence[int], first_id: int) -> int:
        """The same where nothing of them is older than `first_id`: only what is newer is read."""
        return self._db.run(
            "sweep_staged_since", bucket=bucket, nodes=column(nodes), first_id=first_id
        )

    def drop_staged(self, bucket: int, batch_id: int, limit: int) -> int:
        """Remove messages staged for a batch, unless it was accepted; returns how many."""
        return self._db.run("drop_staged", bucket=bucket, batch_id=batch_id, limit=limit)

    def total_batch(
        self, bucket: int, batch_id: int, first_id: int, last_id: int
    ) -> list[LaneTotal]:
        """What a staged batch holds, by lane."""
        found = self._db.all(
            "total_batch", bucket=bucket, batch_id=batch_id, first_id=first_id, last_id=last_id
        )
        return [LaneTotal(*row) for row in found]

    # Going out.

    def read_claimed(self, bucket: int, attempts: Sequence[tuple[int, int]]) -> list[QueuedMessage]:
        """Those of these (id, attempt) that are claimed for this attempt still, without texts."""
        found = self._db.all("read_claimed", bucket=bucket, items=rows(attempts))
        return [queued_of(row) for row in found]

    def claim(
        self, bucket: int, ids: Sequence[int], claim_id: int, carrier: str, now_ms: int
    ) -> None:
        """Write down that these are about to be handed over."""
        self._db.run(
            "claim_messages",
            bucket=bucket,
            ids=column(ids),
            claim_id=claim_id,
            carrier=carrier,
            now_ms=now_ms,
        )

    def return_unwritten(
        self, bucket: int, attempts: Sequence[tuple[int, int]], now_ms: int
    ) -> None:
        """Back to the queue: not a byte of these (id, attempt) was written."""
        self._db.run("return_messages", bucket=bucket, items=rows(attempts), now_ms=now_ms)

    def doubt(self, bucket: int, ids: Sequence[int], now_ms: int) -> None:
        """Claimed messages whose answer will not come become uncertain."""
        self._db.run("doubt_messages", bucket=bucket, ids=column(ids), now_ms=now_ms)

    def list_claimed(
        self, bucket: int, before_ms: int, nodes: Sequence[int] | None, limit: int
    ) -> list[int]:
        """Ids claimed (by one of these nodes) before or at a moment and not settled."""
        found = self._db.all(
            "list_claimed",
            bucket=bucket,
            before_ms=before_ms,
            nodes=None if nodes is None else column(nodes),
            limit=limit,
        )
        return [row[0] for row in found]

    def list_uncertain(self, bucket: int, before_ms: int, limit: int) -> list[tuple[int, int, int]]:
        """(id, account, attempt) of messages uncertain since before a moment."""
        found = self._db.all("list_uncertain", bucket=bucket, before_ms=before_ms, limit=limit)
        return [(row[0], row[1], row[2]) for row in found]

    def list_queued(self, bucket: int, limit: int) -> list[int]:
        """Ids of what waits in a bucket."""
        return [row[0] for row in self._db.all("list_queued", bucket=bucket, limit=limit)]

    def list_overdue_sent(self, bucket: int, before_ms: int, limit: int) -> list[int]:
        """Ids of messages sent before a moment that got no receipt."""
        found = self._db.all("list_overdue_sent", bucket=bucket, before_ms=before_ms, limit=limit)
        return [row[0] for row in found]

    def list_expired(self, bucket: int, limit: int, now_ms: int) -> list[int]:
        """Ids of queued messages whose time is over."""
        found = self._db.all("list_expired", bucket=bucket, now_ms=now_ms, limit=limit)
        return [row[0] for row in found]

    # Going on.

    def progress(self, bucket: int, ids: Iterable[int]) -> list[Progress]:
        """Where these messages are; they stay there until this transaction ends."""
        found = self._db.all("read_progress", bucket=bucket, ids=column(list(ids)))
        return [progress_of(row) for row in found]

    def recipients(self, bucket: int, ids: Iterable[int]) -> list[str]:
        """Whom these messages are for."""
        found = self._db.all("read_recipients", bucket=bucket, ids=column(list(ids)))
        return [row[0] for row in found]

    def known_references(self, bucket: int, carrier: str, references: Iterable[str]) -> set[str]:
        """Those of the carrier's ids that belong to a message."""
        found = self._db.all(
            "find_known_references",
            bucket=bucket,
            carrier=carrier,
            references=column(list(references)),
        )
        return {row[0] for row in found}

    def progress_by_reference(
        self, bucket: int, carrier: str, references: Iterable[str]
    ) -> list[Progress]:
        """Where the messages are that a carrier knows by these ids."""
        found = self._db.all(
            "read_progress_by_reference",
            bucket=bucket,
            carrier=carrier,
            references=column(list(references)),
        )
        return [progress_of(row) for row in found]

    def has_uncertain(self, bucket: int) -> bool:
        """Whether any message waits for a receipt because its answer was lost."""
        return self._db.first("find_uncertain", bucket=bucket) is not None

    def list_open_of_pairs(
        self, bucket: int, carrier: str, pairs: Sequence[tuple[str, str]]
    ) -> list[Progress]:
        """Claimed and uncertain messages of these (sender, recipient), the oldest first."""
        found = self._db.all(
            "list_open_of_pairs", bucket=bucket, carrier=carrier, items=rows(pairs)
        )
        return [progress_of(row) for row in found]

    def advance(self, bucket: int, steps: Sequence[Advance], now_ms: int) -> None:
        """Write the next step of messages whose present state the flow has read."""
        items = rows(
            [
                (s.id, s.status, _value(s.failure), s.cost_micros, s.reference, s.due_ms)
                for s in steps
            ]
        )
        self._db.run("advance_messages", bucket=bucket, items=items, now_ms=now_ms)

    def refuse_queued(
        self, bucket: int, targets: Sequence[tuple[str, str, str | None]], now_ms: int
    ) -> list[tuple[int, int | None]]:
        """Refuse what is queued for (sender, recipient, category), without a category everything
        of the pair; (id, batch id) of each refused."""
        found = self._db.all(
            "refuse_queued",
            bucket=bucket,
            targets=rows(targets),
            failure=FailureCode.OPTED_OUT.value,
            now_ms=now_ms,
        )
        return [(row[0], row[1]) for row in found]

    # What replies depend on.

    def recent_texts(
        self, bucket: int, pairs: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], list[str]]:
        """The last three texts sent to each pair, newest first."""
        texts: dict[tuple[str, str], list[str]] = {}
        for sender, recipient, body in self._db.all(
            "list_recent_texts", bucket=bucket, pairs=rows(pairs)
        ):
            texts.setdefault((sender, recipient), []).append(body)
        return texts

    def count_replies(
        self, bucket: int, pairs: Sequence[tuple[str, str]], first_id: int, hour_ms: int
    ) -> dict[tuple[str, str], ReplyCount]:
        """Automatic replies to each pair since `first_id`, and since the moment `hour_ms`."""
        found = self._db.all(
            "count_replies", bucket=bucket, pairs=rows(pairs), first_id=first_id, hour_ms=hour_ms
        )
        return {(row[0], row[1]): ReplyCount(*row[2:]) for row in found}

    # Being read.

    def read(self, bucket: int, account_id: int, message_id: int) -> Message | None:
        """One message of the account."""
        row = self._db.first("read_message", bucket=bucket, id=message_id, account_id=account_id)
        return message_of(row) if row else None

    def read_many(self, bucket: int, ids: Iterable[int]) -> list[Message]:
        """Messages by id, whoever owns them, without staged ones."""
        found = self._db.all("read_messages", bucket=bucket, ids=column(list(ids)))
        return [message_of(row) for row in found]

    def list_failed_of_batch(
        self, bucket: int, batch_id: int, first_id: int, last_id: int
    ) -> list[Message]:
        """Messages of a batch that failed before they were sent."""
        found = self._db.all(
            "list_failed_of_batch",
            bucket=bucket,
            batch_id=batch_id,
            first_id=first_id,
            last_id=last_id,
        )
        return [message_of(row) for row in found]

    def list_inbound(self, bucket: int, after_id: int, limit: int) -> list[Message]:
        """At most `limit` texts from handsets after an id, oldest first, whoever owns them."""
        found = self._db.all("list_inbound_messages", bucket=bucket, after_id=after_id, limit=limit)
        return [message_of(row) for row in found]

    def list_page(
        self, bucket: int, wanted: MessageFilter, limit: int, *, upward: bool = False
    ) -> list[Message]:
        """At most `limit` messages of one bucket, newest first, or oldest first."""
        name = _list_name(wanted, upward=upward)
        found = self._db.all(name, bucket=bucket, limit=limit, **_filter_parameters(wanted))
        return [message_of(row) for row in found]

    def failures(self, bucket: int, account_id: int) -> list[FailureCode]:
        """The reasons for which messages of an account failed, in one bucket."""
        found = self._db.all("list_failures", bucket=bucket, account_id=account_id)
        return [FailureCode(row[0]) for row in found]

    def list_page_of_pairs(
        self,
        bucket: int,
        pairs: Sequence[tuple[str, str]],
        wanted: MessageFilter,
        limit: int,
        *,
        upward: bool = False,
    ) -> list[Message]:
        """The same for given (sender, recipient) pairs."""
        name = directed("list_messages_of_numbers", upward=upward)
        found = self._db.all(name, bucket=bucket, limit=limit, **_filter_of_pairs(pairs, wanted))
        return [message_of(row) for row in found]

    def summarise(self, bucket: int, wanted: MessageFilter) -> list[Tally]:
        """(status, failure, count, cost in micros) of what the filter covers in one bucket."""
        found = self._db.all("summarise_messages", bucket=bucket, **_filter_parameters(wanted))
        return [_tally(row) for row in found]

    def summarise_pairs(
        self, bucket: int, pairs: Sequence[tuple[str, str]], wanted: MessageFilter
    ) -> list[Tally]:
        """The same for given (sender, recipient) pairs."""
        parameters = _filter_of_pairs(pairs, wanted)
        found = self._db.all("summarise_messages_of_numbers", bucket=bucket, **parameters)
        return [_tally(row) for row in found]

    def list_of_person(
        self, bucket: int, account_id: int, recipient: str, limit: int
    ) -> list[tuple[int, str, MessageStatus, int | None]]:
        """(id, sender, status, batch) of an account's messages with one person."""
        found = self._db.all(
            "list_messages_of_person",
            bucket=bucket,
            account_id=account_id,
            recipient=recipient,
            limit=limit,
        )
        return [(row[0], row[1], MessageStatus(row[2]), row[3]) for row in found]

    def erase(self, bucket: int, ids: Sequence[int], batch_ids: Sequence[int]) -> None:
        """Blank number and text; of batches too, where nobody else got the text."""
        self._db.run("erase_messages", bucket=bucket, ids=column(ids), erased=ERASED)
        self._db.run("erase_batch_texts", bucket=bucket, ids=column(batch_ids), erased=ERASED)

    def purge(self, bucket: int, before_id: int, limit: int) -> int:
        """Delete at most `limit` final messages older than an id; returns how many."""
        return self._db.run("purge_messages", bucket=bucket, before_id=before_id, limit=limit)


def _tally(row: Row) -> Tally:
    return MessageStatus(row[0]), FailureCode(row[1]) if row[1] else None, row[2], row[3]


def _filter_of_pairs(
    pairs: Sequence[tuple[str, str]], wanted: MessageFilter
) -> dict[str, str | int | None]:
    parameters = _filter_parameters(wanted)
    del parameters["numbers"]
    return {**parameters, "pairs": rows(pairs)}


def _list_name(wanted: MessageFilter, *, upward: bool) -> str:
    """What has an index of its own is read from there."""
    if wanted.failure is not None:
        return directed("list_failed_messages", upward=upward)
    if wanted.direction is Direction.INBOUND and wanted.batch_id is None:
        return directed("list_received_messages", upward=upward)
    return directed("list_messages", upward=upward)


def _filter_parameters(wanted: MessageFilter) -> dict[str, str | int | None]:
    return {
        "account_id": wanted.account_id,
        "first_id": wanted.first_id,
        "before_id": wanted.before_id,
        "batch_id": wanted.batch_id,
        "direction": wanted.direction,
        "numbers": column(wanted.numbers) if wanted.numbers else None,
        "failure": wanted.failure.value if wanted.failure else None,
    }
