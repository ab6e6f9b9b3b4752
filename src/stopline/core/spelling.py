"""How a text reads once the tricks of typing are undone.

`normalise` is the form keywords are compared in. `plain` is stricter: it undoes nothing but
case, spaces and punctuation, because an opt-in must not be reached by a trick. `disguises`
gives the further readings that only an opt-out may be reached by.
"""

import re
import unicodedata
from collections.abc import Iterator

# No keyword is longer than this, and no disguise more than triples it; longer texts are prose.
MAX_DISGUISED_CHARS = 128

# Letters that are blank on the screen (Hangul and halfwidth fillers); no mark, no format character.
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0"

# ASCII letters in lower case and figures as they are, all else as a blank; several times as fast as
# a regular expression.
_ASCII_WORDS = "".join(chr(c).lower() if chr(c).isalnum() else " " for c in range(128))
_NOT_WORD = re.compile(r"[\W_]+")
_DROPPED_CATEGORIES = frozenset({"Mn", "Mc", "Me", "Cf"})

# What is left of a byte that was none of the text: controls (tab, line feed, carriage return
# excepted) and the replacement character.
_DEBRIS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]+")
# The marks of Latin letters, and what is neither these nor plain: to look at each character takes
# ten times as long.
_ACCENTS = re.compile("[\u0300-\u036f]")
_UNUSUAL = re.compile("[^\x00-\x7f\u0300-\u036f‘’“”«»–—¿¡£€]")
# Figures and signs that may stand for a letter, and debris.
_SUSPECT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f013457$@!|]")


def normalise(text: str) -> str:
    """NFKD, marks and invisible characters dropped, NFKC, casefold, the rest to single spaces."""
    if text.isascii():
        return " ".join(text.translate(_ASCII_WORDS).split())
    return _NOT_WORD.sub(" ", fold(text)).strip()


