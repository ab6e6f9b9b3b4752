"""Sliding windows of requests, per user, app and group, in this process.

Over the limit each further request starts the penalty of one window anew, so a client that
hammers is only heard again after a minute of silence.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from stopline.ringcentral.profiles import Profile, RateGroup

WINDOW_MS = 60_000
WINDOW_S = WINDOW_MS // 1000

# Names that a caller chooses (user names at login) become keys, so their number is bounded; the
# one not seen for longest goes. At 20,000 callers the table takes some tens of megabytes.
MAX_CALLERS = 20_000

Caller = tuple[object, ...]


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


class RateLimits:
    """Counts requests. Not shared between processes; used on one event loop only."""

    def __init__(self, profile: Profile) -> None:
        self._limits = dict(profile.rate_limits)
        self._windows: OrderedDict[tuple[RateGroup, Caller], _Window] = OrderedDict()

    def count(self, group: RateGroup, caller: Caller, now_ms: int) -> RateVerdict | None:
        """Count one request of this caller; None when the group has no limit."""
        limit = self._limits.get(group, 0)
        if limit <= 0:
            return None
        window = self._window(group, caller)
        _forget_old(window.times_ms, now_ms)
        if now_ms < window.blocked_until_ms or len(window.times_ms) >= limit:
            window.blocked_until_ms = now_ms + WINDOW_MS
            return RateVerdict(False, group, limit, 0)
        window.times_ms.append(now_ms)
        return RateVerdict(True, group, limit, limit - len(window.times_ms))

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


def _forget_old(times_ms: deque[int], now_ms: int) -> None:
    while times_ms and times_ms[0] <= now_ms - WINDOW_MS:
        times_ms.popleft()
