import pytest

from stopline.carriers.smpp.failures import FailureTable, profile_names
from stopline.carriers.smpp.pdu import Message
from stopline.carriers.smpp.receipts import IdForm, plain_id, read_receipt
from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus

USUAL = (
    b"id:0123456789 sub:001 dlvrd:001 submit date:2603021700 done date:2603021701 "
    b"stat:DELIVRD err:000 text:Hello"
)


def message(text: bytes, esm_class: int = 4, data_coding: int = 0, **tlvs: bytes) -> Message:
    found = {int(name[1:], 16): value for name, value in tlvs.items()}
    return Message(b"", 1, 1, b"1", 1, 1, b"2", esm_class, 0, data_coding, text, found)


@pytest.mark.parametrize(
    "text, reference, state, error",
    [
        (USUAL, "0123456789", "DELIVRD", "000"),
        (USUAL.upper(), "0123456789", "DELIVRD", "000"),
        (USUAL.replace(b" text:Hello", b""), "0123456789", "DELIVRD", "000"),
        (b"id:a1-b2 stat:UNDELIV err:11", "a1-b2", "UNDELIV", "11"),
        (b"stat:REJECTD id:77", "77", "REJECTD", ""),
        (b"id: 77 sub:1 stat: EXPIRED err: 5", "77", "EXPIRED", "5"),
        (USUAL.decode().encode("utf-16-be"), "0123456789", "DELIVRD", "000"),
    ],
)
def test_the_text_form(text, reference, state, error):
    """Appendix B as it is written in the wild: order, case, blanks and missing fields vary."""
    found = read_receipt(message(text, data_coding=8 if text[:1] == b"\0" else 0), IdForm.TEXT)
    assert (found.reference, found.state, found.error) == (reference, state, error)


def test_parameters_are_stronger_than_the_text():
    """receipted_message_id and message_state decide; the text fills in."""
    found = read_receipt(
        message(USUAL, t001e=b"ffee\0", t0427=b"\5", t0423=b"\3\0\x0b"), IdForm.TEXT
    )
    assert (found.reference, found.state, found.error) == ("ffee", "UNDELIV", "000")
    bare = read_receipt(message(b"", t001e=b"ffee\0", t0427=b"\x08", t0423=b"\3\1\1"), IdForm.TEXT)
    assert (bare.reference, bare.state, bare.error) == ("ffee", "REJECTD", "257")


def test_a_receipt_without_its_mark_is_known_by_its_parameter():
    """Some carriers leave esm_class at 0."""
    assert read_receipt(message(b"", 0, t001e=b"1\0", t0427=b"\2"), IdForm.TEXT).state == "DELIVRD"


@pytest.mark.parametrize("text", [b"STOP", b"", b"id:", b"stat:DELIVRD", b"id:7 please stop"])
def test_a_text_marked_as_a_receipt_is_read_as_a_text(text):
    """Without an id and a state it is none, whatever esm_class says."""
    assert read_receipt(message(text), IdForm.TEXT) is None


def test_a_person_who_types_a_receipt_sends_a_text():
    """Without the mark the text form counts for nothing."""
    assert read_receipt(message(USUAL, 0), IdForm.TEXT) is None


@pytest.mark.parametrize(
    "answer, answer_form, receipt, receipt_form",
    [
        ("1a2b3c", IdForm.HEXADECIMAL, "1715004", IdForm.DECIMAL),
        ("1A2B3C", IdForm.HEXADECIMAL, "0001715004", IdForm.DECIMAL),
        ("1715004", IdForm.DECIMAL, "1a2b3c", IdForm.HEXADECIMAL),
        ("0000100", IdForm.DECIMAL, "100", IdForm.DECIMAL),
        ("x-1", IdForm.TEXT, "x-1", IdForm.TEXT),
        ("no-number", IdForm.HEXADECIMAL, "no-number", IdForm.DECIMAL),
    ],
)
def test_ids_in_answers_and_receipts_meet(answer, answer_form, receipt, receipt_form):
    """Hexadecimal on one side and decimal on the other name the same message."""
    assert plain_id(answer, answer_form) == plain_id(receipt, receipt_form)


