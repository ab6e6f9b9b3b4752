"""Carriers are answered after the commit and never before (G2)."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from msgspec import structs
from msgspec.structs import replace

from stopline.core.batches import RequestedMessage, plan_batch
from stopline.core.carriage import Inbound, Receipt, SubmitAnswer, SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus
from stopline.flows.outbound import BatchRequest, open_batch, stage_messages
from stopline.flows.replies import InboundPolicy
from stopline.store import postgres_gate
from stopline.workers.outstanding import Outstanding
from stopline.workers.receiver import GROUP_LIMIT, Receiver
from support.world import ACCOUNT, CARRIER, SECOND_SENDER, SENDER, World, make_inbound, person

ANN, BOB = person(1), person(2)


@asynccontextmanager
async def receiving(world: World) -> AsyncIterator[Receiver]:
    """A receiver at work."""
    receiver = Receiver(world.store, {CARRIER: Outstanding()}, InboundPolicy())
    await receiver.start()
    try:
        yield receiver
    finally:
        await receiver.stop(30_000)


async def bring(receiver: Receiver, inbounds: Sequence[Inbound]) -> list[bool]:
    """Bring texts as a carrier does and wait for its answer."""
    answered: asyncio.Future[list[bool]] = asyncio.get_running_loop().create_future()
    await receiver.inbounds(inbounds, lambda flags: answered.set_result(list(flags)))
    return await asyncio.wait_for(answered, 30)


def test_a_stop_is_denied_in_the_store_when_its_acknowledgement_is_called(world: World) -> None:
    """The acknowledgement comes after the commit: another connection sees the denial by then."""

    async def scenario() -> None:
        async with receiving(world) as receiver:
            seen: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
            inbound = make_inbound(ANN, "STOP", received_ms=world.clock())
            await receiver.inbounds([inbound], lambda _: seen.set_result(world.is_denied(ANN)))
            assert await asyncio.wait_for(seen, 30)

    asyncio.run(scenario())


def test_a_text_that_can_not_be_stored_is_refused_for_now(world: World) -> None:
    """With a store that is closed the carrier hears "not now", never "stored"."""

    async def scenario() -> None:
        async with receiving(world) as receiver:
            world.store.close()
            inbound = make_inbound(ANN, "STOP", received_ms=world.clock())
            assert await bring(receiver, [inbound]) == [False]

    asyncio.run(scenario())


def test_a_text_that_breaks_its_group_delays_no_other(world: World) -> None:
    """The group is repeated one by one: the STOP beside a broken text is stored and honoured."""

    async def scenario() -> None:
        async with receiving(world) as receiver:
            stop = make_inbound(ANN, "STOP", received_ms=world.clock())
            # A moment that no database column holds: the statement fails.
            broken = replace(stop, source=BOB, raw=None, reference="broken")  # type: ignore[arg-type]
            assert await bring(receiver, [broken, stop]) == [False, True]
        assert world.is_denied(ANN)

    asyncio.run(scenario())


def stage(world: World, people: Sequence[str]) -> None:
    """A batch to each of these whose request has no answer yet."""
    for sender in (SENDER, SECOND_SENDER):
        draft = world.store.transact_now(
            open_batch, BatchRequest(ACCOUNT, sender, 1, price_micros=7_000)
        )
        assert not isinstance(draft, str)
        plan = plan_batch("Sale", [RequestedMessage(who, None) for who in people], "US")
        world.store.transact_now(stage_messages, draft, plan.accepted)


def test_the_largest_group_of_stops_is_stored_at_once(world: World) -> None:
    """256 persons with messages in batches that are just being accepted: one transaction holds
    them all, and what is staged is refused."""
    people = [person(number) for number in range(GROUP_LIMIT)]
    stage(world, people)
    stops = [make_inbound(who, "STOP", received_ms=world.clock()) for who in people]
    assert world.receive(stops) == GROUP_LIMIT
    assert all(world.is_denied(who) for who in people)


def test_a_group_that_is_too_large_is_stored_one_by_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A carrier may bring more at once than a transaction may hold: each is stored all the same."""
    monkeypatch.setattr(postgres_gate, "MAX_LOCKS", 20)
    people = [person(number) for number in range(30)]

    async def scenario() -> None:
        async with receiving(world) as receiver:
            stops = [make_inbound(who, "STOP", received_ms=world.clock()) for who in people]
            assert await bring(receiver, stops) == [True] * len(people)

    asyncio.run(scenario())
    assert all(world.is_denied(who) for who in people)


def test_many_refusals_at_once_are_written_in_groups(world: World) -> None:
    """A carrier that refuses 700 at once, for the persons opted out with it: answers are written
    until they are, so a group that can never be would hold up all that follow."""
    people = [person(number) for number in range(700)]
    world.send(*people)
    claims = [world.claim(175) for _ in range(4)]
    answers = [
        SubmitAnswer(
            s.message_id, s.attempt, SubmitOutcome.REFUSED, failure=FailureCode.CARRIER_OPTED_OUT
        )
        for claim in claims
        for s in claim.submissions
    ]
    assert len(answers) == len(people)

    async def scenario() -> None:
        async with receiving(world) as receiver:
            await receiver.answers(CARRIER, answers)

    asyncio.run(scenario())
    assert all(world.is_denied(who) for who in people)


def test_receipts_before_answers_twice_and_out_of_order_move_a_message_only_forward(
    world: World,
) -> None:
    """R10: whatever the order, a delivered message stays delivered."""
    world.send(ANN)
    [submission] = world.claim().submissions
    delivered = Receipt(
        CARRIER, "c-early", submission.sender, ANN, MessageStatus.DELIVERED, None, None
    )
    failed = structs.replace(delivered, status=MessageStatus.DELIVERY_FAILED)
    answer = SubmitAnswer(
        submission.message_id, submission.attempt, SubmitOutcome.ACCEPTED, "c-early"
    )

    async def scenario() -> None:
        async with receiving(world) as receiver:
            for receipts in ([delivered], [failed], [delivered, delivered]):
                done = asyncio.Event()
                await receiver.receipts(receipts, lambda _, done=done: done.set())
                await asyncio.wait_for(done.wait(), 30)
            await receiver.answers(CARRIER, [answer])

    asyncio.run(scenario())
    assert [m.status for m in world.messages()] == [MessageStatus.DELIVERED]


def test_a_lost_connection_makes_what_was_not_answered_uncertain(world: World) -> None:
    """G5: handed over and never answered is uncertain, not "not sent"."""

    async def scenario() -> None:
        outstanding = Outstanding()
        receiver = Receiver(world.store, {CARRIER: outstanding}, InboundPolicy())
        await receiver.start()
        world.send(ANN, BOB)
        first, second = world.claim().submissions
        outstanding.add([first, second])
        await receiver.answers(
            CARRIER, [SubmitAnswer(first.message_id, 1, SubmitOutcome.ACCEPTED, "c1")]
        )
        await receiver.disconnected(CARRIER)
        await receiver.stop(2_000)
        assert second.recipient == BOB

    asyncio.run(scenario())
    assert [m.status for m in world.messages()] == [MessageStatus.SENT, MessageStatus.UNCERTAIN]
