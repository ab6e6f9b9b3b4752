"""A hold is as strict as a STOP: no byte leaves after its commit, in every interleaving."""

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.core.reviews import Decision
from support.carriers import StagedCarrier
from support.reviews import decide, reviews
from support.traffic import sending, text_in
from support.world import World, person, real_clock_ms

ANN = person(1)
REQUEST = "please take me off your list"


@pytest.fixture
def live_world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """A world with the real clock, on each store."""
    world = World(tmp_path, real_clock_ms, database=database)
    yield world
    world.close()


def is_held(world: World, recipient: str) -> bool:
    return any(one.pair.recipient == recipient and one.state == 0 for one in reviews(world))


def test_a_hold_waits_for_a_hand_over_that_has_begun(live_world: World) -> None:
    """What passed the gate leaves before the hold is committed, never after it."""

    async def scenario() -> None:
        carrier = StagedCarrier()
        async with sending(live_world, carrier):
            carrier.may_pass.clear()
            live_world.send(ANN)
            await carrier.at_the_wire.wait()
            hold = asyncio.create_task(text_in(live_world, ANN, REQUEST))
            # One that does not wait is done within this; one that waits gives up after 400 ms.
            await asyncio.wait({hold}, timeout=0.15)
            assert not hold.done()
            assert not is_held(live_world, ANN)
            carrier.may_pass.set()
            await hold
            committed_ns = time.monotonic_ns()
            assert [w.moment_ns < committed_ns for w in carrier.written] == [True]

    asyncio.run(scenario())


def test_a_sleeping_sender_is_woken_by_the_release(live_world: World) -> None:
    """What waited leaves at once, without a new batch."""

    async def scenario() -> None:
        carrier = StagedCarrier()
        async with sending(live_world, carrier):
            await text_in(live_world, ANN, REQUEST)
            live_world.send(ANN)
            await asyncio.sleep(0.3)
            assert carrier.written == []
            (review,) = reviews(live_world)
            await asyncio.to_thread(decide, live_world, review, Decision.RELEASE)
            for _ in range(100):
                await asyncio.sleep(0.01)
                if carrier.written:
                    break
            assert len(carrier.written) == 1

    asyncio.run(scenario())


@pytest.mark.timeout(180)
def test_no_message_leaves_while_its_pair_is_held(live_world: World) -> None:
    """Sends, requests and releases of the same few pairs race; none is late, none is lost."""
    dice = random.Random(11)
    carrier = StagedCarrier(lambda: dice.random() * 4)
    people = [person(number) for number in range(12)]
    holds: dict[str, list[tuple[int, int]]] = {one: [] for one in people}
    begun = time.monotonic()

    def goes_on() -> bool:
        """For a while, and on a busy machine until there was a race worth its name."""
        elapsed = time.monotonic() - begun
        enough = len(carrier.written) > 120 and sum(map(len, holds.values())) > 20
        return elapsed < 3 or (not enough and elapsed < 120)

    async def applications() -> None:
        while goes_on():
            await asyncio.to_thread(live_world.send, *dice.sample(people, 6))

    async def handsets(group: list[str]) -> None:
        while goes_on():
            recipient = dice.choice(group)
            await text_in(live_world, recipient, REQUEST)
            began_ns = time.monotonic_ns()
            await asyncio.sleep(dice.random() * 0.01)
            held = [r for r in reviews(live_world) if r.pair.recipient == recipient]
            ended_ns = time.monotonic_ns()
            await asyncio.to_thread(decide, live_world, held[-1], Decision.RELEASE)
            holds[recipient].append((began_ns, ended_ns))

    async def scenario() -> None:
        async with sending(live_world, carrier):
            await asyncio.gather(applications(), handsets(people[::2]), handsets(people[1::2]))
            for _ in range(1_500):
                await asyncio.sleep(0.01)
                if len(carrier.written) == len(live_world.messages()) - sum(
                    map(len, holds.values())
                ):
                    break

    asyncio.run(scenario())
    late = [
        one
        for one in carrier.written
        for began_ns, ended_ns in holds[one.submission.recipient]
        if began_ns < one.moment_ns < ended_ns
    ]
    assert sum(map(len, holds.values())) > 20
    assert late == []
    sent = [m for m in live_world.messages() if m.batch_id is not None]
    assert len(carrier.written) == len(sent) > 100
