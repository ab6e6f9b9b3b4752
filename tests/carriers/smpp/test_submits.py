import pytest

from stopline.carriers.smpp.encoding import Alphabet
from stopline.carriers.smpp.pdu import decode_message
from stopline.carriers.smpp.segments import LongForm, TextRule
from stopline.carriers.smpp.submits import SubmitEncoder, SubmitRule, render_validity
from stopline.core.carriage import Submission


def submission(text: str = "Your order is ready.", message_id: int = 70_001) -> Submission:
    return Submission(message_id, 1, "+12025550142", "+13125550100", text)


def test_a_plain_message():
    """Addresses, receipt, coding and text as SMPP has them."""
    (body,) = SubmitEncoder(SubmitRule(service_type="CMT")).bodies(submission())
    message = decode_message(body)
    assert message.service_type == b"CMT"
    assert (message.source_ton, message.source_npi, message.source) == (1, 1, b"12025550142")
    assert message.destination == b"13125550100"
    assert (message.registered_delivery, message.data_coding) == (1, 0)
    assert message.content == b"Your order is ready."
    assert message.tlvs == {}


def test_only_the_last_segment_asks_for_a_receipt():
    """One message, one receipt: its id is the one that counts."""
    encoder = SubmitEncoder(SubmitRule())
    found = [decode_message(body) for body in encoder.bodies(submission("a" * 400))]
    assert [message.registered_delivery for message in found] == [0, 0, 1]
    assert encoder.count(submission("a" * 400)) == 3
    again = [decode_message(body) for body in encoder.bodies(submission("a" * 400))]
    assert found[0].content[3] != again[0].content[3], "each chain has its own reference"


@pytest.mark.parametrize(
    "rule, text, coding, length",
    [
        (TextRule(Alphabet.GSM_PACKED), "12345678", 0, 7),
        (TextRule(Alphabet.GSM), "€", 0, 2),
        (TextRule(latin1=True), "ë", 3, 1),
        (TextRule(), "ë", 8, 2),
        (TextRule(Alphabet.LATIN1), "ë", 0, 1),
        (TextRule(Alphabet.LATIN1), "я", 8, 2),
        (TextRule(long_form=LongForm.PAYLOAD), "a" * 400, 0, 400),
    ],
)
def test_alphabets(rule, text, coding, length):
    """The first alphabet that has every character, by the carrier's rule."""
    (body,) = SubmitEncoder(SubmitRule(text=rule)).bodies(submission(text))
    message = decode_message(body)
    assert (message.data_coding, len(message.content)) == (coding, length)


def test_optional_parameters():
    """Those of the carrier, over them those of the sender, and our reference when wanted."""
    rule = SubmitRule(
        tlvs={0x1400: b"brand", 0x1401: b"campaign"},
        sender_tlvs={"+12025550142": {0x1401: b"own"}},
        message_reference=True,
    )
    (body,) = SubmitEncoder(rule).bodies(submission(message_id=0x1_0203))
    assert decode_message(body).tlvs == {0x1400: b"brand", 0x1401: b"own", 0x0204: b"\x02\x03"}


@pytest.mark.parametrize(
    "seconds, text",
    [(0, b"\0"), (90, b"000000000130000R\0"), (86_400 * 3 + 7_200, b"000003020000000R\0")],
)
def test_validity_is_a_relative_time(seconds, text):
    """YYMMDDhhmmss000R, or nothing."""
    assert render_validity(seconds) == text
