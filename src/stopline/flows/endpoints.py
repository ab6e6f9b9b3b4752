"""An account's subscriptions as its operators see and mend them, whoever made them."""

from dataclasses import dataclass

from stopline.core.access import Role
from stopline.core.errors import NotFound
from stopline.core.subscriptions import Subscription
from stopline.flows.operators import Operator, record_action, require_role
from stopline.flows.subscriptions import (
    Owner,
    count_losses,
    enable_subscription,
    list_attempts,
    list_deliveries,
    replay_deliveries,
)
from stopline.store.deliveries import AttemptView, DeliveryView
from stopline.store.tx import Tx

LOG_ROWS = 100


@dataclass(frozen=True, slots=True)
class EndpointView:
    """A subscription with its delivery log, newest first, and what was given up."""

    subscription: Subscription
    deliveries: tuple[DeliveryView, ...]
    attempts: dict[int, list[AttemptView]]
    losses: int


def list_endpoints(tx: Tx, account_id: int) -> list[Subscription]:
    """The live ones."""
    return [one for one in tx.subscriptions.of_account(account_id) if one.is_live(tx.now_ms)]


def read_endpoint(tx: Tx, account_id: int, subscription_id: int) -> EndpointView:
    """One with its log. Raises NotFound."""
    found = _find(tx, account_id, subscription_id)
    deliveries = list_deliveries(tx, _owner(found), subscription_id, limit=LOG_ROWS)
    failed = [one for one in deliveries if one.attempts > 1 or one.failure]
    return EndpointView(
        found,
        tuple(deliveries),
        {one.id: list_attempts(tx, one.id) for one in failed},
        count_losses(tx, subscription_id),
    )


def mend_endpoint(tx: Tx, operator: Operator, subscription_id: int) -> None:
    """Treat it as healthy again, and try what waits. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.OPERATOR)
    found = _find(tx, operator.account_id, subscription_id)
    enable_subscription(tx, _owner(found), subscription_id)
    record_action(tx, operator, "subscription enabled", str(subscription_id))


def replay_endpoint(
    tx: Tx, operator: Operator, subscription_id: int, from_ms: int, before_ms: int
) -> int:
    """Deliver what finished in a range once more; returns how many. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.OPERATOR)
    found = _find(tx, operator.account_id, subscription_id)
    count = replay_deliveries(tx, _owner(found), subscription_id, from_ms, before_ms)
    record_action(tx, operator, "events replayed", str(subscription_id), f"{count} events")
    return count


def _find(tx: Tx, account_id: int, subscription_id: int) -> Subscription:
    found = tx.subscriptions.by_ids([subscription_id]).get(subscription_id)
    if found is None or found.account_id != account_id or not found.is_live(tx.now_ms):
        raise NotFound("subscription")
    return found


def _owner(subscription: Subscription) -> Owner:
    return Owner(subscription.account_id, subscription.user_id, subscription.app_id)
