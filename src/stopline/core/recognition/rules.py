"""What a rule of the grammar is, and how the words before it can take its meaning away."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.patterns import Pattern, compile_pattern, split_patterns

# A score of at least this is a clear request; below it a person should look.
CLEAR_SCORE = 0.5

Guards = tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns over canonical words, and what it means when one of them holds.

    `score` says how sure it is (0 to 1). `guards` are looked for in the clause before the match
    and take it back. A rule that is not `serious` may be play and does not hold in a text that
    laughs. `needs` must be found somewhere in the text, `unless` must not.
    """

    name: str
    patterns: tuple[Pattern, ...]
    score: float
    guards: Guards = ()
    keyword_class: KeywordClass = KeywordClass.OPT_OUT
    serious: bool = True
    needs: tuple[Pattern, ...] = ()
    unless: tuple[Pattern, ...] = ()


# The number of a rule, the place of one of its patterns, and the bits that this needs.
Candidate = tuple[int, int, int]


class Index:
    """Which patterns of which rules may match a text, by the words it has."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_word: dict[str, list[Candidate]] = defaultdict(list)
        self._always: list[Candidate] = []
        # One bit for each set of words that some pattern needs one of.
        self._bits: dict[frozenset[str], int] = {}
        for number, rule in enumerate(rules):
            for place, pattern in enumerate(rule.patterns):
                self._add(pattern, (number, place, self._mask(pattern)))
        self._masks = self._word_masks()

    def _add(self, pattern: Pattern, candidate: Candidate) -> None:
        for word in pattern.keys:
            self._by_word[word].append(candidate)
        if not pattern.keys:
            self._always.append(candidate)

    def _mask(self, pattern: Pattern) -> int:
        return sum(
            self._bits.setdefault(keys, 1 << len(self._bits)) for keys in set(pattern.needed)
        )

    def _word_masks(self) -> dict[str, int]:
        masks: dict[str, int] = defaultdict(int)
        for keys, bit in self._bits.items():
            for word in keys:
                masks[word] |= bit
        return dict(masks)

    def candidates(self, words: set[str]) -> list[Candidate]:
        """The patterns that have all the words they need, the surest rule's first."""
        known = [word for word in words if word in self._masks]
        present = 0
        for word in known:
            present |= self._masks[word]
        found = {
            one
            for word in known
            for one in self._by_word.get(word, ())
            if one[2] & present == one[2]
        }
        return sorted(found.union(self._always))


@dataclass(frozen=True, slots=True)
class Grammar:
    """The rules of one language, the surest first.

    `laughter` marks a joking text. `mistakes`, if any, tells of a stop that was not meant: then no
    opt-out holds. It can only match where one of `mistake_signs` stands.
    """

    rules: tuple[Rule, ...]
    laughter: re.Pattern[str]
    mistakes: re.Pattern[str] | None = None
    mistake_signs: tuple[str, ...] = ()
    index: Index = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", Index(self.rules))

    def is_mistake(self, line: str) -> bool:
        """Whether a canonical line tells of a stop that was not meant."""
        if self.mistakes is None:
            return False
        told = any(sign in line for sign in self.mistake_signs)
        return told and self.mistakes.search(line) is not None


@dataclass(frozen=True, slots=True)
class RuleMaker:
    """Makes the rules of one language from its vocabulary; `prefix` begins their names."""

    prefix: str
    vocabulary: Mapping[str, str]

    def rule(
        self,
        name: str,
        patterns: str,
        score: float = 0.9,
        guards: Guards = (),
        keyword_class: KeywordClass = KeywordClass.OPT_OUT,
        *,
        serious: bool = True,
        needs: str = "",
        unless: str = "",
    ) -> Rule:
        """One row of a language's table, in the notation of `patterns`."""
        return Rule(
            f"{self.prefix}.{name}",
            self._compiled(patterns),
            score,
            guards,
            keyword_class,
            serious,
            self._compiled(needs),
            self._compiled(unless),
        )

    def _compiled(self, block: str) -> tuple[Pattern, ...]:
        return tuple(compile_pattern(one, self.vocabulary) for one in split_patterns(block))


def find_rule(grammar: Grammar, line: str) -> Rule | None:
    """The surest rule that holds for a canonical line."""
    words = set(line.split())
    for number, place, _ in grammar.index.candidates(words):
        rule = grammar.rules[number]
        if _holds(rule, rule.patterns[place], line) and not _is_void(grammar, rule, line):
            return rule
    return None


def _is_void(grammar: Grammar, rule: Rule, line: str) -> bool:
    """Whether the text laughs at what a rule reads, or takes a stop back."""
    if not rule.serious and grammar.laughter.search(line):
        return True
    return rule.keyword_class is KeywordClass.OPT_OUT and grammar.is_mistake(line)


def _holds(rule: Rule, pattern: Pattern, line: str) -> bool:
    for start in pattern.starts(line):
        if not _is_taken_back(rule.guards, _clause_before(line, start)):
            return (not rule.needs or _is_any(rule.needs, line)) and not _is_any(rule.unless, line)
    return False


def _is_any(patterns: tuple[Pattern, ...], line: str) -> bool:
    return any(one.is_in(line) for one in patterns)


# After these words a new thought begins; what stood before takes nothing back.
_CLAUSE_STARTS = (". ", ", ", "? ", " so ", " but ", " because ", " then ", " y ", " et ")


def _clause_before(line: str, end: int) -> str:
    found = ((line.rfind(mark, 0, end), mark) for mark in _CLAUSE_STARTS)
    start = max((at + len(mark) for at, mark in found if at >= 0), default=0)
    return line[start:end]


def _is_taken_back(guards: Guards, clause: str) -> bool:
    return any(guard.search(clause) for guard in guards)
