"""Message text on the air: the GSM 03.38 alphabet, UCS-2, and how many segments a text takes."""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

GSM_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# Each of these is sent as an escape and a second septet.
GSM_EXTENSION = "\f^{}\\[~]|€"

# GSM 03.38 and 03.40: 140 bytes of user data, six of them a header in a chain.
GSM_SINGLE_UNITS, GSM_CHAINED_UNITS = 160, 153
UCS2_SINGLE_UNITS, UCS2_CHAINED_UNITS = 70, 67

# A batch mostly repeats one text; texts may hold 1,000 characters, so at most some 4 MB.
_SHAPE_CACHE_SIZE = 2_048

_is_gsm = re.compile(f"[{re.escape(GSM_BASIC + GSM_EXTENSION)}]*").fullmatch
_gsm_doubles = re.compile(f"[{re.escape(GSM_EXTENSION)}]").findall
_ucs2_doubles = re.compile("[\U00010000-\U0010ffff]").findall
_unstorable = re.compile("[\0\ud800-\udfff]")


class Encoding(Enum):
    """How a text travels: seven-bit GSM characters or 16-bit units."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class TextShape:
    """What a text costs: `units` are septets (GSM-7) or 16-bit units (UCS-2)."""

    encoding: Encoding
    units: int
    segment_count: int


def count_segments(text: str) -> int:
    """How many SMS the text takes on the air; an empty text takes one."""
    return describe_text(text).segment_count


@lru_cache(maxsize=_SHAPE_CACHE_SIZE)
def describe_text(text: str) -> TextShape:
    """Encoding, units and segments of a text."""
    if _is_gsm(text):
        units = len(text) + len(_gsm_doubles(text))
        count = _segments(text, units, Encoding.GSM7)
        return TextShape(Encoding.GSM7, units, count)
    units = len(text) + len(_ucs2_doubles(text))
    return TextShape(Encoding.UCS2, units, _segments(text, units, Encoding.UCS2))


def clean_text(raw: str) -> str:
    """The text that every store can keep: NUL and lone surrogates become U+FFFD."""
    return _unstorable.sub("\ufffd", raw)


def _segments(text: str, units: int, encoding: Encoding) -> int:
    gsm = encoding is Encoding.GSM7
    if units <= (GSM_SINGLE_UNITS if gsm else UCS2_SINGLE_UNITS):
        return 1
    room = GSM_CHAINED_UNITS if gsm else UCS2_CHAINED_UNITS
    if units == len(text):
        return -(-units // room)
    count = position = 0
    while position < len(text):
        position += _fitting_chars(text[position : position + room], room, gsm)
        count += 1
    return count


def _fitting_chars(part: str, room: int, gsm: bool) -> int:
    """How many leading characters fit into `room` units without splitting a two-unit one."""
    doubles = _gsm_doubles if gsm else _ucs2_doubles
    length = len(part)
    while (excess := length + len(doubles(part[:length])) - room) > 0:
        # A character is at most two units, so at least half the excess must go.
        length -= -(-excess // 2)
    return length
