"""When a delivery is tried again, and how an endpoint's answers change its treatment."""

import pytest

from stopline.core.retry import (
    BLACKLIST_AFTER_MS,
    HOUR_MS,
    MAX_PROBE_DELAY_MS,
    MAX_RETRY_AFTER_MS,
    PAUSE_AFTER_FAILURES,
    is_exhausted,
    next_attempt_ms,
    next_probe_ms,
    parse_retry_after,
)
from stopline.core.subscriptions import (
    HEALTHY,
    Health,
    SubscriptionStatus,
    Trial,
    advance_health,
)

NOW_MS = 1_772_470_800_000  # 2026-03-02T17:00:00Z
SCHEDULE_S = [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000]

GOOD = Trial(200)
BAD = Trial(500, "status", "500 Internal Server Error")


@pytest.mark.parametrize("jitter", [-1.0, 0.0, 1.0])
def test_the_schedule_is_the_published_one(jitter: float) -> None:
    """5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 10 h, each moved by at most a fifth."""
    delays = [next_attempt_ms(n, 0, jitter) / 1_000 for n in range(1, 8)]
    assert delays == [second * (1 + jitter / 5) for second in SCHEDULE_S]


def test_the_schedule_ends_after_its_last_delay() -> None:
    """Seven delays lie between eight attempts; what goes on beyond keeps the last delay."""
    assert [is_exhausted(n) for n in (1, 7, 8)] == [False, False, True]
    assert next_attempt_ms(30, 0, 0.0) == 10 * HOUR_MS


@pytest.mark.parametrize(
    "wish_ms, expected_ms",
    [(120_000, 120_000), (0, 1_000), (-5_000, 1_000), (10**15, MAX_RETRY_AFTER_MS)],
)
def test_a_wish_to_wait_is_honoured_within_bounds(wish_ms: int, expected_ms: int) -> None:
    """Retry-After replaces the schedule; no busy loop and no wait for ever."""
    assert next_attempt_ms(1, NOW_MS, 1.0, wish_ms) == NOW_MS + expected_ms


@pytest.mark.parametrize(
    "text, expected",
    [
        ("120", 120_000),
        (" 7 ", 7_000),
        ("99999999999999999999", 999_999_999_000),
        ("Mon, 02 Mar 2026 17:02:00 GMT", 120_000),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("١٢", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, expected: int | None) -> None:
    """RFC 9110 section 10.2.3; anything else counts as absent."""
    assert parse_retry_after(text, NOW_MS) == expected


def test_five_failures_in_a_row_pause() -> None:
    """Four are not enough, and a success in between starts the count anew."""
    health = HEALTHY
    for _ in range(4):
        health = advance_health(health, [BAD], NOW_MS, 0.0, is_probe=False)
    assert not health.is_probed
    assert health.wait_until_ms == 0
    assert advance_health(health, [BAD], NOW_MS, 0.0, is_probe=False).is_probed
    recovered = advance_health(health, [BAD, GOOD], NOW_MS, 0.0, is_probe=False)
    assert recovered == HEALTHY


def test_a_burst_of_failures_is_one_pause() -> None:
    """Sixty posts that fail side by side do not jump over the first, short probe delays."""
    health = advance_health(HEALTHY, [BAD] * 60, NOW_MS, 0.0, is_probe=False)
    assert health.failures == PAUSE_AFTER_FAILURES
    assert health.wait_until_ms == NOW_MS + 5_000


def test_only_the_probe_counts_during_a_pause() -> None:
    """Posts that were under way when the pause began change nothing."""
    paused = Health(failures=PAUSE_AFTER_FAILURES, failing_since_ms=NOW_MS)
    assert advance_health(paused, [BAD, BAD], NOW_MS, 0.0, is_probe=False) is paused
    assert advance_health(paused, [BAD], NOW_MS, 0.0, is_probe=True).failures == 6


def test_probes_get_rarer_but_never_rare() -> None:
    """5 s, 5 m, and then every half hour."""
    delays = [next_probe_ms(n, 0, 0.0) for n in range(5, 10)]
    assert delays == [5_000, 300_000, *[MAX_PROBE_DELAY_MS] * 3]


def test_days_without_a_success_blacklist_and_one_success_ends_it() -> None:
    """120 h after the first failure; probes go on, and the first success makes it active."""
    failing = Health(failures=40, failing_since_ms=NOW_MS)
    later_ms = NOW_MS + BLACKLIST_AFTER_MS
    before = advance_health(failing, [BAD], later_ms - 1, 0.0, is_probe=True)
    assert before.status is SubscriptionStatus.ACTIVE
    listed = advance_health(failing, [BAD], later_ms, 0.0, is_probe=True)
    assert listed.status is SubscriptionStatus.BLACKLISTED
    assert listed.status_since_ms == later_ms
    assert listed.reason == "500 Internal Server Error"
    back = advance_health(listed, [GOOD], later_ms + 1, 0.0, is_probe=True)
    assert (back.status, back.failures) == (SubscriptionStatus.ACTIVE, 0)


def test_gone_means_off_at_once() -> None:
    """HTTP 410 needs no second opinion."""
    health = advance_health(
        HEALTHY, [Trial(410, "status", "410 Gone")], NOW_MS, 0.0, is_probe=False
    )
    assert (health.status, health.reason) == (SubscriptionStatus.OFF, "410 Gone")


def test_a_wish_to_wait_holds_the_whole_subscription() -> None:
    """429 with Retry-After: nothing is sent before that time."""
    trial = Trial(429, "status", "429 Too Many Requests", retry_after_ms=60_000)
    health = advance_health(HEALTHY, [trial, BAD], NOW_MS, 0.0, is_probe=False)
    assert health.wait_until_ms == NOW_MS + 60_000
