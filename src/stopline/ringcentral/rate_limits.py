"""Sliding windows of requests, per user, app and group.

Each process counts its own; what the others counted is heard from time to time (`shared_rates`).
Over the limit each further request starts the penalty of one window anew, so a client that
hammers is only heard again after a minute of silence.
"""

import hashlib
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from stopline.core.request_counts import RequestCount
from stopline.ringcentral.profiles import Profile, RateGroup

WINDOW_MS = 60_000
WINDOW_S = WINDOW_MS // 1000

# Names that a caller chooses (user names at login) become keys, so their number is bounded; the
# one not seen for longest goes. At 20,000 callers the table takes some tens of megabytes.
MAX_CALLERS = 20_000
# What was heard of other processes counts for so long; they are asked every second.
HEARD_MS = 5_000

Caller = tuple[object, ...]
Key = tuple[RateGroup, Caller]


@dataclass(frozen=True, slots=True)
class RateVerdict:
    """Whether a request may pass, and what the headers say."""

    allowed: bool
    group: RateGroup
    limit: int
    remaining: int

    def headers(self) -> list[tuple[str, str]]:
        """The four headers of every answer that was counted."""
        return [
            ("X-Rate-Limit-Group", self.group.value),
            ("X-Rate-Limit-Limit", str(self.limit)),
            ("X-Rate-Limit-Remaining", str(self.remaining)),
            ("X-Rate-Limit-Window", str(WINDOW_S)),
        ]


@dataclass(slots=True)
class _Window:
    times_ms: deque[int] = field(default_factory=deque)
    blocked_until_ms: int = 0
    # What other processes counted, and until when that may be believed.
    others: int = 0
    heard_until_ms: int = 0

    def forget_old(self, now_ms: int) -> None:
        while self.times_ms and self.times_ms[0] <= now_ms - WINDOW_MS:
            self.times_ms.popleft()
        if now_ms >= self.heard_until_ms:
            self.others = 0

    @property
    def count(self) -> int:
        """Requests of the last minute, of all processes."""
        return len(self.times_ms) + self.others


class RateLimits:
    """Counts requests; used on one event loop only."""

    def __init__(self, profile: Profile) -> None:
        self._limits = dict(profile.rate_limits)
        self._windows: OrderedDict[Key, _Window] = OrderedDict()
        # Callers that asked since they were last told to the other processes.
        self._changed: dict[Key, None] = {}

    def count(
        self, group: RateGroup, caller: Caller, now_ms: int, own: int | None = None
    ) -> RateVerdict | None:
        """Count one request of this caller, whose limit may be its app's `own`; None when there is
        no limit."""
        limit = self._limits.get(group, 0) if own is None else own
        if limit <= 0:
            return None
        window = self._window(group, caller)
        window.forget_old(now_ms)
        self._changed[group, caller] = None
        if now_ms < window.blocked_until_ms or window.count >= limit:
            window.blocked_until_ms = now_ms + WINDOW_MS
            return RateVerdict(False, group, limit, 0)
        window.times_ms.append(now_ms)
        return RateVerdict(True, group, limit, limit - window.count)

    def take_changes(self, now_ms: int, limit: int) -> dict[Key, RequestCount]:
        """What was counted of callers that asked since this was last called, at most `limit`."""
        taken = {}
        for key in list(self._changed)[:limit]:
            del self._changed[key]
            if (window := self._windows.get(key)) is not None:
                window.forget_old(now_ms)
                own = len(window.times_ms)
                taken[key] = RequestCount(caller_hash(*key), own, window.blocked_until_ms)
        return taken

    def hear(self, others: Mapping[Key, RequestCount | None], now_ms: int) -> None:
        """What the other processes counted of these callers; None for nothing."""
        for key, found in others.items():
            if (window := self._windows.get(key)) is not None:
                window.others = found.count if found else 0
                window.heard_until_ms = now_ms + HEARD_MS
                if found:
                    window.blocked_until_ms = max(window.blocked_until_ms, found.blocked_until_ms)

    def _window(self, group: RateGroup, caller: Caller) -> _Window:
        key = (group, caller)
        window = self._windows.get(key)
        if window is None:
            window = self._windows[key] = _Window()
            if len(self._windows) > MAX_CALLERS:
                self._windows.popitem(last=False)
        else:
            self._windows.move_to_end(key)
        return window


def caller_hash(group: RateGroup, caller: Caller) -> str:
    """How processes name a caller to each other: SHA-256, lower-case hexadecimal."""
    return hashlib.sha256(repr((group.value, caller)).encode()).hexdigest()
