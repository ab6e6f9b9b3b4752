"""What a run leaves behind when it dies, and what the next one makes of it (G5)."""

import pytest

from stopline.core.batches import RequestedMessage, plan_batch
from stopline.core.messages import FailureCode, MessageStatus, Purpose
from stopline.core.numbers import bucket_of
from stopline.flows.outbound import BatchRequest, open_batch, stage_messages
from stopline.flows.upkeep import (
    ALL_NODES,
    HOUR_MS,
    UncertainPolicy,
    UpkeepPolicy,
    recover_start,
    run_upkeep,
)
from support.world import ACCOUNT, SENDER, Clock, World, person

ANN, BOB, CAT, DAN = person(1), person(2), person(3), person(4)
POLICY = UpkeepPolicy(UncertainPolicy(wait_ms=120_000))
NEVER_RESEND = UpkeepPolicy(UncertainPolicy(wait_ms=120_000, resend=False))


def recover(world: World, since_ms: int = 0) -> None:
    """Close, open again, and do what a start does."""
    world.restart()
    while world.store.transact_now(recover_start, ALL_NODES, since_ms):
        pass


def test_what_a_dead_run_had_claimed_is_uncertain(world: World) -> None:
    """Claimed and never settled may have left: it is not simply queued again."""
    world.send(ANN)
    world.claim()
    recover(world)
    assert [m.status for m in world.messages()] == [MessageStatus.UNCERTAIN]


def test_an_uncertain_message_is_sent_once_more_after_its_wait(world: World, clock: Clock) -> None:
    """Default policy: it waits for its receipt, then passes the gate once more, then is closed."""
    world.send(ANN)
    world.claim()
    recover(world)
    world.store.transact_now(run_upkeep, POLICY)
    assert [m.status for m in world.messages()] == [MessageStatus.UNCERTAIN]
    clock.pass_ms(121_000)
    world.store.transact_now(run_upkeep, POLICY)
    assert [s.attempt for s in world.claim().submissions] == [2]
    recover(world)
    clock.pass_ms(121_000)
    world.store.transact_now(run_upkeep, POLICY)
    [message] = world.messages()
    assert message.status is MessageStatus.DELIVERY_FAILED
    assert message.failure is FailureCode.CARRIER_UNKNOWN


def test_an_uncertain_message_is_not_resent_after_a_stop(world: World, clock: Clock) -> None:
    """Every attempt passes the gate: the STOP in between wins (race row 9)."""
    world.send(ANN)
    world.claim()
    recover(world)
    world.text(ANN, "STOP")
    clock.pass_ms(121_000)
    world.store.transact_now(run_upkeep, POLICY)
    assert [s for s in world.claim().submissions if "NETWORK" not in s.text] == []


def test_never_resend_closes_an_uncertain_message_as_unknown(world: World, clock: Clock) -> None:
    """The marketing policy prefers a loss to a duplicate."""
    world.send(ANN)
    world.claim()
    recover(world)
    clock.pass_ms(121_000)
    world.store.transact_now(run_upkeep, NEVER_RESEND)
    assert [m.failure for m in world.messages()] == [FailureCode.CARRIER_UNKNOWN]


def test_a_receipt_settles_an_uncertain_message(world: World) -> None:
    """Its receipt proves that it left: nothing is resent."""
    world.send(ANN)
    [submission] = world.claim().submissions
    recover(world)
    world.receipt(submission)
    assert [m.status for m in world.messages()] == [MessageStatus.DELIVERED]


def test_a_late_answer_takes_a_message_out_of_the_queue_again(world: World, clock: Clock) -> None:
    """R09: queued once more, it is not sent again when the first attempt's answer comes."""
    world.send(ANN)
    [submission] = world.claim().submissions
    recover(world)
    clock.pass_ms(121_000)
    world.store.transact_now(run_upkeep, POLICY)
    world.answer([submission])
    assert world.claim().submissions == ()
    assert [m.status for m in world.messages()] == [MessageStatus.SENT]


def test_an_uncertain_consent_reply_is_never_resent(world: World, clock: Clock) -> None:
    """G4: one text at most, even when nobody knows whether it left."""
    world.text(ANN, "STOP")
    world.claim()
    recover(world)
    clock.pass_ms(121_000)
    world.store.transact_now(run_upkeep, POLICY)
    assert world.claim().submissions == ()
    replies = [m for m in world.messages() if m.purpose is Purpose.CONSENT_REPLY]
    assert [m.failure for m in replies] == [FailureCode.CARRIER_UNKNOWN]


@pytest.mark.parametrize("is_known", [False, True], ids=["some-time", "known-time"])
def test_staged_messages_without_a_batch_are_swept_at_the_start(
    world: World, clock: Clock, is_known: bool
) -> None:
    """A request that got no answer leaves nothing that could be sent or seen: neither what is
    queued nor what was refused, at once or by a STOP that came meanwhile; whether or not it is
    known since when the process may be gone."""
    seen_ms = clock() if is_known else 0
    people = [ANN, BOB, CAT]
    request = BatchRequest(ACCOUNT, SENDER, len(people), price_micros=7_000)
    draft = world.store.transact_now(open_batch, request)
    assert not isinstance(draft, str)
    world.text(ANN, "STOP")
    plan = plan_batch("Hi", [RequestedMessage(one, None) for one in people], "US")
    world.store.transact_now(stage_messages, draft, plan.accepted)
    world.text(BOB, "STOP")
    assert [s.text[:7] for s in world.claim().submissions] == ["NETWORK"] * 2
    assert [m.body for m in world.messages() if m.body == "Hi"] == []
    clock.pass_ms(60_000)
    world.send(DAN)
    recover(world, seen_ms)
    # What a failed request takes back itself is gone already.
    left = world.store.transact_now(
        lambda tx: tx.messages.drop_staged(bucket_of(SENDER), draft.id, 100)
    )
    assert left == 0
    left_alone = [m.recipient for m in world.messages() if m.body == "Your order is ready."]
    assert left_alone == [DAN]


def test_a_message_without_a_receipt_fails_in_time_and_a_late_one_still_counts(
    world: World, clock: Clock
) -> None:
    """After 72 hours the contract's code for it; DeliveryFailed may still become Delivered."""
    world.send(ANN)
    [submission] = world.hand_over()
    clock.pass_ms(72 * HOUR_MS + 1)
    world.store.transact_now(run_upkeep, POLICY)
    assert [m.failure for m in world.messages()] == [FailureCode.NO_RECEIPT]
    world.receipt(submission)
    assert [m.status for m in world.messages()] == [MessageStatus.DELIVERED]
