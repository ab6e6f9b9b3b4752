"""Which language a text is in: told by the words of requests that no English text has."""

import re
from collections.abc import Sequence
from typing import Final

from stopline.core.recognition.corrections import ENGLISH
from stopline.core.recognition.lexicon import CANONICAL
from stopline.core.recognition.word_classes import class_of

_ROMANCE: Final = ("es", "fr")
_ENGLISH: Final = ENGLISH | CANONICAL.keys()
_NO_CLASS: Final = frozenset("XN")
# Of all languages, or with an English ending.
_ANY: Final = re.compile(r"sms|infos?|ok|.*(?:ing|ed)")
_SHARED: Final = frozenset({"no", "me", "ya", "a", "stop"})
# A letter by itself is short for something in any language.
_MIN_CHARS = 2


def languages_of(words: Sequence[str]) -> tuple[str, ...]:
    """The languages a normalised text may be in, of `en`, `es` and `fr`; English where nothing
    says more.

    A text of two languages has both: "remove mi numero from la lista".
    """
    unknown = [word for word in words if word not in _ENGLISH]
    foreign = [word for word in unknown if len(word) >= _MIN_CHARS and not _ANY.fullmatch(word)]
    if not foreign:
        return ("en",)
    english = len(words) - len(foreign) - sum(map(_SHARED.__contains__, words))
    counts = {name: _count(foreign, name) for name in _ROMANCE}
    most = max(counts.values())
    # One word alone may be a name or a slip.
    if not most or english > 2 * (most - 1):
        return ("en",)
    likely = tuple(name for name, count in counts.items() if count == most)
    return ("en", *likely) if 2 * english >= most else likely


def _count(words: Sequence[str], language: str) -> int:
    return sum(class_of(word, language) not in _NO_CLASS for word in words)
