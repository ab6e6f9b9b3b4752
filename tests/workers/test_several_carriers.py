"""Several carriers at work: failover, pause, rates and turns, over real connections."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvloop

from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.journal import SubmitLine, read_lines
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.config import Settings
from stopline.core.messages import MessageStatus
from stopline.core.routing import Route, RoutingTable
from stopline.flows.carriers import read_board, switch_carrier
from stopline.sending import sending_services
from stopline.services import ServiceStack
from stopline.store.senders import SendingSettings
from support.proof import record
from support.scale import figure
from support.world import CARRIER, SECOND_SENDER, SENDER, World, person, real_clock_ms

NORTH, SOUTH = "north", "south"
ROUTED = RoutingTable((Route("all", ((NORTH, 1), (SOUTH, 0)), senders=(SENDER,)),))
PEOPLE = [person(n) for n in range(60)]


CODE = "Your code is 1234."


@dataclass
class Rig:
    """A store, and simulators behind carriers."""

    world: World
    simulators: dict[str, EmbeddedSimulator]
    folder: Path

    def submitted(self, carrier: str) -> list[SubmitLine]:
        lines = (line for _, _, line in read_lines(self.folder / carrier))
        return [line for line in lines if isinstance(line, SubmitLine)]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(holds):
                await asyncio.sleep(0.02)

    async def has_sent(self, count: int, sender: str = SENDER) -> None:
        """Wait until so many messages of a sender were taken."""
        await self.until(
            lambda: (
                sum(m.status >= MessageStatus.SENT for m in self.world.messages(sender)) == count
            )
        )

    async def pause(self, carrier: str, *, paused: bool) -> None:
        await self.world.store.transact(switch_carrier, carrier, "pat", paused=paused)


@asynccontextmanager
async def running(
    folder: Path, database: str | None, window: int = 20, throughput: int = 0
) -> AsyncIterator[Rig]:
    """Two carriers of a route and the senders' own one, everything started."""
    world = World(folder, real_clock_ms, database=database)
    world.store.routing = ROUTED
    names = (CARRIER, NORTH, SOUTH)
    simulators = {name: EmbeddedSimulator(folder / name, SimulatorSettings()) for name in names}
    for one in simulators.values():
        one.start()
    carriers = [SimulatedCarrier(s.connect, window, name) for name, s in simulators.items()]
    tables = {NORTH: {"throughput": throughput}}
    settings = Settings(data=folder, failover_seconds=1, carriers=tables)
    stack = ServiceStack(sending_services(settings, world.store, carriers, ROUTED))
    await stack.start()
    try:
        yield Rig(world, simulators, folder)
    finally:
        await stack.stop()
        for one in simulators.values():
            one.stop()
        world.close()


def test_the_next_carrier_takes_over_and_nothing_is_sent_twice(
    tmp_path: Path, database: str | None
) -> None:
    """What waits goes over the second while the first is gone."""

    async def play() -> None:
        async with running(tmp_path, database) as rig:
            await asyncio.to_thread(rig.world.send, *PEOPLE[:30])
            await rig.has_sent(30)
            rig.simulators[NORTH].stop()
            await asyncio.to_thread(rig.world.send, *PEOPLE[30:])
            await rig.has_sent(60)
            sent = [one.recipient for name in (NORTH, SOUTH) for one in rig.submitted(name)]
            assert sorted(sent) == sorted(PEOPLE)
            assert {one.recipient for one in rig.submitted(SOUTH)} == set(PEOPLE[30:])

    uvloop.run(play())


