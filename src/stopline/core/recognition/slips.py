"""Slips of the finger: what a word looks like when it is typed a little wrong.

A slip is one dropped, doubled, swapped or neighbouring key. What is an ordinary word of English
is never taken for a slip ("spot" is no "stop"); `ordinary_words` holds those near ours.
"""

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase

from stopline.core.recognition.ordinary_words import ORDINARY_WORDS

_ROWS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = "aeiou"

# Dropping a letter of a shorter word leaves too little to tell what was meant.
_MIN_DROP_CHARS = 4
# A wrong vowel is a spelling mistake; in a shorter word it makes another word too often.
_MIN_VOWEL_CHARS = 6
# From this length on two slips still leave a word that can be nothing else.
_MIN_DOUBLE_SLIP_CHARS = 8
_MAX_WORD_CHARS = 20

_RUN = re.compile(r"([a-z])\1{2,}")
_DOUBLE = re.compile(r"([a-z])\1+")


def _neighbours() -> dict[str, str]:
    near: dict[str, set[str]] = {}
    for row_number, row in enumerate(_ROWS):
        for column, key in enumerate(row):
            beside = row[max(column - 1, 0) : column] + row[column + 1 : column + 2]
            below = _ROWS[row_number + 1] if row_number + 1 < len(_ROWS) else ""
            # A lower row is shifted right by half a key.
            touching = below[max(column - 1, 0) : column + 1]
            near.setdefault(key, set()).update(beside, touching)
            for other in touching:
                near.setdefault(other, set()).add(key)
    return {key: "".join(sorted(keys)) for key, keys in near.items()}


_NEIGHBOURS = _neighbours()


def slips(word: str) -> frozenset[str]:
    """Every way to type the word with one slip that gives no ordinary word."""
    return frozenset(all_slips(word)) - ORDINARY_WORDS - {word}


def all_slips(word: str) -> Iterator[str]:
    """The same, ordinary words included: what `ordinary_words` is made from."""
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        yield before + letter + letter + after
        for key in _NEIGHBOURS.get(letter, ""):
            yield before + key + after
            yield before + key + letter + after
            yield before + letter + key + after
        if at and len(word) >= _MIN_DROP_CHARS:
            yield before + after
        if at + 1 < len(word):
            yield before + word[at + 1] + letter + word[at + 2 :]
        if letter in _VOWELS and len(word) >= _MIN_VOWEL_CHARS:
            yield from (before + vowel + after for vowel in _VOWELS)
    if len(word) >= _MIN_DROP_CHARS:
        yield word[1:]


def edits(word: str) -> Iterator[str]:
    """Every string one letter away: dropped, added, another, or two swapped."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in ascii_lowercase)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in ascii_lowercase)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def is_finger_slip(token: str, word: str) -> bool:
    """Whether the token is the word with one letter dropped, doubled, swapped or mis-hit."""
    at = next((i for i, (a, b) in enumerate(zip(token, word, strict=False)) if a != b), None)
    if at is None:
        at = min(len(token), len(word))
    rest, other = token[at:], word[at:]
    if len(token) == len(word):
        swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
        return swapped or (rest[1:] == other[1:] and rest[0] in _NEIGHBOURS.get(other[0], ""))
    if len(token) + 1 == len(word):
        return len(word) >= _MIN_DROP_CHARS and rest == other[1:]
    return len(token) == len(word) + 1 and rest[1:] == other and _is_beside(token, at)


def _is_beside(token: str, at: int) -> bool:
    """Whether the letter there was hit along with the one before or after it."""
    beside = token[at - 1 : at] + token[at + 1 : at + 2]
    return any(token[at] == key or token[at] in _NEIGHBOURS.get(key, "") for key in beside)


def slip_table(words: Iterable[str]) -> dict[str, str]:
    """From each slip to its word; a slip of two words belongs to the earlier one."""
    known = tuple(words)
    table: dict[str, str] = {}
    for word in known:
        for slip in slips(word):
            table.setdefault(slip, word)
    return {slip: word for slip, word in table.items() if slip not in known}


def shorten_runs(word: str) -> Iterator[str]:
    """A drawn-out word ("stoppppp", "pleeease") with its runs as one letter, then as two."""
    if _RUN.search(word):
        yield _DOUBLE.sub(r"\1", word)
        yield _RUN.sub(r"\1\1", word)


def single_letters(word: str) -> str:
    """The word with every doubled letter once."""
    return _DOUBLE.sub(r"\1", word)


def is_near(word: str, other: str, most: int = 2) -> bool:
    """Whether a long word is at most two slips of any kind away from another."""
    if min(len(word), len(other)) < _MIN_DOUBLE_SLIP_CHARS or len(word) > _MAX_WORD_CHARS:
        return False
    return abs(len(word) - len(other)) <= most and _distance(word, other) <= most


def _distance(word: str, other: str) -> int:
    """Damerau-Levenshtein with adjacent swaps. Both words are short, see the bounds above."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(word, 1):
        before, above, row = row, before, [at]
        for to, target in enumerate(other, 1):
            cost = min(row[to - 1] + 1, before[to] + 1, before[to - 1] + (letter != target))
            if at > 1 and to > 1 and letter == other[to - 2] and word[at - 2] == target:
                cost = min(cost, above[to - 2] + 1)
            row.append(cost)
    return row[-1]
