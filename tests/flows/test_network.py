"""What the network says: sure words opt out, possible ones add up, words about numbers do not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from stopline.core.carriage import CarrierAnswers, NetworkWord, Receipt, SubmitAnswer, SubmitOutcome
from stopline.core.consent import ConsentSource
from stopline.core.errors import InvalidField
from stopline.core.ids import BUCKET_COUNT
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode, MessageStatus, Purpose
from stopline.core.network import FIRST_REPORT, NetworkReport
from stopline.core.replies import ReplyTexts
from stopline.flows.consent import Author
from stopline.flows.erasure import erase_person
from stopline.flows.network import DAY_MS, list_reports
from stopline.flows.receipts import record_receipts
from stopline.flows.replies import InboundPolicy
from stopline.flows.submissions import settle_submissions
from support.world import (
    ACCOUNT,
    CARRIER,
    SECOND_SENDER,
    SENDER,
    TOLL_FREE,
    Clock,
    World,
    make_inbound,
    person,
)

ANN, BEN = person(1), person(2)
POSSIBLE = NetworkWord.POSSIBLY_OPTED_OUT


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """Two local numbers and a toll-free one."""
    senders = ((SENDER, ACCOUNT), (SECOND_SENDER, ACCOUNT), (TOLL_FREE, ACCOUNT))
    made = World(tmp_path, Clock(), senders=senders, database=database)
    yield made
    made.close()


def fail(
    world: World,
    recipient: str,
    word: NetworkWord | None,
    *,
    failure: FailureCode = FailureCode.CARRIER_REFUSED,
    sender: str = SENDER,
    carrier: str = CARRIER,
    times: int = 1,
) -> None:
    """A message whose receipt, which may come several times, says this."""
    world.send(recipient, sender=sender)
    (submission,) = world.hand_over()
    receipt = Receipt(
        carrier,
        f"c{submission.message_id}",
        sender,
        recipient,
        MessageStatus.DELIVERY_FAILED,
        failure,
        message_id=submission.message_id,
        raw="30004",
        word=word,
    )
    for _ in range(times):
        world.store.transact_now(record_receipts, [receipt])


def reports(world: World, sender: str = SENDER) -> Sequence[NetworkReport]:
    return world.store.read_now(list_reports, ACCOUNT, sender, FIRST_REPORT, 100)


def sources(world: World, recipient: str, sender: str = SENDER) -> list[ConsentSource]:
    return [found.denial.source for found in world.verdict(recipient, sender).denials]


def test_a_possible_opt_out_is_only_a_flag(world: World) -> None:
    """It is kept with the carrier's code, and the person stays in."""
    fail(world, ANN, POSSIBLE)
    assert not world.is_denied(ANN)
    (report,) = reports(world)
    assert (report.pair.recipient, report.word, report.raw) == (ANN, POSSIBLE, "30004")
    assert report.failure == FailureCode.CARRIER_REFUSED.value


def test_three_in_thirty_days_are_an_opt_out(world: World) -> None:
    """The third denies, with the carrier as its source; the other pair stays open."""
    for _ in range(2):
        fail(world, ANN, POSSIBLE)
        fail(world, BEN, POSSIBLE)
        world.clock.pass_ms(14 * DAY_MS)
    assert not world.is_denied(ANN)
    fail(world, ANN, POSSIBLE)
    assert sources(world, ANN) == [ConsentSource.CARRIER]
    assert not world.is_denied(BEN)


def test_three_over_a_longer_time_are_not(world: World) -> None:
    """The first is more than thirty days old when the third comes."""
    fail(world, ANN, POSSIBLE)
    world.clock.pass_ms(16 * DAY_MS)
    fail(world, ANN, POSSIBLE)
    world.clock.pass_ms(16 * DAY_MS)
    fail(world, ANN, POSSIBLE)
    assert not world.is_denied(ANN)


def test_a_message_counts_once(world: World) -> None:
    """However often its receipt comes."""
    fail(world, ANN, POSSIBLE, times=5)
    fail(world, ANN, POSSIBLE, times=5)
    assert not world.is_denied(ANN)
    assert len(reports(world)) == 2


def test_flags_of_one_sender_are_not_anothers(world: World) -> None:
    """Three failures of three pairs prove nothing of any."""
    fail(world, ANN, POSSIBLE)
    fail(world, ANN, POSSIBLE, sender=SECOND_SENDER)
    fail(world, ANN, POSSIBLE)
    assert not world.is_denied(ANN)
    assert not world.is_denied(ANN, SECOND_SENDER)


def test_after_a_start_as_many_are_needed_again(world: World) -> None:
    """What became a denial is used up; the START came through the carrier that denied."""
    for _ in range(3):
        fail(world, ANN, POSSIBLE)
    assert world.is_denied(ANN)
    world.clock.pass_ms(10_000)
    world.text(ANN, "START")
    world.hand_over()
    assert not world.is_denied(ANN)
    fail(world, ANN, POSSIBLE)
    assert not world.is_denied(ANN)


def test_refused_at_submit_counts_like_a_receipt(world: World) -> None:
    """The same word in the answer to the submission."""
    for _ in range(3):
        world.send(ANN)
        (submission,) = world.pass_gate(world.claim())
        answer = SubmitAnswer(
            submission.message_id,
            submission.attempt,
            SubmitOutcome.REFUSED,
            failure=FailureCode.CARRIER_REFUSED,
            word=POSSIBLE,
            raw="30004",
        )
        world.store.transact_now(settle_submissions, CARRIER, [answer])
    assert world.is_denied(ANN)


