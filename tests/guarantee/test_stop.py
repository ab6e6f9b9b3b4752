"""What a STOP does, and what a START undoes (G1, G3, G7, G8)."""

import pytest

from stopline.core.carriage import SubmitOutcome
from stopline.core.ledger import Channel
from stopline.core.messages import Direction, FailureCode, MessageStatus, Purpose
from stopline.core.numbers import bucket_of
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.inbound import receive_messages
from stopline.flows.ledger import verify_ledger
from stopline.flows.replies import InboundPolicy
from stopline.store.batches import BatchFilter
from stopline.store.senders import ConsentSettings
from stopline.store.tx import Tx
from support.world import (
    ACCOUNT,
    ALL_IDS,
    SECOND_SENDER,
    SENDER,
    Clock,
    World,
    make_inbound,
    person,
)

ANN, BOB = person(1), person(2)
AUTHOR = Author(ACCOUNT, Channel.API, "test")


def statuses(world: World, purpose: Purpose = Purpose.BULK) -> list[MessageStatus]:
    return [
        m.status
        for m in world.messages()
        if m.direction is Direction.OUTBOUND and m.purpose is purpose
    ]


def test_a_queued_message_is_refused_by_a_stop(world: World) -> None:
    """What waits in the queue when the STOP commits fails with the opted-out code."""
    world.send(ANN, BOB)
    world.text(ANN, "STOP")
    left = [s.recipient for s in world.hand_over() if "NETWORK" not in s.text]
    assert left == [BOB]
    failures = [m.failure for m in world.messages() if m.recipient == ANN]
    assert failures[0] is FailureCode.OPTED_OUT


def test_a_message_to_an_opted_out_person_is_accepted_and_fails(world: World) -> None:
    """The rest of the batch goes on."""
    world.text(ANN, "STOP")
    batch = world.send(ANN, BOB)
    assert (batch.batch_size, batch.pending) == (2, 1)
    assert statuses(world) == [MessageStatus.SENDING_FAILED, MessageStatus.QUEUED]


@pytest.mark.parametrize("wide", [False, True], ids=["pair", "account"])
def test_the_replies_of_one_group_leave(world: World, wide: bool) -> None:
    """Two changes of one person at once: each is confirmed, because the reply counts the denials
    before it as the gate does."""
    world.store.transact_now(
        lambda tx: tx.senders.set_consent(SENDER, ConsentSettings(account_wide_stop=wide))
    )
    now_ms = world.clock()
    world.receive([make_inbound(ANN, word, received_ms=now_ms) for word in ("STOP", "START")])
    assert [s.recipient for s in world.hand_over()] == [ANN, ANN]


def test_another_pair_is_not_touched(world: World) -> None:
    """A STOP to one number leaves the person's other conversations alone."""
    world.text(ANN, "STOP")
    assert world.is_denied(ANN)
    assert not world.is_denied(ANN, SECOND_SENDER)
    assert not world.is_denied(BOB)


def test_an_old_text_stays_dead_after_a_start(world: World) -> None:
    """G7: accepted before the STOP, it never leaves, not even after START; a new one does."""
    world.send(ANN)
    world.text(ANN, "STOP")
    world.text(ANN, "START")
    world.send(ANN, body="New.")
    assert [s.text for s in world.hand_over() if "NETWORK" not in s.text] == ["New."]


def test_a_message_returned_to_the_queue_stays_dead_after_stop_and_start(
    world: World, clock: Clock
) -> None:
    """A carrier that said "not now" before the STOP gets nothing of it after the START."""
    world.send(ANN)
    claim = world.claim()
    world.store.gate.end_claim(claim.gate_number)
    world.text(ANN, "STOP")
    world.text(ANN, "START")
    world.answer(claim.submissions, SubmitOutcome.NOT_NOW)
    clock.pass_ms(120_000)
    assert [s.text for s in world.hand_over() if "NETWORK" not in s.text] == []
    assert statuses(world) == [MessageStatus.SENDING_FAILED]


