"""Long texts: cut for the way out, recognised on the way in.

A chain is marked by a user data header (GSM 03.40 section 9.2.3.24, 8 or 16 bit reference), by
SAR parameters, or is avoided altogether with message_payload.
"""

from collections.abc import Mapping
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from stopline.carriers.smpp import commands, encoding
from stopline.carriers.smpp.encoding import USUAL_CODINGS, Alphabet, Codings
from stopline.carriers.smpp.languages import PLAIN, Language, read_language
from stopline.carriers.smpp.pdu import Message

# What one SMS holds on the air.
USER_DATA_BYTES = 140
GSM_SINGLE_SEPTETS = 160
# The header's own length byte, then the element.
HEADER8_BYTES, HEADER16_BYTES = 6, 7
_CONCAT8, _CONCAT16 = 0x00, 0x08
# A part holds at most what one short_message can; more is a payload that is whole by itself.
MAX_PART_BYTES = 255
# A batch mostly repeats one text; an entry holds a few kilobytes.
_CACHE_SIZE = 2_048


class LongForm(Enum):
    """How a text of more than one segment travels."""

    UDH8 = "udh8"
    UDH16 = "udh16"
    SAR = "sar"
    PAYLOAD = "payload"


class TextRule(NamedTuple):
    """How a carrier wants text. `default_alphabet` is what data_coding 0 means there; `latin1`:
    Latin-1 is tried before UCS-2; `codings`: how each is marked."""

    default_alphabet: Alphabet = Alphabet.GSM
    latin1: bool = False
    long_form: LongForm = LongForm.UDH8
    codings: Codings = USUAL_CODINGS


class Segment(NamedTuple):
    """What one submit_sm carries of a text."""

    esm_class: int
    data_coding: int
    content: bytes
    tlvs: Mapping[int, bytes]


class Chain(NamedTuple):
    """The place of a part in its text: `key` tells chains of one pair apart."""

    key: str
    number: int
    total: int


class _Pieces(NamedTuple):
    """A text in an alphabet, cut. Packed texts are still septets."""

    alphabet: Alphabet
    data_coding: int
    parts: tuple[bytes, ...]


_NO_TLVS: Mapping[int, bytes] = {}


def split_text(text: str, rule: TextRule, reference: int) -> list[Segment]:
    """The segments of a text; `reference` marks the parts of one chain (any integer)."""
    pieces = _cut(text, rule)
    if len(pieces.parts) == 1:
        return [_alone(pieces, rule)]
    total = len(pieces.parts)
    return [_chained(pieces, rule, reference, n, total) for n in range(1, total + 1)]


@lru_cache(maxsize=_CACHE_SIZE)
def count_submits(text: str, rule: TextRule) -> int:
    """How many submit_sm the text takes."""
    return len(_cut(text, rule).parts)


def count_segments(text: str, rule: TextRule) -> int:
    """How many segments reach the handset: one a submit_sm, unless the carrier does the cutting."""
    if rule.long_form is LongForm.PAYLOAD:
        rule = rule._replace(long_form=LongForm.UDH8)
    return count_submits(text, rule)


@lru_cache(maxsize=_CACHE_SIZE)
def _cut(text: str, rule: TextRule) -> _Pieces:
    alphabet, data_coding, data = _encode(text, rule)
    single, chained = _rooms(alphabet, rule.long_form)
    if len(data) <= single or rule.long_form is LongForm.PAYLOAD:
        return _Pieces(alphabet, data_coding, (data,))
    parts, start = [], 0
    while start < len(data):
        end = _cut_before(data, start + chained, alphabet)
        parts.append(data[start:end])
        start = end
    return _Pieces(alphabet, data_coding, tuple(parts))


def _encode(text: str, rule: TextRule) -> tuple[Alphabet, int, bytes]:
    """The first alphabet that has every character; septets are not packed yet."""
    codings = rule.codings
    if rule.default_alphabet in (Alphabet.GSM, Alphabet.GSM_PACKED):
        try:
            return rule.default_alphabet, codings.default, encoding.encode_gsm(text)
        except UnicodeEncodeError:
            pass
    if rule.latin1 or rule.default_alphabet is Alphabet.LATIN1:
        is_default = rule.default_alphabet is Alphabet.LATIN1
        coding = codings.default if is_default else codings.latin1
        try:
            return Alphabet.LATIN1, coding, text.encode("latin-1")
        except UnicodeEncodeError:
            pass
    return Alphabet.UCS2, codings.ucs2, text.encode("utf-16-be", "surrogatepass")


def _rooms(alphabet: Alphabet, form: LongForm) -> tuple[int, int]:
    """Bytes (or septets) that fit alone, and in a chain."""
    header = HEADER16_BYTES if form is LongForm.UDH16 else HEADER8_BYTES
    rest = USER_DATA_BYTES - header
    if alphabet in (Alphabet.GSM, Alphabet.GSM_PACKED):
        return GSM_SINGLE_SEPTETS, rest * 8 // 7
    return USER_DATA_BYTES, rest & ~1 if alphabet is Alphabet.UCS2 else rest