@pytest.mark.parametrize(
    "failure, source",
    [
        (FailureCode.CARRIER_OPTED_OUT, ConsentSource.CARRIER),
        (FailureCode.UPSTREAM_OPTED_OUT, ConsentSource.UPSTREAM),
    ],
)
def test_a_sure_word_opts_out_with_its_source(
    world: World, failure: FailureCode, source: ConsentSource
) -> None:
    """Who blocks is told apart."""
    fail(world, ANN, NetworkWord.OPTED_OUT, failure=failure)
    assert sources(world, ANN) == [source]
    assert reports(world) == []


def test_an_unsure_word_overrules_a_sure_failure(world: World) -> None:
    """A code that names an opt-out among other causes is only a flag."""
    fail(world, ANN, POSSIBLE, failure=FailureCode.UPSTREAM_OPTED_OUT)
    assert not world.is_denied(ANN)


def test_what_one_carrier_denies_is_blocked_on_all(world: World) -> None:
    """The pair is refused whoever would carry it next; the second number is not touched."""
    fail(world, ANN, NetworkWord.OPTED_OUT, failure=FailureCode.CARRIER_OPTED_OUT, carrier="acme")
    owner = world.store.read_now(lambda tx: tx.senders.find([SENDER])[SENDER])
    assert owner.carrier == CARRIER
    world.send(ANN)
    assert world.messages()[-1].failure is FailureCode.OPTED_OUT
    assert world.hand_over() == []
    assert not world.is_denied(ANN, SECOND_SENDER)


@pytest.mark.parametrize("word", [NetworkWord.DEACTIVATED, NetworkWord.UNKNOWN_SUBSCRIBER])
def test_a_number_without_a_subscriber_is_no_opt_out(world: World, word: NetworkWord) -> None:
    """However often it is said; it is kept as what is known of the number."""
    for _ in range(5):
        fail(world, ANN, word, failure=FailureCode.CARRIER_INVALID_RECIPIENT)
    assert not world.is_denied(ANN)
    assert [report.word for report in reports(world)] == [word] * 5


def test_a_word_nobody_understands_is_kept_as_it_came(world: World) -> None:
    """Raw, for whoever asks the carrier."""
    failure = FailureCode.CARRIER_UNKNOWN
    fail(world, ANN, NetworkWord.NOT_UNDERSTOOD, failure=failure)
    assert [(r.word, r.raw) for r in reports(world)] == [(NetworkWord.NOT_UNDERSTOOD, "30004")]


def test_a_toll_free_network_answers_itself(world: World) -> None:
    """STOP and START to a toll-free number are obeyed and get no reply of ours."""
    for word in ("STOP", "START"):
        world.clock.pass_ms(10_000)
        assert world.text(ANN, word, sender=TOLL_FREE) == 1
    assert [m for m in world.messages(TOLL_FREE) if m.purpose is not Purpose.BULK] == []


@pytest.mark.parametrize("word, consents", [("STOP", 1), ("HELP", 0)])
def test_what_the_carrier_answers_itself_is_not_answered_twice(
    world: World, word: str, consents: int
) -> None:
    """It is obeyed all the same. The control: the same text that nobody answered."""
    answered = replace(
        make_inbound(ANN, word, received_ms=world.clock()), answered=CarrierAnswers.EVERYTHING
    )
    assert world.receive([answered]) == consents
    assert [m for m in world.messages() if m.purpose is not Purpose.BULK] == []
    world.text(BEN, "STOP")
    assert [m.purpose for m in world.messages() if m.recipient == BEN][-1] is Purpose.CONSENT_REPLY


def test_a_carrier_may_answer_stop_and_leave_help_to_us(world: World) -> None:
    """As RingCentral does."""
    policy = InboundPolicy(ReplyTexts(contact="help.example.com"))
    for word in ("STOP", "HELP"):
        inbound = make_inbound(ANN, word, received_ms=world.clock())
        world.receive([replace(inbound, answered=CarrierAnswers.CONSENT)], policy)
    assert [m.purpose for m in world.messages() if m.purpose is not Purpose.BULK] == [
        Purpose.HELP_REPLY
    ]


def test_an_erasure_takes_the_reports_away(world: World) -> None:
    """They name the person."""
    fail(world, ANN, POSSIBLE)
    fail(world, BEN, POSSIBLE)
    officer = Author(ACCOUNT, Channel.COMMAND, "command:officer")
    for bucket in range(BUCKET_COUNT):
        world.store.transact_now(erase_person, officer, bucket, ANN)
    assert [report.pair.recipient for report in reports(world)] == [BEN]


def test_reports_are_the_accounts_own(world: World) -> None:
    """A number of somebody else is refused."""
    with pytest.raises(InvalidField, match="from"):
        world.store.read_now(list_reports, ACCOUNT + 1, SENDER, FIRST_REPORT, 100)


def test_an_answer_after_the_receipt_leaves_its_reason(world: World) -> None:
    """The carrier names our own id in the receipt, so that it needs no answer to find it."""
    world.send(ANN)
    (submission,) = world.pass_gate(world.claim())
    failure = FailureCode.CARRIER_SPAM
    world.receipt(submission, MessageStatus.DELIVERY_FAILED, failure)
    world.answer([submission])
    message = world.messages()[-1]
    assert (message.status, message.failure) == (MessageStatus.DELIVERY_FAILED, failure)
