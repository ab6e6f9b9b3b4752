"""How the trained model weighs a canonical line: the weights of its features, summed up.

A request may be one sentence of many: what speaks most for it, the whole text or a sentence of it,
counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, pairwise

from stopline.core.recognition.opinion_features import (
    LATER,
    MAX_APART,
    NEXT,
    is_word,
    sentences,
    sizes,
    telling,
    units_of,
)
from stopline.core.recognition.remembering import MAX_REMEMBERED

# The weights of features by their second parts.
Table = dict[str, float]


@dataclass(frozen=True, slots=True)
class Known:
    """What a model knows of a word: a letter for its class, what it weighs alone, as what it may be
    the second part of a feature, and the weights of what it is the first part of."""

    code: str
    is_word: bool
    alone: float
    follows: tuple[str, ...]
    stands_later: tuple[str, ...]
    before: tuple[Table, ...]
    long_before: tuple[Table, ...]


class Model:
    """Weights of features; `bias` are the odds of no text."""

    def __init__(self, weights: Mapping[str, float], bias: float) -> None:
        self._bias = bias
        self._alone: Table = {}
        self._next: dict[str, Table] = {}
        self._later: dict[str, Table] = {}
        self._rows: Table = {}
        # One letter for each class, so that a row of them is a short string.
        self._codes: dict[str, str] = {}
        for feature, weight in weights.items():
            self._add(feature, weight)
        self._follow = frozenset(chain.from_iterable(self._next.values()))
        self._stand_later = frozenset(chain.from_iterable(self._later.values()))
        self._size = lru_cache(MAX_REMEMBERED)(self._look_up_size)
        self._known = lru_cache(MAX_REMEMBERED)(self._look_up)

    def _add(self, feature: str, weight: float) -> None:
        left, mark, right = feature.partition(LATER)
        parts = left.split(NEXT)
        if mark:
            self._later.setdefault(left, {})[right] = weight
        elif len(parts) == 1:
            self._alone[feature] = weight
        elif len(parts) == 2:
            self._next.setdefault(parts[0], {})[parts[1]] = weight
        else:
            self._rows["".join(map(self._code, parts))] = weight

    def _code(self, name: str) -> str:
        return self._codes.setdefault(name, chr(len(self._codes) + ord("A")))

    def _look_up(self, token: str, language: str) -> Known:
        units = units_of(token, language)
        return Known(
            self._codes.get(units[0], " "),
            is_word(token),
            sum(self._alone.get(unit, 0.0) for unit in units),
            tuple(unit for unit in units if unit in self._follow),
            tuple(unit for unit in telling(units) if unit in self._stand_later),
            tuple(self._next[unit] for unit in units if unit in self._next),
            tuple(self._later[unit] for unit in telling(units) if unit in self._later),
        )

    def _look_up_size(self, words: int, parts: int) -> float:
        return sum(self._alone.get(size, 0.0) for size in sizes(words, parts))

    def odds(self, line: str, language: str) -> float:
        """The log-odds of the whole of a canonical line, or of the sentence that says most."""
        known = self._known
        parts = [[known(token, language) for token in part] for part in sentences(line)]
        sums = [self._weight(part) for part in parts]
        counts = [sum([word.is_word for word in part]) for part in parts]
        found = [one + self._size(count, 1) for one, count in zip(sums, counts, strict=True)]
        found.append(sum(sums) + self._size(sum(counts), len(parts)))
        return self._bias + max(found)

    def _weight(self, words: list[Known]) -> float:
        """What the features of a sentence weigh together."""
        alone = sum([word.alone for word in words])
        return alone + sum(_next(words)) + sum(_later(words)) + sum(self._in_rows(words))

    def _in_rows(self, words: list[Known]) -> list[float]:
        rows, codes = self._rows, "".join([word.code for word in words])
        found = [codes[at : at + 3] for at in range(len(codes) - 2)]
        found += [codes[at : at + 4] for at in range(len(codes) - 3)]
        return [rows[row] for row in found if row in rows]


# These two are most of the work, so they are written as what is fastest.
def _next(words: list[Known]) -> list[float]:
    return [
        table[unit]
        for here, after in pairwise(words)
        for table in here.before
        for unit in after.follows
        if unit in table
    ]


def _later(words: list[Known]) -> list[float]:
    later = [word.stands_later for word in words]
    return [
        table[unit]
        for at, here in enumerate(words, 2)
        if here.long_before
        for units in later[at : at + MAX_APART - 1]
        for unit in units
        for table in here.long_before
        if unit in table
    ]
