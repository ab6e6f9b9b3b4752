"""A small notation for the patterns of a language, translated to regular expressions.

A pattern is a row of items over canonical words, separated by blanks:

    word          that word; `a|b` either; `right_now` two words
    {name}        one of a vocabulary's phrases; `{name}|word` as well
    ?item *item +item   optional; up to MAX_REPEATS times; once to MAX_REPEATS times
    !item  &item  must not follow; must follow (neither is used up)
    ..3           up to three words of any kind, within the clause
    ~2            up to two words that may describe a thing: no small words
    ^ ^^          the start of a clause; of the text
    ; ;;          the end of a clause (a mark, or a joining word); of the text

Several patterns are written below each other, each beginning with `- `; a line that ends with a
bar goes on in the next.

Repeats are bounded and every item ends at a blank, so that matching takes linear time.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

# A person rarely strings more words of one kind together, and linear time needs a bound.
MAX_REPEATS = 6

_MARKS = {
    "^": r"(?<=[.,?] )",
    "^^": r"(?<=^\. )",
    ";": r"(?=[.,?] |and |or |but |so |because |bc |im |i |ive )",
    ";;": r"(?=[.?] (?:[.?] )*$)",
}
_REPEATS = {"?": "{0,1}", "*": f"{{0,{MAX_REPEATS}}}", "+": f"{{1,{MAX_REPEATS}}}"}
_NAME = re.compile(r"\{([a-z_]+)\}")
_BAR = re.compile(r"\|(?![^(]*\))")
_BAR_BREAK = re.compile(r"\|\n\s*")
_ITEM_START = re.compile(r"^\s*- ", re.M)
_LITERAL_MARKS = frozenset(".,?")
_ANY_WORD = r"(?:[^\W_]+ )"
_SMALL_WORDS = (
    "a an the to of in on at by for from with over via about as than like and or but so if when "
    "i im ive you he she it they we me us him her them my your his their our this that these those "
    "is are was were be been am do does did have has had will would can could should "
    "no not dont never what who why how where which"
)
_DESCRIBING = rf"(?:(?!(?:{_SMALL_WORDS.replace(' ', '|')}) )[^\W_]+ )"
_PLAIN_PHRASE = re.compile(r"([a-z]+)(\?)?(?:_[a-z_]+)?")

Vocabulary = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as a regular expression. It needs a word of each set of `needed`, the smallest set
    first."""

    expression: str
    needed: tuple[frozenset[str], ...]

    @property
    def keys(self) -> frozenset[str]:
        """Words of which a match has at least one; empty where any text may match."""
        return self.needed[0] if self.needed else frozenset()

    def starts(self, line: str) -> Iterator[int]:
        """Where in a canonical line the pattern begins to match."""
        search = _compiled(self.expression).search
        match = search(line)
        while match is not None:
            # The blank before the first word.
            yield match.start() + 1
            # The last blank may be the next one's first.
            match = search(line, max(match.start() + 1, match.end() - 1))

    def is_in(self, line: str) -> bool:
        """Whether the pattern matches anywhere in a canonical line."""
        return _compiled(self.expression).search(line) is not None


# Compiling the patterns takes a millisecond for each, most of a start of the program; most texts
# need none of them. There are as many as the grammars have.
_compiled = cache(re.compile)


def words(text: str) -> frozenset[str]:
    """The words of a text, for sets that read like one."""
    return frozenset(text.split())


def split_patterns(block: str) -> list[str]:
    """The patterns of a block, see the module's docstring."""
    return [pattern for pattern in _ITEM_START.split(_BAR_BREAK.sub("|", block)) if pattern.strip()]


def compile_pattern(pattern: str, vocabulary: Vocabulary) -> Pattern:
    """One pattern; see the module's docstring for the notation. `vocabulary` names phrases."""
    items = pattern.split()
    # A blank of its own, not one looked back for: an expression that begins with a letter is found
    # several times as fast.
    expression = " " + "".join(_item(item, vocabulary) for item in items)
    return Pattern(expression, _needed(items, vocabulary))


def _item(item: str, vocabulary: Vocabulary) -> str:
    if item in _MARKS:
        return _MARKS[item]
    if item.startswith(".."):
        return f"{_ANY_WORD}{{0,{int(item[2:])}}}"
    if item[0] == "~":
        return f"{_DESCRIBING}{{0,{int(item[1:])}}}"
    if item[0] in "!&":
        return f"(?{'!' if item[0] == '!' else '='}{_item(item[1:], vocabulary)})"
    repeat = _REPEATS.get(item[0], "")
    phrases = item[1:] if repeat else item
    return f"(?:{_either(_BAR.split(phrases), vocabulary)} ){repeat}"


def _either(phrases: list[str], vocabulary: Vocabulary) -> str:
    return f"(?:{'|'.join(_phrase(phrase, vocabulary) for phrase in phrases)})"


def _phrase(phrase: str, vocabulary: Vocabulary) -> str:
    if phrase in _LITERAL_MARKS:
        return re.escape(phrase)
    parts = _NAME.split(phrase)
    parts[::2] = [part.replace("_", " ") for part in parts[::2]]
    parts[1::2] = [_either(vocabulary[name].split(), vocabulary) for name in parts[1::2]]
    return "".join(parts)


def _needed(items: list[str], vocabulary: Vocabulary) -> tuple[frozenset[str], ...]:
    """The first words of each item that every match must have, the fewest first."""
    needed = (
        _first_words(_BAR.split(item.lstrip("+")), vocabulary)
        for item in items
        if item not in _MARKS and item[0] not in "!&?*.~"
    )
    return tuple(sorted((keys for keys in needed if keys), key=len))


def _first_words(phrases: list[str], vocabulary: Vocabulary) -> frozenset[str]:
    """The words the phrases can begin with; empty when that cannot be told."""
    found: set[str] = set()
    for phrase in phrases:
        named = _NAME.match(phrase)
        plain = _PLAIN_PHRASE.fullmatch(phrase)
        if named is not None:
            words = _first_words(vocabulary[named[1]].split(), vocabulary)
        elif plain is not None:
            words = frozenset({plain[1], plain[1][:-1] if plain[2] else plain[1]})
        else:
            words = frozenset()
        if not words:
            return frozenset()
        found |= words
    return frozenset(found)
