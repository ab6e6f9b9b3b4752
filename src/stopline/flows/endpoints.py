"""An account's subscriptions as its operators see and mend them, whoever made them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from stopline.core.access import Role
from stopline.core.accounts import App
from stopline.core.deliveries import Delivery, DeliveryState
from stopline.core.errors import NotFound
from stopline.core.ids import MAX_ID, id_bucket
from stopline.core.subscriptions import Subscription
from stopline.flows.event_log import read_delivery, retry_delivery
from stopline.flows.operators import Operator, record_action, require_role
from stopline.flows.subscriptions import (
    Owner,
    count_losses,
    delete_subscription,
    enable_subscription,
    list_deliveries,
    replay_deliveries,
)
from stopline.store.deliveries import AttemptView, DeliveryView
from stopline.store.tx import Tx

LOG_ROWS = 50


@dataclass(frozen=True, slots=True)
class EndpointView:
    """A subscription with a page of its delivery log, newest first, and what was given up.
    `older_id`: the log goes on below it."""

    subscription: Subscription
    deliveries: tuple[DeliveryView, ...]
    older_id: int | None
    losses: int


@dataclass(frozen=True, slots=True)
class DeliveryLife:
    """One event on its way to a subscription, with each attempt that is kept, in order."""

    subscription: Subscription
    delivery: Delivery
    view: DeliveryView
    attempts: tuple[AttemptView, ...]


def list_endpoints(tx: Tx, account_id: int) -> list[Subscription]:
    """The live ones."""
    return [one for one in tx.subscriptions.of_account(account_id) if one.is_live(tx.now_ms)]


def read_endpoint(
    tx: Tx, account_id: int, subscription_id: int, before_id: int = MAX_ID
) -> EndpointView:
    """One with its log below an id. Raises NotFound."""
    found = _find(tx, account_id, subscription_id)
    log = list_deliveries(tx, _owner(found), subscription_id, before_id, LOG_ROWS + 1)
    shown = tuple(log[:LOG_ROWS])
    older_id = shown[-1].id if len(log) > LOG_ROWS else None
    return EndpointView(found, shown, older_id, count_losses(tx, subscription_id))


def read_life(tx: Tx, account_id: int, subscription_id: int, delivery_id: int) -> DeliveryLife:
    """One event with all that was tried. Raises NotFound."""
    found = _find(tx, account_id, subscription_id)
    record = read_delivery(tx, _owner(found), subscription_id, delivery_id)
    delivery = tx.deliveries.read(id_bucket(delivery_id), subscription_id, delivery_id)
    if delivery is None:
        raise NotFound("deliveryId")
    return DeliveryLife(found, delivery, record.view, (*record.attempts, *_success(record.view)))


def _success(view: DeliveryView) -> tuple[AttemptView, ...]:
    """The attempt that ended well: the log of failures does not have it."""
    if view.state is not DeliveryState.DELIVERED or view.tried_ms is None:
        return ()
    duration_ms = view.duration_ms or 0
    return (
        AttemptView(view.attempts, view.tried_ms, duration_ms, view.http_status, "", view.answer),
    )


def retry_one(tx: Tx, operator: Operator, subscription_id: int, delivery_id: int) -> None:
    """Deliver one event as soon as may be, also one that had ended. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.OPERATOR)
    found = _find(tx, operator.account_id, subscription_id)
    retry_delivery(tx, _owner(found), subscription_id, delivery_id)
    record_action(tx, operator, "event retried", str(subscription_id), str(delivery_id))


def end_endpoint(tx: Tx, operator: Operator, subscription_id: int) -> None:
    """Unsubscribe it; what waits for it is given up. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.OPERATOR)
    found = _find(tx, operator.account_id, subscription_id)
    delete_subscription(tx, _owner(found), subscription_id)
    record_action(tx, operator, "subscription ended", str(subscription_id), _place(found))


def check_subscriber(tx: Tx, operator: Operator, app_id: int) -> Owner:
    """Who a subscription from the console belongs to. Raises NotAllowed, NotFound."""
    require_role(tx, operator, Role.OPERATOR)
    app = tx.accounts.find_app_by_id(app_id)
    if app is None or app.account_id != operator.account_id or app.disabled_ms is not None:
        raise NotFound("app")
    return Owner(operator.account_id, operator.user_id, app_id)


def note_subscribed(tx: Tx, operator: Operator, subscription: Subscription) -> None:
    """Write into the log that somebody subscribed the test receiver."""
    record_action(tx, operator, "test receiver subscribed", str(subscription.id))


def list_apps(tx: Tx, account_id: int) -> list[App]:
    """Those that may be used."""
    return [app for app in tx.accounts.list_apps(account_id) if app.disabled_ms is None]


def _place(subscription: Subscription) -> str:
    """The address without what may hold a secret."""
    return urlsplit(subscription.address).netloc or "websocket"


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
