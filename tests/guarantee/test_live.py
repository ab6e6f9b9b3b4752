"""Races and floods with the real sender, receiver and simulated carrier over a real socket."""

import asyncio
import random
import time
from collections import Counter
from pathlib import Path

import pytest

from stopline.carriers.simulator.faults import Fault
from stopline.carriers.simulator.journal import InboundAcknowledgedLine, SubmitLine
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.store.batches import BatchFilter
from support.live import live
from support.proof import record
from support.scale import figure
from support.world import ACCOUNT, ALL_IDS, SECOND_SENDER, SENDER, bucket_of, person

ANN, BOB = person(1), person(2)


def test_what_a_carrier_reads_late_had_left_before_the_stop(tmp_path: Path) -> None:
    """S14: the carrier does not read while people text STOP; what it reads later was handed to
    the kernel before, at most a window of it."""
    people = [person(number) for number in range(600)]
    stopped = people[::6]
    window = 100

    async def scenario() -> None:
        async with live(tmp_path, window=window) as at:
            await at.text("hello", ANN)
            await at.control.inject(Fault.PAUSE_READING, figure(ci=3_000, full=10_000))
            before = len(at.taken())
            await at.send(people)
            await asyncio.sleep(0.5)
            # The acknowledgements wait in the same socket, so nobody waits for them here.
            texting = asyncio.create_task(at.text("STOP", *stopped))
            await at.until(
                lambda: all(map(at.world.is_denied, stopped)), "a STOP waits for the carrier"
            )
            assert len(at.taken()) == before
            results = await texting
            assert all(result.acknowledged for result in results)
            await at.until(at.is_settled, "messages are left")
            # Everything taken before the first acknowledgement had been in the kernel.
            lines = at.lines()
            last_stop = max(
                line.sequence for line in lines if isinstance(line, InboundAcknowledgedLine)
            )
            read_late = [line for line in at.taken(stopped) if before < line.sequence < last_stop]
            record("S14 carrier does not read", 1, stops=len(stopped), read_late=len(read_late))
            assert at.violations() == []
            assert len(read_late) <= window

    asyncio.run(scenario())


def test_nothing_waits_in_user_space_when_the_gate_is_left(tmp_path: Path) -> None:
    """S14: with the kernel's buffer full the connection is aborted: a STOP waits a moment for
    the open hand-over, and none of its bytes leaves later."""
    people = [person(number) for number in range(1_000)]

    async def scenario() -> None:
        async with live(tmp_path) as at:
            await at.text("hello", ANN)
            waiting: list[int] = []
            leave = at.world.store.gate.leave

            def watch(recipients: list[str]) -> None:
                if at.carrier._link is not None:
                    waiting.append(at.carrier._link.outlet.waiting_bytes)
                leave(recipients)

            at.world.store.gate.leave = watch  # type: ignore[method-assign, assignment]
            await at.control.inject(Fault.PAUSE_READING, 2_000)
            await at.send(people, body="x" * 1_000)
            await asyncio.sleep(0.1)
            began = time.monotonic()
            await asyncio.to_thread(at.world.text, ANN, "STOP")
            stop_ms = (time.monotonic() - began) * 1_000
            await at.until(at.is_settled, "messages are left", 60)
            record("S14 kernel's buffer full", 1, hand_overs=len(waiting), stop_ms=round(stop_ms))
            assert waiting
            assert set(waiting) == {0}
            assert stop_ms < 1_000
            assert at.violations() == []

    asyncio.run(scenario())


@pytest.mark.heavy
def test_stops_inside_a_batch_of_ten_thousand(tmp_path: Path) -> None:
    """S16: 100 of them stop at random times: sent before or refused, and the batch completes."""
    people = [person(number) for number in range(10_000)]
    dice = random.Random(16)
    stopping = dice.sample(people, 100)

    async def scenario() -> None:
        async with live(tmp_path, simulator=SimulatorSettings(latency_ms=100)) as at:
            await at.send(people)
            for ann in stopping:
                [result] = await at.text("STOP", ann)
                assert result.acknowledged
                await asyncio.sleep(dice.random() * 0.02)
            began = time.monotonic()
            await at.until(at.is_settled, "messages are left", 60)
            assert at.violations() == []
            bulk = Counter(
                (m.status, m.failure)
                for m in at.world.messages()
                if m.direction is Direction.OUTBOUND and m.batch_id is not None
            )
            delivered = bulk.pop((MessageStatus.DELIVERED, None))
            refused = bulk.pop((MessageStatus.SENDING_FAILED, FailureCode.OPTED_OUT))
            assert bulk == {}
            assert delivered + refused == len(people)
            wanted = BatchFilter(ACCOUNT, 0, ALL_IDS)
            [batch] = await at.world.store.read(
                lambda tx: tx.batches.list_page(bucket_of(SENDER), wanted, 10)
            )
            assert (batch.processed_count, batch.completed) == (len(people), True)
            record(
                "S16 STOP inside a batch of 10,000",
                1,
                stops=100,
                refused=refused,
                settled_ms=round((time.monotonic() - began) * 1_000),
                late=0,
                lost=0,
            )

    asyncio.run(scenario())


