"""What an application may do with its subscriptions."""

from dataclasses import dataclass, replace

import msgspec

from stopline.core.errors import LimitReached, NotFound
from stopline.core.events import Interest, SubscriptionExpires
from stopline.core.hints import Hint
from stopline.core.ids import BUCKET_COUNT, MAX_ID, first_id_at, id_bucket
from stopline.core.subscriptions import (
    HEALTHY,
    Reminder,
    Subscription,
    TokenName,
    first_reminder_ms,
    renewed,
)
from stopline.flows.notify import announce_end, hasten_subscription
from stopline.store.deliveries import AttemptView, DeliveryView
from stopline.store.tx import Tx

FIELD = "subscriptionId"
LOG_PAGE_LIMIT = 1_000
REPLAY_LIMIT = 10_000  # rows of one bucket in one transaction; ask again for more
# An expired subscription is kept this long, so that its owner reads "expired" and not "unknown".
EXPIRED_KEPT_MS = 7 * 86_400_000


class SubscriptionExpired(NotFound):
    """The subscription was there and its time is over."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose subscriptions are meant: every call sees those of this account, user and app alone."""

    account_id: int
    user_id: int
    app_id: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What an application asks for. `token` is sealed already; `reminder` may be None."""

    address: str
    token_name: TokenName
    token: str
    interests: tuple[Interest, ...]
    reminder: Reminder | None
    wants_opt_ins: bool
    lifetime_s: int


@dataclass(frozen=True, slots=True)
class Limit:
    """How many subscriptions there may be: of an account, or of each user and app of it."""

    count: int
    per_user_and_app: bool


def check_room(tx: Tx, owner: Owner, limit: Limit) -> None:
    """Raises LimitReached when the owner has as many subscriptions as are allowed."""
    live = [s for s in tx.subscriptions.of_account(owner.account_id) if s.is_live(tx.now_ms)]
    if limit.per_user_and_app:
        live = [s for s in live if _is_owned(s, owner)]
    if len(live) >= limit.count:
        raise LimitReached("too many subscriptions; delete one first")


def create_subscription(tx: Tx, owner: Owner, wish: Wish, limit: Limit) -> Subscription:
    """Keep a subscription whose address has been checked. Raises LimitReached."""
    tx.hold(f"subscriptions of {owner.account_id}")
    check_room(tx, owner, limit)
    expires_ms = tx.now_ms + wish.lifetime_s * 1_000
    subscription = Subscription(
        id=tx.new_id(owner.account_id % BUCKET_COUNT),
        account_id=owner.account_id,
        user_id=owner.user_id,
        app_id=owner.app_id,
        address=wish.address,
        token_name=wish.token_name,
        token=wish.token,
        interests=wish.interests,
        reminder=wish.reminder,
        wants_opt_ins=wants_opt_in_events(tx, owner.account_id, wish.wants_opt_ins),
        lifetime_s=wish.lifetime_s,
        created_ms=tx.now_ms,
        expires_ms=expires_ms,
        reminder_ms=first_reminder_ms(wish.reminder, expires_ms),
        secret_version=1,
        secret_changed_ms=tx.now_ms,
        health=HEALTHY,
    )
    tx.subscriptions.add(subscription)
    return subscription


def list_subscriptions(tx: Tx, owner: Owner) -> list[Subscription]:
    """The owner's live subscriptions, oldest first."""
    return [
        subscription
        for subscription in tx.subscriptions.of_account(owner.account_id)
        if _is_owned(subscription, owner) and subscription.is_live(tx.now_ms)
    ]


def read_subscription(tx: Tx, owner: Owner, subscription_id: int) -> Subscription:
    """One subscription. Raises NotFound, or SubscriptionExpired."""
    found = tx.subscriptions.by_ids([subscription_id]).get(subscription_id)
    if found is None or not _is_owned(found, owner):
        raise NotFound(FIELD)
    if not found.is_live(tx.now_ms):
        raise SubscriptionExpired(FIELD)
    return found


def change_subscription(
    tx: Tx, owner: Owner, subscription_id: int, wish: Wish | None
) -> Subscription:
    """Replace what was asked for and renew; without a wish, renew. Raises NotFound."""
    found = read_subscription(tx, owner, subscription_id)
    if wish is not None:
        found = replace(
            found,
            address=wish.address,
            token_name=wish.token_name,
            token=wish.token,
            interests=wish.interests,
            reminder=wish.reminder,
            lifetime_s=wish.lifetime_s,
        )
    changed = renewed(found, tx.now_ms)
    tx.subscriptions.change(changed)
    return changed


def delete_subscription(tx: Tx, owner: Owner, subscription_id: int) -> None:
    """Delete it; what waits for it is given up. Raises NotFound, also when it has expired."""
    read_subscription(tx, owner, subscription_id)
    tx.subscriptions.delete(subscription_id)


