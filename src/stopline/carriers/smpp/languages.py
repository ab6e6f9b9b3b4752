"""National language tables: a text's header may put them in place of GSM 03.38's own two.

3GPP TS 23.038 annex A; the header elements are those of 3GPP TS 23.040 section 9.2.3.24.15.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import msgspec

from stopline.core.text import GSM_BASIC, GSM_EXTENSION

ESCAPE = 0x1B
SINGLE_SHIFT, LOCKING_SHIFT = 0x24, 0x25
_MISSING = "\ufffd"
# The septets after the escape, in the order of GSM_EXTENSION (GSM 03.38 section 6.2.1.1).
EXTENSION_SEPTETS = b"\x0a\x14\x28\x29\x2f\x3c\x3d\x3e\x40\x65"


class Language(NamedTuple):
    """The tables of a text by their national language identifiers; 0 is GSM 03.38's own."""

    locking: int = 0
    single: int = 0


class SeptetTables(NamedTuple):
    """`basic` has a character for each byte, `extension` those that follow an escape."""

    basic: str
    extension: Mapping[int, str]


PLAIN = Language()


class _Row(msgspec.Struct, frozen=True):
    id: int
    name: str
    single: str
    locking: str = ""


class _Table(msgspec.Struct, frozen=True):
    about: str
    languages: list[_Row]


@cache
def _rows() -> dict[int, _Row]:
    text = files("stopline").joinpath("data", "gsm-languages.json").read_bytes()
    return {row.id: row for row in msgspec.json.decode(text, type=_Table).languages}


@cache
def septet_tables(language: Language) -> SeptetTables:
    """The tables a text is written in; an identifier that nobody knows stands for GSM 03.38."""
    locking, single = _rows().get(language.locking), _rows().get(language.single)
    # A lone escape reads as a space; bytes above 127 are none of the alphabet.
    basic = (locking.locking if locking else "") or GSM_BASIC[:ESCAPE] + "\xa0" + GSM_BASIC[ESCAPE:]
    extension = dict(zip(EXTENSION_SEPTETS, GSM_EXTENSION, strict=True))
    if single is not None:
        extension = {s: char for s, char in enumerate(single.single) if char != _MISSING}
    return SeptetTables(basic.replace(_MISSING, "\xa0") + _MISSING * 128, extension)


def read_language(elements: Mapping[int, bytes]) -> Language:
    """The language that the elements of a header name. Unknown ones are taken for GSM 03.38, so
    that what is kept for each pair of tables stays small."""
    known = _rows()
    locking, single = (
        value[0] if len(value := elements.get(kind, b"")) == 1 and value[0] in known else 0
        for kind in (LOCKING_SHIFT, SINGLE_SHIFT)
    )
    return Language(locking, single)
