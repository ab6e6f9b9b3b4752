"""A second opinion on a text in free words: a small trained model for each family of languages.

A logistic regression over the canonical words of a text and their classes (`opinion_features`).
Weights are in `opinion_weights`, trained by scripts/build_opinion.
"""

import re
from functools import cache
from typing import Final

from stopline.core.recognition.opinion_features import MAX_TOKENS
from stopline.core.recognition.opinion_model import Model
from stopline.core.recognition.opinion_weights import BIASES, WEIGHTS
from stopline.core.recognition.patterns import words
from stopline.core.recognition.word_classes import words_of

# Spanish and French have few texts each, and requests of one shape: they share a model.
MODEL_OF: Final = {"en": "en", "es": "romance", "fr": "romance"}

# What the model does not see, and words that a text with it has. "Do not text me while I drive"
# asks for less than an end; "do not stop" and questions why nothing comes, for the contrary. Who is
# "not interested", and says no more, asks for nothing.
_NOT_ASKED: Final = {
    "en": (
        (
            words("while until till"),
            re.compile(
                r"\b(?:while|until|till) "
                r"(?:im|i|ill|were|we|you|he|she|my|the|next|tomorrow|later|after|driving)\b"
            ),
        ),
        (
            words("stop quit"),
            re.compile(
                r"(?:[.,] |\b(?:i|we) )(?:dont|never)"
                r"(?: (?:ever|want|you|yall|them|it|these|to)){0,4}"
                r" (?:stop|quit) (?:text|send|messag|remind)"
            ),
        ),
    ),
    "es": (
        (
            words("por cuando no"),
            re.compile(r"\b(?:por que|cuando|no (?:me |nos )?(?:dejen|paren|cancelen|quiten))\b"),
        ),
        (
            words("interesa"),
            re.compile(
                r"^(?:(?:no|yano|me|nos|mande|que|esto|eso) |[.,] )*interesa "
                r"(?:nada (?:de (?:esto|eso) )?)?(?:[.,] )*$"
            ),
        ),
    ),
    "fr": (
        (
            words("pourquoi quand pas"),
            re.compile(
                r"\b(?:pourquoi|quand|(?:arreter|lacher|enlever|desabonner) (?:m |nous )?pas)\b"
            ),
        ),
        (
            words("interesse"),
            re.compile(
                r"^(?:(?:j|ne|n|non|suis|pas|plus|ca|m|c) |[.,] )*"
                r"interesse (?:pas |plus )?(?:[.,] )*$"
            ),
        ),
    ),
}
# Without a word of one of these classes no English text asks to be left alone.
_ANCHORS: Final = words_of("en", words("STOPV ENDV PEST REMOVE UNSUB OFF ALONE NEG ENOUGH LAW"))


def opinion(line: str, language: str = "en") -> float | None:
    """The log-odds that a canonical line asks for an end of the texts; None where the model is not
    asked."""
    return shipped(MODEL_OF[language]).odds(line, language) if is_asked(line, language) else None


@cache
def shipped(name: str) -> Model:
    """The model of `opinion_weights`, made ready when it is first asked."""
    return Model(WEIGHTS[name], BIASES[name])


def is_asked(line: str, language: str = "en") -> bool:
    """Whether the model is asked about a line at all: an English one needs words of requests."""
    tokens = line.split()
    if language == "en" and _ANCHORS.isdisjoint(tokens[:MAX_TOKENS]):
        return False
    return not any(
        pattern.search(line)
        for marks, pattern in _NOT_ASKED[language]
        if not marks.isdisjoint(tokens)
    )
