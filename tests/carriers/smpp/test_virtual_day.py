"""Hours of a carrier in virtual time: its silence, its late answers, its breaking link.

The store, the sender, the receiver, the sockets and every timer are the real ones; only waiting is
left out.
"""

import asyncio
import gc
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.bind import BindRule
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy
from stopline.store.figures import MessageCount
from stopline.store.tx import Tx
from stopline.workers.janitor import Janitor
from support.proof import record
from support.scale import figure
from support.smpp_world import running, sends_after_stop
from support.smsc import Smsc, text_message
from support.virtual_time import VirtualLoop, VirtualWorld, run_virtual
from support.world import ACCOUNT, ALL_IDS, SENDER, person

HOUR_S = 3_600
WAIT_MS = 600_000
UPKEEP = UpkeepPolicy(uncertain=UncertainPolicy(WAIT_MS), receipt_wait_ms=72 * HOUR_S * 1_000)
# Of a process that has been warm for a while.
MEMORY_GROWTH = 0.05
QUEUED = (MessageStatus.QUEUED, MessageStatus.CLAIMED, MessageStatus.UNCERTAIN)


def on_its_clock(loop: VirtualLoop) -> Callable[[BindRule], BindRule]:
    return lambda rule: replace(
        rule, wall_clock_ms=loop.wall_clock_ms, first_pause_ms=1_000, longest_pause_ms=60_000
    )


def statuses(world: VirtualWorld) -> Counter[MessageStatus]:
    """Counted by the store, so that the test itself keeps nothing."""
    found: Counter[MessageStatus] = Counter()
    for row in world.store.read_now(_count_messages):
        if row.direction is Direction.OUTBOUND:
            found[row.status] += row.count
    return found


def _count_messages(tx: Tx) -> list[MessageCount]:
    return tx.figures.count_messages(bucket_of(SENDER), ACCOUNT, 0, ALL_IDS, ALL_IDS)


async def until(check: Callable[[], bool], seconds: float = 2 * HOUR_S) -> None:
    """Wait in virtual time."""
    async with asyncio.timeout(seconds):
        while not check():
            await asyncio.sleep(1)


