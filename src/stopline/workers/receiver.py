"""Takes what carriers bring, in groups, and answers them after the commit and never before."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import structlog

from stopline.core.carriage import Inbound, Receipt, SubmitAnswer
from stopline.flows.inbound import credit_unsure_starts, receive_messages
from stopline.flows.ports import Store
from stopline.flows.receipts import record_receipts
from stopline.flows.replies import InboundPolicy
from stopline.flows.start_copies import UNSURE_START_MS
from stopline.flows.submissions import doubt_submissions, settle_submissions
from stopline.rounds import succeeds
from stopline.workers.gatherer import Gatherer
from stopline.workers.outstanding import Outstanding
from stopline.workers.persist import persist

# Texts, receipts or answers in one transaction: a STOP waits for one of these at most.
GROUP_LIMIT = 256
# What a carrier gave at once is one unit; so many may wait before its connection is not read.
CAPACITY = 2_048
# Nobody waits for answers and receipts to be written: let them gather.
PAUSE_MS = 5
# STARTs without a reference that may come again when their session breaks.
UNSURE_LIMIT = 1_000

Acknowledge = Callable[[Sequence[bool]], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Texts:
    inbounds: Sequence[Inbound]
    acknowledge: Acknowledge


@dataclass(frozen=True, slots=True)
class _Receipts:
    receipts: Sequence[Receipt]
    acknowledge: Acknowledge


@dataclass(frozen=True, slots=True)
class _Answers:
    carrier: str
    answers: Sequence[SubmitAnswer]


class Receiver:
    """The CarrierEvents of every carrier."""

    name = "receiver"

    def __init__(
        self,
        store: Store,
        outstanding: Mapping[str, Outstanding],
        policy: InboundPolicy,
    ) -> None:
        self._store = store
        self._outstanding = outstanding
        self._policy = policy
        self._unsure: dict[str, deque[Inbound]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin; returns at once."""
        self._texts = Gatherer(
            self._receive,
            group_limit=GROUP_LIMIT,
            capacity=CAPACITY,
            size=lambda unit: len(unit.inbounds),
        )
        self._receipts = Gatherer(
            self._record,
            group_limit=GROUP_LIMIT,
            capacity=CAPACITY,
            size=lambda unit: len(unit.receipts),
            pause_ms=PAUSE_MS,
        )
        self._answers = Gatherer(
            self._settle,
            group_limit=GROUP_LIMIT,
            capacity=CAPACITY,
            size=lambda unit: len(unit.answers),
            pause_ms=PAUSE_MS,
            # With everything answered a full window waits for nothing but this.
            is_complete=lambda: all(one.all_answered() for one in self._outstanding.values()),
        )
        self._tasks = [
            asyncio.create_task(gatherer.run())
            for gatherer in (self._texts, self._receipts, self._answers)
        ]

    async def stop(self, timeout_ms: int) -> None:
        """Write what was received, within `timeout_ms`."""
        try:
            async with asyncio.timeout(timeout_ms / 1_000):
                for gatherer in (self._answers, self._receipts, self._texts):
                    await gatherer.drain()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    # What carriers call.

    async def answers(self, carrier: str, answers: Sequence[SubmitAnswer]) -> None:
        """Answers to submissions."""
        # Before the carrier gives their slots back, which it does after this call.
        self._outstanding[carrier].unsettled += len(answers)
        await self._answers.put([_Answers(carrier, answers)])

    async def receipts(self, receipts: Sequence[Receipt], acknowledge: Acknowledge) -> None:
        """Delivery receipts."""
        await self._receipts.put([_Receipts(receipts, acknowledge)])

    async def inbounds(self, inbounds: Sequence[Inbound], acknowledge: Acknowledge) -> None:
        """Texts from handsets."""
        await self._texts.put([_Texts(inbounds, acknowledge)])

    async def disconnected(
        self, carrier: str, session: str | None = None, lost: Sequence[int] | None = None
    ) -> None:
        """What was handed over and not answered is uncertain; STARTs may come again."""
        await self._answers.drain()
        lost = self._outstanding[carrier].take(lost)
        if lost:
            log.warning("connection lost with answers missing", carrier=carrier, count=len(lost))
            await persist(partial(self._store.transact, doubt_submissions, lost))
        await self._credit_starts(carrier, session)

    # Groups.

    async def _receive(self, group: list[_Texts]) -> None:
        inbounds = [inbound for texts in group for inbound in texts.inbounds]
        if await self._try_receive(inbounds):
            flags = [[True] * len(texts.inbounds) for texts in group]
        else:
            # One by one: no text delays or refuses another person's STOP.
            flags = [[await self._try_receive([i]) for i in t.inbounds] for t in group]
        for texts, stored in zip(group, flags, strict=True):
            texts.acknowledge(stored)
            self._note_unsure(texts.inbounds)

    async def _try_receive(self, inbounds: Sequence[Inbound]) -> bool:
        # A text that is not stored comes again.
        store = partial(self._store.transact, receive_messages, inbounds, self._policy)
        return await succeeds("storing texts", store, count=len(inbounds))

    async def _record(self, group: list[_Receipts]) -> None:
        receipts = [receipt for unit in group for receipt in unit.receipts]
        if await self._try_record(receipts):
            flags = [[True] * len(unit.receipts) for unit in group]
        else:
            flags = [[await self._try_record([r]) for r in unit.receipts] for unit in group]
        for unit, stored in zip(group, flags, strict=True):
            unit.acknowledge(stored)

    async def _try_record(self, receipts: Sequence[Receipt]) -> bool:
        store = partial(self._store.transact, record_receipts, receipts)
        return await succeeds("storing receipts", store, count=len(receipts))

    async def _settle(self, group: list[_Answers]) -> None:
        by_carrier: dict[str, list[SubmitAnswer]] = {}
        for unit in group:
            by_carrier.setdefault(unit.carrier, []).extend(unit.answers)
        for carrier, answers in by_carrier.items():
            self._outstanding[carrier].answered(answers)
            # What a carrier gave at once may be more than a transaction may hold persons.
            for first in range(0, len(answers), GROUP_LIMIT):
                await self._persist_answers(carrier, answers[first : first + GROUP_LIMIT])
            self._outstanding[carrier].settled(answers)

    async def _persist_answers(self, carrier: str, answers: list[SubmitAnswer]) -> None:
        # Answers that are not written leave their messages claimed: they become uncertain.
        write = partial(self._store.transact, settle_submissions, carrier, answers)
        await succeeds("writing answers", partial(persist, write), carrier=carrier)

    # STARTs whose answer the carrier may not have seen.

    def _note_unsure(self, inbounds: Sequence[Inbound]) -> None:
        for inbound in inbounds:
            if inbound.reference is None:
                kept = self._unsure.setdefault(inbound.carrier, deque(maxlen=UNSURE_LIMIT))
                kept.append(inbound)

    async def _credit_starts(self, carrier: str, session: str | None) -> None:
        since_ms = time.time_ns() // 1_000_000 - UNSURE_START_MS
        kept = [i for i in self._unsure.pop(carrier, ()) if i.received_at_ms >= since_ms]
        unsure = [inbound for inbound in kept if session in (None, inbound.session)]
        if others := [inbound for inbound in kept if session not in (None, inbound.session)]:
            self._unsure[carrier] = deque(others, maxlen=UNSURE_LIMIT)
        if unsure:
            await persist(partial(self._store.transact, credit_unsure_starts, unsure))
