import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from stopline.core.text import (
    GSM_BASIC,
    GSM_EXTENSION,
    Encoding,
    clean_text,
    count_segments,
    describe_text,
)


@pytest.mark.parametrize(
    "text, segments",
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 7, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("я" * 66 + "😀" + "я" * 66, 3),
        ("ç", 1),
    ],
)
def test_segments(text, segments):
    """160 or 70 units alone, 153 or 67 in a chain; two-unit characters are never split."""
    assert count_segments(text) == segments


@pytest.mark.parametrize(
    "text, encoding, units",
    [
        ("Ça va? @£$", Encoding.GSM7, 10),
        ("[€]", Encoding.GSM7, 6),
        ("ça", Encoding.UCS2, 2),
        ("ok 👍", Encoding.UCS2, 5),
        ("a\tb", Encoding.UCS2, 3),
    ],
)
def test_shape(text, encoding, units):
    """Septets for GSM-7, 16-bit units for UCS-2."""
    shape = describe_text(text)
    assert (shape.encoding, shape.units) == (encoding, units)


def test_alphabet_is_whole():
    """The basic table has 128 places, one of them the escape."""
    assert len(set(GSM_BASIC)) == 127
    assert len(set(GSM_EXTENSION)) == 10


gsm_text = st.text(GSM_BASIC + GSM_EXTENSION, max_size=700)
ucs2_text = st.text(st.sampled_from("aя😀e\u0301€"), max_size=300)


@given(gsm_text | ucs2_text)
def test_an_independent_implementation_agrees(text):
    """Another library's splitter finds the same number of segments."""
    assert count_segments(text) == max(1, len(smsutil.split(text).parts))


@pytest.mark.parametrize(
    "raw, cleaned",
    [("a\0b", "a\ufffdb"), ("a\ud83d", "a\ufffd"), ("😀", "😀"), ("\r\n", "\r\n")],
)
def test_clean_text(raw, cleaned):
    """What no store keeps becomes the replacement character."""
    assert clean_text(raw) == cleaned


@given(st.text(st.characters()))
def test_cleaned_text_can_be_stored(raw):
    """Cleaned text is valid UTF-8 without NUL, and keeps its length."""
    cleaned = clean_text(raw)
    assert b"\0" not in cleaned.encode()
    assert len(cleaned) == len(raw)
