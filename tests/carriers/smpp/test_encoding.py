import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.carriers.smpp.encoding import (
    Alphabet,
    declared_alphabet,
    decode,
    decode_gsm,
    decode_ucs2,
    encode_gsm,
    pack_septets,
    read_text,
    unpack_septets,
)
from stopline.core.text import GSM_BASIC, GSM_EXTENSION

gsm_texts = st.text(st.sampled_from(GSM_BASIC + GSM_EXTENSION), max_size=170)


@given(gsm_texts)
def test_gsm_as_another_implementation_has_it(text):
    """Our septets are those of an independent codec, both ways."""
    theirs = gsm0338.Codec()
    assert encode_gsm(text) == theirs.encode(text)[0]
    assert decode_gsm(encode_gsm(text)) == text


@given(st.text(st.sampled_from(GSM_BASIC), max_size=170), st.integers(0, 6))
def test_packed_septets_come_back(text, fill_bits):
    """Eight septets in seven bytes; fillers at the very end can not be told from text."""
    septets = encode_gsm(text)
    data = pack_septets(septets, fill_bits)
    found = unpack_septets(data, fill_bits)
    assert found.rstrip(b"\0\r") == septets.rstrip(b"\0\r")
    assert abs(len(found) - len(septets)) <= 1
    assert len(data) <= (len(septets) * 7 + fill_bits + 14) // 8


@pytest.mark.parametrize(
    "text, packed",
    [
        ("hellohello", "e8329bfd4697d9ec37"),  # the usual example of the format
        ("1234567", "31d98c56b3dd1a"),  # seven bits are left over: filled with CR
        ("12345678", "31d98c56b3dd70"),
    ],
)
def test_known_packings(text, packed):
    """Vectors from elsewhere; a text of 8n-1 septets ends with a filler and reads as itself."""
    data = pack_septets(encode_gsm(text))
    assert data.hex() == packed
    assert decode(data, Alphabet.GSM_PACKED) == text


@pytest.mark.parametrize(
    "data_coding, alphabet",
    [
        (0x00, Alphabet.GSM_PACKED),  # the carrier's own alphabet
        (0x01, Alphabet.LATIN1),
        (0x03, Alphabet.LATIN1),
        (0x04, Alphabet.LATIN1),
        (0x08, Alphabet.UCS2),
        (0x10, Alphabet.GSM_PACKED),
        (0x18, Alphabet.UCS2),
        (0xE0, Alphabet.UCS2),
        (0xF0, Alphabet.GSM_PACKED),
        (0xF5, Alphabet.LATIN1),
    ],
)
def test_what_data_coding_declares(data_coding, alphabet):
    """SMPP's values below 16, GSM 03.38 groups above, the carrier's default for the rest."""
    assert declared_alphabet(data_coding, Alphabet.GSM_PACKED) is alphabet


@pytest.mark.parametrize("declared", [0, 1, 3, 8, 0xF0, 0xF5])
@pytest.mark.parametrize("written", list(Alphabet))
def test_a_stop_is_among_the_readings_whatever_is_declared(written, declared):
    """Race row 34: a data_coding that lies does not hide the word."""
    data = {
        Alphabet.GSM: b"STOP",
        Alphabet.GSM_PACKED: pack_septets(b"STOP"),
        Alphabet.LATIN1: "STÓP".encode("latin-1"),
        Alphabet.UCS2: "STOP".encode("utf-16-be"),
        Alphabet.UTF8: "STÓP".encode(),
    }[written]
    text, others = read_text(data, declared, Alphabet.GSM)
    readings = {reading.replace("Ó", "O") for reading in (text, *others)}
    assert "STOP" in readings


def test_long_texts_have_one_reading():
    """Nothing longer than a keyword is read twice."""
    assert read_text(b"a" * 161, 0, Alphabet.GSM).others == ()
    assert read_text(b"", 0, Alphabet.GSM).others == ()


@pytest.mark.parametrize(
    "data, text",
    [
        (b"\0S\0T\0O\0P", "STOP"),
        (b"\0S\0T\0O\0P\0", "STOP"),
        (b"\xfe\xff\0S\0T", "ST"),
        (b"\xff\xfeS\0T\0", "ST"),
        (b"", ""),
        (b"\xd8\x3d\xde\x00", "\U0001f600"),
        (b"\xd8\x3d", "\ud83d"),
    ],
)
def test_ucs2(data, text):
    """Big endian unless marked; half a unit is dropped, half a character kept."""
    assert decode_ucs2(data) == text


@given(st.binary(max_size=200), st.sampled_from(list(Alphabet)), st.integers(0, 6))
def test_any_bytes_are_some_text(data, alphabet, fill_bits):
    """Decoding never fails."""
    assert isinstance(decode(data, alphabet, fill_bits), str)
