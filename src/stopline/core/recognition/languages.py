"""Which language a text is in: told by the words of requests that no English text has."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from stopline.core.recognition.corrections import ENGLISH
from stopline.core.recognition.lexicon import CANONICAL
from stopline.core.recognition.remembering import MAX_REMEMBERED
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
    told = [by for by in map(_told_by, words) if by is not None]
    # Most texts are English, and told so by one look at each word.
    if not any(told):
        return ("en",)
    english = len(words) - len(told) - sum(map(_SHARED.__contains__, words))
    counts = {name: sum([name in by for by in told]) for name in _ROMANCE}
    most = max(counts.values())
    # One word alone may be a name or a slip.
    if english > 2 * (most - 1):
        return ("en",)
    likely = tuple(name for name, count in counts.items() if count == most)
    return ("en", *likely) if 2 * english >= most else likely


@lru_cache(MAX_REMEMBERED)
def _told_by(word: str) -> tuple[str, ...] | None:
    """The languages that a foreign word speaks for; None for one that English texts have."""
    if word in _ENGLISH or len(word) < _MIN_CHARS or _ANY.fullmatch(word):
        return None
    return tuple(name for name in _ROMANCE if class_of(word, name) not in _NO_CLASS)
