"""What this process may hand to a carrier of the segments that all processes have together."""

import time
from collections.abc import Callable

from stopline.core.rates import BURST_SECONDS
from stopline.flows.carriers import lease_segments
from stopline.flows.ports import Store

# What was leased and not used by then is dropped: another process had less for it, and using it
# late would make a burst.
LEASE_SECONDS = 2 * BURST_SECONDS


class Quota:
    """Leases segments in groups, so that no message costs a statement of its own."""

    def __init__(
        self,
        store: Store,
        carrier: str,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`per_second` 0: no limit."""
        self._store = store
        self._carrier = carrier
        self.per_second = per_second
        self._clock = clock
        self._left = 0
        self._until = 0.0
        self.wait_ms = 0

    async def left(self) -> int | None:
        """Segments that may go now, None for any number; when 0, `wait_ms` says how long not."""
        if not self.per_second:
            return None
        if self._clock() >= self._until:
            self._left = min(self._left, 0)
        if self._left <= 0:
            await self._lease()
        return max(0, self._left)

    def spend(self, segments: int) -> None:
        """So many go. The last text may have taken more than was left: it is paid for later."""
        if self.per_second:
            self._left -= segments

    async def _lease(self) -> None:
        wanted = max(1, int(self.per_second * BURST_SECONDS)) - self._left
        lease = await self._store.transact(lease_segments, self._carrier, self.per_second, wanted)
        self._left += lease.segments
        self.wait_ms = lease.wait_ms
        self._until = self._clock() + LEASE_SECONDS
