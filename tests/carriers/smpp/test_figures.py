"""The guarantee on the wire at the catalogue's figures: a tenth in CI, all of them in a proof."""

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stopline.carriers.smpp.commands import SAR_NUMBER, SAR_REFERENCE, SAR_TOTAL
from stopline.carriers.smpp.session import DEFAULT_TIMES
from stopline.core.messages import Direction, FailureCode, MessageStatus, Purpose
from stopline.core.numbers import bucket_of
from stopline.flows.reassembly import MAX_PARTS_OF_BUCKET
from stopline.workers.receiver import GROUP_LIMIT
from support.proof import record
from support.scale import figure
from support.smpp_world import running, sends_after_stop
from support.smsc import Smsc, SmscSession, text_message
from support.world import SECOND_SENDER, SENDER, World, person, real_clock_ms

WINDOW = 10


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, real_clock_ms)
    yield world
    world.close()


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 600))


def digits(number: str) -> str:
    return number.removeprefix("+")


def statuses(world: World) -> Counter[MessageStatus]:
    return Counter(m.status for m in world.messages() if m.direction is Direction.OUTBOUND)


async def settled(world: World, check: Any, seconds: float = 300) -> None:
    async with asyncio.timeout(seconds):
        while not check(statuses(world)):
            await asyncio.sleep(0.1)


def patient(rule: Any) -> Any:
    """What waits for its commit on a busy machine is not answered "not now" meanwhile."""
    times = DEFAULT_TIMES._replace(deliver=60_000)
    return replace(rule, session=replace(rule.session, window=100, times=times))


async def deliver_all(session: SmscSession, messages: list[Any], window: int) -> Counter[int]:
    """Deliver in order with so many unanswered at most; how they were answered."""
    answered: Counter[int] = Counter()
    for start in range(0, len(messages), window):
        group = [session.deliver(message) for message in messages[start : start + window]]
        answered.update(await asyncio.gather(*group))
    return answered


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_a_carrier_that_does_not_read_for_seconds(world):
    """S14: meanwhile everybody says STOP over another bind; what is read in the end had left
    before, a window at most, and nothing of it waited in user space."""
    pause_s, persons = figure(1, 10), [person(n) for n in range(1_000)]

    async def scenario() -> None:
        smsc = Smsc()
        async with running(world, smsc, binds=2) as r:
            deaf, other = smsc.bound()
            deaf.transport.pause_reading()
            world.send(*persons, *persons)
            began = time.monotonic()
            stops = [text_message("STOP", digits(one)) for one in persons]
            assert await deliver_all(other, stops, 100) == {0: len(persons)}
            await asyncio.sleep(max(0, pause_s - (time.monotonic() - began)))
            links = [bind._link for bind in r.carrier.binds]
            assert [link.outlet.waiting_bytes for link in links if link is not None] == [0, 0]
            before = len(smsc.seen)
            deaf.transport.resume_reading()
            await asyncio.sleep(0.5)
            bulk = [s for s in smsc.seen[before:] if not s.message.content.startswith(b"NETWORK")]
            assert len(bulk) <= WINDOW
            record(
                "SMPP, a carrier that does not read (S14)", pause_s, lost=0, read_later=len(bulk)
            )
            await settled(world, lambda c: not c[MessageStatus.QUEUED] + c[MessageStatus.CLAIMED])

    run(scenario())


def long_parts(smsc: Smsc) -> list[Any]:
    return [message for message in smsc.texts() if message.esm_class & 0x40]


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_stops_between_segments(world):
    """S18: three segments, window 1, a STOP from each person at some moment: whole or not at
    all, never after."""
    persons = [person(n) for n in range(figure(100, 1_000))]

    async def scenario() -> None:
        smsc = Smsc()

        def narrow(rule: Any) -> Any:
            return replace(rule, session=replace(rule.session, window=1))

        async with running(world, smsc, narrow):
            world.send(*persons, body="long " * 80)
            place = {digits(one).encode(): number for number, one in enumerate(persons)}
            front = 0
            while front < len(persons) - 10:
                # Those whose turn it is, so that some leave just before their STOP.
                stops = [text_message("STOP", digits(one)) for one in persons[front : front + 2]]
                assert await deliver_all(smsc.bound()[0], stops, 2) == {0: 2}
                left = len(long_parts(smsc))
                await smsc.until(lambda left=left: len(long_parts(smsc)) >= left + 3, 60)
                front = place[long_parts(smsc)[-1].destination] + 1
            await settled(world, lambda c: not c[MessageStatus.QUEUED] + c[MessageStatus.CLAIMED])
            parts = Counter(m.destination for m in long_parts(smsc))
            assert set(parts.values()) == {3}
            assert 10 <= len(parts) < len(persons)
            assert sends_after_stop(smsc) == []
            record("SMPP, STOPs between segments (S18)", len(persons), late=0, whole=len(parts))

    run(scenario())


