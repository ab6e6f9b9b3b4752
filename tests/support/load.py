"""Sends, STOPs and STARTs on several nodes while something is done to their database.

What was acknowledged, what left and when is kept outside the database, and compared with it.
"""

import asyncio
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from stopline.core.errors import StoplineError
from stopline.core.ids import BUCKET_COUNT
from stopline.core.messages import Direction, MessageStatus, Purpose
from stopline.flows.inbound import receive_messages
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from support.carriers import StagedCarrier, Written
from support.proof import record
from support.traffic import POLICY, sending
from support.world import World, make_inbound, person, real_clock_ms

REPLY = "NETWORK MSG:"
# Replies to one pair in a day.
MOST_REPLIES = 5
# Persons who text at the same time.
HANDSETS = 4
PATIENCE_S = 60.0


@dataclass
class Handset:
    """One person, as they remember it. `doubts`: their last text was not acknowledged."""

    stops: list[tuple[int, int | None]] = field(default_factory=list)
    last_word: str = ""
    doubts: bool = False
    changes: int = 0


class Load:
    """Runs in a thread of its own inside `with`; afterwards it is judged."""

    def __init__(
        self,
        nodes: Sequence[World],
        people: Sequence[str] | None = None,
        seed: int = 7,
        handsets: int = HANDSETS,
    ) -> None:
        self._nodes = nodes
        self._texting_at_once = handsets
        self._dice = random.Random(seed)
        self._people = list(people or (person(number) for number in range(60)))
        self.carriers = [StagedCarrier(lambda: self._dice.random() * 2) for _ in nodes]
        self.handsets: dict[str, Handset] = defaultdict(Handset)
        # A node whose clock is far ahead takes a text for too old to be answered.
        self.clocks_agree = True
        self.accepted = 0
        self.refused = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> "Load":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive(), "the load does not end"

    # What happened, seen from outside.

    @property
    def acknowledged_stops(self) -> int:
        return sum(len(h.stops) for h in self.handsets.values())

    @property
    def written(self) -> list[Written]:
        return [w for carrier in self.carriers for w in carrier.written]

    @property
    def sends(self) -> int:
        return sum(not w.submission.text.startswith(REPLY) for w in self.written)

    def until(self, stops: int, sends: int = 0) -> None:
        """Wait for so many more of each."""
        stops += self.acknowledged_stops
        sends += self.sends
        deadline = time.monotonic() + PATIENCE_S
        while self.acknowledged_stops < stops or self.sends < sends:
            assert time.monotonic() < deadline, (self.acknowledged_stops, self.sends)
            time.sleep(0.002)

    def end(self) -> None:
        """No new texts and batches; what is under way is given up when it can not be stored."""
        self._ending.set()

    def wait_ms(self, least: int, most: int) -> None:
        """A random moment."""
        time.sleep(self._dice.randrange(least, most) / 1_000)

    def last_written_ns(self) -> int:
        """When a byte left for the last time."""
        return max((w.moment_ns for w in self.written), default=0)

    def told_since(self, moment_ns: int) -> set[str]:
        """Whose STOP was acknowledged after that moment."""
        handsets = list(self.handsets.items())
        return {who for who, it in handsets if any(told > moment_ns for told, _ in it.stops)}

    # The judgement.

    def late(self) -> int:
        """G1 and G7: bulk of a pair between an acknowledged STOP and the next START."""
        return sum(
            stopped_ns < w.moment_ns and (started_ns is None or w.moment_ns < started_ns)
            for w in self.written
            if not w.submission.text.startswith(REPLY)
            for stopped_ns, started_ns in self.handsets[w.submission.recipient].stops
        )

    def lost(self, world: World) -> list[str]:
        """G2: persons whose last acknowledged word is STOP and who are in."""
        return [
            who
            for who, handset in self.handsets.items()
            if handset.last_word == "STOP" and not handset.doubts and not world.is_denied(who)
        ]

    def check(self, world: World) -> None:
        """G1 to G7, as far as they can be seen from outside and in the store."""
        assert self.late() == 0
        assert self.lost(world) == []
        self._check_effects(world)
        self._check_messages(world)
        self.check_ledger(world)

    def check_ledger(self, world: World) -> None:
        """G6: the chain is whole, and the state is what it says."""
        problems = world.store.read_now(lambda tx: list(verify_ledger(tx)))
        assert problems == []
        for bucket in {bucket for bucket in range(BUCKET_COUNT) if self._is_used(world, bucket)}:
            assert world.store.read_now(compare_with_ledger, bucket) == []

    def _is_used(self, world: World, bucket: int) -> bool:
        head: tuple[int, str] = world.store.read_now(lambda tx: tx.ledger.head(bucket))
        return head[0] > 0

    def _check_effects(self, world: World) -> None:
        """G3 and G4: a change and its reply are one; no reply leaves twice or beyond the limit."""
        replies = Counter(
            m.recipient for m in world.messages() if m.purpose is Purpose.CONSENT_REPLY
        )
        for who, handset in self.handsets.items():
            least = min(handset.changes, 3) if self.clocks_agree else 0
            assert least <= replies[who] <= MOST_REPLIES, (handset, replies[who])
        left = Counter(
            w.submission.message_id for w in self.written if w.submission.text.startswith(REPLY)
        )
        assert max(left.values(), default=1) == 1

    def _check_messages(self, world: World) -> None:
        """G5: what was accepted is there, and what the carrier took is never "not sent"."""
        bulk = [
            m
            for m in world.messages()
            if m.direction is Direction.OUTBOUND and m.purpose is Purpose.BULK
        ]
        assert len(bulk) >= self.accepted
        taken = {w.submission.message_id for w in self.written}
        refused = {m.id for m in bulk if m.status is MessageStatus.SENDING_FAILED}
        assert taken & refused == set()

    def report(self, name: str, runs: int, **counts: float) -> None:
        """What was counted, after a `check` that found nothing late and nothing lost."""
        record(
            name,
            runs,
            stops=self.acknowledged_stops,
            sends=self.sends,
            refused=self.refused,
            **counts,
            late=0,
            lost=0,
        )

    # The load.

    async def _run(self) -> None:
        async with AsyncExitStack() as stack:
            for world, carrier in zip(self._nodes, self.carriers, strict=True):
                await stack.enter_async_context(sending(world, carrier, 10_000))
            count = self._texting_at_once
            handsets = [self._people[place::count] for place in range(count)]
            await asyncio.gather(
                *(self._applications(world) for world in self._nodes),
                *(self._texting(people) for people in handsets if people),
            )

    async def _applications(self, world: World) -> None:
        while not self._ending.is_set():
            chosen = self._dice.sample(self._people, min(20, len(self._people)))
            try:
                await asyncio.to_thread(world.send, *chosen)
                self.accepted += len(chosen)
            except StoplineError:
                self.refused += 1
                await asyncio.sleep(0.02)

    async def _texting(self, people: Sequence[str]) -> None:
        """One person after the other, each text over any of the nodes."""
        while not self._ending.is_set():
            who = self._dice.choice(list(people))
            if await self._text(who, "STOP") and self._dice.random() < 0.5:
                await asyncio.sleep(self._dice.random() * 0.01)
                await self._text(who, "START")

    async def _text(self, who: str, word: str) -> bool:
        handset = self.handsets[who]
        began_ns = time.monotonic_ns()
        if word == "START":
            handset.stops = [(s, began_ns if e is None else e) for s, e in handset.stops]
        handset.doubts = True
        inbound = make_inbound(who, word, received_ms=real_clock_ms())
        # A carrier brings what was not acknowledged again.
        for _ in range(1_000):
            world = self._dice.choice(list(self._nodes))
            try:
                handset.changes += await world.store.transact(receive_messages, [inbound], POLICY)
            except StoplineError:
                self.refused += 1
                if self._ending.is_set():
                    return False
                await asyncio.sleep(0.02)
                continue
            self._acknowledged(handset, word)
            return True
        return False

    def _acknowledged(self, handset: Handset, word: str) -> None:
        handset.doubts = False
        handset.last_word = word
        if word == "STOP":
            handset.stops.append((time.monotonic_ns(), None))
