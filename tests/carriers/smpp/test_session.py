import random

import pytest

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.incoming import IncomingRule, Moment, sort_delivered
from stopline.carriers.smpp.pdu import BindRequest, PduStream, encode_pdu
from stopline.carriers.smpp.session import (
    MAX_UNANSWERED,
    Session,
    SessionEnded,
    SessionRule,
    State,
)
from stopline.core.carriage import NetworkWord, Submission, SubmitAnswer, SubmitOutcome
from stopline.core.messages import FailureCode
from support.smpp_mutations import deliver, mutate, seeds

RULE = SessionRule(BindRequest("stopline", "secret"), window=4)
OK = SubmitOutcome.ACCEPTED


def bound(rule: SessionRule = RULE, now_ms: int = 0) -> Session:
    session = Session(rule, commands.BIND_TRANSCEIVER, now_ms)
    session.begin()
    session.receive(encode_pdu(0x80000009, 0, 1, b"smsc\0"), now_ms)
    assert session.state is State.BOUND
    return session


def submit(session: Session, number: int, segments: int = 1, now_ms: int = 0) -> list[int]:
    message = Submission(number, 1, "+12025550142", "+13125550100", "x")
    assert session.window.fits(segments, now_ms)
    return session.submit(message, [b"body"] * segments, now_ms).sequences


def answer(sequence: int, status: int = 0, reference: bytes = b"ref\0") -> bytes:
    return encode_pdu(commands.SUBMIT_SM_RESP, status, sequence, b"" if status else reference)


def said(session: Session) -> list[tuple[int, int, int]]:
    return [pdu[:3] for pdu in PduStream().feed(session.take_output())]


def test_a_bind_that_is_refused_ends_the_session():
    """A wrong password is no reason to wait."""
    session = Session(RULE, commands.BIND_TRANSCEIVER, 0)
    session.begin()
    with pytest.raises(SessionEnded, match="0x0e"):
        session.receive(encode_pdu(0x80000009, 0x0E, 1), 0)


def test_a_bind_without_an_answer_ends_after_its_time():
    """Nothing waits for ever."""
    session = Session(RULE, commands.BIND_TRANSCEIVER, 0)
    session.begin()
    session.tick(30_000)
    with pytest.raises(SessionEnded):
        session.tick(30_001)


def test_the_window_is_true():
    """A slot is held from the write to the answer; an unknown answer frees none."""
    session = bound()
    first = [submit(session, n)[0] for n in range(4)]
    assert session.window.free(0) == 0
    assert not session.window.fits(1, 0)
    session.receive(answer(999), 0)
    assert session.window.free(0) == 0
    received = session.receive(answer(first[0]) + answer(first[0]), 0)
    assert received.answers == [SubmitAnswer(0, 1, OK, "ref")]
    assert session.window.free(0) == 1
    assert session.window.take_all() == [1, 2, 3]


def test_all_segments_have_slots_or_none_is_sent():
    """A long message waits until all of it fits; longer than the window, it goes alone."""
    session = bound()
    submit(session, 1, 2)
    assert not session.window.fits(3, 0)
    assert session.window.fits(2, 0)
    assert not session.window.fits(5, 0)
    session.window.take_all()
    assert session.window.fits(5, 0)


def test_a_long_message_is_answered_once():
    """With the id of its last segment, when the last answer has come, in any order."""
    session = bound()
    sequences = submit(session, 1, 3)
    assert session.receive(answer(sequences[2], 0, b"last\0"), 0).answers == []
    assert session.receive(answer(sequences[0], 0, b"one\0"), 0).answers == []
    assert session.receive(answer(sequences[1], 0, b"two\0"), 0).answers == [
        SubmitAnswer(1, 1, OK, "last")
    ]


@pytest.mark.parametrize(
    "statuses, outcome, failure",
    [
        ((0, 0x0B), SubmitOutcome.REFUSED, FailureCode.UPSTREAM_INVALID_RECIPIENT),
        ((0x0B, 0x08), SubmitOutcome.REFUSED, FailureCode.UPSTREAM_INVALID_RECIPIENT),
        ((0x08, 0), SubmitOutcome.NOT_NOW, None),
    ],
)
def test_the_worst_segment_decides(statuses, outcome, failure):
    """Half a message is no message."""
    session = bound()
    sequences = submit(session, 1, 2)
    data = b"".join(answer(s, status) for s, status in zip(sequences, statuses, strict=True))
    (found,) = session.receive(data, 0).answers
    assert (found.outcome, found.failure, found.reference) == (outcome, failure, None)


def test_a_generic_nack_answers_its_submit():
    """Some carriers say no that way."""
    session = bound()
    (sequence,) = submit(session, 1)
    (found,) = session.receive(encode_pdu(commands.GENERIC_NACK, 3, sequence), 0).answers
    assert (found.outcome, found.failure) == (
        SubmitOutcome.REFUSED,
        FailureCode.INVALID_UPSTREAM_CALL,
    )


