"""Phone numbers as Stopline keeps them: E.164 text, one spelling per subscriber.

Every consent decision hangs on two spellings of one number becoming the same text, so a
spelling that could mean two numbers is refused rather than guessed.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

import msgspec
import phonenumbers

from stopline.core.errors import InvalidNumber

BUCKET_COUNT = 64

# The longest E.164 number has 15 digits; the rest is room for brackets, blanks and prefixes.
MAX_NUMBER_CHARS = 40

# An alphanumeric sender has at most 11 characters on the air (GSM 03.40 address field).
MAX_ALPHANUMERIC_CHARS = 11

# Foreign numbers repeat within a batch; one entry takes about 300 bytes.
_PARSE_CACHE_SIZE = 16_384

_NANP = re.compile(r"\+1[2-9][0-9]{2}[2-9][0-9]{6}").fullmatch
_NANP_LOOSE = re.compile(r"\+?1?([2-9][0-9]{2}[2-9][0-9]{6})").fullmatch
_SPELLING = re.compile(r"\+?[0-9]+").fullmatch
_SHORT_CODE = re.compile(r"[0-9]{3,6}").fullmatch
_ALPHANUMERIC = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 &._+-]*").fullmatch
_TOLL_FREE = re.compile(r"\+18(?:00|33|44|55|66|77|88)[2-9][0-9]{6}").fullmatch
_FORMATTING = str.maketrans("", "", " \t-().[]")

NANP_COUNTRIES = frozenset(phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1])


class Pair(msgspec.Struct, frozen=True, gc=False):
    """One sender with one recipient: what consent is kept for. Both are canonical addresses."""

    sender: str
    recipient: str


def parse_number(text: str, country: str = "US") -> str:
    """The canonical E.164 form of `text`, read as written in `country` (ISO 3166 alpha-2).

    Raises InvalidNumber when the text is no number or could be more than one.
    """
    if _NANP(text):
        return text
    number = _parse_spelling(text.translate(_FORMATTING), country) if _is_bounded(text) else None
    if number is None:
        raise InvalidNumber("not a phone number that can be told apart from any other")
    return number


def parse_numbers(texts: Iterable[str], country: str = "US") -> list[str | None]:
    """`parse_number` for many: None stands where the text is no number."""
    return [text if _NANP(text) else _parse_or_none(text, country) for text in texts]


def parse_address(text: str, country: str = "US") -> str:
    """The canonical source address of an inbound message.

    E.164 for a number, the digits of a short code, or an alphanumeric sender as written.
    Raises InvalidNumber for anything else.
    """
    stripped = text.strip(" ")
    if is_short_code(stripped) or is_alphanumeric(stripped):
        return stripped
    return parse_number(text, country)


# A text's two numbers are read where it comes in and at every step of its flow.
@lru_cache(maxsize=4_096)
def parse_carrier_address(text: str, country: str = "US") -> str:
    """As `parse_address`, for what a carrier gave: also a `tel:` URI (RFC 3966) and characters of
    other widths. A person who texts from such a spelling is the same person.
    """
    if _NANP(text):
        return text
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain[:4].lower() == "tel:":
        plain = plain[4:].partition(";")[0]
    return parse_address(plain, country)


def is_short_code(address: str) -> bool:
    """Whether the address is a network's short code: three to six digits."""
    return _SHORT_CODE(address) is not None


def is_alphanumeric(address: str) -> bool:
    """Whether the address is a name instead of a number; nobody can answer it."""
    return len(address) <= MAX_ALPHANUMERIC_CHARS and _ALPHANUMERIC(address) is not None


def is_toll_free(number: str) -> bool:
    """Whether a canonical number is a North American toll-free one."""
    return _TOLL_FREE(number) is not None


def country_of(number: str) -> str:
    """The country (ISO 3166) an E.164 number belongs to; "" when it belongs to none."""
    parsed = _parsed(number, None)
    return (phonenumbers.region_code_for_number(parsed) or "") if parsed else ""


def is_country(code: str) -> bool:
    """Whether `code` is a country (ISO 3166 alpha-2, capitals) whose numbers we can read."""
    return code in phonenumbers.SUPPORTED_REGIONS


def mask_number(number: str) -> str:
    """The form for logs and errors: `+1415***42`. Never shows more than the last two digits."""
    if len(number) >= 11:
        return f"{number[:5]}***{number[-2:]}"
    if len(number) >= 7:
        return f"{number[:2]}***{number[-2:]}"
    return "***"


def bucket_of(sender: str) -> int:
    """The data bucket of a sender, 0 to 63. Stored in keys: must never change."""
    return crc32(sender.encode()) & (BUCKET_COUNT - 1)


def _is_bounded(text: str) -> bool:
    return len(text) <= MAX_NUMBER_CHARS


def _parse_or_none(text: str, country: str) -> str | None:
    return _parse_spelling(text.translate(_FORMATTING), country) if _is_bounded(text) else None


@lru_cache(maxsize=_PARSE_CACHE_SIZE)
def _parse_spelling(digits: str, country: str) -> str | None:
    if _SPELLING(digits) is None:
        return None
    if digits[0] == "+":
        return _international(digits)
    if country in NANP_COUNTRIES and (match := _NANP_LOOSE(digits)):
        return f"+1{match[1]}"
    readings = set(_readings(digits, country))
    return readings.pop() if len(readings) == 1 else None


def _readings(digits: str, country: str) -> Iterable[str]:
    """Every number the digits can be: national, with an exit prefix, or E.164 without its plus."""
    for candidate in (
        _valid(digits, country),
        _valid(f"+{digits}", None),
        _valid(f"+{digits[2:]}", None) if digits.startswith("00") else None,
        _valid(f"+{digits[3:]}", None) if digits.startswith("011") else None,
    ):
        if candidate is not None:
            yield candidate


def _international(digits: str) -> str | None:
    """A number that names its country: possible length is enough, new ranges appear monthly."""
    if digits.startswith("+1"):
        return digits if _NANP(digits) else None
    parsed = _parsed(digits, None)
    if parsed is None:
        return None
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    return _e164(parsed) if reason == phonenumbers.ValidationResult.IS_POSSIBLE else None


def _valid(digits: str, country: str | None) -> str | None:
    """A number whose country is inferred must lie in an assigned range of that country."""
    if digits.startswith("+1"):
        return digits if _NANP(digits) else None
    parsed = _parsed(digits, country)
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return None
    return _e164(parsed)


def _parsed(digits: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return None


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
