"""Quiet hours: whose evening or night it is. A hint for who composes a batch, no rule of the gate.

The hours are the Telephone Consumer Protection Act's, 47 CFR 64.1200(c)(1): before 8 in the
morning and from 9 in the evening, in the called person's local time. Where a number lies is
taken from its area code, so a person who moved keeps the hours of where the number came from.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from phonenumbers import parse, timezone

FIRST_HOUR, LAST_HOUR = 8, 21
# A number that may lie in more time zones (toll-free, satellite) says nothing.
MAX_ZONES = 4
# Of a North American number the area code is enough: +1 and three digits.
_AREA_CHARS = 5


def count_at_night(numbers: Iterable[str], now_ms: int) -> int:
    """For how many of these numbers (E.164) it is outside the hours, as far as that is known."""
    now = datetime.fromtimestamp(now_ms / 1_000, UTC)
    nights: dict[str, bool] = {}
    count = 0
    for number in numbers:
        place = number[:_AREA_CHARS] if number.startswith("+1") else number
        if place not in nights:
            nights[place] = any(_is_night(now, zone) for zone in _zones(number))
        count += nights[place]
    return count


def _is_night(now: datetime, zone: str) -> bool:
    try:
        hour = now.astimezone(ZoneInfo(zone)).hour
    except ZoneInfoNotFoundError:  # the machine has no table of time zones
        return False
    return not FIRST_HOUR <= hour < LAST_HOUR


@lru_cache(maxsize=4_096)
def _zones(number: str) -> tuple[str, ...]:
    found = tuple(timezone.time_zones_for_number(parse(number)))
    return found if len(found) <= MAX_ZONES else ()
