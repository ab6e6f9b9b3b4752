"""Values as they stand on the wire."""

import pytest

from stopline.core.messages import FailureCode, MessageStatus
from stopline.ringcentral import failure_codes, formats, ids

T0 = 1_624_271_519_818  # 2021-06-21T10:31:59.818Z


@pytest.mark.parametrize(
    "text, expected",
    [
        ("2021", 1_609_459_200_000),
        ("2021-06", 1_622_505_600_000),
        ("2021-06-21", 1_624_233_600_000),
        ("2021-06-21T10:31:59.818028Z", T0),
        ("2021-06-21T10:31:59.818028123z", T0),
        ("2021-06-21T10:31:59", T0 - 818),
        ("2021-06-21 10:31:59.8", T0 - 18),
        ("2021-06-21T10:31", T0 - 59_818),
        ("2021-06-21T12:31:59.818+02:00", T0),
        ("2021-06-21T12:31:59.818 02:00", T0),
        ("2021-06-21T12:31:59.818+0200", T0),
        ("2021-06-21T03:01:59.818-0730", T0),
        ("2021-06-21T12:31:59.818+02", T0),
    ],
)
def test_times_in_every_accepted_shape(text: str, expected: int) -> None:
    """Missing parts are the first instant, a missing offset is UTC."""
    assert formats.parse_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "21", "2021-6", "2021-13", "2021-02-30", "2021-06-21T25:00", "0000",
     "2021-06-21T10:31:59.818+15:00", "2021-06-21T10", "2021-06-21T10:31Zx", "٢٠٢١"],
)  # fmt: skip
def test_other_texts_are_no_times(text: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(ValueError):
        formats.parse_time(text)


def test_times_out() -> None:
    """Six digits on the a2p pages, three on subscriptions, always UTC with Z."""
    assert formats.render_micros(T0, 28) == "2021-06-21T10:31:59.818028Z"
    assert formats.render_millis(T0) == "2021-06-21T10:31:59.818Z"
    assert formats.parse_time(formats.render_micros(T0)) == T0


@pytest.mark.parametrize(
    "text, expected",
    [
        ("+12025550142", "+12025550142"),
        (" 12025550142", "+12025550142"),
        ("  +1 (202) 555-0142", "+12025550142"),
        ("12025550142", "+12025550142"),
        ("2025550142", "+12025550142"),
        ("72345", "72345"),
    ],
)
def test_numbers_in_a_query(text: str, expected: str) -> None:
    """A lost plus is put back; digits alone are read in the account's country."""
    assert formats.parse_phone(text) == expected


@pytest.mark.parametrize(
    "text", ["", "*", "NETWORK", "+1202555", "tel:+12025550142", "+1202x550142"]
)
def test_other_texts_are_no_numbers(text: str) -> None:
    """A name is no number in a filter."""
    with pytest.raises(ValueError):
        formats.parse_phone(text)


@pytest.mark.parametrize("identifier", [0, 1, 7, 8, 0x7FFF, 0x8000, 1 << 62, (1 << 63) - 1])
def test_a_uuid_holds_the_whole_id(identifier: int) -> None:
    """To a UUID and back, at every edge of its fields."""
    text = ids.batch_uuid(identifier)
    assert ids.read_batch_uuid(text) == identifier
    assert ids.read_batch_uuid(text.upper()) == identifier
    assert (text[14], text[19] in "89ab") == ("4", True)


def test_the_bucket_stands_in_a_fixed_byte() -> None:
    """A reader of logs and a router find the bucket without code."""
    buckets = {int(ids.batch_uuid((123 << 21) | (b << 15))[11:13], 16) & 63 for b in range(64)}
    assert buckets == set(range(64))


def flipped(text: str, at: int) -> str:
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


GOOD_UUID = ids.batch_uuid(123_456_789_012_345)


@pytest.mark.parametrize(
    "text",
    [
        "00000000-0000-4000-8000-000000000000",
        "c8e5d2b1-70f4-4f0e-8b1d-91aa53f6e002",
        GOOD_UUID.replace("-", ""),
        GOOD_UUID + " ",
        "x",
        "",
        ids.subscription_uuid(123_456_789_012_345),
        *(flipped(GOOD_UUID, at) for at in range(36) if GOOD_UUID[at] != "-"),
    ],
)
def test_foreign_uuids_are_none(text: str) -> None:
    """One changed digit, another kind of thing, or no UUID at all."""
    assert ids.read_batch_uuid(text) is None


@pytest.mark.parametrize("text", ["", "-1", "1e3", "01", "١", str(1 << 63), "9" * 400, "1 "])
def test_other_texts_are_no_message_ids(text: str) -> None:
    """Digits of a 63-bit id, written one way."""
    assert ids.read_message_id(text) is None


def test_failure_codes_are_a_bijection() -> None:
    """Every reason has one code and one text, and no code two reasons."""
    assert set(failure_codes.WIRE_FAILURES) == set(FailureCode)
    assert len(failure_codes.FAILURES_BY_CODE) == len(FailureCode)
    assert all(wire.description for wire in failure_codes.WIRE_FAILURES.values())
    assert failure_codes.failure_code(FailureCode.OPTED_OUT) == "SMS-RC-413"


def test_every_status_has_a_name() -> None:
    """What waits, is claimed or uncertain reads Queued."""
    assert set(failure_codes.STATUS_NAMES) == set(MessageStatus)
