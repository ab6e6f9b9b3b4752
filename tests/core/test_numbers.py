import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.core.errors import InvalidNumber
from stopline.core.numbers import (
    BUCKET_COUNT,
    bucket_of,
    is_short_code,
    is_toll_free,
    mask_number,
    parse_address,
    parse_carrier_address,
    parse_number,
    parse_numbers,
)

SAN_FRANCISCO = "+14155550142"
LONDON = "+442079460123"

SHAPES = [
    ("E.164", "+14155550142", "US", SAN_FRANCISCO),
    ("without plus", "14155550142", "US", SAN_FRANCISCO),
    ("without plus, from abroad", "14155550142", "GB", SAN_FRANCISCO),
    ("national", "4155550142", "US", SAN_FRANCISCO),
    ("national of another NANP country", "4155550142", "CA", SAN_FRANCISCO),
    ("brackets and dash", "(415) 555-0142", "US", SAN_FRANCISCO),
    ("dots", "415.555.0142", "US", SAN_FRANCISCO),
    ("blanks", " +1 415 555 0142 ", "US", SAN_FRANCISCO),
    ("dashes with 1", "1-415-555-0142", "US", SAN_FRANCISCO),
    ("00 prefix", "0014155550142", "GB", SAN_FRANCISCO),
    ("011 prefix", "011442079460123", "US", LONDON),
    ("00 prefix from the US", "00442079460123", "US", LONDON),
    ("foreign without plus", "442079460123", "US", LONDON),
    ("national with trunk prefix", "020 7946 0123", "GB", LONDON),
    ("bracketed trunk prefix", "+44 (0)20 7946 0123", "US", LONDON),
    ("UK area code that looks like an exit prefix", "01132345678", "GB", "+441132345678"),
]


@pytest.mark.parametrize("shape, text, country, number", SHAPES, ids=[row[0] for row in SHAPES])
def test_every_spelling_becomes_one_number(shape, text, country, number):
    """Two spellings of one number are one subscriber."""
    assert parse_number(text, country) == number
    assert parse_address(text, country) == number


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "+1202555",
        "+12025550",
        "+10025550142",
        "+12021550142",
        "+120255501422",
        "1202555014",
        "tel:+12025550142",
        "+1202555CALL",
        "+1２025550142",
        "+1٢025550142",
        "+12025550142\0",
        "+12025550142\r\n",
        "++12025550142",
        "+1+2025550142",
        "12025550142+",
        "+12025550142 x5",
        "+12025550142,+12025550143",
        "*",
        "+999123456789",
        "+" + "1" * 40,
        " " * 10_000,
    ],
    ids=ascii,
)
def test_anything_else_is_refused(text):
    """What is no number, or more than one, is refused and never guessed."""
    with pytest.raises(InvalidNumber):
        parse_number(text)
    assert parse_numbers([text]) == [None]


def test_ambiguous_digits_are_refused():
    """Digits that are one number at home and another abroad are not guessed."""
    with pytest.raises(InvalidNumber):
        parse_number("15123456789", "DE")


def test_error_does_not_quote_the_number():
    """An error text may be logged, so the number is not in it."""
    with pytest.raises(InvalidNumber) as caught:
        parse_number("+1202555")
    assert "1202555" not in str(caught.value)


@pytest.mark.parametrize("address", ["12345", "729725", "611", "Acme", "ACME Shop", "1-800-Acme"])
def test_short_code_and_name_are_addresses(address):
    """An inbound message may come from a short code or a name; both are kept as they are."""
    assert parse_address(f" {address} ") == address
    with pytest.raises(InvalidNumber):
        parse_number(address)


@pytest.mark.parametrize(
    "spelling",
    [
        "+13125550142",
        "tel:+1-312-555-0142",
        "TEL:+13125550142;phone-context=x",
        "\uff0b\uff11\uff13\uff11\uff12\uff15\uff15\uff15\uff10\uff11\uff14\uff12",
    ],
)
def test_what_a_carrier_writes_is_the_same_person(spelling):
    """A STOP from any of them opts one and the same person out."""
    assert parse_carrier_address(spelling) == "+13125550142"


@pytest.mark.parametrize("address", ["", "1234567", "12", "Much too long name", "A\0", "naïve"])
def test_other_addresses_are_refused(address):
    """Neither number nor short code nor name."""
    with pytest.raises(InvalidNumber):
        parse_address(address)


def test_short_code():
    """Three to six digits."""
    assert [is_short_code(text) for text in ("12", "611", "729725", "7297251", "12a")] == [
        False,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "number, expected",
    [("+18005550142", True), ("+18885550142", True), ("+18225550142", False), (LONDON, False)],
)
def test_toll_free(number, expected):
    """The networks' toll-free codes."""
    assert is_toll_free(number) is expected


@pytest.mark.parametrize(
    "number, masked",
    [
        (SAN_FRANCISCO, "+1415***42"),
        (LONDON, "+4420***23"),
        ("12345", "***"),
        ("+4712345", "+4***45"),
        ("", "***"),
    ],
)
def test_mask(number, masked):
    """A log shows where a number belongs and its last two digits."""
    assert mask_number(number) == masked


def test_bucket_is_fixed_for_ever():
    """Buckets are stored in keys: these values must not change."""
    assert [bucket_of(number) for number in (SAN_FRANCISCO, LONDON, "12345", "*")] == [
        35,
        63,
        28,
        27,
    ]


def test_buckets_are_even():
    """Neighbouring senders spread over all buckets."""
    used = [bucket_of(f"+1415555{line:04}") for line in range(6_400)]
    counts = [used.count(bucket) for bucket in range(BUCKET_COUNT)]
    assert min(counts) > 50
    assert max(counts) < 150


@given(st.text(max_size=50), st.sampled_from(["US", "GB", "DE", "FR", "ZZ", ""]))
def test_answer_is_canonical_or_refused(text, country):
    """Whatever comes in: E.164 that parses to itself, or InvalidNumber."""
    try:
        number = parse_number(text, country)
    except InvalidNumber:
        return
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", number)
    assert parse_number(number, country) == number


@given(st.text("0123456789+-() .", max_size=20), st.sampled_from(["US", "GB", "DE", "FR"]))
def test_bulk_and_single_agree(text, country):
    """parse_numbers is parse_number with None for a refusal."""
    try:
        expected = parse_number(text, country)
    except InvalidNumber:
        expected = None
    assert parse_numbers([text], country) == [expected]
