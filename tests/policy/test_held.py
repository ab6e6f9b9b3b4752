"""A held pair: its messages wait, neither handed over nor failed, until somebody decides."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.core.cover import Block
from stopline.core.errors import Conflict, NotFound
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import Pair, bucket_of
from stopline.core.reviews import HOLD_LIMIT_MS, Decision, ReviewState
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.decisions import decide_review, expire_holds
from stopline.flows.erasure import erase_person
from stopline.flows.explain import Explanation, explain
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.flows.retention import DAY_MS, RetentionPolicy, retire_bucket
from stopline.flows.upkeep import run_upkeep
from stopline.store.senders import ConsentSettings
from support.reviews import UPKEEP, bulk, decide, let_time_out, replies, reviews
from support.world import (
    ACCOUNT,
    CARRIER,
    OTHER_ACCOUNT,
    SECOND_SENDER,
    SENDER,
    Clock,
    World,
    make_inbound,
    person,
)

ANN, BOB = person(1), person(2)
REQUEST = "please take me off your list"
QUEUED, SENT, FAILED = MessageStatus.QUEUED, MessageStatus.SENT, MessageStatus.SENDING_FAILED
BUCKET = bucket_of(SENDER)


@pytest.fixture
def world(tmp_path: Path, clock: Clock, database: str | None) -> Iterator[World]:
    """An account with two senders, on each store."""
    made = World(tmp_path, clock, database=database)
    yield made
    made.close()


def statuses(world: World) -> list[MessageStatus]:
    return [m.status for m in bulk(world)]


def next_due(world: World) -> int | None:
    return world.store.read_now(lambda tx: tx.queues.find_earliest_due([CARRIER]))


def ledger(world: World) -> list[tuple[str, str, bool]]:
    entries = world.store.read_now(lambda tx: [e for e, _ in tx.ledger.scan(BUCKET)])
    return [(e.kind, e.source, bool(e.changed)) for e in entries]


def test_what_is_queued_waits(world: World) -> None:
    """The rest of the batch goes on."""
    world.send(ANN, BOB)
    world.text(ANN, REQUEST)
    assert [s.recipient for s in world.hand_over()] == [BOB]
    assert statuses(world) == [QUEUED, SENT]
    assert not world.is_denied(ANN)


def test_a_batch_to_a_held_pair_is_accepted_and_waits(world: World) -> None:
    """It is no opt-out: nothing fails."""
    world.text(ANN, REQUEST)
    batch = world.send(ANN, BOB)
    assert batch.pending == 2
    assert [s.recipient for s in world.hand_over()] == [BOB]
    assert statuses(world) == [QUEUED, SENT]


def test_another_pair_is_not_touched(world: World) -> None:
    """The person's other conversations go on."""
    world.text(ANN, REQUEST)
    world.send(ANN, sender=SECOND_SENDER)
    assert len(world.hand_over()) == 1


def test_what_waits_does_not_make_its_sender_due(world: World) -> None:
    """The claim loop sleeps, also after a message that was turned back at the gate."""
    world.send(ANN)
    claim = world.claim()
    world.text(ANN, REQUEST)
    assert world.pass_gate(claim) == []
    world.put_back(claim.submissions)
    assert world.hand_over() == []
    assert next_due(world) is None


def test_waiting_costs_no_attempt_and_no_time_limit(world: World, clock: Clock) -> None:
    """A message that waited for most of a day is as good as new."""
    world.send(ANN)
    world.text(ANN, REQUEST)
    clock.pass_ms(HOLD_LIMIT_MS - 1)
    assert not world.store.transact_now(expire_holds)
    world.store.transact_now(run_upkeep, UPKEEP)
    assert statuses(world) == [QUEUED]
    decide(world, reviews(world)[0], Decision.RELEASE)
    assert [s.attempt for s in world.hand_over()] == [1]


def test_a_release_needs_no_start_and_kills_nothing(world: World) -> None:
    """What waited goes out, and so does what is sent later."""
    world.send(ANN)
    world.text(ANN, REQUEST)
    world.send(ANN)
    world.hand_over()
    done = decide(world, reviews(world)[0], Decision.RELEASE)
    assert (done.state, done.actor) == (ReviewState.RELEASED, "console:pat")
    world.send(ANN)
    assert len(world.hand_over()) == 3
    assert statuses(world) == [SENT, SENT, SENT]
    assert ledger(world) == [("hold", "recipient", True), ("release", "account", True)]


def test_an_opt_out_by_review_is_the_request_obeyed(world: World) -> None:
    """What waited fails with the opted-out code; there is no reply; a START lifts it."""
    world.send(ANN)
    world.text(ANN, REQUEST)
    done = decide(world, reviews(world)[0], Decision.OPT_OUT)
    assert done.state is ReviewState.OPTED_OUT
    assert world.is_denied(ANN)
    assert [m.failure for m in bulk(world)] == [FailureCode.OPTED_OUT]
    assert replies(world) == []
    assert ledger(world) == [("hold", "recipient", True), ("opt_out", "recipient", True)]
    world.clock.pass_ms(5_000)
    world.text(ANN, "START")
    assert not world.is_denied(ANN)