def test_everything_a_stop_causes_is_there_at_once(world: World) -> None:
    """G3: text, state, ledger row, refused messages and reply stand after one transaction."""
    world.send(ANN)
    world.text(ANN, "Stop!")
    bucket = bucket_of(SENDER)
    assert world.is_denied(ANN)
    assert statuses(world) == [MessageStatus.SENDING_FAILED]
    assert statuses(world, Purpose.CONSENT_REPLY) == [MessageStatus.QUEUED]
    assert [m.body for m in world.messages() if m.direction is Direction.INBOUND] == ["Stop!"]
    records = world.store.read_now(lambda tx: list(tx.ledger.scan(bucket)))
    assert [(e.kind, e.changed, e.word, bytes.fromhex(p.raw_text)) for e, p in records if p] == [
        ("opt_out", 1, "stop", b"Stop!")
    ]


class PowerLost(Exception):
    """Something breaks before the commit."""


def test_a_failing_transaction_leaves_nothing(world: World) -> None:
    """G3: what breaks before the commit leaves no part of the STOP behind."""
    world.send(ANN)

    def break_off(tx: Tx) -> None:
        receive_messages(tx, [make_inbound(ANN, "STOP", received_ms=tx.now_ms)], InboundPolicy())
        raise PowerLost

    with pytest.raises(PowerLost):
        world.store.transact_now(break_off)
    assert not world.is_denied(ANN)
    assert statuses(world) == [MessageStatus.QUEUED]
    assert world.store.read_now(lambda tx: tx.ledger.heads()) == []


@pytest.mark.parametrize("word", ["STOP", "stop ", "Stop!", "UNSUBSCRIBE", "opt out", "ＳＴＯＰ"])
def test_every_spelling_opts_out(world: World, word: str) -> None:
    """The exact layer reads the whole message, however it is written."""
    world.text(ANN, word)
    assert world.is_denied(ANN)


@pytest.mark.parametrize(
    "word", ["I'll stop by at 5", "don't stop", "the end", "yes", "ok", "START over"]
)
def test_ordinary_texts_change_nothing(world: World, word: str) -> None:
    """A word within a sentence is no keyword, and YES opts nobody in."""
    world.text(BOB, "STOP")
    world.text(ANN, word)
    world.text(BOB, word)
    assert not world.is_denied(ANN)
    assert world.is_denied(BOB)


def test_a_repeated_stop_is_recorded_and_changes_nothing(world: World) -> None:
    """The ledger knows of it, nobody is told, nobody is answered."""
    world.text(ANN, "STOP")
    world.text(ANN, "STOP")
    records = world.store.read_now(lambda tx: list(tx.ledger.scan(bucket_of(SENDER))))
    assert [entry.changed for entry, _ in records] == [1, 0]
    assert len(statuses(world, Purpose.CONSENT_REPLY)) == 1


def test_a_stop_brought_twice_by_the_carrier_is_one(world: World) -> None:
    """A redelivered text is stored once, answered once, counted once."""
    for _ in range(3):
        world.text(ANN, "STOP", reference="same")
    inbound = [m for m in world.messages() if m.direction is Direction.INBOUND]
    assert len(inbound) == 1
    assert len(statuses(world, Purpose.CONSENT_REPLY)) == 1


def test_stop_start_stop_ends_out(world: World) -> None:
    """Equal texts are not copies: the last one counts (no content window)."""
    for text in ("STOP", "START", "STOP"):
        world.text(ANN, text)
    assert world.is_denied(ANN)


def test_a_second_start_counts_like_the_first(world: World) -> None:
    """Equal STARTs are not copies either."""
    for text in ("STOP", "START", "STOP", "START"):
        world.text(ANN, text)
    assert not world.is_denied(ANN)


