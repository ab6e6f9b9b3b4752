"""Addresses on the wire: type of number, numbering plan and digits, both ways."""

from functools import lru_cache
from typing import NamedTuple

from stopline.core.errors import InvalidNumber
from stopline.core.numbers import is_alphanumeric, is_short_code, parse_address, parse_number

# SMPP 3.4 sections 5.2.5 and 5.2.6.
TON_UNKNOWN, TON_INTERNATIONAL, TON_NATIONAL, TON_NETWORK, TON_SUBSCRIBER, TON_ALPHANUMERIC = range(
    6
)
NPI_UNKNOWN, NPI_E164 = 0, 1
# Senders are few; persons repeat within a conversation only. An entry takes about 300 bytes.
_CACHE_SIZE = 16_384


class AddressRule(NamedTuple):
    """What a carrier wants to see. `plus`: whether E.164 keeps its plus."""

    country: str = "US"
    short_code_ton: int = TON_NETWORK
    short_code_npi: int = NPI_UNKNOWN
    number_ton: int = TON_INTERNATIONAL
    number_npi: int = NPI_E164
    plus: bool = False


def render_address(address: str, rule: AddressRule) -> bytes:
    """Type, plan, digits and the closing zero, as a submit_sm has them."""
    if address[:1] == "+":
        digits = address if rule.plus else address[1:]
        return bytes((rule.number_ton, rule.number_npi)) + digits.encode("ascii") + b"\0"
    if is_alphanumeric(address):
        return bytes((TON_ALPHANUMERIC, NPI_UNKNOWN)) + address.encode("ascii") + b"\0"
    head = bytes((rule.short_code_ton, rule.short_code_npi))
    return head + address.encode("ascii", "replace") + b"\0"


@lru_cache(maxsize=_CACHE_SIZE)
def read_address(ton: int, address: bytes, country: str) -> str:
    """The canonical form of what a carrier sent, or the text as it is: nothing is lost."""
    text = address.decode("latin-1").strip()
    try:
        return _canonical(ton, text, country)
    except InvalidNumber:
        return text


def _canonical(ton: int, text: str, country: str) -> str:
    if ton == TON_ALPHANUMERIC or is_short_code(text) or is_alphanumeric(text):
        return parse_address(text, country)
    if ton == TON_INTERNATIONAL:
        return _international(text, country)
    return parse_number(text, country)


def _international(text: str, country: str) -> str:
    """Digits that name their country; some carriers leave the plus or an exit prefix in front."""
    digits = text.lstrip("+")
    try:
        return parse_number("+" + digits, country)
    except InvalidNumber:
        # Declared international, but written nationally or with 00 or 011.
        return parse_number(text, country)
