"""Statements about subscriptions."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec

from stopline.core.events import Interest
from stopline.core.subscriptions import (
    Health,
    Reminder,
    Subscription,
    SubscriptionStatus,
    TokenName,
)
from stopline.store.database import Database, Row, Value, column

# Texts of interests that are kept decoded; an account has at most some hundred.
_DECODED_LIMIT = 4_096


class Subscriptions:
    """The subscriptions of all accounts: a small table."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_account: dict[int, list[Subscription]] = {}

    def add(self, subscription: Subscription) -> None:
        """Keep a new one; its health starts as healthy."""
        self._by_account.clear()
        self._database.run(
            "add_subscription",
            account_id=subscription.account_id,
            user_id=subscription.user_id,
            app_id=subscription.app_id,
            created_ms=subscription.created_ms,
            **_changeable(subscription),
        )

    def of_account(self, account_id: int) -> Sequence[Subscription]:
        """All of an account, also expired ones. Read once in a transaction."""
        found = self._by_account.get(account_id)
        if found is None:
            rows = self._database.all("list_subscriptions", account_id=account_id)
            found = self._by_account[account_id] = [_subscription(row) for row in rows]
        return found

    def by_ids(self, ids: Sequence[int]) -> dict[int, Subscription]:
        """Those of these ids that exist."""
        rows = self._database.all("get_subscriptions", ids=column(ids))
        return {row[0]: _subscription(row) for row in rows}

    def lock(self, ids: Iterable[int]) -> dict[int, Subscription]:
        """The same; they stay so until this transaction ends."""
        rows = self._database.all("lock_subscriptions", ids=column(sorted(ids)))
        return {row[0]: _subscription(row) for row in rows}

    def reminders_due(self, now_ms: int) -> list[Subscription]:
        """Live ones whose next reminder is due."""
        rows = self._database.all("list_reminders_due", now_ms=now_ms)
        return [_subscription(row) for row in rows]

    def change(self, subscription: Subscription) -> None:
        """Write what its owner may change, and its times."""
        self._by_account.clear()
        self._database.run("change_subscription", **_changeable(subscription))

    def change_health(self, subscription_id: int, health: Health) -> None:
        """Write how its endpoint is doing."""
        self._by_account.clear()
        self._database.run(
            "change_subscription_health",
            id=subscription_id,
            status=health.status,
            status_since_ms=health.status_since_ms,
            failures=health.failures,
            failing_since_ms=health.failing_since_ms,
            wait_until_ms=health.wait_until_ms,
            reason=health.reason,
        )

    def delete(self, subscription_id: int) -> None:
        """Forget it."""
        self._by_account.clear()
        self._database.run("delete_subscription", id=subscription_id)

    def delete_expired(self, before_ms: int) -> int:
        """Forget those that expired before a time; returns how many."""
        self._by_account.clear()
        return self._database.run("delete_expired_subscriptions", before_ms=before_ms)


def _changeable(subscription: Subscription) -> dict[str, Value]:
    return {
        "id": subscription.id,
        "address": subscription.address,
        "token_name": subscription.token_name,
        "token": subscription.token,
        "interests": msgspec.json.encode(subscription.interests).decode(),
        "reminder": _reminder_text(subscription.reminder),
        "wants_opt_ins": int(subscription.wants_opt_ins),
        "lifetime_s": subscription.lifetime_s,
        "expires_ms": subscription.expires_ms,
        "reminder_ms": subscription.reminder_ms,
        "secret_version": subscription.secret_version,
        "secret_changed_ms": subscription.secret_changed_ms,
    }


def _reminder_text(reminder: Reminder | None) -> str | None:
    return None if reminder is None else msgspec.json.encode(reminder).decode()


@lru_cache(maxsize=_DECODED_LIMIT)
def _interests(text: str) -> tuple[Interest, ...]:
    return msgspec.json.decode(text, type=tuple[Interest, ...])


@lru_cache(maxsize=_DECODED_LIMIT)
def _reminder(text: str | None) -> Reminder | None:
    return None if text is None else msgspec.json.decode(text, type=Reminder)


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=row[0],
        account_id=row[1],
        user_id=row[2],
        app_id=row[3],
        address=row[4],
        token_name=TokenName(row[5]),
        token=row[6],
        interests=_interests(row[7]),
        reminder=_reminder(row[8]),
        wants_opt_ins=bool(row[9]),
        lifetime_s=row[10],
        created_ms=row[11],
        expires_ms=row[12],
        reminder_ms=row[13],
        secret_version=row[14],
        secret_changed_ms=row[15],
        health=Health(SubscriptionStatus(row[16]), *row[17:22]),
    )
