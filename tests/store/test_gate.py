"""The gate, on each store: what passes, what is turned back, who waits for whom (G1)."""

import asyncio
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.core.errors import StoreUnavailable
from stopline.core.ledger import Channel
from stopline.flows.consent import Author
from stopline.flows.consent_changes import Change, change_consents
from stopline.flows.inbound import receive_messages
from stopline.flows.replies import InboundPolicy
from stopline.store.tx import Tx
from support.world import (
    ACCOUNT,
    SECOND_SENDER,
    World,
    allowed_of,
    make_inbound,
    person,
    real_clock_ms,
)

ANN, BOB = person(1), person(2)


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """An account with two senders, on each store."""
    world = World(tmp_path, real_clock_ms, database=database)
    yield world
    world.close()


def deny_everywhere(world: World, recipient: str) -> None:
    """The account opts a person out of all its numbers."""
    author = Author(ACCOUNT, Channel.API, "test")
    changes = [Change(None, recipient, opt_out=True)]
    world.store.transact_now(change_consents, author, changes)


def in_background(world: World, text: str, finished: list[float]) -> threading.Thread:
    """Ann texts, in a thread of her own; the moment it is stored is noted."""

    def run() -> None:
        world.text(ANN, text)
        finished.append(time.monotonic())

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_everybody_passes_when_nobody_said_stop(world: World) -> None:
    """A claim is handed over whole."""
    world.send(ANN, BOB)
    assert {s.recipient for s in world.pass_gate(world.claim())} == {ANN, BOB}


def test_who_said_stop_after_the_claim_is_turned_back_and_nobody_else(world: World) -> None:
    """Row 3: the gate decides by person."""
    world.send(ANN, BOB)
    claim = world.claim()
    world.text(ANN, "STOP")
    assert [s.recipient for s in world.pass_gate(claim)] == [BOB]


def test_who_was_denied_for_all_numbers_after_the_claim_is_turned_back(world: World) -> None:
    """Row 26: one person, whichever sender was claimed for."""
    world.send(ANN)
    world.send(ANN, sender=SECOND_SENDER)
    claim = world.claim()
    deny_everywhere(world, ANN)
    assert world.pass_gate(claim) == []


def test_stop_and_start_after_the_claim_turn_it_back(world: World) -> None:
    """Row 21: what was accepted before the STOP is dead, whatever came later (G7)."""
    world.send(ANN)
    claim = world.claim()
    world.text(ANN, "STOP")
    world.text(ANN, "START")
    assert world.pass_gate(claim) == []


def test_the_reply_to_a_stop_passes(world: World) -> None:
    """G4: the one text that a person who is out gets."""
    world.text(ANN, "STOP")
    assert [s.recipient for s in world.pass_gate(world.claim())] == [ANN]


def test_a_denial_waits_for_an_open_hand_over(world: World) -> None:
    """Row 5: its commit comes after the bytes, so that nothing leaves behind it."""
    world.send(ANN)
    claim = world.claim()
    stopped: list[float] = []
    for _ in range(8):
        # Every connection is open, so that a STOP that does not wait is quick.
        world.text(BOB, "hello")

    async def scenario() -> float:
        async with world.store.gate.hand_over(claim) as passage:
            assert [s.recipient for s in allowed_of(claim, passage)] == [ANN]
            thread = in_background(world, "STOP", stopped)
            await asyncio.sleep(0.3)
            assert stopped == []
            left = time.monotonic()
        await asyncio.to_thread(thread.join)
        return left

    left = asyncio.run(scenario())
    assert stopped[0] > left


def test_a_hand_over_that_waits_for_a_stop_sees_it(world: World) -> None:
    """Row 4: it looks at consent after it has the lock, never before."""
    world.send(ANN)
    claim = world.claim()
    said = threading.Event()
    inbound = make_inbound(ANN, "STOP", received_ms=real_clock_ms())

    def slow_stop(tx: Tx) -> None:
        receive_messages(tx, [inbound], InboundPolicy())
        said.set()
        # The hand-over comes now, and waits for what is about to be committed.
        time.sleep(0.3)

    thread = threading.Thread(target=world.store.transact_now, args=(slow_stop,))
    thread.start()
    said.wait(5)
    passed = world.pass_gate(claim)
    thread.join()
    assert passed == []


def test_a_denial_of_somebody_else_waits_for_nothing(world: World) -> None:
    """The gate is held for persons, not for everybody."""
    world.send(BOB)
    claim = world.claim()
    stopped: list[float] = []

    async def scenario() -> None:
        async with world.store.gate.hand_over(claim):
            thread = in_background(world, "STOP", stopped)
            await asyncio.to_thread(thread.join)
            assert stopped

    asyncio.run(scenario())


def test_a_hand_over_that_hangs_keeps_no_opt_out_from_being_refused_in_time(world: World) -> None:
    """A STOP that can not be stored is answered "not now" within seconds, and nothing of it is."""
    world.send(ANN)
    claim = world.claim()

    async def scenario() -> None:
        async with world.store.gate.hand_over(claim):
            began = time.monotonic()
            with pytest.raises(StoreUnavailable):
                await asyncio.to_thread(world.text, ANN, "STOP")
            assert time.monotonic() - began < 4

    asyncio.run(scenario())
    assert not world.is_denied(ANN)


def test_hand_overs_of_one_person_do_not_wait_for_each_other(world: World) -> None:
    """Two carriers may text a person at once."""
    world.send(ANN)
    first = world.claim()
    world.send(ANN)
    second = world.claim()

    async def scenario() -> None:
        gate = world.store.gate
        async with asyncio.timeout(1), gate.hand_over(first) as one, gate.hand_over(second) as two:
            assert one.allowed == two.allowed == (True,)

    asyncio.run(scenario())


def test_a_hand_over_whose_task_is_cancelled_lets_denials_in(world: World) -> None:
    """Nothing stays locked behind a task that is gone."""
    world.send(ANN)
    claim = world.claim()

    async def hang() -> None:
        async with world.store.gate.hand_over(claim):
            await asyncio.Event().wait()

    async def scenario() -> None:
        task = asyncio.create_task(hang())
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.to_thread(world.text, ANN, "STOP")

    asyncio.run(scenario())
    assert world.is_denied(ANN)