def test_after_a_day_it_is_a_denial(world: World) -> None:
    """Of its own source, without a reply; a START lifts it, the old messages stay dead."""
    world.send(ANN)
    world.text(ANN, REQUEST)
    let_time_out(world)
    assert world.is_denied(ANN)
    assert [m.failure for m in bulk(world)] == [FailureCode.OPTED_OUT]
    assert [one.state for one in reviews(world)] == [ReviewState.TIMED_OUT]
    assert replies(world) == []
    assert ledger(world)[1:] == [("opt_out", "timeout", True)]
    world.text(ANN, "START")
    assert not world.is_denied(ANN)
    assert world.hand_over()[0].text.startswith("NETWORK")


def test_the_account_may_lift_a_timeout(world: World) -> None:
    """As it may lift what the person said."""
    world.text(ANN, REQUEST)
    let_time_out(world)
    assign(world, opt_out=False)
    assert not world.is_denied(ANN)


def assign(world: World, *, opt_out: bool) -> None:
    author = Author(ACCOUNT, Channel.API, "app")
    world.store.transact_now(assign_consents, author, SENDER, [Assignment(ANN, opt_out)])


def test_a_stop_ends_the_hold(world: World) -> None:
    """The keyword leaves nothing to decide."""
    world.send(ANN)
    world.text(ANN, REQUEST)
    world.text(ANN, "STOP")
    assert [one.state for one in reviews(world)] == [ReviewState.OVERTAKEN]
    assert statuses(world) == [FAILED]
    assert len(replies(world)) == 1


def test_a_later_start_ends_the_hold(world: World, clock: Clock) -> None:
    """Who writes START after the request wants the texts."""
    world.send(ANN)
    world.text(ANN, REQUEST)
    clock.pass_ms(5_000)
    world.text(ANN, "START")
    assert [one.state for one in reviews(world)] == [ReviewState.OVERTAKEN]
    assert len([s for s in world.hand_over() if "NETWORK" not in s.text]) == 1


UNSURE_STARTS = [
    # how much later it came, on which session, when the carrier says it was sent
    (1_000, "s2", None),
    (60_000, "s1", -1_000),
]


@pytest.mark.parametrize("later_ms, session, sent_ms", UNSURE_STARTS)
def test_an_unsure_start_does_not_end_the_hold(
    world: World, clock: Clock, later_ms: int, session: str, sent_ms: int | None
) -> None:
    """One that may be older than the request decides nothing."""
    sent = clock() if sent_ms is not None else None
    world.text(ANN, REQUEST, carrier_time_ms=sent)
    start_sent = None if sent is None or sent_ms is None else sent + sent_ms
    clock.pass_ms(later_ms)
    world.text(ANN, "START", session=session, carrier_time_ms=start_sent)
    assert [one.state for one in reviews(world)] == [ReviewState.HELD]


GROUPS = [
    ([REQUEST, "STOP"], ReviewState.OVERTAKEN, True),
    ([REQUEST, "START"], ReviewState.OVERTAKEN, False),
    (["START", REQUEST], ReviewState.HELD, False),
    (["STOP", REQUEST], ReviewState.FLAGGED, True),
    (["STOP", "START", REQUEST], ReviewState.HELD, False),
    ([REQUEST, "STOP", "START"], ReviewState.OVERTAKEN, False),
]


@pytest.mark.parametrize("texts, state, out", GROUPS)
def test_texts_of_one_group_count_in_order(
    world: World, clock: Clock, texts: list[str], state: ReviewState, out: bool
) -> None:
    """As if each had come alone."""
    world.receive([make_inbound(ANN, text, received_ms=clock()) for text in texts])
    assert [one.state for one in reviews(world)] == [state]
    assert world.is_denied(ANN) is out


def test_one_decision_settles_all_requests_of_a_pair(world: World) -> None:
    """The pair is held once, however often the person asks."""
    for text in (REQUEST, "remove my number please", "stop texting me please"):
        world.text(ANN, text)
    assert [one.state for one in reviews(world)] == [ReviewState.HELD] * 3
    decide(world, reviews(world)[1], Decision.RELEASE)
    assert [one.state for one in reviews(world)] == [ReviewState.RELEASED] * 3
    assert [kind for kind, _, changed in ledger(world) if changed] == ["hold", "release"]


def test_a_copy_does_not_hold_again(world: World) -> None:
    """What the carrier brings twice was decided once."""
    world.text(ANN, REQUEST, reference="same")
    decide(world, reviews(world)[0], Decision.RELEASE)
    world.text(ANN, REQUEST, reference="same")
    assert [one.state for one in reviews(world)] == [ReviewState.RELEASED]


