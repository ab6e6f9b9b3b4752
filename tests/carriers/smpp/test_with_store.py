"""The guarantee on the wire: a real store, sender and receiver against a message centre.

On one connection the order of PDUs is the oracle: a submit_sm for a pair that follows the
deliver_sm_resp 0 of its STOP left after the STOP was committed.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.encoding import Alphabet
from stopline.carriers.smpp.pdu import Message
from stopline.core.carriage import Claim, Passage
from stopline.core.messages import Direction, FailureCode, MessageStatus, Purpose
from stopline.core.numbers import bucket_of
from stopline.flows.inbound import receive_overdue_parts
from stopline.flows.reassembly import PART_WAIT_MS
from stopline.flows.replies import InboundPolicy
from stopline.flows.upkeep import UncertainPolicy, review_uncertain
from support.number_shapes import SHAPES
from support.proof import record
from support.scale import figure
from support.smpp_world import Running, running, sends_after_stop
from support.smsc import Smsc, text_message
from support.world import SENDER, Clock, World, person, real_clock_ms

WAIT_MS = 120_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, Clock())
    yield world
    world.close()


@pytest.fixture
def live_world(tmp_path: Path) -> Iterator[World]:
    """A world whose clock runs."""
    world = World(tmp_path, real_clock_ms)
    yield world
    world.close()


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 100))


def digits(number: str) -> str:
    return number.removeprefix("+")


def counts(world: World) -> Counter[MessageStatus]:
    return Counter(m.status for m in world.messages() if m.direction is Direction.OUTBOUND)


async def settled(world: World, check: Any, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not check(counts(world)):
            await asyncio.sleep(0.02)


def nothing_waits(found: Counter[MessageStatus]) -> bool:
    """Every message is sent, uncertain ones too, or has failed."""
    return not sum(found[s] for s in MessageStatus if s < MessageStatus.SENT)


def bulk(smsc: Smsc) -> list[Message]:
    """What left and is no reply."""
    return [m for m in smsc.texts() if not m.content.startswith(b"NETWORK")]


def windowed(window: int):
    return lambda rule: replace(rule, session=replace(rule.session, window=window))


def test_the_main_job_over_smpp(live_world):
    """Out with a receipt, STOP in, answered, refused, START, open again."""

    async def scenario() -> None:
        smsc = Smsc(receipt="DELIVRD")
        async with running(live_world, smsc) as r:
            live_world.send(*(person(n) for n in range(50)))
            await settled(live_world, lambda c: c[MessageStatus.DELIVERED] == 50)
            assert await smsc.deliver(text_message("STOP", digits(person(1)))) == 0
            assert live_world.is_denied(person(1))
            await smsc.until(lambda: len(smsc.seen) == 51)
            assert smsc.texts()[-1].content.startswith(
                b'NETWORK MSG: You replied with the word "stop"'
            )
            live_world.send(person(1))
            assert await smsc.deliver(text_message("START", digits(person(1)))) == 0
            live_world.send(person(1), body="Welcome back.")
            await smsc.until(lambda: smsc.texts()[-1].content == b"Welcome back.")
            assert r.carrier.free_slots() > 0

    run(scenario())


def test_no_pdu_follows_the_acknowledged_stop(live_world):
    """S14, S15: sends and STOPs race over one bind; nothing leaves after its STOP."""

    async def scenario() -> None:
        smsc = Smsc()
        async with running(live_world, smsc, windowed(50)) as r:
            for start in range(0, 400, 100):
                persons = [person(n) for n in range(start, start + 100)]
                live_world.send(*persons, *persons, *persons)
                session = smsc.bound()[0]
                stops = [session.deliver(text_message("STOP", digits(p))) for p in persons]
                assert set(await asyncio.gather(*stops)) == {0}
            await settled(live_world, lambda c: not c[MessageStatus.QUEUED])
            assert sends_after_stop(smsc) == []
            assert len(smsc.seen) > 0
            assert counts(live_world)[MessageStatus.SENDING_FAILED] > 100
            assert r.world.is_denied(person(0))

    run(scenario())


def test_a_stop_waits_for_the_hand_over_that_holds_its_pair(live_world):
    """S32 over SMPP: a message on the doorstep when the STOP comes either leaves before the
    STOP is answered, or never."""

    async def scenario() -> None:
        smsc = Smsc()
        async with running(live_world, smsc) as r:
            for number in range(5):
                one = person(number)
                # Somebody else's write is under way on this connection.
                async with r.carrier.binds[0]._link.outlet._turn:
                    r.world.send(one)
                    await settled(live_world, lambda c: c[MessageStatus.CLAIMED])
                    assert await smsc.deliver(text_message("STOP", digits(one))) == 0
                    left = len(bulk(smsc))
                await settled(live_world, nothing_waits)
                assert len(bulk(smsc)) == left

    run(scenario())


@pytest.mark.parametrize("words", [["STOP"], ["STOP", "START"]], ids=["out", "out-and-in"])
def test_a_stop_between_the_claim_and_the_gate_keeps_the_message(live_world, words):
    """S32 over SMPP: the gate turns back what was claimed before the STOP, and the next claim
    refuses it for good, whatever the person says afterwards."""

    async def scenario() -> None:
        gate = live_world.store.gate
        enter, reached, go = gate.hand_over, asyncio.Event(), asyncio.Event()

        @asynccontextmanager
        async def late(claim: Claim) -> AsyncIterator[Passage]:
            reached.set()
            await go.wait()
            async with enter(claim) as passage:
                yield passage

        gate.hand_over = late
        async with running(live_world) as r:
            live_world.send(person(1), person(2))
            await reached.wait()
            for word in words:
                assert await r.smsc.deliver(text_message(word, digits(person(1)))) == 0
            go.set()
            await settled(live_world, lambda c: nothing_waits(c) and c[MessageStatus.SENT])
            assert {m.destination for m in bulk(r.smsc)} == {digits(person(2)).encode()}
            refused = [m for m in live_world.messages() if m.failure]
            assert [(m.recipient, m.failure.value) for m in refused] == [(person(1), "opted_out")]

    run(scenario())


def test_a_carrier_that_does_not_read_gets_at_most_its_window(live_world):
    """S14: STOPs while nothing is read; what is read later had left before, a window at most."""

    async def scenario() -> None:
        smsc = Smsc()
        persons = [person(n) for n in range(300)]
        async with running(live_world, smsc) as r:
            session = smsc.bound()[0]
            session.transport.pause_reading()
            live_world.send(*persons)
            await asyncio.sleep(0.3)
            stops = [
                asyncio.create_task(session.deliver(text_message("STOP", digits(p))))
                for p in persons
            ]
            await settled(live_world, lambda c: c[MessageStatus.SENDING_FAILED] >= 290)
            session.transport.resume_reading()
            await asyncio.gather(*stops)
            assert len(bulk(smsc)) <= 10
            assert sends_after_stop(smsc) == []
            assert r.carrier.binds[0].outstanding <= 10

    run(scenario())


def test_a_long_text_leaves_whole_or_not_at_all(live_world):
    """S18: three segments, window 1, STOPs at any moment: never a part of it, never after."""

    async def scenario() -> None:
        smsc = Smsc()
        persons = [person(n) for n in range(60)]
        async with running(live_world, smsc, windowed(1)):
            live_world.send(*persons, body="long " * 80)
            session = smsc.bound()[0]
            for one in reversed(persons):
                assert await session.deliver(text_message("STOP", digits(one))) == 0
            await settled(
                live_world, lambda c: not c[MessageStatus.QUEUED] + c[MessageStatus.CLAIMED]
            )
            parts = Counter(m.destination for m in smsc.texts() if m.esm_class & 0x40)
            assert set(parts.values()) <= {3}
            assert sends_after_stop(smsc) == []

    run(scenario())


@pytest.mark.parametrize("ton, address, canonical", [s for s in SHAPES if s[2][0] == "+"])
def test_a_stop_from_any_spelling_of_the_number_blocks_it(world, ton, address, canonical):
    """S22: the shape of the address does not matter."""

    async def scenario() -> None:
        async with running(world) as r:
            stop = text_message("STOP", source_ton=ton)._replace(source=address)
            assert await r.smsc.deliver(stop) == 0
            assert world.is_denied(canonical)

    run(scenario())


def part_messages(form: str, texts: tuple[str, str] = ("ST", "OP")) -> list[Message]:
    numbered = list(enumerate(texts, start=1))
    if form == "sar":
        return [
            text_message(text, tlvs={0x020C: b"\0\7", 0x020E: b"\2", 0x020F: bytes((n,))})
            for n, text in numbered
        ]
    head = {"udh8": b"\5\0\3\7\2", "udh16": b"\6\x08\4\0\7\2"}[form]
    return [
        text_message(head + bytes((n,)) + text.encode(), esm_class=0x40) for n, text in numbered
    ]


@pytest.mark.parametrize("form", ["udh8", "udh16", "sar"])
@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1, 1), (1, 0, 1)])
def test_a_split_stop_is_a_stop(world, form, order):
    """S24: every form of chain, in any order, with copies; each part is stored before its 0."""

    async def scenario() -> None:
        async with running(world) as r:
            parts = part_messages(form)
            waiting = 0
            for place in order:
                assert await r.smsc.deliver(parts[place]) == 0
                kept = world.store.read_now(lambda tx: tx.inbound_parts.count(bucket_of(SENDER)))
                waiting = max(waiting, kept)
            assert waiting == 1
            assert world.is_denied("+13125550100")

    run(scenario())


@pytest.mark.parametrize("form", ["udh8", "udh16", "sar"])
def test_a_part_whose_rest_never_comes_is_read_in_time(world, form):
    """S24: not a moment before its five minutes are over."""

    async def scenario() -> None:
        async with running(
            world, change=lambda rule: replace(rule, wall_clock_ms=world.clock)
        ) as r:
            part = part_messages(form, ("STOP", "never"))[0]
            assert await r.smsc.deliver(part) == 0
            for wait_ms, denied in ((PART_WAIT_MS - 1, False), (1, True)):
                world.clock.pass_ms(wait_ms)
                world.store.transact_now(receive_overdue_parts, InboundPolicy())
                assert world.is_denied("+13125550100") is denied

    run(scenario())


@pytest.mark.parametrize("text", ["STOP", "stop.", "Ｓtop", "STOP\0"])
@pytest.mark.parametrize("data_coding", [0, 3, 8])
def test_a_stop_in_a_lying_encoding_is_a_stop(world, text, data_coding):
    """S23 over the wire: UCS-2 bytes under every data_coding, odd length included."""

    async def scenario() -> None:
        async with running(world) as r:
            data = text.encode("utf-16-be")
            for tail in (b"", b"\0"):
                message = text_message(data + tail, data_coding=data_coding)
                assert await r.smsc.deliver(message) == 0
            assert world.is_denied("+13125550100")

    run(scenario())


def uncertain(world: World) -> list[str]:
    return [m.recipient for m in world.messages() if m.status is MessageStatus.UNCERTAIN]


async def _cut_once(r: Running, first: int, cut_after: int) -> list[str]:
    """Send 40 messages into a connection that is cut after so many; returns the uncertain."""
    smsc, cuts = r.smsc, r.smsc.cuts
    smsc.cut_after = cut_after
    persons = [person(n) for n in range(first, first + 40)]
    r.world.send(*persons)
    await smsc.until(lambda: smsc.cuts > cuts and smsc.bound())
    await settled(r.world, lambda c: not c[MessageStatus.QUEUED] + c[MessageStatus.CLAIMED])
    return uncertain(r.world)


def _resend(world: World, *, resend: bool = True) -> None:
    """What the policy makes of those whose time is over."""
    world.clock.pass_ms(WAIT_MS + 1)
    policy = UncertainPolicy(WAIT_MS, resend)
    for bucket in range(64):
        world.store.transact_now(review_uncertain, bucket, policy)


@pytest.mark.parametrize("cuts", [10, pytest.param(figure(10, 100), marks=pytest.mark.heavy)])
def test_a_cut_leaves_at_most_a_window_uncertain_and_resends_it_once(world, cuts):
    """R07, policy "resend": every message arrives, duplicates are those that had left already."""

    async def scenario() -> None:
        async with running(world) as r:
            doubtful: list[str] = []
            for number in range(cuts):
                found = await _cut_once(r, number * 40, 1 + number % 10)
                assert len(found) <= 10
                doubtful += found
                _resend(world)
                await settled(world, lambda c: c[MessageStatus.SENT] == sum(c.values()))
            times = Counter("+" + m.destination.decode() for m in r.smsc.texts())
            assert len(times) == 40 * cuts
            assert max(times.values()) <= 2
            assert {p for p, n in times.items() if n == 2} <= set(doubtful)
            twice = sum(n == 2 for n in times.values())
            record("SMPP, cut in mid-window, resent (R07)", cuts, lost=0, twice=twice)

    run(scenario())


@pytest.mark.parametrize("cuts", [10, pytest.param(figure(10, 100), marks=pytest.mark.heavy)])
def test_with_receipts_nothing_is_sent_twice(world, cuts):
    """R07: a receipt for an uncertain message is matched by its pair; its answer was lost, its
    text was not."""

    async def scenario() -> None:
        async with running(world) as r:
            for number in range(cuts):
                found = set(await _cut_once(r, number * 40, 1 + number % 10))
                left = [m for m in r.smsc.texts() if "+" + m.destination.decode() in found]
                for place, message in enumerate(left):
                    r.smsc.bound()[0].receipt(message, f"lost-{number}-{place}", "DELIVRD")
                    # A receipt that comes twice is one.
                    r.smsc.bound()[0].receipt(message, f"lost-{number}-{place}", "DELIVRD")
                due = len(found) - len(left)
                await settled(world, lambda c, due=due: c[MessageStatus.UNCERTAIN] == due)
                _resend(world)
                await settled(
                    world, lambda c: not c[MessageStatus.UNCERTAIN] + c[MessageStatus.QUEUED]
                )
            times = Counter(m.destination for m in r.smsc.texts())
            assert len(times) == 40 * cuts
            assert set(times.values()) == {1}
            record("SMPP, cut in mid-window, with receipts (R07)", cuts, lost=0, twice=0)

    run(scenario())


def test_what_is_closed_is_not_sent_again(world):
    """R07: by the policy "close" an uncertain message ends as unknown, and so does by the other one
    what was cut off twice. Each left once, or twice, and no more."""

    async def scenario() -> None:
        async with running(world) as r:
            closed = await _cut_once(r, 0, 7)
            _resend(world, resend=False)
            again = await _cut_once(r, 40, 1)
            r.smsc.cut_after = len(again)
            _resend(world)
            await settled(world, lambda c: c[MessageStatus.UNCERTAIN] == len(again))
            _resend(world)
            ends = {m.recipient: m.failure for m in world.messages() if m.failure is not None}
            assert ends == dict.fromkeys([*closed, *again], FailureCode.CARRIER_UNKNOWN)
            times = Counter("+" + m.destination.decode() for m in r.smsc.texts())
            assert max(times[one] for one in closed) <= 1
            assert max(times.values()) <= 2

    run(scenario())


def test_a_silent_carrier_gets_its_window_and_no_more(live_world):
    """R08: no answers: no more writes, and no message is given up."""

    async def scenario() -> None:
        smsc = Smsc(answer=lambda *_: None)
        async with running(live_world, smsc):
            live_world.send(*(person(n) for n in range(100)))
            await asyncio.sleep(1)
            assert len(smsc.seen) == 10
            assert counts(live_world)[MessageStatus.CLAIMED] == 10

    run(scenario())


def test_late_answers_are_matched_and_nothing_is_sent_again(live_world):
    """R09: answers that are late name their messages all the same."""

    async def scenario() -> None:
        smsc = Smsc(answer_delay_s=1.0)
        async with running(live_world, smsc):
            live_world.send(*(person(n) for n in range(30)))
            await settled(live_world, lambda c: c[MessageStatus.SENT] == 30)
            assert len(smsc.seen) == 30

    run(scenario())


def test_receipts_early_doubled_and_unknown(live_world):
    """R10: before the answer, five times, for nobody: one final state each, in order."""

    async def scenario() -> None:
        smsc = Smsc(answer_delay_s=0.05)

        def answer(place: int, message: Message) -> int:
            session = smsc.bound()[0]
            for _ in range(5):
                session.receipt(message, str(smsc.next_id + 1), "DELIVRD")
            session.receipt(message, f"unknown-{place}", "UNDELIV")
            return 0

        smsc.answer = answer
        async with running(live_world, smsc, windowed(100)):
            live_world.send(*(person(n) for n in range(300)))
            await settled(live_world, lambda c: c[MessageStatus.DELIVERED] == 300)
            await smsc.until(lambda: len(smsc.acknowledged) == 1_800)
            assert {status for _, status in smsc.acknowledged} == {0}
            assert counts(live_world) == {MessageStatus.DELIVERED: 300}

    run(scenario())


def test_a_rate_counts_what_is_written(live_world):
    """A carrier whose alphabet needs two submit_sm for what is one SMS elsewhere gets half as many
    messages, in whole ones, and each round as many as its window has room for."""

    def latin(rule: Any) -> Any:
        text = rule.submit.text._replace(default_alphabet=Alphabet.LATIN1)
        return replace(windowed(20)(rule), submit=rule.submit._replace(text=text))

    async def scenario() -> None:
        smsc = Smsc()
        async with running(live_world, smsc, latin, throughput=100):
            live_world.send(*(person(n) for n in range(30)), body="a" * 150)
            await settled(live_world, lambda c: c[MessageStatus.SENT] == 30)
            assert len(smsc.seen) == 60
            # Sixty, less the tenth of a second's that may go at once; by messages it were 0.2 s.
            assert (smsc.seen[-1].moment_ns - smsc.seen[0].moment_ns) / 1e9 > 0.4

    run(scenario())


def test_throttling_slows_down_and_loses_nothing(live_world):
    """R11: while the carrier says "too much" little is sent; then everything arrives once."""
    said = [commands.THROTTLED, commands.QUEUE_FULL]

    async def scenario() -> None:
        smsc = Smsc(answer=lambda place, _: said[place % 2])
        async with running(live_world, smsc):
            live_world.send(*(person(n) for n in range(50)))
            began = time.process_time()
            await asyncio.sleep(3)
            assert len(smsc.seen) < 40
            assert time.process_time() - began < 1.5
            refused = len(smsc.seen)
            smsc.answer = lambda *_: 0
            await settled(live_world, lambda c: c[MessageStatus.SENT] == 50, 30)
            assert len(smsc.seen) - refused <= 51

    run(scenario())


def test_keyword_bombing_from_one_phone(live_world):
    """S26: the state is that of the last word, replies are few, others' STOPs count."""

    async def scenario() -> None:
        smsc = Smsc()
        async with running(live_world, smsc) as r:
            session = smsc.bound()[0]
            bomb = [
                session.deliver(text_message("START" if n % 2 else "STOP", digits(person(0))))
                for n in range(2_001)
            ]
            bombing = asyncio.gather(*bomb)
            for number in range(1, 30):
                assert await session.deliver(text_message("STOP", digits(person(number)))) == 0
            assert set(await bombing) == {0}
            assert live_world.is_denied(person(0))
            assert live_world.is_denied(person(29))
            replies = [
                m
                for m in live_world.messages()
                if m.purpose is Purpose.CONSENT_REPLY and m.recipient == person(0)
            ]
            assert len(replies) <= 3
            assert r.carrier.binds[0].state is not None

    run(scenario())


def test_a_store_that_is_closed_refuses_for_now_and_stops_sending(world):
    """S27, G12: what can not be stored hears 0x08, and nothing is sent."""

    async def scenario() -> None:
        async with running(world) as r:
            world.store.close()
            assert await r.smsc.deliver(text_message("STOP")) == 0x08
            assert r.smsc.seen == []

    run(scenario())