def enable_subscription(tx: Tx, owner: Owner, subscription_id: int) -> Subscription:
    """Treat its endpoint as healthy again, and try at once what waits. Raises NotFound."""
    found = read_subscription(tx, owner, subscription_id)
    health = replace(HEALTHY, status_since_ms=tx.now_ms)
    tx.subscriptions.change_health(subscription_id, health)
    hasten_subscription(tx, subscription_id)
    return replace(found, health=health)


def rotate_secret(tx: Tx, owner: Owner, subscription_id: int) -> Subscription:
    """Sign with a new secret from now on, and with the old one as well for a day."""
    found = read_subscription(tx, owner, subscription_id)
    changed = replace(found, secret_version=found.secret_version + 1, secret_changed_ms=tx.now_ms)
    tx.subscriptions.change(changed)
    return changed


class EventSettings(msgspec.Struct, frozen=True):
    """Of an account's settings what events need; None means the profile's default."""

    opt_in_events: bool | None = None


def wants_opt_in_events(tx: Tx, account_id: int, default: bool) -> bool:
    """Whether the account's subscriptions hear of opt-ins in the opt-out form."""
    account = tx.accounts.find_account(account_id)
    text = account.settings if account else "{}"
    chosen = msgspec.json.decode(text, type=EventSettings).opt_in_events
    return default if chosen is None else chosen


def set_opt_in_events(tx: Tx, account_id: int, *, wanted: bool) -> None:
    """The account's switch for opt-ins in the opt-out form, for all its subscriptions, those to
    come included. Raises NotFound."""
    account = tx.accounts.find_account(account_id)
    if account is None:
        raise NotFound("account")
    settings = {**msgspec.json.decode(account.settings), "opt_in_events": wanted}
    tx.accounts.set_account_settings(account_id, msgspec.json.encode(settings).decode())
    for subscription in tx.subscriptions.of_account(account_id):
        tx.subscriptions.change(replace(subscription, wants_opt_ins=wanted))


def replay_deliveries(
    tx: Tx, owner: Owner, subscription_id: int, from_ms: int, before_ms: int
) -> int:
    """Deliver once more what finished in a range of time; returns how many. Raises NotFound."""
    read_subscription(tx, owner, subscription_id)
    tx.hints.add(Hint.DELIVERIES)
    return sum(
        tx.deliveries.replay(
            bucket,
            subscription_id,
            first_id_at(from_ms),
            first_id_at(before_ms),
            tx.now_ms,
            REPLAY_LIMIT,
        )
        for bucket in range(BUCKET_COUNT)
    )


def list_deliveries(
    tx: Tx, owner: Owner, subscription_id: int, before_id: int = MAX_ID, limit: int = 100
) -> list[DeliveryView]:
    """The delivery log, newest first, below an id. Raises NotFound."""
    read_subscription(tx, owner, subscription_id)
    limit = min(limit, LOG_PAGE_LIMIT)
    views = [
        view
        for bucket in range(BUCKET_COUNT)
        for view in tx.deliveries.page(bucket, subscription_id, before_id, limit)
    ]
    return sorted(views, key=lambda view: view.id, reverse=True)[:limit]


def list_attempts(tx: Tx, delivery_id: int) -> list[AttemptView]:
    """The failed attempts of a delivery of the log, in order."""
    return tx.deliveries.attempts(id_bucket(delivery_id), delivery_id)


def count_losses(tx: Tx, subscription_id: int) -> int:
    """Events given up for this subscription since it was made."""
    return sum(tx.deliveries.losses(bucket, subscription_id) for bucket in range(BUCKET_COUNT))


def remind_subscribers(tx: Tx) -> int:
    """Announce the coming end of subscriptions that asked for it; returns how many."""
    due = tx.subscriptions.reminders_due(tx.now_ms)
    for subscription in due:
        _remind(tx, subscription)
    return len(due)


def _remind(tx: Tx, subscription: Subscription) -> None:
    reminder = subscription.reminder
    if reminder is None:
        return
    remaining_s = (subscription.expires_ms - tx.now_ms) // 1_000
    event = SubscriptionExpires(subscription.id, subscription.expires_ms, remaining_s)
    announce_end(tx, subscription, event)
    next_ms = tx.now_ms + reminder.interval_s * 1_000
    tx.subscriptions.change(replace(subscription, reminder_ms=next_ms))


def forget_expired(tx: Tx) -> int:
    """Forget subscriptions that expired long ago; returns how many."""
    return tx.subscriptions.delete_expired(tx.now_ms - EXPIRED_KEPT_MS)


def _is_owned(subscription: Subscription, owner: Owner) -> bool:
    return (
        subscription.account_id == owner.account_id
        and subscription.user_id == owner.user_id
        and subscription.app_id == owner.app_id
    )