@pytest.mark.parametrize("form", [b"\5\0\3\7\2", b"\6\x08\4\0\7\2", b""])
def test_a_crash_between_the_parts_of_a_stop(world, form):
    """S24: the first part is stored when it is answered; another run of Stopline joins it with
    the second."""
    numbered = ((1, b"ST"), (2, b"OP"))
    parts = [text_message(form + bytes((n,)) + text, esm_class=0x40) for n, text in numbered]
    if not form:
        sar = {SAR_REFERENCE: b"\0\7", SAR_TOTAL: b"\2"}
        parts = [text_message(text, tlvs=sar | {SAR_NUMBER: bytes((n,))}) for n, text in numbered]

    async def scenario() -> None:
        for part in parts:
            async with running(world) as r:
                assert await r.smsc.deliver(part) == 0
            world.restart()
        assert world.is_denied("+13125550100")

    run(scenario())


def test_stop_start_stop_in_the_same_words_ends_out(world):
    """S19, S32: equal texts are no copies; the last word counts."""

    async def scenario() -> None:
        async with running(world) as r:
            session = r.smsc.bound()[0]
            for text, denied in (("STOP", True), ("START", False), ("STOP", True)):
                assert await session.deliver(text_message(text)) == 0
                assert world.is_denied("+13125550100") is denied

    run(scenario())