def test_a_pause_is_heard_at_once_and_its_route_goes_on(
    tmp_path: Path, database: str | None
) -> None:
    """No message after the pause goes over the paused carrier; the number's own carrier has nobody
    to step in and waits."""

    async def play() -> None:
        async with running(tmp_path, database) as rig:
            await rig.pause(NORTH, paused=True)
            await rig.pause(CARRIER, paused=True)
            await asyncio.to_thread(rig.world.send, *PEOPLE)
            await asyncio.to_thread(rig.world.send, *PEOPLE[:3], sender=SECOND_SENDER)
            await rig.has_sent(60)
            assert rig.submitted(NORTH) == []
            assert len(rig.submitted(SOUTH)) == 60
            waiting = await asyncio.to_thread(rig.world.messages, SECOND_SENDER)
            assert {m.status for m in waiting} == {MessageStatus.QUEUED}
            await rig.pause(CARRIER, paused=False)
            await rig.has_sent(3, SECOND_SENDER)

    uvloop.run(play())


def test_a_carriers_rate_is_kept(tmp_path: Path) -> None:
    """Sixty segments at a hundred a second take more than half of one second, whatever the window
    has room for."""

    async def play() -> None:
        async with running(tmp_path, None, window=100, throughput=100) as rig:
            await asyncio.to_thread(rig.world.send, *PEOPLE)
            began = asyncio.get_running_loop().time()
            await rig.has_sent(60)
            assert asyncio.get_running_loop().time() - began > 0.3
            board = await rig.world.store.read(read_board)
            report = next(one.body for one in board.reports if one.carrier == NORTH)
            assert '"limit":100.0' in report

    uvloop.run(play())


def texts(rig: Rig) -> list[str]:
    return [one.text for one in rig.submitted(NORTH)]


def test_a_batch_delays_a_single_message_by_a_claim_and_a_window(
    tmp_path: Path, database: str | None
) -> None:
    """Between its acceptance and its hand-over at most what was under way leaves before it."""

    async def play() -> None:
        async with running(tmp_path, database, window=50) as rig:
            crowd = [person(n) for n in range(2_000)]
            await asyncio.to_thread(rig.world.send, *crowd)
            await rig.until(lambda: len(rig.submitted(NORTH)) > 100)
            before = len(rig.submitted(NORTH))
            await asyncio.to_thread(rig.world.send, "+12065550142", body=CODE)
            accepted = len(rig.submitted(NORTH))
            await rig.until(lambda: CODE in texts(rig))
            place = texts(rig).index(CODE)
            # Two claims: the one under way, and one that was being committed.
            assert before <= place <= accepted + 2 * 50
            assert place < 2_000

    uvloop.run(play())


def test_a_numbers_rate_is_kept(tmp_path: Path) -> None:
    """Forty segments at twenty a second take two seconds, but for the first ones."""

    async def play() -> None:
        async with running(tmp_path, None) as rig:
            settings = SendingSettings(rate="20")
            await rig.world.store.transact(lambda tx: tx.senders.set_sending(SENDER, settings))
            await asyncio.to_thread(rig.world.send, *PEOPLE[:40])
            began = asyncio.get_running_loop().time()
            await rig.has_sent(40)
            assert asyncio.get_running_loop().time() - began > 1.6

    uvloop.run(play())


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_a_large_batch_delays_nobody_by_more_than_a_second(
    tmp_path: Path, database: str | None
) -> None:
    """While 10,000 of one number go out, single messages of another are handed over in time: half
    of them, so that a busy machine decides nothing."""

    async def play() -> list[float]:
        clock, delays = asyncio.get_running_loop().time, []
        size = figure(1_000, 10_000)
        async with running(tmp_path, database, window=200) as rig:
            crowd = [person(n) for n in range(size)]
            sending = asyncio.create_task(asyncio.to_thread(rig.world.send, *crowd))
            while len(rig.submitted(NORTH)) < size:
                handset = f"+1206555{len(delays):04d}"
                await asyncio.to_thread(rig.world.send, handset, sender=SECOND_SENDER)
                began, before = clock(), len(delays)
                await rig.until(lambda count=before: len(rig.submitted(CARRIER)) > count)
                delays.append(clock() - began)
            await sending
        return delays

    delays = uvloop.run(play())
    median = sorted(delays)[len(delays) // 2]
    record("one number's batch beside another's single messages", len(delays), median_s=median)
    assert median <= 1.0
