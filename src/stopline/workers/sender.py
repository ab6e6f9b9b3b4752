"""Hands messages over: claim, gate, bytes into the kernel. One loop for each carrier."""

import asyncio
import time
from collections.abc import Sequence
from functools import partial

import structlog

from stopline.carriers.protocol import Carrier, NotWritten, WriteUncertain
from stopline.core.carriage import Claim, Passage, Submission
from stopline.core.hints import Hint
from stopline.core.routing import NO_ROUTES
from stopline.flows.ports import MAX_HELD, Store
from stopline.flows.submissions import claim_submissions, doubt_submissions, return_submissions
from stopline.rounds import succeeds
from stopline.workers.outstanding import Outstanding
from stopline.workers.persist import persist
from stopline.workers.quota import Quota
from stopline.workers.switchboard import Switchboard
from stopline.workers.wake import Alarm

# One claim's size: large enough to share a commit, small enough to be handed over well within
# the gate's limit and to hold a denial up for a few milliseconds only.
CLAIM_LIMIT = MAX_HELD
# An idle sender looks for postponed messages this often; new ones wake it at once.
POLL_MS = 200
# A carrier that takes no more right now is asked again after this: a few messages at a time.
THROTTLED_PAUSE_MS = 50
# After an error of the store, which says no for longer than a moment.
PAUSE_AFTER_ERROR_MS = 500

log = structlog.get_logger(__name__)


class Sender:
    """Sends what is due over one carrier until it is stopped."""

    def __init__(
        self,
        store: Store,
        carrier: Carrier,
        outstanding: Outstanding,
        board: Switchboard | None = None,
        quota: Quota | None = None,
    ) -> None:
        """`board`: whose lanes it serves, without one its own; `quota`: without one no limit."""
        self.name = f"sender {carrier.name}"
        self._store = store
        self._carrier = carrier
        self._outstanding = outstanding
        self._board = board or Switchboard(NO_ROUTES, [carrier.name], 0, 0)
        self._quota = quota or Quota(store, carrier.name, 0)
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin; returns at once."""
        self._alarm = Alarm(self._store, Hint.SUBMISSIONS)
        self._task = asyncio.create_task(self._run())

    async def stop(self, timeout_ms: int) -> None:
        """Claim nothing new; a hand-over that runs is finished."""
        self._stopping = True
        self._alarm.ring()
        if self._task is not None:
            done, _ = await asyncio.wait({self._task}, timeout=timeout_ms / 1_000)
            if not done:
                self._task.cancel()
                await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while not self._stopping:
            # What can not be written down is not sent: sending stops with the store.
            if not await succeeds("sending", self._round):
                await asyncio.sleep(PAUSE_AFTER_ERROR_MS / 1_000)

    async def _round(self) -> None:
        slots = await self._ready()
        if slots == 0:
            return
        quota = await self._quota.left()
        if quota == 0:
            await asyncio.sleep(min(POLL_MS, self._quota.wait_ms) / 1_000)
            return
        name, count = self._carrier.name, self._carrier.count_segments
        lanes, limit = self._board.lanes(name), min(slots, CLAIM_LIMIT)
        # Where a segment has a slot, more of them would only be given back.
        segments = quota if count is None else min(slots, slots if quota is None else quota)
        claim = await self._store.transact(claim_submissions, name, limit, lanes, segments, count)
        self._outstanding.pace.spend(len(claim.submissions))
        self._quota.spend(claim.segment_count)
        try:
            if claim.submissions:
                await self._hand_over(claim)
        finally:
            self._store.gate.end_claim(claim.gate_number)
        if not claim.submissions:
            await self._alarm.wait(min(POLL_MS, claim.wait_ms or POLL_MS))

    async def _ready(self) -> int:
        """Free slots, or 0 after a moment, so that stopping is noticed."""
        try:
            async with asyncio.timeout(POLL_MS / 1_000):
                slots = await self._carrier.ready()
        except TimeoutError:
            return 0
        slots -= self._outstanding.unsettled
        if slots <= 0:
            await self._outstanding.until_settled(POLL_MS)
            return 0
        allowance = self._outstanding.pace.allowance()
        if allowance is None:
            return slots
        if allowance <= 0:
            await asyncio.sleep(THROTTLED_PAUSE_MS / 1_000)
            return 0
        return min(slots, allowance)

    async def _hand_over(self, claim: Claim) -> None:
        submissions = claim.submissions
        unwritten: list[Submission] = []
        doubtful: list[Submission] = []
        async with self._store.gate.hand_over(claim) as passage:
            passing = _passing(submissions, passage)
            self._outstanding.add(passing)
            try:
                if passing:
                    await self._carrier.write(passing, _left_ms(passage))
            except NotWritten as error:
                unwritten = passing if error.unwritten is None else list(error.unwritten)
            except WriteUncertain as error:
                unwritten = list(error.unwritten)
                doubtful = [s for s in passing if s not in error.unwritten]
        passed = {s.message_id for s in passing}
        unwritten += [s for s in submissions if s.message_id not in passed]
        self._outstanding.handed_over(len(submissions) - len(unwritten))
        await self._put_back(unwritten, doubtful)

    async def _put_back(
        self, unwritten: Sequence[Submission], doubtful: Sequence[Submission]
    ) -> None:
        self._outstanding.remove(s.message_id for s in unwritten)
        self._outstanding.remove(s.message_id for s in doubtful)
        if unwritten:
            await persist(partial(self._store.transact, return_submissions, unwritten))
        if doubtful:
            ids = [s.message_id for s in doubtful]
            await persist(partial(self._store.transact, doubt_submissions, ids))


def _passing(submissions: Sequence[Submission], passage: Passage) -> list[Submission]:
    """Those that may leave; none when the process stood still until it was too late."""
    if _left_ms(passage) <= 0:
        return []
    return [s for s, may in zip(submissions, passage.allowed, strict=True) if may]


def _left_ms(passage: Passage) -> int:
    return (passage.until_ns - time.clock_gettime_ns(time.CLOCK_BOOTTIME)) // 1_000_000
