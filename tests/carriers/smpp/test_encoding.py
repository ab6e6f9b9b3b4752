import gsm0338
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopline.carriers.smpp.encoding import (
    Alphabet,
    Codings,
    Writing,
    declared_alphabet,
    decode,
    decode_gsm,
    decode_ucs2,
    encode_gsm,
    pack_septets,
    read_text,
    unpack_septets,
)
from stopline.carriers.smpp.languages import Language
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
    assert decode(data, Writing(Alphabet.GSM_PACKED)) == text


@pytest.mark.parametrize(
    "data_coding, alphabet",
    [
        (0x00, Alphabet.GSM_PACKED),  # the carrier's own alphabet
        (0x01, Alphabet.LATIN1),
        (0x03, Alphabet.LATIN1),
        (0x04, Alphabet.LATIN1),
        (0x05, Alphabet.SHIFT_JIS),
        (0x06, Alphabet.CYRILLIC),
        (0x07, Alphabet.HEBREW),
        (0x09, Alphabet.GSM_PACKED),
        (0x0E, Alphabet.EUC_KR),
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


def test_a_carriers_own_codings_come_first():
    """What the settings say of a value overrules what SMPP says of it."""
    codings = Codings(default=1, latin1=4, ucs2=0x18)
    found = [declared_alphabet(n, Alphabet.GSM, codings) for n in (1, 4, 0x18, 8, 0)]
    assert found == [
        Alphabet.GSM, Alphabet.LATIN1, Alphabet.UCS2, Alphabet.UCS2, Alphabet.GSM
    ]  # fmt: skip


REREAD = [
    Alphabet.GSM, Alphabet.GSM_PACKED, Alphabet.LATIN1, Alphabet.UCS2, Alphabet.UTF8
]  # fmt: skip


@pytest.mark.parametrize("declared", [0, 1, 3, 5, 6, 8, 14, 0xF0, 0xF5])
@pytest.mark.parametrize("written", REREAD)
def test_a_stop_is_among_the_readings_whatever_is_declared(written, declared):
    """Race row 34: a data_coding that lies does not hide the word."""
    data = {
        Alphabet.GSM: b"STOP",
        Alphabet.GSM_PACKED: pack_septets(b"STOP"),
        Alphabet.LATIN1: "STÓP".encode("latin-1"),
        Alphabet.UCS2: "STOP".encode("utf-16-be"),
        Alphabet.UTF8: "STÓP".encode(),
    }[written]
    text, others = read_text(data, Writing(declared_alphabet(declared, Alphabet.GSM)))
    readings = {reading.replace("Ó", "O") for reading in (text, *others)}
    assert "STOP" in readings


def test_long_texts_have_one_reading():
    """Nothing longer than a keyword is read twice."""
    assert read_text(b"a" * 161, Writing(Alphabet.GSM)).others == ()
    assert read_text(b"", Writing(Alphabet.GSM)).others == ()


@pytest.mark.parametrize(
    "data, language, text",
    [
        (b"\x40PTAL", Language(locking=1), "İPTAL"),
        (b"\x1bIPTAL", Language(single=1), "İPTAL"),
        (b"dur \x1bs\x1bg", Language(single=1), "dur şğ"),
        (b"S\x1bi, d\x1bia \x1be", Language(single=2), "Sí, día €"),
        (b"N\x5bO \x04", Language(locking=3), "NÃO ê"),
        (b"\x1b{\x1b|", Language(single=3), "ãõ"),
        (b"\x1bS\x1bT\x1bO\x1bP", Language(6, 6), "STOP"),
        (b"STOP", Language(single=13), "STOP"),
        # A table without this septet, and one without a locking part.
        (b"\x1bz", Language(single=2), "z"),
        (b"STOP", Language(locking=2), "STOP"),
    ],
)
def test_national_languages(data, language, text):
    """The tables of 3GPP TS 23.038 annex A, plain and packed."""
    assert decode(data, Writing(Alphabet.GSM, 0, language)) == text
    packed = Writing(Alphabet.GSM_PACKED, 3, language)
    assert decode(pack_septets(data, 3), packed).rstrip("\r") == text


@pytest.mark.parametrize(
    "data, coding, text",
    [
        ("СТОП".encode("iso8859-5"), 6, "СТОП"),
        ("הסר".encode("iso8859-8"), 7, "הסר"),
        ("停止".encode("shift_jis"), 5, "停止"),
        ("停止".encode("iso2022_jp"), 10, "停止"),
        ("停止".encode("euc_jp"), 13, "停止"),
        ("중지".encode("euc_kr"), 14, "중지"),
    ],
)
def test_the_other_codings_of_smpp(data, coding, text):
    """What only comes in is read as it is declared."""
    assert read_text(data, Writing(declared_alphabet(coding, Alphabet.GSM))).text == text


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
    assert isinstance(decode(data, Writing(alphabet, fill_bits)), str)
