import pytest
import smpplib.gsm
from hypothesis import given
from hypothesis import strategies as st

from stopline.carriers.smpp.encoding import Alphabet, Codings, Writing, declared_alphabet, decode
from stopline.carriers.smpp.languages import Language
from stopline.carriers.smpp.pdu import Message
from stopline.carriers.smpp.segments import (
    Chain,
    LongForm,
    Segment,
    TextRule,
    count_submits,
    read_content,
    split_text,
)
from stopline.core.text import GSM_BASIC, GSM_EXTENSION, count_segments

texts = st.one_of(
    st.text(st.sampled_from(GSM_BASIC + GSM_EXTENSION), max_size=1_000),
    st.text(max_size=1_000).filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text)),
)
rules = st.builds(
    TextRule,
    st.sampled_from([Alphabet.GSM, Alphabet.GSM_PACKED, Alphabet.LATIN1]),
    st.booleans(),
    st.sampled_from(list(LongForm)),
    st.sampled_from([Codings(), Codings(default=1, latin1=4, ucs2=0x18)]),
)


def received(segment: Segment) -> Message:
    """The segment as a message that came in."""
    tlvs = segment.tlvs
    content = segment.content or tlvs.get(0x0424, b"")
    return Message(
        b"", 1, 1, b"1", 1, 1, b"2", segment.esm_class, 0, segment.data_coding, content, tlvs
    )


def read_back(segments: list[Segment], rule: TextRule) -> str:
    """Join what the segments say, in their own order."""
    parts = []
    for segment in segments:
        content = read_content(received(segment))
        alphabet = declared_alphabet(segment.data_coding, rule.default_alphabet, rule.codings)
        place = content.chain.number if content.chain else 1
        parts.append((place, decode(content.data, Writing(alphabet, content.fill_bits))))
    joined = "".join(text for _, text in sorted(parts))
    return joined.encode("utf-16-be", "surrogatepass").decode("utf-16-be")


def may_lose_filler(text: str, rule: TextRule) -> bool:
    return rule.default_alphabet is Alphabet.GSM_PACKED and ("@" in text or "\r" in text)


@given(texts, rules, st.integers(0, 70_000))
def test_what_is_cut_reads_as_it_was(text, rule, reference):
    """Every form and alphabet gives the text back; no character is split."""
    segments = split_text(text, rule, reference)
    assert len(segments) == count_submits(text, rule)
    assert all(len(s.content) <= 254 for s in segments)
    found = read_back(segments, rule)
    if not may_lose_filler(text, rule):
        assert found == text


@given(texts)
def test_segments_are_those_that_are_charged(text):
    """With 8-bit headers the carrier counts what the account pays."""
    assert count_submits(text, TextRule()) == count_segments(text)


@given(st.text(st.sampled_from("abc XYZ 019@£"), min_size=161, max_size=700))
def test_smpplib_cuts_the_same(text):
    """Another implementation makes the same number of parts of plain GSM text."""
    parts, _, _ = smpplib.gsm.make_parts(text)
    assert len(parts) == count_submits(text, TextRule())


def content(data: bytes, header: bool = True, **tlvs: bytes) -> tuple[bytes, Chain | None]:
    found = {int(name[1:], 16): value for name, value in tlvs.items()}
    message = Message(b"", 1, 1, b"1", 1, 1, b"2", 0x40 if header else 0, 0, 0, data, found)
    read = read_content(message)
    return read.data, read.chain


@pytest.mark.parametrize(
    "data, text, chain",
    [
        (b"\5\0\3\7\2\1ST", b"ST", Chain("8-7-2", 1, 2)),
        (b"\6\x08\4\1\7\2\2OP", b"OP", Chain("16-263-2", 2, 2)),
        # A port header in front of the chain, as some phones send.
        (b"\x0b\5\4\x0b\x84\x0b\x84\0\3\7\2\1ST", b"ST", Chain("8-7-2", 1, 2)),
        # Places that can not be: the text stands alone.
        (b"\5\0\3\7\2\0STOP", b"STOP", None),
        (b"\5\0\3\7\2\3STOP", b"STOP", None),
        (b"\5\0\3\7\1\1STOP", b"STOP", None),
        (b"\5\0\3\7\0\0STOP", b"STOP", None),
        # Headers that do not fit are text.
        (b"", b"", None),
        (b"\xffSTOP", b"\xffSTOP", None),
        (b"\0STOP", b"STOP", None),
        (b"\2\0\xffSTOP", b"STOP", None),
        (b"\1\0STOP", b"STOP", None),
    ],
)
def test_headers(data, text, chain):
    """8 and 16 bit references, and everything that only looks like one."""
    assert content(data) == (text, chain)


@pytest.mark.parametrize(
    "header, language",
    [
        (b"\3\x24\1\1", Language(single=1)),
        (b"\3\x25\1\3", Language(locking=3)),
        (b"\x0b\0\3\7\2\1\x25\1\1\x24\1\1", Language(1, 1)),
        (b"\3\x24\1\x63", Language()),
        (b"\4\x24\2\1\1", Language()),
        (b"\3\x24\2\1", Language()),
    ],
)
def test_a_header_names_the_language(header, language):
    """Locking and single shift, beside a chain or alone; one that nobody knows is none."""
    message = Message(b"", 1, 1, b"1", 1, 1, b"2", 0x40, 0, 0, header + b"STOP", {})
    found = read_content(message)
    assert (found.data, found.language) == (b"STOP", language)


def test_sar_parameters():
    """SAR marks a chain without a header; an incomplete or impossible set marks nothing."""
    sar = {"t020c": b"\0\7", "t020e": b"\2", "t020f": b"\1"}
    assert content(b"ST", False, **sar) == (b"ST", Chain("sar-7-2", 1, 2))
    assert content(b"ST", False, t020c=b"\0\7", t020e=b"\2") == (b"ST", None)
    assert content(b"ST", False, **{**sar, "t020f": b"\3"}) == (b"ST", None)
    assert content(b"ST", False, **{**sar, "t020f": b""}) == (b"ST", None)


def test_a_part_is_never_larger_than_an_sms():
    """A payload that calls itself a part is whole by itself: it must not fill the memory."""
    data, chain = content(b"\5\0\3\7\2\1" + b"x" * 5_000)
    assert (len(data), chain) == (5_000, None)
