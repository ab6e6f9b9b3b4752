"""Texts that earlier rules did not read: found again, and obeyed only when asked to."""

import pytest

from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import ReviewState
from stopline.flows import rescan as flows
from stopline.flows.rescan import RescannedSlice, obey_slice, rescan_slice
from support.reviews import bulk, replies, reviews, set_account
from support.world import SENDER, Clock, World, person

ANN, BOB, CAT, DAN = (person(number) for number in range(1, 5))
REQUEST = "please take me off your list"
BUCKET = bucket_of(SENDER)
NOTHING = {"footer": Policy.OFF, "slip": Policy.OFF, "request": Policy.OFF, "doubtful": Policy.OFF}


def missed(done: RescannedSlice) -> list[str]:
    return [one.message.recipient for one in done.missed]


@pytest.fixture
def late(world: World, clock: Clock) -> World:
    """Ann and Bob asked to stop when nothing but keywords was read."""
    set_account(world, **NOTHING)
    world.text(ANN, REQUEST)
    world.text(BOB, "Stpp")
    world.text(CAT, "see you at 5")
    clock.pass_ms(60_000)
    set_account(world)
    return world


def test_what_was_missed_is_reported_and_nothing_changed(late: World) -> None:
    """The report says what each would cause."""
    done = late.store.read_now(rescan_slice, BUCKET, 0)
    assert [(one.message.recipient, one.policy) for one in done.missed] == [
        (ANN, Policy.REVIEW),
        (BOB, Policy.ACT),
    ]
    assert (done.texts, done.after_id) == (3, None)
    assert reviews(late) == []
    assert not late.is_denied(BOB)


def test_it_is_obeyed_as_if_it_came_today_without_a_reply(late: World) -> None:
    """A hold for Ann, the opt-out for Bob."""
    late.send(ANN, BOB)
    late.store.transact_now(obey_slice, BUCKET, 0, "rescan:pat")
    assert [one.state for one in reviews(late)] == [ReviewState.HELD, ReviewState.ACTED]
    assert (late.is_denied(ANN), late.is_denied(BOB)) == (False, True)
    assert late.hand_over() == []
    ann, bob = bulk(late)
    assert (ann.status, bob.failure) == (MessageStatus.QUEUED, FailureCode.OPTED_OUT)
    assert replies(late) == []


def test_a_second_run_finds_nothing(late: World) -> None:
    """Also after a release: it was decided."""
    late.store.transact_now(obey_slice, BUCKET, 0, "rescan:pat")
    before = late.store.read_now(lambda tx: tx.ledger.head(BUCKET))
    again = late.store.transact_now(obey_slice, BUCKET, 0, "rescan:pat")
    assert missed(again) == []
    assert late.store.read_now(lambda tx: tx.ledger.head(BUCKET)) == before


@pytest.mark.parametrize("words", [["STOP"], ["STOP", "START"], ["START"]])
def test_a_later_word_of_the_person_counts_for_more(
    late: World, clock: Clock, words: list[str]
) -> None:
    """What the person settled by a keyword since is not taken up again."""
    for word in words:
        late.text(ANN, word)
        clock.pass_ms(5_000)
    assert missed(late.store.read_now(rescan_slice, BUCKET, 0)) == [BOB]


def test_only_texts_since_then_are_read(late: World) -> None:
    """And a slice tells where to go on."""
    (last,) = [m for m in late.messages() if m.recipient == ANN]
    assert missed(late.store.read_now(rescan_slice, BUCKET, last.id)) == [BOB]


def test_slices_go_on_where_the_last_one_ended(
    late: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is read twice or left out."""
    monkeypatch.setattr(flows, "SLICE_TEXTS", 1)
    found: list[str] = []
    after: int | None = 0
    while after is not None:
        done = late.store.read_now(rescan_slice, BUCKET, after)
        found += missed(done)
        after = done.after_id
    assert found == [ANN, BOB]


def test_what_was_read_when_it_came_is_not_missed(world: World) -> None:
    """Held, marked or obeyed: it is known."""
    for someone, text in ((ANN, REQUEST), (BOB, "STOP"), (CAT, "wrong number"), (DAN, "Stpp")):
        world.text(someone, text)
    assert missed(world.store.read_now(rescan_slice, BUCKET, 0)) == []