def test_a_copy_of_a_stop_after_a_start_applies(world: World) -> None:
    """When in doubt the person is out; they can text START again."""
    world.text(ANN, "STOP", reference="one")
    world.text(ANN, "START")
    world.text(ANN, "STOP", reference="one")
    assert world.is_denied(ANN)
    world.text(ANN, "START")
    assert not world.is_denied(ANN)


def test_a_copy_of_a_start_after_a_stop_does_not_apply(world: World) -> None:
    """A START obeyed once is not obeyed again when the carrier brings it again."""
    world.text(ANN, "START", reference="one")
    world.text(ANN, "STOP")
    world.text(ANN, "START", reference="one")
    assert world.is_denied(ANN)


def test_an_older_start_does_not_lift_a_later_stop(world: World) -> None:
    """Where the carrier gives times, they decide; a clock in the future counts as now."""
    now_ms = world.clock()
    world.text(ANN, "STOP", carrier_time_ms=now_ms - 1_000)
    world.text(ANN, "START", carrier_time_ms=now_ms - 5_000)
    assert world.is_denied(ANN)
    world.text(ANN, "START", carrier_time_ms=now_ms + 86_400_000)
    assert not world.is_denied(ANN)


def test_a_start_at_the_same_moment_on_another_session_does_not_lift(
    world: World, clock: Clock
) -> None:
    """Within two seconds on different sessions there is no sure order: out wins."""
    world.text(ANN, "STOP", session="a")
    clock.pass_ms(1_000)
    world.text(ANN, "START", session="b")
    assert world.is_denied(ANN)
    clock.pass_ms(2_000)
    world.text(ANN, "START", session="b")
    assert not world.is_denied(ANN)


def test_a_text_for_no_number_of_ours_is_kept(world: World) -> None:
    """A mis-routed STOP is stored where it can be found."""
    assert world.text(ANN, "STOP", sender="+12025550100") == 0
    assert world.messages() == []


def test_the_account_lifts_what_the_person_said_but_not_what_the_network_said(
    world: World,
) -> None:
    """An API opt-in fails by name against a carrier's denial."""
    world.text(ANN, "STOP")
    world.send(BOB)
    to_bob = [s for s in world.claim().submissions if s.recipient == BOB]
    world.answer(to_bob, SubmitOutcome.REFUSED, FailureCode.CARRIER_OPTED_OUT)
    assert world.is_denied(BOB)
    outcomes = world.store.transact_now(
        assign_consents, AUTHOR, SENDER, [Assignment(ANN, False), Assignment(BOB, False)]
    )
    assert [o.changed for o in outcomes] == [True, False]
    assert (world.is_denied(ANN), world.is_denied(BOB)) == (False, True)


def test_a_start_through_the_same_carrier_lifts_its_denial(world: World) -> None:
    """The network that learned of the opt-out learns of the opt-in."""
    world.send(BOB)
    world.answer(world.claim().submissions, SubmitOutcome.REFUSED, FailureCode.CARRIER_OPTED_OUT)
    assert world.is_denied(BOB)
    world.text(BOB, "START")
    assert not world.is_denied(BOB)


def test_the_ledger_verifies_after_all_of_it(world: World) -> None:
    """Every change of every kind is linked."""
    world.text(ANN, "STOP")
    world.text(ANN, "START")
    world.store.transact_now(assign_consents, AUTHOR, SECOND_SENDER, [Assignment(BOB, True)])
    world.send(BOB)
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []


def test_a_batch_completes_when_nothing_of_it_is_queued(world: World) -> None:
    """S16: sent, refused at accept and refused by a STOP add up to the batch."""
    world.text(person(3), "STOP")
    world.send(ANN, BOB, person(3))
    world.text(ANN, "STOP")
    world.hand_over()
    wanted = BatchFilter(ACCOUNT, 0, ALL_IDS)
    found = world.store.read_now(lambda tx: tx.batches.list_page(bucket_of(SENDER), wanted, 10))
    assert [(batch.processed_count, batch.completed) for batch in found] == [(3, True)]