@pytest.mark.parametrize("status", [commands.THROTTLED, commands.QUEUE_FULL])
def test_throttling_pauses_and_then_goes_on_with_less(status):
    """R11: pauses double to ten seconds, the window halves; success restores both."""
    session = bound()
    pauses, now_ms = [], 0
    for number in range(8):
        (sequence,) = submit(session, number, now_ms=now_ms)
        (found,) = session.receive(answer(sequence, status), now_ms).answers
        assert found.outcome is SubmitOutcome.NOT_NOW
        began_ms = now_ms
        while not session.window.free(now_ms):
            now_ms += 50
        pauses.append(now_ms - began_ms)
        assert session.window.free(now_ms) == max(1, 4 >> (number + 1))
    assert pauses == [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]
    (sequence,) = submit(session, 99, now_ms=now_ms)
    session.receive(answer(sequence), now_ms)
    assert session.window.free(now_ms) == 2


def test_a_burst_of_throttled_answers_is_one_warning():
    """The rest of the window that was under way does not double the pause again."""
    session = bound()
    sequences = [submit(session, n)[0] for n in range(4)]
    session.receive(answer(sequences[0], 0x58), 0)
    session.receive(b"".join(answer(s, 0x58) for s in sequences[1:]), 10)
    assert session.window.free(249) == 0
    assert session.window.free(250) == 2


def test_submits_without_answers_fill_the_window_and_free_nothing():
    """R08: five minutes of silence: no more is sent, late answers still count."""
    session = bound()
    sequences = [submit(session, n)[0] for n in range(4)]
    for now_ms in range(0, 300_001, 1_000):
        session.receive(encode_pdu(commands.ENQUIRE_LINK_RESP, 0, 77), now_ms)
        session.tick(now_ms)
    assert session.window.free(300_000) == 0
    late = session.receive(b"".join(map(answer, sequences)), 330_000)
    assert [found.message_id for found in late.answers] == [0, 1, 2, 3]
    submit(session, 9, now_ms=330_000)
    with pytest.raises(SessionEnded):
        session.tick(330_000 + RULE.times.answers + 1)


def test_enquire_link_is_asked_and_answered():
    """Thirty seconds of silence are asked about; without an answer the session is over."""
    session = bound()
    session.tick(29_999)
    assert said(session) == []
    session.tick(30_000)
    ((command, _, sequence),) = said(session)
    assert command == commands.ENQUIRE_LINK
    session.receive(encode_pdu(commands.ENQUIRE_LINK_RESP, 0, sequence), 31_000)
    session.tick(60_000)
    assert said(session) == []
    session.tick(61_000)
    assert said(session)[0][0] == commands.ENQUIRE_LINK
    with pytest.raises(SessionEnded):
        session.tick(61_000 + RULE.times.enquire_answer + 1)
    other = bound()
    other.receive(encode_pdu(commands.ENQUIRE_LINK, 0, 5), 0)
    assert said(other) == [(commands.ENQUIRE_LINK_RESP, 0, 5)]


def test_while_nothing_is_read_nobody_is_declared_dead():
    """Full queues of ours are not the carrier's silence."""
    session = bound()
    for now_ms in range(0, 300_000, 100):
        session.touch(now_ms)
        session.tick(now_ms)
    assert said(session) == []


def test_deliveries_are_answered_when_they_are_stored():
    """0 only for what is stored; for the rest the carrier's own "not now", never 0x64."""
    session = bound()
    body = deliver(b"STOP")
    data = b"".join(encode_pdu(commands.DELIVER_SM, 0, n, body) for n in (1, 2))
    received = session.receive(data, 0)
    assert said(session) == []
    found = PduStream().feed(session.acknowledge(received.delivered, [True, False]))
    assert [(p.command, p.status, p.sequence) for p in found] == [
        (commands.DELIVER_SM_RESP, 0, 1),
        (commands.DELIVER_SM_RESP, 8, 2),
    ]
    assert session.acknowledge(received.delivered, [True, True]) == b""


def test_a_data_sm_is_answered_as_one():
    """Its answer has its own command."""
    session = bound()
    received = session.receive(encode_pdu(commands.DATA_SM, 0, 3, b"x"), 0)
    (found,) = PduStream().feed(session.acknowledge(received.delivered, [True]))
    assert (found.command, found.status) == (commands.DATA_SM | commands.RESPONSE, 0)


def test_what_takes_too_long_to_store_is_refused_for_now():
    """After eight seconds the carrier hears "not now"; a later commit says nothing more."""
    session = bound()
    received = session.receive(encode_pdu(commands.DELIVER_SM, 0, 1, deliver(b"STOP")), 1_000)
    session.tick(8_999)
    assert said(session) == []
    session.tick(9_000)
    assert said(session) == [(commands.DELIVER_SM_RESP, 8, 1)]
    assert session.acknowledge(received.delivered, [True]) == b""