def own_bytes() -> int:
    """Resident memory without what SQLite keeps of the file, which has its own bound."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4_096 - apsw.memoryused()


def digits(number: str) -> str:
    return number.removeprefix("+")


def test_a_carrier_that_is_silent_for_five_minutes(tmp_path):
    """R08: its window is full, nothing more is written; when it answers everything goes on."""

    async def scenario(loop: VirtualLoop, world: VirtualWorld) -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with running(world, smsc, on_its_clock(loop)) as r:
            world.send(*(person(n) for n in range(100)))
            await asyncio.sleep(300)
            assert (len(smsc.seen), r.carrier.binds[0].outstanding) == (10, 10)
            assert statuses(world)[MessageStatus.CLAIMED] == 10
            for seen in smsc.seen:
                smsc.bound()[0].say(commands.SUBMIT_SM_RESP, seen.sequence, b"late\0")
            smsc.answer = lambda *_: 0
            await until(lambda: statuses(world)[MessageStatus.SENT] == 100)
            assert len(smsc.seen) == 100

    run_virtual(tmp_path, scenario)


@pytest.mark.parametrize("late_s", [31, 60, 90, 300])
def test_answers_after_their_time_are_matched(tmp_path, late_s):
    """R09: the thirty seconds that are usual are over; the answer names its message all the
    same, and nothing is sent again."""

    async def scenario(loop: VirtualLoop, world: VirtualWorld) -> None:
        smsc = Smsc(answer_delay_s=late_s)
        async with running(world, smsc, on_its_clock(loop)):
            world.send(*(person(n) for n in range(30)))
            await until(lambda: statuses(world)[MessageStatus.SENT] == 30)
            assert len(smsc.seen) == 30

    run_virtual(tmp_path, scenario)


def test_a_link_that_dies_silently_is_noticed_and_made_anew(tmp_path):
    """No end, no answer: enquire_link tells after its two half minutes, and what was under way is
    uncertain until its time is over."""

    async def scenario(loop: VirtualLoop, world: VirtualWorld) -> None:
        smsc = Smsc()
        async with running(world, smsc, on_its_clock(loop)):
            smsc.silent = True
            began = loop.time()
            world.send(*(person(n) for n in range(5)))
            await until(lambda: statuses(world)[MessageStatus.UNCERTAIN] == 5)
            assert 30 <= loop.time() - began <= 65
            smsc.silent = False
            await until(lambda: smsc.binds >= 2)
            asked = [p for p in smsc.heard if p.command == commands.ENQUIRE_LINK]
            assert len(asked) == 1

    run_virtual(tmp_path, scenario)


class Day:
    """What is sent, who says STOP, and when the link breaks."""

    def __init__(self, loop: VirtualLoop, world: VirtualWorld, smsc: Smsc) -> None:
        self.loop = loop
        self.world = world
        self.smsc = smsc
        self.chance = random.Random(1)
        self.sent = 0
        self.arrived: Counter[str] = Counter()
        self.after_stop: list[bytes] = []
        self.most_uncertain = 0

    async def hour(self, first: int) -> None:
        """Messages every ten minutes, STOPs among them, and a cut in the middle of a window."""
        for round_ in range(6):
            persons = [person(first + 100 * round_ + n) for n in range(100)]
            self.world.send(*persons)
            self.sent += 100
            if round_ == 3:
                self.smsc.cut_after = self.chance.randint(1, 60)
            for one in self.chance.sample(persons, 5):
                await self._stop(digits(one))
            await asyncio.sleep(600)
            self.most_uncertain = max(
                self.most_uncertain, statuses(self.world)[MessageStatus.UNCERTAIN]
            )
        self.look()

    async def _stop(self, source: str) -> None:
        """Said again until it is stored, as a carrier does."""
        while True:
            try:
                if await self.smsc.deliver(text_message("STOP", source)) == 0:
                    return
            except (ConnectionError, IndexError, TimeoutError):
                await asyncio.sleep(5)

    def look(self) -> None:
        """Read what passed on the wire, in its order, and forget it."""
        for message in self.smsc.texts():
            if not message.content.startswith(b"NETWORK"):
                self.arrived["+" + message.destination.decode()] += 1
        self.after_stop += sends_after_stop(self.smsc)
        self.smsc.heard.clear()
        self.smsc.seen.clear()
        self.smsc.acknowledged.clear()
        self.smsc.sources.clear()


@pytest.mark.heavy
@pytest.mark.timeout(3_600)
def test_a_day_with_a_broken_link_every_hour(tmp_path):
    """Every message arrives or was refused for its STOP, none leaves after one, and the memory
    stays what it was."""
    hours = figure(2, 24)

    async def scenario(loop: VirtualLoop, world: VirtualWorld) -> None:
        smsc = Smsc(receipt="DELIVRD")
        janitor = Janitor(world.store, UPKEEP, round_ms=120_000)
        await janitor.start()
        async with running(world, smsc, on_its_clock(loop)):
            day = Day(loop, world, smsc)
            warm = 0
            for hour in range(hours):
                await day.hour(1_000 * hour)
                if hour == hours // 4:
                    warm = own_bytes()
            grown = own_bytes() / warm - 1
            await until(lambda: not any(statuses(world)[status] for status in QUEUED))
            day.look()
            await janitor.stop(1_000)
        found = [m for m in world.messages() if m.direction is Direction.OUTBOUND and m.batch_id]
        refused = {m.recipient for m in found if m.failure is FailureCode.OPTED_OUT}
        assert (len(found), smsc.cuts >= hours) == (day.sent, True)
        assert {m.failure for m in found} <= {None, FailureCode.OPTED_OUT}
        lost = {m.recipient for m in found} - refused - set(day.arrived)
        assert (lost, day.after_stop) == (set(), [])
        assert day.most_uncertain <= 10
        assert sum(times - 1 for times in day.arrived.values()) <= 10 * hours
        assert grown <= MEMORY_GROWTH, f"{grown:.1%}"
        figures = {"cuts": smsc.cuts, "most uncertain": day.most_uncertain}
        record(
            "SMPP, messages of a day (virtual hours)",
            day.sent,
            late=0,
            lost=0,
            growth=round(grown, 4),
            **figures,
        )

    run_virtual(tmp_path, scenario)
