"""Text to bytes and back: GSM 03.38 (packed or not), Latin-1, UCS-2.

Carriers agree on little here: data_coding 0 means "the default alphabet of the message centre",
so what it stands for is a setting. What comes in is read in every likely way, because a STOP
whose data_coding lies must not be missed.
"""

import codecs
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from stopline.core.text import GSM_BASIC, GSM_EXTENSION

_ESCAPE = 0x1B
# The septets after the escape, in the order of GSM_EXTENSION (GSM 03.38 section 6.2.1.1).
_EXTENSION_SEPTETS = b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65"
_BASIC_SEPTETS = bytes(septet for septet in range(128) if septet != _ESCAPE)
# Longer texts are prose in any reading: a keyword has 64 characters, two bytes each.
MAX_REREAD_BYTES = 160

_TO_GSM: dict[int, bytes] = {
    **{ord(char): bytes((s,)) for char, s in zip(GSM_BASIC, _BASIC_SEPTETS, strict=True)},
    **{
        ord(char): bytes((_ESCAPE, s))
        for char, s in zip(GSM_EXTENSION, _EXTENSION_SEPTETS, strict=True)
    },
}
# A lone escape reads as a space; bytes above 127 are none of the alphabet.
_BASIC_CHARS = GSM_BASIC[:_ESCAPE] + "\xa0" + GSM_BASIC[_ESCAPE:] + "\ufffd" * 128
_FROM_GSM = dict(enumerate(_BASIC_CHARS))
_EXTENSION_CHARS = dict(zip(_EXTENSION_SEPTETS, GSM_EXTENSION, strict=True))

DEFAULT_CODING, ASCII_CODING, LATIN1_CODING, UCS2_CODING = 0x00, 0x01, 0x03, 0x08


class Alphabet(Enum):
    """How text is written in bytes."""

    GSM = "gsm"
    GSM_PACKED = "gsm-packed"
    LATIN1 = "latin-1"
    UCS2 = "ucs-2"
    UTF8 = "utf-8"


class Reading(NamedTuple):
    """A text as declared, and everything else its bytes may mean. Other readings stand in a fixed
    order, so that those of a long message's parts can be joined; "" where there is none."""

    text: str
    others: tuple[str, ...]


def encode_gsm(text: str) -> bytes:
    """One byte a septet. Raises UnicodeEncodeError for a character outside GSM 03.38."""
    return codecs.charmap_encode(text, "strict", _TO_GSM)[0]


def decode_gsm(data: bytes) -> str:
    """Septets, one a byte; anything outside the alphabet becomes U+FFFD."""
    if _ESCAPE not in data:
        return codecs.charmap_decode(data, "replace", _BASIC_CHARS)[0]
    chars = []
    escaped = False
    for byte in data:
        if escaped:
            # A device that does not know the extension shows the basic character.
            chars.append(_EXTENSION_CHARS.get(byte) or _FROM_GSM[byte])
            escaped = False
        elif byte == _ESCAPE:
            escaped = True
        else:
            chars.append(_FROM_GSM[byte])
    return "".join(chars)


def pack_septets(septets: bytes, fill_bits: int = 0) -> bytes:
    """Eight septets in seven bytes, the first after `fill_bits` (GSM 03.38 section 6.1.2.1).

    Seven bits left over would read as "@": they are filled with a carriage return.
    """
    bits = fill_bits + 7 * len(septets)
    if bits % 8 == 1 or (bits % 8 == 0 and septets.endswith(b"\r")):
        septets += b"\r"
        bits += 7
    value = 0
    for septet in reversed(septets):
        value = value << 7 | septet
    return (value << fill_bits).to_bytes((bits + 7) // 8, "little")


def unpack_septets(data: bytes, fill_bits: int = 0) -> bytes:
    """The septets in `data`; a carriage return that only filled the last byte is dropped."""
    value = int.from_bytes(data, "little") >> fill_bits
    count, spare = divmod(max(0, len(data) * 8 - fill_bits), 7)
    septets = bytearray(count)
    for index in range(count):
        septets[index] = value & 0x7F
        value >>= 7
    if spare == 0 and count and septets[-1] in (0x0D, 0x00):
        del septets[-1]
    return bytes(septets)


def decode_ucs2(data: bytes) -> str:
    """UTF-16, big endian unless a mark says otherwise; half a unit at the end is dropped.

    A lone surrogate stays: its other half may be at the start of the next part.
    """
    data = data[: len(data) & ~1]
    if data.startswith(b"\xff\xfe"):
        return data[2:].decode("utf-16-le", "surrogatepass")
    if data.startswith(b"\xfe\xff"):
        data = data[2:]
    return data.decode("utf-16-be", "surrogatepass")


def decode(data: bytes, alphabet: Alphabet, fill_bits: int = 0) -> str:
    """The text of `data` in an alphabet; never fails."""
    match alphabet:
        case Alphabet.GSM:
            return decode_gsm(data)
        case Alphabet.GSM_PACKED:
            return decode_gsm(unpack_septets(data, fill_bits))
        case Alphabet.LATIN1:
            return data.decode("latin-1")
        case Alphabet.UCS2:
            return decode_ucs2(data)
        case Alphabet.UTF8:
            return data.decode("utf-8", "replace")


def declared_alphabet(data_coding: int, default: Alphabet) -> Alphabet:
    """What data_coding says: SMPP's own values below 16, GSM 03.38 groups above."""
    if data_coding == UCS2_CODING:
        return Alphabet.UCS2
    if data_coding in (ASCII_CODING, 0x02, LATIN1_CODING, 0x04):
        return Alphabet.LATIN1
    group = data_coding & 0xF0
    if 0x10 <= group <= 0x30 and data_coding & 0x0C:
        return Alphabet.UCS2 if data_coding & 0x0C == 0x08 else Alphabet.LATIN1
    if group == 0xF0 and data_coding & 0x04:
        return Alphabet.LATIN1
    if group == 0xE0:
        return Alphabet.UCS2
    return default


_REREAD = (Alphabet.GSM, Alphabet.GSM_PACKED, Alphabet.LATIN1, Alphabet.UCS2, Alphabet.UTF8)


def read_text(data: bytes, data_coding: int, default: Alphabet, fill_bits: int = 0) -> Reading:
    """The text as declared, and its other readings when it is short enough to be a keyword."""
    if data and len(data) <= MAX_REREAD_BYTES:
        return _read_short(data, data_coding, default, fill_bits)
    return Reading(decode(data, declared_alphabet(data_coding, default), fill_bits), ())


# Keywords are what comes most; an entry takes about a kilobyte.
@lru_cache(maxsize=4_096)
def _read_short(data: bytes, data_coding: int, default: Alphabet, fill_bits: int) -> Reading:
    declared = declared_alphabet(data_coding, default)
    others = tuple(
        "" if alphabet is declared else decode(data, alphabet, fill_bits) for alphabet in _REREAD
    )
    return Reading(decode(data, declared, fill_bits), others)
