"""How fast a carrier takes messages, learned from its "not now"."""

import time
from collections.abc import Callable

# Answers are looked at together over this time: those of one burst belong together.
SPAN_SECONDS = 0.5
# Fewer "not now" than this, or a smaller share, concern single messages and not the connection.
LEAST_THROTTLED = 10
LEAST_SHARE = 0.1
# After a cut: a little below what the carrier took, so that the next burst fits.
CUT_SHARE = 0.8
# A span without many "not now" raises the rate by this, to find out when the carrier takes more.
GROWTH = 1.2
# So much of a second's messages may go at once: a carrier counts over short spans too.
BURST_SECONDS = 0.1
SLOWEST = 1.0
# A carrier that takes this many a second is not held back any more.
UNLIMITED = 20_000.0


class Pace:
    """Unlimited until the carrier says "not now" to many; then a rate that follows what it takes.

    Rates are messages a second.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` counts seconds."""
        self._clock = clock
        self._rate: float | None = None
        self._tokens = 0.0
        self._filled_at = clock()
        self._span_began = clock()
        self._accepted = 0
        self._throttled = 0

    @property
    def rate(self) -> float | None:
        """What it is slowed to; None while it is not."""
        return self._rate

    def note(self, accepted: int, throttled: int) -> None:
        """Answers of the carrier."""
        self._accepted += accepted
        self._throttled += throttled
        elapsed = self._clock() - self._span_began
        if self._is_throttled() and (self._rate is None or elapsed >= SPAN_SECONDS):
            # The answers of a long idle span would make the carrier look slow.
            span = min(max(elapsed, SPAN_SECONDS), 2 * SPAN_SECONDS)
            self._change(max(SLOWEST, CUT_SHARE * self._accepted / span))
        elif elapsed >= SPAN_SECONDS:
            self._change(None if self._rate is None else self._rate * GROWTH)

    def allowance(self) -> int | None:
        """How many messages may be handed over now; None: as many as the window takes."""
        if self._rate is None:
            return None
        self._fill()
        return int(self._tokens)

    def spend(self, count: int) -> None:
        """So many are handed over."""
        if self._rate is not None:
            self._tokens -= count

    def _is_throttled(self) -> bool:
        answers = self._accepted + self._throttled
        return self._throttled >= max(LEAST_THROTTLED, LEAST_SHARE * answers)

    def _change(self, rate: float | None) -> None:
        self._fill()
        self._tokens = min(self._tokens, 1.0)
        self._rate = rate if rate is not None and rate < UNLIMITED else None
        self._span_began = self._clock()
        self._accepted = self._throttled = 0

    def _fill(self) -> None:
        now = self._clock()
        if self._rate is not None:
            most = max(1.0, self._rate * BURST_SECONDS)
            self._tokens = min(most, self._tokens + self._rate * (now - self._filled_at))
        self._filled_at = now
