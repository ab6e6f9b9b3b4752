"""How often a caller asked, as processes tell each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Requests of one caller in the last minute, and until when a penalty runs (0: none).

    `caller` is a SHA-256, lower-case hexadecimal.
    """

    caller: str
    count: int
    blocked_until_ms: int