def test_an_old_backlog_stays_dead_after_stop_and_start(tmp_path: Path) -> None:
    """S17: 1,000 wait, STOP and START come within a second: only the new one leaves, at once."""

    async def scenario() -> None:
        slow = SimulatorSettings(latency_ms=200)
        async with live(tmp_path, window=10, simulator=slow) as at:
            await at.send([BOB] * 10)
            await at.send([ANN] * 1_000)
            for word in ("STOP", "START"):
                [result] = await at.text(word, ANN)
                assert result.acknowledged
            before = len(at.taken([ANN]))
            began = time.monotonic()
            await at.send([ANN], body="New.")
            await at.until(lambda: len(at.taken([ANN])) > before, "the new one does not leave")
            waited_ms = (time.monotonic() - began) * 1_000
            await at.until(at.is_settled, "messages are left")
            assert [line.text for line in at.taken([ANN])[before:]] == ["New."]
            record("S17 stale backlog", 1, old=1_000, new_after_ms=round(waited_ms), late=0)
            assert waited_ms <= 2_000

    asyncio.run(scenario())


def test_two_bots_fall_silent(tmp_path: Path) -> None:
    """S25: a bot that sends everything back, and one that answers STOP to everything."""
    echo, stopper = "+13125550010", "+13125550014"

    async def scenario() -> None:
        async with live(tmp_path) as at:
            await at.send([echo, stopper])
            for word in ("STOP", "START", "HELP"):
                await at.text(word, echo)
            await at.until(at.is_settled, "messages are left")
            await asyncio.sleep(3)
            counts = Counter(line.recipient for line in at.lines() if isinstance(line, SubmitLine))
            quiet = len(at.lines())
            await asyncio.sleep(2)
            assert len(at.lines()) == quiet
            record("S25 bots", 2, texts=max(counts.values()))
            assert max(counts.values()) <= 4
            assert counts[stopper] <= 2

    asyncio.run(scenario())


@pytest.mark.heavy
def test_throttling_slows_sending_and_loses_nothing(tmp_path: Path) -> None:
    """R11: a carrier that takes 100 a second gets no more, little work is spent, all arrive."""
    people = [person(number) for number in range(figure(ci=500, full=3_000))]

    async def scenario() -> None:
        throttled = SimulatorSettings(throughput=100)
        async with live(tmp_path, simulator=throttled) as at:
            began, worked = time.monotonic(), time.process_time()
            await at.send(people)
            await at.until(at.is_settled, "messages are left", 120)
            seconds, work = time.monotonic() - began, time.process_time() - worked
            delivered = Counter(m.status for m in at.world.messages())
            attempts = sum(isinstance(line, SubmitLine) for line in at.lines())
            record(
                "R11 throttled to 100 a second",
                len(people),
                seconds=round(seconds),
                attempts_each=round(attempts / len(people), 1),
                cpu_percent=round(100 * work / seconds),
                lost=len(people) - delivered[MessageStatus.DELIVERED],
            )
            assert delivered == {MessageStatus.DELIVERED: len(people)}

    asyncio.run(scenario())


def test_only_the_pair_that_stopped_is_quiet(tmp_path: Path) -> None:
    """Both ends of the main job at once: other numbers and other people are not touched."""

    async def scenario() -> None:
        async with live(tmp_path) as at:
            await at.text("STOP", ANN)
            await at.send([ANN, BOB])
            await asyncio.to_thread(at.world.send, ANN, sender=SECOND_SENDER)
            await at.until(at.is_settled, "messages are left")
            pairs = {(line.sender, line.recipient) for line in at.taken()}
            assert pairs == {(SENDER, BOB), (SECOND_SENDER, ANN)}

    asyncio.run(scenario())