def test_what_was_queued_before_a_stop_stays_dead_after_the_start(world):
    """S17, S32: nothing accepted before the STOP leaves; what comes after the START does."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with running(world, smsc) as r:
            persons = [person(n) for n in range(200)]
            world.send(*persons)
            await smsc.until(lambda: len(smsc.seen) == WINDOW)
            session = smsc.bound()[0]
            for word in ("STOP", "START"):
                texts = [text_message(word, digits(one)) for one in persons]
                assert await deliver_all(session, texts, 100) == {0: len(persons)}
            for seen in list(smsc.seen):
                session.say(0x80000004, seen.sequence, b"1\0")
            smsc.answer = lambda *_: 0
            world.send(*persons, body="Welcome back.")
            await settled(world, lambda c: not c[MessageStatus.QUEUED] + c[MessageStatus.CLAIMED])
            left = Counter(m.content for m in smsc.texts())
            assert left[b"Your order is ready."] <= WINDOW
            assert left[b"Welcome back."] == len(persons)
            assert r.carrier.free_slots() == WINDOW

    run(scenario())


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_a_bomb_of_keywords(world):
    """S26: STOP and START from one phone without an end; the state is that of the last word, the
    answers are three, and what others say to another number is not held up."""
    count = figure(6_000, 60_000)
    # How long others waited, and how many of the bomb's texts went before them.
    waits: list[float] = []
    passed: list[int] = []

    async def scenario() -> None:
        smsc = Smsc()
        async with running(world, smsc, patient) as r:
            session = smsc.bound()[0]
            words = ["START" if n % 2 else "STOP" for n in range(count + 1)]
            bomb = [text_message(word, digits(person(0))) for word in words]
            began = time.monotonic()
            bombing = asyncio.create_task(deliver_all(session, bomb, 250))
            for number in range(1, count // 60):
                other = text_message("STOP", digits(person(number)), digits(SECOND_SENDER))
                asked, answered = time.monotonic(), len(smsc.acknowledged)
                assert await session.deliver(other) == 0
                waits.append(time.monotonic() - asked)
                passed.append(len(smsc.acknowledged) - answered)
                if bombing.done():
                    break
            assert await bombing == {0: count + 1}
            rate = count / (time.monotonic() - began)
            assert world.is_denied(person(0))
            assert all(world.is_denied(person(n), SECOND_SENDER) for n in range(1, len(waits)))
            answers = [
                m
                for m in world.messages()
                if m.purpose is Purpose.CONSENT_REPLY and m.recipient == person(0)
            ]
            assert len(answers) <= 3
            async with asyncio.timeout(10):
                while await _cpu_of_a_second() > 0.3:
                    pass
            assert r.carrier.binds[0].state is not None
        slowest = sorted(waits)[int(0.99 * len(waits))]
        figures = {"a second": round(rate), "p99 of others ms": round(slowest * 1_000)}
        record("SMPP, keyword bombing (S26)", count, lost=0, **figures)
        # What was under way, and the group that had begun: the carrier's window and ours.
        assert max(passed) <= 250 + GROUP_LIMIT

    run(scenario())


async def _cpu_of_a_second() -> float:
    before = time.process_time()
    await asyncio.sleep(1)
    return time.process_time() - before


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_receipts_in_every_disorder(world):
    """R10: before their answers, five times, for nobody: one final state each, and those for
    nobody are kept for the answer that never comes."""
    count = figure(1_000, 10_000)

    async def scenario() -> None:
        smsc = Smsc(answer_delay_s=0.02)

        def answer(place: int, message: Any) -> int:
            session = smsc.bound()[0]
            for _ in range(5):
                session.receipt(message, str(smsc.next_id + 1), "DELIVRD")
            session.receipt(message, f"unknown-{place}", "UNDELIV")
            return 0

        smsc.answer = answer
        async with running(world, smsc, patient):
            for start in range(0, count, 1_000):
                world.send(*(person(start + n) for n in range(min(1_000, count - start))))
            await settled(world, lambda c: c[MessageStatus.DELIVERED] == count)
            await smsc.until(lambda: len(smsc.acknowledged) == 6 * count, 120)
            assert {status for _, status in smsc.acknowledged} == {0}
            assert statuses(world) == {MessageStatus.DELIVERED: count}
            record("SMPP, receipts in every disorder (R10)", 6 * count, lost=0)

    run(scenario())


@pytest.mark.heavy
@pytest.mark.timeout(300)
def test_half_a_minute_of_throttling(world):
    """R11: while the carrier says "too much" little is sent and little is worked; then everything
    arrives, once."""
    seconds = figure(3, 30)

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: 0x58)
        async with running(world, smsc):
            world.send(*(person(n) for n in range(200)))
            began = time.process_time()
            await asyncio.sleep(seconds)
            share = (time.process_time() - began) / seconds
            refused = len(smsc.seen)
            smsc.answer = lambda *_: 0
            await settled(world, lambda c: c[MessageStatus.SENT] == 200)
            figures = {"submits": refused, "share of a core": round(share, 2)}
            record("SMPP, seconds of throttling (R11)", seconds, lost=0, **figures)
            assert refused < 20 * seconds
            assert share < 0.2
            assert len(smsc.seen) - refused <= 201

    run(scenario())


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_a_flood_of_first_parts(world):
    """R29: first parts without an end, places that can not be, the same mark from many: what is
    kept is bounded, the oldest is read, and a STOP in two parts is one."""
    count = figure(10_000, 100_000)

    def first(number: int) -> Any:
        head = bytes((5, 0, 3, 7, 2 + number % 3, 1))
        return text_message(head + b"hello", f"1312{2_000_000 + number}", esm_class=0x40)

    async def scenario() -> None:
        async with running(world, change=patient) as r:
            session = r.smsc.bound()[0]
            flood = [first(n) for n in range(count)]
            odd = [
                text_message(
                    bytes((5, 0, 3, 7, *place)) + b"STOP", digits(person(n)), esm_class=0x40
                )
                for n, place in enumerate([(2, 0), (2, 3), (0, 1), (1, 1), (0, 0)])
            ]
            assert await deliver_all(session, flood[: count // 2] + odd, 500) == {
                0: count // 2 + len(odd)
            }
            assert await session.deliver(stop_part(1, b"ST")) == 0
            assert await deliver_all(session, flood[count // 2 :][:5_000], 500) == {
                0: min(5_000, count - count // 2)
            }
            assert await session.deliver(stop_part(2, b"OP")) == 0
            kept = world.store.read_now(lambda tx: tx.inbound_parts.count(bucket_of(SENDER)))
            assert kept <= MAX_PARTS_OF_BUCKET
            assert world.is_denied("+13125550100")
            assert all(world.is_denied(person(n)) for n in range(len(odd)))
            assert not any(world.is_denied(f"+1312{2_000_000 + n}") for n in range(0, count, 997))
            record("SMPP, first parts without an end (R29)", count, lost=0, kept=kept)

    def stop_part(number: int, text: bytes) -> Any:
        return text_message(bytes((5, 0, 3, 7, 2, number)) + text, esm_class=0x40)

    run(scenario())


def test_a_refusal_names_its_reason(world):
    """What a STOP refused says so."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with running(world, smsc):
            world.send(*(person(n) for n in range(30)))
            await smsc.until(lambda: len(smsc.seen) == WINDOW)
            assert await smsc.deliver(text_message("STOP", digits(person(29)))) == 0
            refused = [m for m in world.messages() if m.status is MessageStatus.SENDING_FAILED]
            assert [(m.recipient, m.failure) for m in refused] == [
                (person(29), FailureCode.OPTED_OUT)
            ]

    run(scenario())