def fold(text: str) -> str:
    """The first half of `normalise`: letters in one form, punctuation and blanks as they were."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    if _UNUSUAL.search(decomposed) is None:
        return _ACCENTS.sub("", decomposed).lower()
    return unicodedata.normalize("NFKC", decomposed.translate(_VISIBLE)).casefold()


def plain(text: str) -> str:
    """Case, spaces and punctuation undone, nothing else."""
    if text.isascii():
        return "" if _DEBRIS.search(text) else normalise(text)
    composed = unicodedata.normalize("NFC", text).replace("\ufe0f", "")
    if _DEBRIS.search(composed) or any(unicodedata.category(char) == "Cf" for char in composed):
        return ""
    return _NOT_WORD.sub(" ", composed.lower()).strip()


def undisguise_letters(text: str) -> str:
    """The text with look-alike letters as the Latin letters they look like."""
    return text if _LOOK_ALIKE.search(text) is None else text.translate(_LOOK_ALIKES)


def disguises(text: str) -> Iterator[str]:
    """Other readings of a short text, normalised: what a keyword was meant to be."""
    if len(text) > MAX_DISGUISED_CHARS:
        return
    if text.isascii() and _SUSPECT.search(text) is None:
        yield from _plain_readings(text)
        return
    for reading in (text, *_recoded(_DEBRIS.sub("", text))):
        yield from _letter_readings(reading)


def _plain_readings(text: str) -> Iterator[str]:
    """The readings of a text of nothing but letters, blanks and ordinary punctuation."""
    shown = normalise(text)
    yield shown
    if shown[1:2] == " " and (joined := _joined_letters(shown)):
        yield joined


def _letter_readings(text: str) -> Iterator[str]:
    shown = normalise(undisguise_letters(_DEBRIS.sub("", text)))
    yield shown
    yield normalise(_DEBRIS.sub(" ", text))
    if joined := _joined_letters(shown):
        yield joined
    figures = normalise(undisguise_letters(text).translate(_FIGURE_LETTERS))
    if len(figures) >= _MIN_FIGURE_WORD_CHARS and not text.strip().isdigit():
        yield figures


def _joined_letters(normalised: str) -> str:
    """`s t o p` and `s.t.o.p` read as one word; empty when the text is not spaced out."""
    letters = normalised.split(" ")
    if len(letters) < _MIN_SPACED_LETTERS or any(len(letter) != 1 for letter in letters):
        return ""
    return "".join(letters)


def _recoded(text: str) -> Iterator[str]:
    """The text as it was before a carrier read its bytes in another coding."""
    if text.isascii():
        return
    for written, read in (("utf-16-be", "ascii"), ("utf-16-be", "utf-16-le"), ("latin-1", "utf-8")):
        # Halves changed over leave no plain letter.
        if read == "utf-16-le" and _LETTER.search(text):
            continue
        try:
            yield text.encode(written).decode(read)
        except UnicodeError:
            continue


class _Visible(dict[int, int | None]):
    """A translation table that drops what is invisible, filled as characters turn up."""

    def __missing__(self, code: int) -> int | None:
        dropped = unicodedata.category(chr(code)) in _DROPPED_CATEGORIES
        shown = None if dropped or chr(code) in _BLANK_LETTERS else code
        if len(self) < _MAX_VISIBLE_ENTRIES:
            self[code] = shown
        return shown


# Real traffic uses a few thousand characters; hostile traffic must not fill the memory.
_MAX_VISIBLE_ENTRIES = 8_192

_VISIBLE = _Visible()

# "ok" and the like are no spaced-out words.
_MIN_SPACED_LETTERS = 3
# "3nd" is a slip of "2nd", not "end".
_MIN_FIGURE_WORD_CHARS = 4

_FIGURE_LETTERS = str.maketrans("013457$@!|", "oieastsail")

# Letters that look like a Latin one in common fonts (after Unicode TR 39, confusables). Only
# what looks alike: Cyrillic П is no P, so the Russian word is not taken for the English one.
_LOOK_ALIKE_PAIRS = (
    # Cyrillic
    ("АВСЕНІЈКМОРЅТХУԚԜҮԌ", "ABCEHIJKMOPSTXYQWYG"),
    ("асеһіјорѕхуԛԝԁӏтвкмнү", "acehijopsxyqwdltbkmhy"),
    # Greek
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧΣϹ", "ABEZHIKMNOPTYXSC"),
    ("αεικνορτυχσςϲγω", "aeikvoptuxsscyw"),
    # Armenian, Cherokee, Lisu
    ("ՏՕՍօսոզհ", "SOUounqh"),
    ("ᏚᎢᏢᎬᎠᏟᎪᏞᏒᏙᏴᏦᎻᎷᏃ", "STPEDCALRVBKHMZ"),
    ("ꓢꓔꓳꓑꓰꓠꓓꓚꓮꓡꓤꓦꓴꓲꓐꓗ", "STOPENDCALRVUIBK"),
    # Latin letters without a decomposition, and small capitals
    ("ıɩȷøðđłħŧɑɡɛØĐŁĦŦ", "iijoddlhtageODLHT"),
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),
    ("⭕◯○", "OOO"),
)


def _look_alikes() -> dict[int, str]:
    table = {
        ord(look): letter
        for looks, letters in _LOOK_ALIKE_PAIRS
        for look, letter in zip(looks, letters, strict=True)
    }
    # Letters in boxes: flags, negative circles, negative squares.
    for first in (0x1F1E6, 0x1F150, 0x1F170):
        table.update({first + offset: chr(ord("a") + offset) for offset in range(26)})
    return table


_LOOK_ALIKES = _look_alikes()
# One range for the letters in boxes: what is beyond 16 bits is looked for one by one.
_LOOK_ALIKE = re.compile(
    f"[{''.join(chr(code) for code in _LOOK_ALIKES if code <= 0xFFFF)}\U0001f130-\U0001f1ff]"
)
_LETTER = re.compile("[a-zA-Z]")
