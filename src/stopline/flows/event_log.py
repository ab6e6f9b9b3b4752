"""The log of a subscription's events: what was tried, what is tried again, and its secret."""

from dataclasses import dataclass, replace

from stopline.core.access import derive_keys
from stopline.core.errors import NotFound
from stopline.core.hints import Hint
from stopline.core.ids import id_bucket
from stopline.core.signing import derive_secret, secret_text
from stopline.core.subscriptions import Subscription, SubscriptionStatus
from stopline.flows.notify import hasten_subscription
from stopline.flows.subscriptions import (
    Owner,
    count_losses,
    list_attempts,
    read_subscription,
    rotate_secret,
)
from stopline.store.deliveries import AttemptView, DeliveryView
from stopline.store.tx import Tx

# Edges show what the two views hold, and do not import the store.
__all__ = [
    "AttemptView",
    "DeliveryRecord",
    "DeliveryView",
    "SubscriptionState",
    "change_secret",
    "read_delivery",
    "read_state",
    "retry_delivery",
    "retry_waiting",
]

FIELD = "deliveryId"


@dataclass(frozen=True, slots=True)
class SubscriptionState:
    """A subscription with what was given up of its events since it was made."""

    subscription: Subscription
    lost: int


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """One delivery with its failed attempts, in order."""

    view: DeliveryView
    attempts: tuple[AttemptView, ...]


def read_state(tx: Tx, owner: Owner, subscription_id: int) -> SubscriptionState:
    """How a subscription is doing. Raises NotFound."""
    found = read_subscription(tx, owner, subscription_id)
    return SubscriptionState(found, count_losses(tx, subscription_id))


def read_delivery(tx: Tx, owner: Owner, subscription_id: int, delivery_id: int) -> DeliveryRecord:
    """One delivery of a subscription. Raises NotFound, also for another subscription's."""
    read_subscription(tx, owner, subscription_id)
    bucket = id_bucket(delivery_id)
    found = tx.deliveries.page(bucket, subscription_id, delivery_id + 1, 1)
    if not found or found[0].id != delivery_id:
        raise NotFound(FIELD)
    return DeliveryRecord(found[0], tuple(list_attempts(tx, delivery_id)))


def retry_delivery(tx: Tx, owner: Owner, subscription_id: int, delivery_id: int) -> None:
    """Deliver it as soon as may be: once more if it had ended, now if it waits. Raises NotFound."""
    read_delivery(tx, owner, subscription_id, delivery_id)
    span = (id_bucket(delivery_id), subscription_id, delivery_id, delivery_id + 1)
    if not tx.deliveries.replay(*span, tx.now_ms, 1):
        retry_waiting(tx, owner, subscription_id)
    tx.hints.add(Hint.DELIVERIES)


def retry_waiting(tx: Tx, owner: Owner, subscription_id: int) -> None:
    """Try at once what waits. An endpoint that is only probed gets its probe. Raises NotFound."""
    found = read_subscription(tx, owner, subscription_id)
    if found.health.status is not SubscriptionStatus.OFF:
        tx.subscriptions.change_health(subscription_id, replace(found.health, wait_until_ms=0))
    hasten_subscription(tx, subscription_id)


def change_secret(tx: Tx, owner: Owner, subscription_id: int) -> str:
    """A new signing secret, shown this once; the old one goes on signing for a day."""
    changed = rotate_secret(tx, owner, subscription_id)
    key = derive_keys(tx.keys.server).webhooks
    return secret_text(derive_secret(key, subscription_id, changed.secret_version))