def test_a_pdu_that_comes_again_while_it_is_stored_has_one_answer():
    """The same sequence twice on one session is the same text."""
    session = bound()
    pdu = encode_pdu(commands.DELIVER_SM, 0, 1, deliver(b"START"))
    assert len(session.receive(pdu + pdu, 0).delivered) == 1


def test_a_flood_of_deliveries_is_told_to_come_again():
    """What waits for its commit is bounded."""
    session = bound()
    for number in range(1, MAX_UNANSWERED + 3):
        session.receive(encode_pdu(commands.DELIVER_SM, 0, number, b""), 0)
    assert [status for _, status, _ in said(session)] == [8, 8]


def test_lost_framing_ends_the_session():
    """generic_nack 0x02, then the end; what came before it counts."""
    session = bound()
    (sequence,) = submit(session, 1)
    received = session.receive(answer(sequence) + b"\0\0\0\x0f" + b"\0" * 12, 0)
    assert len(received.answers) == 1
    assert said(session) == [(commands.GENERIC_NACK, commands.INVALID_LENGTH, 0)]
    assert session.state is State.OVER


def test_a_pdu_that_does_not_end_is_not_waited_for():
    """R28: one byte at a time has ten seconds for a PDU."""
    session = bound()
    session.receive(b"\0\0\0\x20", 0)
    for now_ms in range(1_000, 10_001, 1_000):
        session.receive(b"\0", now_ms)
        session.tick(now_ms)
    with pytest.raises(SessionEnded):
        session.tick(10_001)


def test_unbind_of_either_side():
    """Theirs is answered and ends it; ours ends with its answer; nothing is submitted after."""
    session = bound()
    session.receive(encode_pdu(commands.UNBIND, 0, 9), 0)
    assert said(session) == [(commands.UNBIND_RESP, 0, 9)]
    assert session.state is State.OVER
    own = bound()
    own.end()
    assert not own.may_submit()
    own.receive(encode_pdu(commands.UNBIND_RESP, 0, 2), 0)
    assert own.state is State.OVER


@pytest.mark.parametrize("command", [0x00000103 + 1, commands.SUBMIT_SM, commands.QUERY_SM])
def test_commands_that_are_not_for_us(command):
    """They are told so; unknown responses, alerts and outbinds are passed over."""
    session = bound()
    session.receive(encode_pdu(command, 0, 4), 0)
    assert said(session) == [(commands.GENERIC_NACK, commands.INVALID_COMMAND, 4)]
    for ignored in (0x80000003, commands.ALERT_NOTIFICATION, commands.OUTBIND):
        session.receive(encode_pdu(ignored, 0, 4), 0)
    assert said(session) == []


def test_a_receiver_submits_nothing():
    """With separate binds messages leave over the transmitter only."""
    session = Session(RULE, commands.BIND_RECEIVER, 0)
    session.begin()
    session.receive(encode_pdu(0x80000001, 0, 1, b"smsc\0"), 0)
    assert session.state is State.BOUND
    assert not session.may_submit()


def test_sequence_numbers_start_again():
    """After 0x7fffffff comes 1."""
    session = bound()
    session._sequence = commands.LAST_SEQUENCE - 1
    assert [submit(session, n)[0] for n in range(2)] == [commands.LAST_SEQUENCE, 1]


def test_mutated_pdus_end_in_answers_or_in_an_end():
    """R28: whatever comes, a session goes on, or says that it is over; every text is kept."""
    choose, originals = random.Random(7), seeds()
    rule, moment = IncomingRule("acme"), Moment("s", 0)
    ended = 0
    for _ in range(5_000):
        session = bound()
        (sequence,) = submit(session, 1)
        try:
            received = session.receive(mutate(choose, originals), 0)
            found = sort_delivered(received.delivered, rule, moment)
            kept = len(found.receipts) + len(found.inbounds) + len(found.needless)
            assert kept == len(received.delivered)
            session.tick(10_000)
        except SessionEnded:
            ended += 1
        assert len(said(session)) <= 3
        assert session.window.take_all() in ([1], []), sequence
    assert ended > 0


def test_a_refusal_says_with_which_status() -> None:
    """Whoever reads the answer may ask the carrier what it means; an unknown one says so."""
    session = bound()
    for number, status in ((1, 0x0B), (2, 0x4FF)):
        (sequence,) = submit(session, number)
        (refused,) = session.receive(answer(sequence, status), 0).answers
        assert refused.raw == f"0x{status:08X}"
    assert refused.word is NetworkWord.NOT_UNDERSTOOD