def _cut_before(data: bytes, end: int, alphabet: Alphabet) -> int:
    """A cut at or before `end` that splits no two-unit character."""
    if end >= len(data):
        return len(data)
    if alphabet is Alphabet.UCS2:
        return end - 2 if 0xD8 <= data[end - 2] < 0xDC else end
    is_gsm = alphabet is not Alphabet.LATIN1
    return end - 1 if is_gsm and data[end - 1] == 0x1B else end


def _alone(pieces: _Pieces, rule: TextRule) -> Segment:
    content = pieces.parts[0]
    if pieces.alphabet is Alphabet.GSM_PACKED:
        content = encoding.pack_septets(content)
    single, _ = _rooms(pieces.alphabet, rule.long_form)
    if len(content) <= single:
        return Segment(0, pieces.data_coding, content, _NO_TLVS)
    return Segment(0, pieces.data_coding, b"", {commands.MESSAGE_PAYLOAD: content})


def _chained(pieces: _Pieces, rule: TextRule, reference: int, number: int, total: int) -> Segment:
    content = pieces.parts[number - 1]
    packed = pieces.alphabet is Alphabet.GSM_PACKED
    if rule.long_form is LongForm.SAR:
        sar = {
            commands.SAR_REFERENCE: (reference & 0xFFFF).to_bytes(2, "big"),
            commands.SAR_TOTAL: bytes((total,)),
            commands.SAR_NUMBER: bytes((number,)),
        }
        return Segment(
            0, pieces.data_coding, encoding.pack_septets(content) if packed else content, sar
        )
    header = _header(rule.long_form, reference, total, number)
    if packed:
        content = encoding.pack_septets(content, _fill_bits(len(header)))
    return Segment(commands.ESM_HEADER, pieces.data_coding, header + content, _NO_TLVS)


def _header(form: LongForm, reference: int, total: int, number: int) -> bytes:
    if form is LongForm.UDH16:
        mark = (reference & 0xFFFF).to_bytes(2, "big")
        return bytes((6, _CONCAT16, 4)) + mark + bytes((total, number))
    return bytes((5, _CONCAT8, 3, reference & 0xFF, total, number))


def _fill_bits(header_bytes: int) -> int:
    """Bits between a header and the first septet, which begins on a septet boundary."""
    return -header_bytes * 8 % 7


class Content(NamedTuple):
    """What came in: the text's bytes without their header, its place in a chain, its language."""

    data: bytes
    fill_bits: int = 0
    chain: Chain | None = None
    language: Language = PLAIN


def read_content(message: Message) -> Content:
    """Take the header off and find the chain. A header that does not fit is no header: its
    bytes are read as text, and a place that can not be makes no chain."""
    data = message.content
    if message.esm_class & commands.ESM_HEADER and data and data[0] + 1 <= len(data):
        size = data[0] + 1
        elements = _elements(data[1:size])
        chain = _header_chain(elements) or _sar_chain(message.tlvs)
        content = Content(data[size:], _fill_bits(size), chain, read_language(elements))
    else:
        content = Content(data, chain=_sar_chain(message.tlvs))
    if content.chain is not None and len(content.data) > MAX_PART_BYTES:
        return content._replace(chain=None)
    return content


def _elements(header: bytes) -> dict[int, bytes]:
    """The elements of a header by their kind, the first of each."""
    found: dict[int, bytes] = {}
    start = 0
    while start + 2 <= len(header):
        kind, length = header[start], header[start + 1]
        value = header[start + 2 : start + 2 + length]
        if len(value) == length:
            found.setdefault(kind, value)
        start += 2 + length
    return found


def _header_chain(elements: Mapping[int, bytes]) -> Chain | None:
    if len(value := elements.get(_CONCAT8, b"")) == 3:
        return _chain(f"8-{value[0]}", value[1], value[2])
    if len(value := elements.get(_CONCAT16, b"")) == 4:
        return _chain(f"16-{int.from_bytes(value[:2], 'big')}", value[2], value[3])
    return None


def _sar_chain(tlvs: Mapping[int, bytes]) -> Chain | None:
    if not tlvs:
        return None
    reference = tlvs.get(commands.SAR_REFERENCE, b"")
    total = tlvs.get(commands.SAR_TOTAL, b"")
    number = tlvs.get(commands.SAR_NUMBER, b"")
    if len(reference) != 2 or len(total) != 1 or len(number) != 1:
        return None
    return _chain(f"sar-{int.from_bytes(reference, 'big')}", total[0], number[0])


def _chain(reference: str, total: int, number: int) -> Chain | None:
    """Chains whose totals differ are different chains."""
    if total < 2 or not 1 <= number <= total:
        return None
    return Chain(f"{reference}-{total}", number, total)
