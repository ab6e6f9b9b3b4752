"""A subscription, and how the answers of its endpoint change what it is treated as."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from stopline.core.events import Interest
from stopline.core.retry import PAUSE_AFTER_FAILURES, is_gone, next_attempt_ms, next_probe_ms

HTTP_GONE = 410


class SubscriptionStatus(IntEnum):
    """ACTIVE is delivered to. BLACKLISTED had no success for days and is only probed. OFF said
    itself that it is gone (HTTP 410) and is left alone until somebody enables it again."""

    ACTIVE = 0
    BLACKLISTED = 1
    OFF = 2


class TokenName(IntEnum):
    """Under which of two names the client gave the token that each event carries."""

    NONE = 0
    VERIFICATION = 1
    VALIDATION = 2


@dataclass(frozen=True, slots=True)
class Reminder:
    """Tell the subscriber before the end: from `threshold_s` on, every `interval_s`."""

    label: str
    threshold_s: int
    interval_s: int


@dataclass(frozen=True, slots=True)
class Health:
    """How an endpoint has been doing. `failures` counts failures in a row; nothing is sent before
    `wait_until_ms`; `reason` is the last failure in the subscriber's words."""

    status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    failures: int = 0
    failing_since_ms: int | None = None
    wait_until_ms: int = 0
    status_since_ms: int = 0
    reason: str = ""

    @property
    def is_probed(self) -> bool:
        """Whether one delivery at a time is tried, and not more."""
        return self.failures >= PAUSE_AFTER_FAILURES


HEALTHY = Health()


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told of what, and where. `token` is sealed, never plain; without an address
    events go over a WebSocket."""

    id: int
    account_id: int
    user_id: int
    app_id: int
    address: str
    token_name: TokenName
    token: str
    interests: tuple[Interest, ...]
    reminder: Reminder | None
    wants_opt_ins: bool
    lifetime_s: int
    created_ms: int
    expires_ms: int
    reminder_ms: int | None
    secret_version: int
    secret_changed_ms: int
    health: Health

    @property
    def is_socket(self) -> bool:
        """Whether events go over a WebSocket: then there is no address."""
        return not self.address

    def is_live(self, now_ms: int) -> bool:
        """Whether it has not expired."""
        return now_ms < self.expires_ms


@dataclass(frozen=True, slots=True)
class Trial:
    """What an endpoint made of one delivery: an HTTP status, or a failure without an answer.
    `answer` is what it said, cut to what a person reads."""

    http_status: int | None
    failure: str = ""
    reason: str = ""
    retry_after_ms: int | None = None
    answer: str = ""

    @property
    def is_success(self) -> bool:
        """Whether the endpoint took it."""
        return self.http_status is not None and 200 <= self.http_status < 300


def renewed(subscription: Subscription, now_ms: int) -> Subscription:
    """The subscription with its whole lifetime before it again."""
    expires_ms = now_ms + subscription.lifetime_s * 1_000
    return replace(
        subscription,
        expires_ms=expires_ms,
        reminder_ms=first_reminder_ms(subscription.reminder, expires_ms),
    )


def first_reminder_ms(reminder: Reminder | None, expires_ms: int) -> int | None:
    """When the first reminder of a subscription that ends at `expires_ms` is due."""
    return None if reminder is None else expires_ms - reminder.threshold_s * 1_000


def advance_health(
    health: Health, trials: Sequence[Trial], now_ms: int, jitter: float, *, is_probe: bool
) -> Health:
    """The health after a group of trials that ran side by side; returns `health` itself when
    nothing changed.

    One success among them is enough. Failures of deliveries that were under way when a pause
    began tell nothing new: while it lasts only the probe counts.
    """
    if any(trial.is_success for trial in trials):
        return health if health.failing_since_ms is None else _recovered(health, now_ms)
    if not trials or (health.is_probed and not is_probe):
        return health
    return _failed(health, trials, now_ms, jitter)


def _recovered(health: Health, now_ms: int) -> Health:
    is_active = health.status is SubscriptionStatus.ACTIVE
    return Health(status_since_ms=health.status_since_ms if is_active else now_ms)


def _failed(health: Health, trials: Sequence[Trial], now_ms: int, jitter: float) -> Health:
    count = len(trials)
    failures = health.failures + 1 if health.is_probed else health.failures + count
    failures = failures if health.is_probed else min(failures, PAUSE_AFTER_FAILURES)
    since_ms = now_ms if health.failing_since_ms is None else health.failing_since_ms
    status = _failed_status(health, trials, since_ms, now_ms)
    return Health(
        status=status,
        failures=failures,
        failing_since_ms=since_ms,
        wait_until_ms=_wait_until_ms(failures, trials, now_ms, jitter),
        status_since_ms=health.status_since_ms if status is health.status else now_ms,
        reason=trials[-1].reason,
    )


def _failed_status(
    health: Health, trials: Sequence[Trial], since_ms: int, now_ms: int
) -> SubscriptionStatus:
    if any(trial.http_status == HTTP_GONE for trial in trials):
        return SubscriptionStatus.OFF
    if is_gone(since_ms, now_ms):
        return SubscriptionStatus.BLACKLISTED
    return health.status


def _wait_until_ms(failures: int, trials: Sequence[Trial], now_ms: int, jitter: float) -> int:
    wishes = [trial.retry_after_ms for trial in trials if trial.retry_after_ms is not None]
    wished_ms = next_attempt_ms(1, now_ms, jitter, max(wishes)) if wishes else 0
    if failures < PAUSE_AFTER_FAILURES:
        return wished_ms
    return max(wished_ms, next_probe_ms(failures, now_ms, jitter))
