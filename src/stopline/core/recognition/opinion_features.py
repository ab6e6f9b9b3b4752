"""What the trained model looks at in a canonical line.

Features are the words of a text, each as itself and as its class (`word_classes`): alone, two that
follow each other (`take_ME`), two that stand up to MAX_APART words apart (`REMOVE~LIST`), three
and four classes in a row, and how much there is to read.
"""

from collections.abc import Iterator
from typing import Final

from stopline.core.recognition.word_classes import class_of

# What stands later adds nothing, and time must be bounded.
MAX_TOKENS: Final = 80
MAX_APART: Final = 5

# Between the parts of a feature: what follows at once, and what stands later in the sentence.
NEXT, LATER = "_", "~"
_ENDS: Final = frozenset(".?")
_MARKS: Final = frozenset(".,?")


def sentences(line: str) -> list[list[str]]:
    """The tokens of a line sentence by sentence, each with the mark before it and its end."""
    tokens = line.split()[:MAX_TOKENS]
    found: list[list[str]] = []
    sentence = tokens[:1]
    for token in tokens[1:]:
        sentence.append(token)
        if token in _ENDS:
            if sentence[-2] not in _MARKS:
                found.append(sentence)
            sentence = [token]
    if len(sentence) > 1 or not found:
        found.append(sentence)
    return found


def features(parts: list[list[str]], language: str = "en") -> list[str]:
    """What the model looks at in a text of these sentences, each as often as it stands there."""
    count = sum(is_word(token) for part in parts for token in part)
    found = [*sizes(count, len(parts))]
    for part in parts:
        found += _features([units_of(token, language) for token in part])
    return found


def _features(units: list[tuple[str, ...]]) -> Iterator[str]:
    names = [here[0] for here in units]
    for at, here in enumerate(units):
        yield from here
        for after in units[at + 1 : at + 2]:
            yield from (f"{left}{NEXT}{right}" for left in here for right in after)
        for later in units[at + 2 : at + 1 + MAX_APART]:
            yield from (
                f"{left}{LATER}{right}" for left in telling(here) for right in telling(later)
            )
        yield from (NEXT.join(names[at : at + size]) for size in (3, 4) if at + size <= len(names))


def units_of(token: str, language: str) -> tuple[str, ...]:
    """The class of a token and, where that says less, the token."""
    name = token if token in _MARKS else class_of(token, language)
    return (name,) if name in (token, "N") else (name, token)


def telling(units: tuple[str, ...]) -> tuple[str, ...]:
    """Of the units of a token, those that matter from afar: not that some word stands there."""
    return units[1:] if units[0] == "X" else units


def is_word(token: str) -> bool:
    """Whether a token is no mark."""
    return token not in _MARKS


def sizes(words: int, sentences: int) -> tuple[str, str]:
    """How much there is to read, roughly."""
    return f"n:{words.bit_length()}", f"c:{min(4, sentences)}"
