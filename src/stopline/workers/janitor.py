"""Looks after what is left over: uncertain messages, missing receipts, old rows."""

import asyncio
import itertools

import structlog

from stopline.core.errors import StoreUnavailable
from stopline.flows.access import tidy_access
from stopline.flows.ports import Store
from stopline.flows.upkeep import UpkeepPolicy, recover_start, run_upkeep

# Leases and waits are minutes to days; seconds of delay do not matter.
ROUND_MS = 2_000
# Old sessions take room and nothing else: five minutes.
ACCESS_ROUNDS = 150

log = structlog.get_logger(__name__)


class Janitor:
    """Runs the upkeep flow again and again."""

    name = "janitor"

    def __init__(self, store: Store, policy: UpkeepPolicy, round_ms: int = ROUND_MS) -> None:
        self._store = store
        self._policy = policy
        self._round_ms = round_ms
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what an earlier run left, before anything new is sent; then begin."""
        while await self._store.transact(recover_start):
            pass
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout_ms: int) -> None:
        """End after the round that runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        for number in itertools.count(1):
            await asyncio.sleep(self._round_ms / 1_000)
            try:
                while await self._store.transact(run_upkeep, self._policy):
                    pass
                while number % ACCESS_ROUNDS == 0 and await self._store.transact(tidy_access):
                    pass
            except StoreUnavailable as error:
                log.warning("upkeep waits for the store", reason=str(error))
            except Exception:  # the top of the loop
                log.exception("upkeep failed")
