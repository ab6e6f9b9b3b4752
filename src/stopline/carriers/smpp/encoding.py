"""Text to bytes and back: GSM 03.38 (packed or not), Latin-1, UCS-2.

Carriers agree on little here: data_coding 0 means "the default alphabet of the message centre",
so what it stands for is a setting. What comes in is read in every likely way, because a STOP
whose data_coding lies must not be missed.
"""

import codecs
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from stopline.carriers.smpp.languages import (
    ESCAPE,
    EXTENSION_SEPTETS,
    PLAIN,
    Language,
    septet_tables,
)
from stopline.core.text import GSM_BASIC, GSM_EXTENSION

_BASIC_SEPTETS = bytes(septet for septet in range(128) if septet != ESCAPE)
# Longer texts are prose in any reading: a keyword has 64 characters, two bytes each.
MAX_REREAD_BYTES = 160

_TO_GSM: dict[int, bytes] = {
    **{ord(char): bytes((s,)) for char, s in zip(GSM_BASIC, _BASIC_SEPTETS, strict=True)},
    **{
        ord(char): bytes((ESCAPE, s))
        for char, s in zip(GSM_EXTENSION, EXTENSION_SEPTETS, strict=True)
    },
}

DEFAULT_CODING, LATIN1_CODING, UCS2_CODING = 0x00, 0x03, 0x08


class Alphabet(Enum):
    """How text is written in bytes. Those after UTF-8 are only read, by Python's own codecs."""

    GSM = "gsm"
    GSM_PACKED = "gsm-packed"
    LATIN1 = "latin-1"
    UCS2 = "ucs-2"
    UTF8 = "utf-8"
    SHIFT_JIS = "shift_jis"
    CYRILLIC = "iso8859_5"
    HEBREW = "iso8859_8"
    ISO_2022_JP = "iso2022_jp"
    EUC_JP = "euc_jp"
    EUC_KR = "euc_kr"


# SMPP 3.4 section 5.2.19. Octets (2, 4) are read as Latin-1, which loses none of them.
_CODINGS = {
    0x01: Alphabet.LATIN1,
    0x02: Alphabet.LATIN1,
    0x03: Alphabet.LATIN1,
    0x04: Alphabet.LATIN1,
    0x05: Alphabet.SHIFT_JIS,
    0x06: Alphabet.CYRILLIC,
    0x07: Alphabet.HEBREW,
    0x08: Alphabet.UCS2,
    0x0A: Alphabet.ISO_2022_JP,
    0x0D: Alphabet.EUC_JP,
    0x0E: Alphabet.EUC_KR,
}


class Codings(NamedTuple):
    """The data_coding with which a carrier marks its default alphabet, Latin-1 and UCS-2."""

    default: int = DEFAULT_CODING
    latin1: int = LATIN1_CODING
    ucs2: int = UCS2_CODING


USUAL_CODINGS = Codings()


class Writing(NamedTuple):
    """How the bytes of a text are said to be written."""

    alphabet: Alphabet
    fill_bits: int = 0
    language: Language = PLAIN


class Reading(NamedTuple):
    """A text as declared, and everything else its bytes may mean. Other readings stand in a fixed
    order, so that those of a long message's parts can be joined; "" where there is none."""

    text: str
    others: tuple[str, ...]


def encode_gsm(text: str) -> bytes:
    """One byte a septet. Raises UnicodeEncodeError for a character outside GSM 03.38."""
    return codecs.charmap_encode(text, "strict", _TO_GSM)[0]


def decode_gsm(data: bytes, language: Language = PLAIN) -> str:
    """Septets, one a byte; anything outside the alphabet becomes U+FFFD."""
    basic, extension = septet_tables(language)
    if ESCAPE not in data:
        return codecs.charmap_decode(data, "replace", basic)[0]
    chars = []
    escaped = False
    for byte in data:
        if escaped:
            # A device that does not know the extension shows the basic character.
            chars.append(extension.get(byte) or basic[byte])
            escaped = False
        elif byte == ESCAPE:
            escaped = True
        else:
            chars.append(basic[byte])
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


def decode(data: bytes, writing: Writing) -> str:
    """The text of `data`; never fails."""
    match writing.alphabet:
        case Alphabet.GSM:
            return decode_gsm(data, writing.language)
        case Alphabet.GSM_PACKED:
            return decode_gsm(unpack_septets(data, writing.fill_bits), writing.language)
        case Alphabet.UCS2:
            return decode_ucs2(data)
        case alphabet:
            return data.decode(alphabet.value, "replace")


def declared_alphabet(
    data_coding: int, default: Alphabet, codings: Codings = USUAL_CODINGS
) -> Alphabet:
    """What data_coding says: the carrier's own values, then SMPP's below 16, and the groups of
    GSM 03.38 above."""
    if data_coding == codings.default:
        return default
    if data_coding in codings[1:]:
        return Alphabet.LATIN1 if data_coding == codings.latin1 else Alphabet.UCS2
    if data_coding < 0x10:
        return _CODINGS.get(data_coding, default)
    group = data_coding & 0xF0
    if group <= 0x30 and data_coding & 0x0C:
        return Alphabet.UCS2 if data_coding & 0x0C == 0x08 else Alphabet.LATIN1
    if group == 0xF0 and data_coding & 0x04:
        return Alphabet.LATIN1
    if group == 0xE0:
        return Alphabet.UCS2
    return default


_REREAD = (Alphabet.GSM, Alphabet.GSM_PACKED, Alphabet.LATIN1, Alphabet.UCS2, Alphabet.UTF8)


def read_text(data: bytes, writing: Writing) -> Reading:
    """The text as declared, and its other readings when it is short enough to be a keyword."""
    if data and len(data) <= MAX_REREAD_BYTES:
        return _read_short(data, writing)
    return Reading(decode(data, writing), ())


# Keywords are what comes most; an entry takes about a kilobyte.
@lru_cache(maxsize=4_096)
def _read_short(data: bytes, writing: Writing) -> Reading:
    others = tuple(
        "" if alphabet is writing.alphabet else decode(data, writing._replace(alphabet=alphabet))
        for alphabet in _REREAD
    )
    return Reading(decode(data, writing), others)
