"""A second opinion on a text in free words: a small trained model for each family of languages.

A logistic regression over the canonical words of a text, each as itself and as its class
(`word_classes`), next to each other and a few words apart. Weights are in `opinion_weights`,
trained by scripts/build_opinion. A weight stands for a feature: a `word` or class, two that follow
each other (`take_ME`), two that stand up to _MAX_APART words apart (`REMOVE~LIST`), or three and
four classes in a row.

A request may be one sentence of many: what speaks most for it, the whole text or a sentence of it,
counts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from stopline.core.recognition.opinion_weights import BIASES, WEIGHTS
from stopline.core.recognition.patterns import words
from stopline.core.recognition.word_classes import class_of

# Spanish and French have few texts each, and requests of one shape: they share a model.
MODEL_OF: Final = {"en": "en", "es": "romance", "fr": "romance"}


# What stands later adds nothing, and time must be bounded.
MAX_TOKENS = 80
_MAX_APART = 5

# Between the parts of a feature: what follows at once, and what stands later in the sentence.
_NEXT, _LATER = "_", "~"
_ENDS: Final = frozenset(".?")
_MARKS: Final = frozenset(".,?")
# "Do not text me while I drive" asks for less than an end; the model does not look so far.
_LIMITED: Final = re.compile(
    r"\b(?:while|until|till) "
    r"(?:im|i|ill|were|we|you|he|she|my|the|next|tomorrow|later|after|driving)\b"
)
# A question why nothing comes, or "do not stop": what is refused there the model does not see.
_REVERSED: Final = {
    "en": re.compile(
        r"(?:[.,] |\b(?:i|we) )(?:dont|never)(?: (?:ever|want|you|yall|them|it|these|to)){0,4}"
        r" (?:stop|quit) (?:text|send|messag|remind)"
    ),
    "es": re.compile(r"\b(?:por que|cuando|no (?:me |nos )?(?:dejen|paren|cancelen|quiten))\b"),
    "fr": re.compile(
        r"\b(?:pourquoi|quand|(?:arreter|lacher|enlever|desabonner) (?:m |nous )?pas)\b"
    ),
}
# Without one of these classes no English text asks to be left alone.
_ANCHORS: Final = words("STOPV ENDV PEST REMOVE UNSUB OFF ALONE NEG ENOUGH LAW")

Table = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of words and classes, and of pairs by mark and first part; `bias` are the odds of no
    text."""

    bias: float
    single: dict[str, float]
    pairs: dict[str, Table]

    def odds(self, line: str, language: str) -> float:
        """The log-odds of the whole of a canonical line, or of the sentence that says most."""
        parts = sentences(line.split()[:MAX_TOKENS])
        # A feature counts once, however often it stands there.
        found = [self._found(part, language) for part in parts]
        best = max(
            sum(weights.values()) + self._size([part])
            for weights, part in zip(found, parts, strict=True)
        )
        if len(parts) > 1:
            whole: dict[tuple[str, ...], float] = {}
            for weights in found:
                whole |= weights
            best = max(best, sum(whole.values()) + self._size(parts))
        return self.bias + best

    def _found(self, tokens: list[str], language: str) -> dict[tuple[str, ...], float]:
        units = _units(tokens, language)
        single = self.single
        found: dict[tuple[str, ...], float] = {
            (unit,): single[unit] for here in units for unit in here if unit in single
        }
        for mark, left, rights in _pairs(units):
            known = self.pairs[mark].get(left)
            if known is not None:
                for right in rights:
                    if right in known:
                        found[left, mark, right] = known[right]
        return found

    def _size(self, parts: list[list[str]]) -> float:
        return sum(self.single.get(size, 0.0) for size in _sizes(parts))


def model_of(weights: Mapping[str, float], bias: float) -> Model:
    """A model from the weights of its features."""
    model = Model(bias, {}, {_NEXT: {}, _LATER: {}})
    for feature, weight in weights.items():
        mark = _LATER if _LATER in feature else _NEXT
        left, found, right = feature.rpartition(mark)
        if found:
            model.pairs[mark].setdefault(left, {})[right] = weight
        else:
            model.single[feature] = weight
    return model


def opinion(line: str, language: str = "en") -> float | None:
    """The log-odds that a canonical line asks for an end of the texts; None where the model is not
    asked."""
    return shipped(MODEL_OF[language]).odds(line, language) if is_asked(line, language) else None


@cache
def shipped(name: str) -> Model:
    """The model of `opinion_weights`, made ready when it is first asked."""
    return model_of(WEIGHTS[name], BIASES[name])


def is_asked(line: str, language: str = "en") -> bool:
    """Whether the model is asked about a line at all: an English one needs words of requests."""
    if _REVERSED[language].search(line) is not None:
        return False
    if language != "en":
        return True
    anchored = any(class_of(token, "en") in _ANCHORS for token in line.split()[:MAX_TOKENS])
    return anchored and _LIMITED.search(line) is None


def sentences(tokens: list[str]) -> list[list[str]]:
    """The tokens sentence by sentence, each with the mark before it and its end."""
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


def features(parts: list[list[str]], language: str = "en") -> set[str]:
    """What the model looks at in a text of these sentences."""
    found = set(_sizes(parts))
    for part in parts:
        units = _units(part, language)
        found |= {unit for here in units for unit in here}
        found |= {
            f"{left}{mark}{right}" for mark, left, rights in _pairs(units) for right in rights
        }
    return found


def _units(tokens: list[str], language: str) -> list[tuple[str, ...]]:
    """The class of each token and, where that says less, the token."""
    classes = [token if token in _MARKS else class_of(token, language) for token in tokens]
    return [
        (name,) if name in (token, "N") else (name, token)
        for name, token in zip(classes, tokens, strict=True)
    ]


def _pairs(units: list[tuple[str, ...]]) -> Iterator[tuple[str, str, Sequence[str]]]:
    """What follows what: a mark, the first part of a feature and what may be the rest."""
    # That a word of no class stands somewhere says nothing.
    telling = [here[1:] if here[0] == "X" else here for here in units]
    for at, here in enumerate(units[:-1]):
        for unit in here:
            yield _NEXT, unit, units[at + 1]
        later = [unit for there in telling[at + 2 : at + 1 + _MAX_APART] for unit in there]
        if later:
            for unit in telling[at]:
                yield _LATER, unit, later
        if at + 2 < len(units):
            row = f"{here[0]}_{units[at + 1][0]}"
            yield _NEXT, row, units[at + 2][:1]
            if at + 3 < len(units):
                yield _NEXT, f"{row}_{units[at + 2][0]}", units[at + 3][:1]


def _sizes(parts: list[list[str]]) -> tuple[str, str]:
    count = sum(token not in _MARKS for part in parts for token in part)
    return f"n:{count.bit_length()}", f"c:{min(4, len(parts))}"
