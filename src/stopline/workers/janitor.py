"""Looks after what is left over: uncertain messages, missing receipts, old rows."""

import asyncio
import itertools
from collections.abc import Sequence
from functools import partial

import structlog

from stopline.core.errors import StoreBusy
from stopline.core.ids import BUCKET_COUNT
from stopline.flows.access import tidy_access
from stopline.flows.decisions import expire_holds
from stopline.flows.inbound import receive_overdue_parts
from stopline.flows.ports import Store
from stopline.flows.replies import InboundPolicy
from stopline.flows.rerouting import reroute
from stopline.flows.retention import RetentionPolicy, retire_bucket
from stopline.flows.upkeep import UpkeepPolicy, recover_start, run_upkeep
from stopline.rounds import succeeds

# Leases and waits are minutes to days; seconds of delay do not matter.
ROUND_MS = 2_000
# What is old takes room and nothing else: five minutes.
TIDY_ROUNDS = 150
DEFAULT_RETENTION = RetentionPolicy()
DEFAULT_INBOUND = InboundPolicy()

log = structlog.get_logger(__name__)


class Janitor:
    """Runs the upkeep flow again and again."""

    name = "janitor"

    def __init__(
        self,
        store: Store,
        policy: UpkeepPolicy,
        retention: RetentionPolicy = DEFAULT_RETENTION,
        round_ms: int = ROUND_MS,
        inbound: InboundPolicy = DEFAULT_INBOUND,
        carriers: Sequence[str] = (),
    ) -> None:
        """`carriers`: those of this process; what waits for none of them goes another way."""
        self._store = store
        self._policy = policy
        self._retention = retention
        self._round_ms = round_ms
        self._inbound = inbound
        self._carriers = carriers
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Take up what an earlier run left, before anything new is sent; then begin.

        Another process may be taking up the same and hold its rows: the rounds come back to it.
        Raises StoreUnavailable.
        """
        try:
            await self._recover()
        except StoreBusy as error:
            log.warning("what an earlier run left waits for another process", reason=str(error))
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout_ms: int) -> None:
        """End after the round that runs."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def tidy(self) -> None:
        """Remove what is past its time, one small transaction after the other."""
        while await self._store.transact(tidy_access):
            pass
        in_parts = await asyncio.to_thread(self._store.tend_parts, self._retention.messages_ms)
        for bucket in range(BUCKET_COUNT):
            unasked = 0
            while True:
                done = await self._store.transact(
                    retire_bucket, bucket, self._retention, in_parts=in_parts
                )
                unasked += done.early_receipts
                if not done.more:
                    break
            if unasked:
                log.warning("receipts for messages nobody knows dropped", count=unasked)

    async def _recover(self) -> None:
        """Settle what processes that ended had claimed or staged."""
        gone = await asyncio.to_thread(self._store.gone_nodes)
        if gone:
            nodes, since_ms = list(gone), min(gone.values())
            while await self._store.transact(recover_start, nodes, since_ms):
                pass
            await asyncio.to_thread(self._store.forget_nodes, nodes)

    async def _reroute(self) -> None:
        if not self._carriers:
            return
        while await self._store.transact(reroute, self._carriers):
            pass

    async def _run(self) -> None:
        for number in itertools.count(1):
            await asyncio.sleep(self._round_ms / 1_000)
            await succeeds("upkeep", partial(self._round, number))

    async def _round(self, number: int) -> None:
        await self._recover()
        while await self._store.transact(receive_overdue_parts, self._inbound):
            pass
        while await self._store.transact(expire_holds):
            pass
        while await self._store.transact(run_upkeep, self._policy):
            pass
        await self._reroute()
        if number % TIDY_ROUNDS == 0:
            await self.tidy()
