"""How many requests a provider allows in a second."""

import time

# Requests that may go at once after a pause, as a share of a second: enough for one round of
# the sender, little enough to keep the rate.
BURST_SHARE = 4


class Rate:
    """Requests a second, with a little that may go at once."""

    def __init__(self, per_second: float) -> None:
        self._per_second = per_second
        self._burst = max(1.0, per_second // BURST_SHARE)
        self._left = self._burst
        self._counted = time.monotonic()

    def allowed(self) -> int:
        """How many may go now."""
        if not self._per_second:
            return 1 << 30
        now = time.monotonic()
        grown = self._left + (now - self._counted) * self._per_second
        self._left, self._counted = min(grown, self._burst), now
        return max(0, int(self._left))

    def use(self, count: int) -> None:
        """These go now."""
        if self._per_second:
            self._left -= count