def test_a_mark_can_be_decided_too(world: World) -> None:
    """A doubtful text that a person understands."""
    world.text(ANN, "wrong number")
    world.text(BOB, "wrong number")
    ann, bob = reviews(world)
    assert decide(world, ann, Decision.OPT_OUT).state is ReviewState.OPTED_OUT
    assert decide(world, bob, Decision.RELEASE).state is ReviewState.RELEASED
    assert (world.is_denied(ANN), world.is_denied(BOB)) == (True, False)


def test_a_decision_is_made_once(world: World) -> None:
    """A second person is told that it was decided."""
    world.text(ANN, REQUEST)
    decide(world, reviews(world)[0], Decision.RELEASE)
    with pytest.raises(Conflict):
        decide(world, reviews(world)[0], Decision.OPT_OUT)


def test_a_review_belongs_to_its_account(world: World) -> None:
    """Another account does not find it."""
    world.text(ANN, REQUEST)
    review = reviews(world)[0]
    with pytest.raises(NotFound):
        world.store.transact_now(
            decide_review, review.id, Decision.RELEASE, "x", account_id=OTHER_ACCOUNT
        )


def test_the_account_opting_out_and_in_does_not_end_the_hold(world: World) -> None:
    """What the person asked for is still open."""
    world.text(ANN, REQUEST)
    assign(world, opt_out=True)
    assign(world, opt_out=False)
    world.send(ANN)
    assert world.hand_over() == []


def test_a_release_lifts_nothing(world: World) -> None:
    """What the account denied meanwhile stands, in the state and by the ledger's own account."""
    world.text(ANN, REQUEST)
    assert explained(world).held == (reviews(world)[0].id,)
    assign(world, opt_out=True)
    decide(world, reviews(world)[0], Decision.RELEASE)
    found = explained(world)
    assert (found.block, found.held) == (Block.DENIED, ())
    assert world.is_denied(ANN)


def explained(world: World) -> Explanation:
    return world.store.read_now(explain, ACCOUNT, Pair(SENDER, ANN))


def test_erasing_a_held_person_counts_as_a_request(world: World) -> None:
    """Nobody can decide any more, so the pair is blocked, and nothing names the person."""
    world.text(ANN, REQUEST)
    author = Author(ACCOUNT, Channel.COMMAND, "test")
    world.store.transact_now(erase_person, author, BUCKET, ANN)
    assert reviews(world) == []
    world.send(ANN)
    assert [m.failure for m in bulk(world)] == [FailureCode.OPTED_OUT]


def test_the_ledger_tells_the_state_and_verifies(world: World) -> None:
    """Holds and releases are entries that change no consent."""
    world.text(ANN, REQUEST)
    world.text(BOB, REQUEST)
    decide(world, reviews(world)[0], Decision.OPT_OUT)
    decide(world, reviews(world)[1], Decision.RELEASE)
    world.text(person(3), REQUEST)
    let_time_out(world)
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert world.store.read_now(compare_with_ledger, BUCKET) == []


def test_retention_takes_what_is_decided(world: World, clock: Clock) -> None:
    """What is still held stays, however old it is."""
    world.text(ANN, REQUEST)
    world.text(BOB, REQUEST)
    decide(world, reviews(world)[0], Decision.RELEASE)
    clock.pass_ms(90 * DAY_MS + 1)
    assert world.store.transact_now(retire_bucket, BUCKET, RetentionPolicy()).reviews == 1
    assert [one.pair.recipient for one in reviews(world)] == [BOB]


def test_a_request_may_speak_of_all_numbers(world: World) -> None:
    """Where the sender's STOP reaches the account: the pair is held, then all pairs are denied."""
    world.store.transact_now(
        lambda tx: tx.senders.set_consent(SENDER, ConsentSettings(account_wide_stop=True))
    )
    world.text(ANN, REQUEST)
    assert not world.is_denied(ANN, SECOND_SENDER)
    decide(world, reviews(world)[0], Decision.OPT_OUT)
    assert world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER)
    assert not world.is_denied(BOB, SECOND_SENDER)


def test_nobody_deciding_denies_all_numbers_there(world: World) -> None:
    """After a day the doubt counts for the one who wrote, as far as a STOP would have reached."""
    world.store.transact_now(
        lambda tx: tx.senders.set_consent(SENDER, ConsentSettings(account_wide_stop=True))
    )
    world.text(ANN, REQUEST)
    let_time_out(world)
    assert world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER)


def test_an_account_wide_stop_elsewhere_ends_no_hold_but_blocks(world: World) -> None:
    """The wider denial stands whatever becomes of the hold."""
    world.store.transact_now(
        lambda tx: tx.senders.set_consent(SECOND_SENDER, ConsentSettings(account_wide_stop=True))
    )
    world.text(ANN, REQUEST)
    world.text(ANN, "STOP", SECOND_SENDER)
    decide(world, reviews(world)[0], Decision.RELEASE)
    world.send(ANN)
    assert [m.failure for m in bulk(world)] == [FailureCode.OPTED_OUT]
