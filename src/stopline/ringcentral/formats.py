"""Values as they stand on the wire: times, numbers, booleans. Everything inside is epoch ms."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from stopline.core.errors import InvalidNumber
from stopline.core.numbers import is_alphanumeric, parse_address

# Nothing of ours happened before, and `datetime` ends in 9999.
_MAX_TIME_MS = 253_402_300_799_999
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?"
    r"(Z|z|[+\- ]\d\d(?::?\d\d)?)?)?)?)?",
    re.ASCII,
)
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DIGITS = re.compile(r"[0-9]+", re.ASCII)


def parse_time(text: str) -> int:
    """Epoch ms of a date or date-time; a missing part is its first instant, a missing offset UTC.

    A blank before an offset is a plus that was not encoded. Fractions beyond milliseconds are
    cut. Raises ValueError for anything else.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError("no date")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    moment = datetime(
        int(year),
        int(month or 1),
        int(day or 1),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        tzinfo=UTC,
    )
    millis = int((fraction or "0")[:3].ljust(3, "0"))
    return int(moment.timestamp()) * 1000 + millis - _offset_minutes(offset) * 60_000


def _offset_minutes(offset: str | None) -> int:
    if offset is None or offset in "Zz":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes > 59:
        raise ValueError("no offset")
    return (hours * 60 + minutes) * (-1 if offset[0] == "-" else 1)


def _render(time_ms: int) -> str:
    return _render_second(min(max(time_ms, 0), _MAX_TIME_MS) // 1000)


@lru_cache(maxsize=4_096)
def _render_second(seconds: int) -> str:
    # Rows and events that are rendered together are of few seconds; one takes 9 µs.
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def render_micros(time_ms: int, micros: int = 0) -> str:
    """`2021-06-21T10:31:59.818028Z`: a2p and consents. `micros` (0..999) is what follows the ms."""
    return f"{_render(time_ms)}.{time_ms % 1000:03d}{micros:03d}Z"


def render_millis(time_ms: int) -> str:
    """`2026-03-02T15:00:00.573Z`: subscriptions and event envelopes."""
    return f"{_render(time_ms)}.{time_ms % 1000:03d}Z"


def render_cost(micros: int) -> float:
    """Millionths as the wire shows a cost; a whole number without a fraction."""
    whole, rest = divmod(micros, 1_000_000)
    return micros / 1_000_000 if rest else whole


def parse_integer(text: str) -> int:
    """A decimal integer of ASCII digits, at most 18 of them. Raises ValueError."""
    if _INTEGER.fullmatch(text) is None:
        raise ValueError("no integer")
    return int(text)


def parse_id(text: str) -> int:
    """An id of ASCII digits within 63 bits, without leading zeros. Raises ValueError."""
    if _DIGITS.fullmatch(text) is None or len(text) > 19 or (text[0] == "0" and len(text) > 1):
        raise ValueError("no id")
    value = int(text)
    if value >= 1 << 63:
        raise ValueError("no id")
    return value


def parse_boolean(text: str) -> bool:
    """`true` or `false`, in any case. Raises ValueError."""
    match text.lower():
        case "true":
            return True
        case "false":
            return False
    raise ValueError("no boolean")


def parse_phone(text: str, country: str = "US") -> str:
    """A number as clients write it in a query or filter, in Stopline's spelling.

    A leading blank is a plus that was not encoded (`?from=+1650...`). Short codes pass, names
    do not. Raises ValueError.
    """
    if text.startswith(" "):
        text = "+" + text.lstrip(" +")
    if is_alphanumeric(text):
        raise ValueError("no phone number")
    try:
        return parse_address(text, country)
    except InvalidNumber as error:
        raise ValueError("no phone number") from error