def test_the_done_date_is_the_carriers_time():
    """Ten or twelve digits, a century before them, or SMPP's absolute time with its zone;
    nonsense is no time."""
    assert read_receipt(message(USUAL), IdForm.TEXT).done_ms == 1_772_470_860_000
    assert read_receipt(message(b"id:1 stat:X done date:9999999999"), IdForm.TEXT).done_ms is None


@pytest.mark.parametrize(
    "written, seconds",
    [
        (b"2603021701", 0),
        (b"260302170105", 5),
        (b"20260302170105", 5),
        (b"260302170105000+", 5),
        (b"260302170105000-", 5),
        (b"260302170105020-", 5 + 5 * 3_600),
        (b"260302170105022+", 5 - 5.5 * 3_600),
        (b"260302170105000x", None),
        (b"yesterday", None),
    ],
)
@pytest.mark.parametrize("usual", [True, False])
def test_forms_of_the_done_date(written, seconds, usual):
    """R21: quarter-hours from UTC count, in the usual form and in any other."""
    text = USUAL.replace(b"2603021701", written)
    if not usual:
        text = text.replace(b" sub:001", b"")
    found = read_receipt(message(text), IdForm.TEXT)
    expected = None if seconds is None else 1_772_470_860_000 + int(seconds * 1_000)
    assert found.done_ms == expected


@pytest.mark.parametrize(
    "state, error, report",
    [
        ("DELIVRD", "000", (MessageStatus.DELIVERED, None)),
        ("ENROUTE", "000", None),
        ("ACCEPTD", "000", None),
        ("EXPIRED", "000", (MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_EXPIRED)),
        ("UNDELIV", "000", (MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_INVALID_RECIPIENT)),
        ("UNDELIV", "001", (MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_UNAVAILABLE)),
        ("UNDELIV", "1", (MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_UNAVAILABLE)),
        ("UNDELIV", "x9", (MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_SPAM)),
        ("WHATEVR", "", (MessageStatus.DELIVERY_FAILED, FailureCode.CARRIER_UNKNOWN)),
    ],
)
def test_states_and_error_codes(state, error, report):
    """The state decides, the network's code says why: own codes, then the profile's."""
    table = FailureTable("twilio-smpp", errors={"X9": FailureCode.CARRIER_SPAM})
    assert table.report(state, error) == report


def test_an_opt_out_reported_by_the_network_is_one():
    """A profile's code for "the person opted out" surfaces as that."""
    assert FailureTable("sinch").report("REJECTD", "257") == (
        MessageStatus.DELIVERY_FAILED,
        FailureCode.CARRIER_OPTED_OUT,
    )
    assert FailureTable().report("REJECTD", "257") == (
        MessageStatus.DELIVERY_FAILED,
        FailureCode.CARRIER_REFUSED,
    )


@pytest.mark.parametrize(
    "status, outcome, failure",
    [
        (0x08, SubmitOutcome.NOT_NOW, None),
        (0x14, SubmitOutcome.NOT_NOW, None),
        (0x58, SubmitOutcome.NOT_NOW, None),
        (0x64, SubmitOutcome.NOT_NOW, None),
        (0x0B, SubmitOutcome.REFUSED, FailureCode.CARRIER_OPTED_OUT),
        (0x0A, SubmitOutcome.REFUSED, FailureCode.SENDER_NOT_PROVISIONED),
        (0x45, SubmitOutcome.NOT_NOW, None),
        (0x400, SubmitOutcome.REFUSED, FailureCode.CARRIER_UNKNOWN),
    ],
)
def test_statuses_of_answers(status, outcome, failure):
    """Temporary ones come again; a carrier's own meaning overrules the table."""
    table = FailureTable(statuses={0x0B: FailureCode.CARRIER_OPTED_OUT}, retried=frozenset({0x45}))
    assert table.outcome(status) == (outcome, failure)


def test_profiles():
    """The published lists of these providers are shipped; another name is an error."""
    assert {"sinch", "twilio-smpp", "vonage-sms"} <= set(profile_names())
    assert not [name for name in profile_names() if name.startswith("smpp-")]
    with pytest.raises(KeyError):
        FailureTable("nobody")
