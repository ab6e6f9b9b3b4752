"""When a delivery that failed is tried again, and when an endpoint counts as gone."""

from collections.abc import Sequence
from email.utils import parsedate_to_datetime

_SECOND_MS = 1_000
_MINUTE_MS = 60 * _SECOND_MS
HOUR_MS = 60 * _MINUTE_MS

# After the first, second … failed attempt. Together 27 h and 35 min: a day of outage passes
# without loss, as the specification Standard Webhooks proposes.
RETRY_DELAYS_MS = (
    5 * _SECOND_MS,
    5 * _MINUTE_MS,
    30 * _MINUTE_MS,
    2 * HOUR_MS,
    5 * HOUR_MS,
    10 * HOUR_MS,
    10 * HOUR_MS,
)
JITTER_SHARE = 0.2  # of the delay, both ways, so that many do not come back in one moment

# An endpoint may ask for a pause by Retry-After: never less than what a busy loop would be, never
# more than our own longest delay.
MIN_RETRY_AFTER_MS = _SECOND_MS
MAX_RETRY_AFTER_MS = RETRY_DELAYS_MS[-1]

# Failures in a row after which a subscription is only probed, one delivery at a time.
PAUSE_AFTER_FAILURES = 5
# An endpoint that is back is noticed within this time, however long it was away.
MAX_PROBE_DELAY_MS = 30 * _MINUTE_MS
BLACKLIST_AFTER_MS = 120 * HOUR_MS


def is_exhausted(failed_attempts: int) -> bool:
    """Whether the schedule has no attempt left after this many failed ones."""
    return failed_attempts > len(RETRY_DELAYS_MS)


def next_attempt_ms(
    failed_attempts: int, now_ms: int, jitter: float, retry_after_ms: int | None = None
) -> int:
    """When to try again after `failed_attempts` (1 or more). Past the schedule's end its last
    delay is used again and again.

    `jitter` is between -1 and 1 and moves the delay by up to a fifth. An endpoint's own wish
    `retry_after_ms` (a duration) replaces the schedule, within its bounds.
    """
    if retry_after_ms is not None:
        return now_ms + min(max(retry_after_ms, MIN_RETRY_AFTER_MS), MAX_RETRY_AFTER_MS)
    return now_ms + _jittered(_delay_at(RETRY_DELAYS_MS, failed_attempts - 1), jitter)


def next_probe_ms(failures: int, now_ms: int, jitter: float) -> int:
    """When a subscription with `failures` in a row (at least PAUSE_AFTER_FAILURES) is probed."""
    delay = _delay_at(RETRY_DELAYS_MS, failures - PAUSE_AFTER_FAILURES)
    return now_ms + _jittered(min(delay, MAX_PROBE_DELAY_MS), jitter)


def is_gone(failing_since_ms: int, now_ms: int) -> bool:
    """Whether an endpoint has had no success for so long that it is blacklisted."""
    return now_ms - failing_since_ms >= BLACKLIST_AFTER_MS


def _delay_at(delays: Sequence[int], index: int) -> int:
    return delays[min(max(index, 0), len(delays) - 1)]


def _jittered(delay_ms: int, jitter: float) -> int:
    return round(delay_ms * (1 + JITTER_SHARE * jitter))


def parse_retry_after(text: str, now_ms: int) -> int | None:
    """The wish of a Retry-After header as a duration in ms; None when it can not be read.

    RFC 9110 section 10.2.3: seconds, or a date.
    """
    text = text.strip()
    if text.isascii() and text.isdigit():
        return int(text[:9]) * _SECOND_MS
    try:
        return round(parsedate_to_datetime(text).timestamp() * _SECOND_MS) - now_ms
    except (ValueError, OverflowError):
        return None
