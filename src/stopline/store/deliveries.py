"""Statements about deliveries: events on their way to subscriptions. Each names one bucket."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from stopline.core.deliveries import Delivery, DeliveryResult, DeliveryState, NextStep
from stopline.core.events import EventKind
from stopline.store.database import Database, column, rows

# Failed attempts of one delivery that are kept, the latest. The schedule has eight; a consent event
# is tried for as long as its subscription lives.
KEPT_ATTEMPTS = 20


class NewDelivery(msgspec.Struct, frozen=True, gc=False):
    """A delivery as it is announced."""

    id: int
    subscription_id: int
    kind: EventKind
    label: str
    subject: str
    payload: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A subscription with pending deliveries in a bucket, the earliest due at `due_ms`."""

    bucket: int
    subscription_id: int
    due_ms: int


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as the log shows it; the last fields tell of the last attempt that ended."""

    id: int
    kind: EventKind
    label: str
    state: DeliveryState
    due_ms: int
    attempts: int
    created_ms: int
    tried_ms: int | None
    duration_ms: int | None
    http_status: int | None
    failure: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class AttemptView:
    """A failed attempt as the log shows it."""

    attempt: int
    tried_ms: int
    duration_ms: int
    http_status: int | None
    failure: str
    answer: str | None


class Deliveries:
    """The events on their way, with the order of each subject."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, bucket: int, account_id: int, now_ms: int, deliveries: Sequence[NewDelivery]
    ) -> None:
        """Keep new ones, due at once."""
        items = [
            (d.id, d.subscription_id, d.kind, d.label, d.subject, d.payload) for d in deliveries
        ]
        self._database.insert(
            "add_deliveries", items, bucket=bucket, account_id=account_id, now_ms=now_ms
        )

    def pending_buckets(self, buckets: Iterable[int]) -> list[int]:
        """Those of these buckets that have something pending."""
        wanted = list(buckets)
        found = self._database.each_bucket("has_pending_deliveries", wanted)
        return [bucket for bucket, rows_ in zip(wanted, found, strict=True) if rows_]

    def lanes(self, bucket: int) -> list[Lane]:
        """Which subscriptions have something pending in a bucket, and from when on."""
        found = self._database.all("list_due_lanes", bucket=bucket)
        return [Lane(bucket, subscription_id, due_ms) for subscription_id, due_ms in found]

    def claim(
        self, bucket: int, subscription_id: int, limit: int, now_ms: int, lease_ms: int
    ) -> list[Delivery]:
        """Take up to `limit` due ones, the first of each subject, until `lease_ms` (a time)."""
        found = self._database.all(
            "claim_deliveries",
            bucket=bucket,
            subscription_id=subscription_id,
            limit=limit,
            now_ms=now_ms,
            lease_ms=lease_ms,
        )
        return [
            Delivery(
                bucket=bucket,
                id=row[0],
                subscription_id=subscription_id,
                kind=EventKind(row[1]),
                label=row[2],
                subject=row[3],
                payload=row[4],
                created_ms=row[5],
                attempt=row[6],
                lease_ms=lease_ms,
            )
            for row in sorted(found)
        ]

    def settle(self, bucket: int, steps: Sequence[tuple[DeliveryResult, NextStep]]) -> None:
        """Write how attempts of one bucket ended; those whose claim is not ours are left alone."""
        items = [
            (
                result.delivery.id,
                result.delivery.attempt,
                step.state,
                step.due_ms,
                result.started_ms,
                result.duration_ms,
                result.trial.http_status,
                result.trial.failure or None,
                result.trial.answer or None,
            )
            for result, step in steps
        ]
        self._database.run("settle_deliveries", bucket=bucket, items=rows(items))

    def add_attempts(self, bucket: int, results: Sequence[DeliveryResult]) -> None:
        """Keep failed attempts for the log."""
        items = [
            (
                result.delivery.id,
                result.delivery.attempt,
                result.started_ms,
                result.duration_ms,
                result.trial.http_status,
                result.trial.failure,
                result.trial.answer or None,
            )
            for result in results
        ]
        self._database.run("add_delivery_attempts", bucket=bucket, items=rows(items))
        self._trim_attempts(bucket, results)

    def _trim_attempts(self, bucket: int, results: Sequence[DeliveryResult]) -> None:
        past = [
            (result.delivery.id, result.delivery.attempt - KEPT_ATTEMPTS)
            for result in results
            if result.delivery.attempt > KEPT_ATTEMPTS
        ]
        if past:
            self._database.run("trim_delivery_attempts", bucket=bucket, items=rows(past))

    def hold_followers(self, bucket: int, heads: Sequence[tuple[Delivery, int]]) -> None:
        """Let everything behind these deliveries wait until the time beside each."""
        items = [(head.subscription_id, head.subject, due_ms) for head, due_ms in heads]
        held = self._database.all("list_followers", bucket=bucket, items=rows(items))
        if held:
            self._database.run("hold_deliveries", bucket=bucket, items=rows(held))

    def release(self, bucket: int, deliveries: Iterable[Delivery], now_ms: int) -> None:
        """Give claims back that were not used."""
        items = [(delivery.id, delivery.attempt) for delivery in deliveries]
        self._database.run("release_deliveries", bucket=bucket, now_ms=now_ms, items=rows(items))

    def hasten(self, bucket: int, subscription_id: int, now_ms: int, lease_ms: int) -> None:
        """Make due what waits beyond `lease_ms` (the latest time a claim made now may end)."""
        self._database.run(
            "hasten_deliveries",
            bucket=bucket,
            subscription_id=subscription_id,
            now_ms=now_ms,
            lease_ms=lease_ms,
        )

    def give_up_lane(self, bucket: int, subscription_id: int, limit: int) -> int:
        """Give up a slice of what waits for a subscription that is no more."""
        return self._database.run(
            "give_up_lane", bucket=bucket, subscription_id=subscription_id, limit=limit
        )

    def count(self, bucket: int) -> int:
        """All rows of a bucket."""
        row = self._database.first("count_deliveries", bucket=bucket)
        return int(row[0]) if row else 0

    def give_up_old(
        self, bucket: int, before_id: int, first_kind: EventKind, limit: int
    ) -> list[int]:
        """Give up pending ones below an id, of this kind and those after it; returns the
        subscription of each."""
        found = self._database.all(
            "give_up_old_deliveries",
            bucket=bucket,
            before_id=before_id,
            first_kind=first_kind,
            limit=limit,
        )
        return [row[0] for row in found]

    def count_pending(self, bucket: int, subscription_id: int) -> int:
        """What waits for one subscription in a bucket."""
        row = self._database.first(
            "count_pending_deliveries", bucket=bucket, subscription_id=subscription_id
        )
        return int(row[0]) if row else 0

    def give_up_excess(
        self, bucket: int, subscription_id: int, first_kind: EventKind, limit: int
    ) -> int:
        """Give up what is due longest for one subscription; returns how many, at most `limit`."""
        found = self._database.all(
            "give_up_excess_deliveries",
            bucket=bucket,
            subscription_id=subscription_id,
            first_kind=first_kind,
            limit=limit,
        )
        return len(found)

    def add_losses(self, bucket: int, given_up: Mapping[int, int]) -> None:
        """Count what was given up, by subscription."""
        self._database.run("add_delivery_losses", bucket=bucket, items=rows(list(given_up.items())))

    def losses(self, bucket: int, subscription_id: int) -> int:
        """What was given up of one subscription in a bucket."""
        row = self._database.first(
            "get_delivery_losses", bucket=bucket, subscription_id=subscription_id
        )
        return int(row[0]) if row else 0

    def delete_finished(self, bucket: int, before_id: int, limit: int) -> int:
        """Forget a slice of the finished ones below an id, with their attempts."""
        found = self._database.all(
            "list_old_deliveries", bucket=bucket, before_id=before_id, limit=limit
        )
        if found:
            ids = column([row[0] for row in found])
            self._database.run("delete_delivery_attempts", bucket=bucket, ids=ids)
            self._database.run("delete_deliveries", bucket=bucket, ids=ids)
        return len(found)

    def list_of_person(
        self, bucket: int, account_id: int, subjects: Sequence[str], ending: str
    ) -> list[tuple[int, int, DeliveryState]]:
        """(id, subscription, state) of those with such a subject or such an ending of it."""
        found = self._database.all(
            "list_deliveries_of_person",
            bucket=bucket,
            account_id=account_id,
            subjects=column(subjects),
            pattern=f"%{ending}",
        )
        return [(row[0], row[1], DeliveryState(row[2])) for row in found]

    def erase(self, bucket: int, ids: Sequence[int]) -> None:
        """Delete them with their attempts, whatever their state."""
        self._database.run("delete_delivery_attempts", bucket=bucket, ids=column(ids))
        self._database.run("erase_deliveries", bucket=bucket, ids=column(ids))

    def page(
        self, bucket: int, subscription_id: int, before_id: int, limit: int
    ) -> list[DeliveryView]:
        """The log of a subscription in one bucket, newest first."""
        found = self._database.all(
            "list_deliveries",
            bucket=bucket,
            subscription_id=subscription_id,
            before_id=before_id,
            limit=limit,
        )
        return [
            DeliveryView(row[0], EventKind(row[1]), row[2], DeliveryState(row[3]), *row[4:])
            for row in found
        ]

    def read(self, bucket: int, subscription_id: int, delivery_id: int) -> Delivery | None:
        """One delivery of a subscription as it goes over the wire, without a claim."""
        row = self._database.first(
            "read_delivery", bucket=bucket, subscription_id=subscription_id, id=delivery_id
        )
        if row is None:
            return None
        kind, label, subject, payload, created_ms, attempt = row
        return Delivery(
            bucket=bucket,
            id=delivery_id,
            subscription_id=subscription_id,
            kind=EventKind(kind),
            label=label,
            subject=subject,
            payload=payload,
            created_ms=created_ms,
            attempt=attempt,
            lease_ms=0,
        )

    def attempts(self, bucket: int, delivery_id: int) -> list[AttemptView]:
        """The failed attempts of a delivery, in order."""
        found = self._database.all("list_delivery_attempts", bucket=bucket, delivery_id=delivery_id)
        return [AttemptView(*row) for row in found]

    def replay(
        self,
        bucket: int,
        subscription_id: int,
        from_id: int,
        before_id: int,
        now_ms: int,
        limit: int,
    ) -> int:
        """Make finished ones of a range due again, the oldest first; returns how many."""
        span = {
            "bucket": bucket,
            "subscription_id": subscription_id,
            "from_id": from_id,
            "before_id": before_id,
        }
        count = self._database.run("replay_deliveries", now_ms=now_ms, limit=limit, **span)
        if count:
            self._database.run("forget_delivery_attempts", **span)
        return count
