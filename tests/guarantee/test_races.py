"""STOPs against hand-overs: no byte leaves after the commit (G1), in every interleaving."""

import asyncio
import random
import time
from collections import defaultdict
from pathlib import Path

import pytest

from stopline.core.carriage import Claim
from stopline.flows.submissions import claim_submissions
from support.carriers import StagedCarrier
from support.proof import record
from support.traffic import sending, text_in
from support.world import CARRIER, SENDER, World, person, real_clock_ms

ANN = person(1)
# Fewer would prove little.
LEAST_STOPS = 50
LEAST_SENDS = 200


@pytest.fixture
def live_world(tmp_path: Path, database: str | None):  # type: ignore[no-untyped-def]
    """A world with the real clock."""
    world = World(tmp_path, real_clock_ms, database=database)
    yield world
    world.close()


def bulk(carrier: StagedCarrier) -> list[str]:
    return [w.submission.recipient for w in carrier.written if "NETWORK" not in w.submission.text]


def test_a_stop_waits_for_a_hand_over_that_has_begun(live_world: World) -> None:
    """Row 5: what passed the gate leaves before the STOP is committed, never after it."""

    async def scenario() -> None:
        carrier = StagedCarrier()
        async with sending(live_world, carrier):
            carrier.may_pass.clear()
            live_world.send(ANN)
            await carrier.at_the_wire.wait()
            stop = asyncio.create_task(text_in(live_world, ANN, "STOP"))
            await asyncio.sleep(0.05)
            assert not stop.done()
            assert not live_world.is_denied(ANN)
            carrier.may_pass.set()
            await stop
            committed_ns = time.monotonic_ns()
            assert bulk(carrier) == [ANN]
            assert carrier.written[0].moment_ns < committed_ns

    asyncio.run(scenario())


def test_a_stop_between_claim_and_hand_over_keeps_the_message(live_world: World) -> None:
    """Row 3: claimed before the STOP, it is turned back at the gate and refused."""

    async def scenario() -> None:
        live_world.send(ANN)
        claim = await live_world.store.transact(claim_submissions, CARRIER, 10)
        assert len(claim.submissions) == 1
        await text_in(live_world, ANN, "STOP")
        async with live_world.store.gate.hand_over(claim) as passage:
            assert passage.allowed == (False,)

    asyncio.run(scenario())


def test_a_turned_back_message_ends_as_opted_out(live_world: World) -> None:
    """The sender puts it back, and the next claim refuses it for good."""

    async def scenario() -> None:
        carrier = StagedCarrier()
        real_hand_over = live_world.store.gate.hand_over
        stopped = False

        async with sending(live_world, carrier):
            # The STOP commits in the moment between the claim and the gate.
            def hand_over(claim: Claim):  # type: ignore[no-untyped-def]
                nonlocal stopped
                if not stopped:
                    stopped = True
                    live_world.text(ANN, "STOP")
                return real_hand_over(claim)

            live_world.store.gate.hand_over = hand_over  # type: ignore[method-assign]
            live_world.send(ANN)
            for _ in range(100):
                await asyncio.sleep(0.01)
                if any(m.failure for m in live_world.messages()):
                    break
            assert bulk(carrier) == []
            assert [m.failure.value for m in live_world.messages() if m.failure] == ["opted_out"]

    asyncio.run(scenario())


def test_a_closed_recipient_opens_for_claims_made_after_the_start(live_world: World) -> None:
    """Row 22: a new text leaves at once after a START."""

    async def scenario() -> None:
        carrier = StagedCarrier()
        async with sending(live_world, carrier):
            await text_in(live_world, ANN, "STOP")
            await text_in(live_world, ANN, "START")
            live_world.send(ANN)
            for _ in range(100):
                await asyncio.sleep(0.01)
                if bulk(carrier):
                    break
            assert bulk(carrier) == [ANN]

    asyncio.run(scenario())


def _after_stop(carrier: StagedCarrier, stops: dict[str, list[tuple[int, int | None]]]) -> int:
    """Sends of a pair between the commit of a STOP and the beginning of the next START."""
    late = 0
    for written in carrier.written:
        if "NETWORK" in written.submission.text:
            continue
        for stopped_ns, started_ns in stops[written.submission.recipient]:
            late += stopped_ns < written.moment_ns and (
                started_ns is None or written.moment_ns < started_ns
            )
    return late


async def _race(world: World, seconds: float, pairs: int) -> tuple[StagedCarrier, dict, int]:  # type: ignore[type-arg]
    """Messages, STOPs and STARTs of the same pairs at the same time, with delays at the wire."""
    dice = random.Random(7)
    carrier = StagedCarrier(lambda: dice.random() * 4)
    stops: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    begun = time.monotonic()
    people = [person(number) for number in range(pairs)]
    count = 0

    def goes_on() -> bool:
        """For the time given, and on a busy machine until there was a race worth its name."""
        elapsed = time.monotonic() - begun
        enough = count >= LEAST_STOPS and len(bulk(carrier)) >= LEAST_SENDS
        return elapsed < seconds or (not enough and elapsed < 10 * seconds)

    async def applications() -> None:
        while goes_on():
            chosen = dice.sample(people, 20)
            await asyncio.to_thread(world.send, *chosen)
            await asyncio.sleep(0)

    async def handsets(group: list[str]) -> None:
        nonlocal count
        while goes_on():
            recipient = dice.choice(group)
            await text_in(world, recipient, "STOP")
            stopped_ns = time.monotonic_ns()
            stops[recipient].append((stopped_ns, None))
            count += 1
            await asyncio.sleep(dice.random() * 0.004)
            started_ns = time.monotonic_ns()
            await text_in(world, recipient, "START")
            stops[recipient][-1] = (stopped_ns, started_ns)

    async with sending(world, carrier):
        await asyncio.gather(
            applications(), applications(), handsets(people[::2]), handsets(people[1::2])
        )
    return carrier, stops, count


@pytest.mark.timeout(60)
def test_no_message_leaves_after_its_stop_while_everything_runs_at_once(
    live_world: World,
) -> None:
    """S02: sends, STOPs and STARTs of the same few pairs race; none is late."""
    carrier, stops, count = asyncio.run(_race(live_world, seconds=4, pairs=40))
    late = _after_stop(carrier, stops)
    record(
        "S02 sends, STOPs and STARTs at once", 1, stops=count, sends=len(bulk(carrier)), late=late
    )
    assert count >= LEAST_STOPS
    assert len(bulk(carrier)) >= LEAST_SENDS
    assert late == 0
    assert live_world.store.read_now(lambda tx: tx.senders.find([SENDER]))
