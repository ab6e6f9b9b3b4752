"""One subscription's copy of an event, and how each attempt to deliver it ends."""

from collections.abc import Mapping
from enum import IntEnum

import msgspec

from stopline.core.events import REPLAYABLE_KINDS, EventKind
from stopline.core.retry import is_exhausted, next_attempt_ms
from stopline.core.subscriptions import Trial


class DeliveryState(IntEnum):
    """PENDING is due or waits; the other two are final, and may be replayed."""

    PENDING = 0
    DELIVERED = 1
    GIVEN_UP = 2


class Delivery(msgspec.Struct, frozen=True):
    """An event on its way to one subscription; `id` is the event's stable uuid.

    `payload` is the event as JSON text, `label` the interest it answers in the subscriber's
    words. `attempt` numbers the attempt this claim is for, from 1; the claim ends at `lease_ms`.
    """

    bucket: int
    id: int
    subscription_id: int
    kind: EventKind
    label: str
    subject: str
    payload: str
    created_ms: int
    attempt: int
    lease_ms: int


class Webhook(msgspec.Struct, frozen=True):
    """A delivery as it goes over the wire."""

    headers: Mapping[str, str]
    body: bytes


class DeliveryResult(msgspec.Struct, frozen=True):
    """How an attempt ended. Times are epoch ms and a duration in ms."""

    delivery: Delivery
    trial: Trial
    started_ms: int
    duration_ms: int


class NextStep(msgspec.Struct, frozen=True):
    """What becomes of a delivery after an attempt; `due_ms` matters while it is PENDING."""

    state: DeliveryState
    due_ms: int


def plan_next_step(delivery: Delivery, trial: Trial, now_ms: int, jitter: float) -> NextStep:
    """Delivered, tried again, or given up.

    A consent event is never given up by the schedule; what can be read from the messages again
    is, when the schedule has ended.
    """
    if trial.is_success:
        return NextStep(DeliveryState.DELIVERED, now_ms)
    if is_exhausted(delivery.attempt) and delivery.kind in REPLAYABLE_KINDS:
        return NextStep(DeliveryState.GIVEN_UP, now_ms)
    due_ms = next_attempt_ms(delivery.attempt, now_ms, jitter, trial.retry_after_ms)
    return NextStep(DeliveryState.PENDING, due_ms)
