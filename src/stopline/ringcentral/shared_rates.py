"""Rate limits over several processes: counts are exchanged through the store, once a second.

So a limit may be passed by what the other processes let through within a second.
"""

import asyncio
from collections.abc import Callable

import structlog

from stopline.core.errors import StoreUnavailable
from stopline.flows.ports import Store
from stopline.flows.request_counts import share_request_counts
from stopline.ringcentral.rate_limits import RateLimits

EXCHANGE_SECONDS = 1.0
# Callers in one exchange; the others have their turn in the next.
MAX_CALLERS = 1_000

log = structlog.get_logger("stopline.rates")


class SharedRates:
    """Exchanges counts while it runs."""

    name = "rates"

    def __init__(self, store: Store, rates: RateLimits, clock_ms: Callable[[], int]) -> None:
        self._store = store
        self._rates = rates
        self._clock_ms = clock_ms
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns at once."""
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout_ms: int) -> None:
        """End; what was counted since the last exchange is told to nobody."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def exchange(self) -> None:
        """Tell and hear once. Raises StoreUnavailable."""
        counts = self._rates.take_changes(self._clock_ms(), MAX_CALLERS)
        if counts:
            others = await self._store.transact(share_request_counts, list(counts.values()))
            heard = {key: others.get(count.caller) for key, count in counts.items()}
            self._rates.hear(heard, self._clock_ms())

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EXCHANGE_SECONDS)
            try:
                await self.exchange()
            except StoreUnavailable as error:
                # This process's own limits hold.
                log.warning("counts of requests can not be exchanged", reason=str(error))
