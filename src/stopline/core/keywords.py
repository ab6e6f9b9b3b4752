"""What an inbound text asks for when it is nothing but a keyword.

The whole message is compared, never a prefix or a part. Precedence: opt-out, help, opt-in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import msgspec

from stopline.core.automatic import is_automatic_text
from stopline.core.errors import InvalidField
from stopline.core.footers import is_offered
from stopline.core.keyword_data import (
    CORE_HELP,
    CORE_OPT_IN,
    CORE_OPT_OUT,
    COUNTRY_OPT_OUT,
    DATA_ID,
    DEFAULT_HELP,
    DEFAULT_OPT_IN,
    DEFAULT_OPT_OUT,
    STATEFUL_OPT_IN,
    STOP_EMOJI,
)
from stopline.core.spelling import disguises, normalise, plain
from stopline.core.wrapping import unwrapped

__all__ = [
    "RULE_SET_ID",
    "Classification",
    "Context",
    "KeywordClass",
    "KeywordSet",
    "classify",
    "is_automatic_text",
    "normalise",
]

# Raised whenever the code that reads texts changes what it answers.
RULES_VERSION = "3"

RULE_SET_ID: Final = f"{RULES_VERSION}-{DATA_ID}"

# A keyword, a signature of some lines and its disclaimer; what is longer is prose.
MAX_WRAPPED_CHARS = 320

# The longest configured word; a whole message is compared, so longer ones would never match.
MAX_KEYWORD_CHARS = 64


# What may stand beside the stop sign: anger, refusal, courtesy, and the emoji variation selector.
_ANGRY_SIGNS = frozenset(STOP_EMOJI + "✋🤚🖐⛔🚫❌📵😡😠🤬👎")
_REFUSING_SIGNS = _ANGRY_SIGNS | frozenset("❗‼🙏\ufe0f")


class KeywordClass(Enum):
    """What a text asks for."""

    OPT_OUT = "opt_out"
    HELP = "help"
    OPT_IN = "opt_in"


class Layer(Enum):
    """How the answer was found, from the surest to the least sure."""

    NONE = "none"
    EXACT = "exact"
    FOOTER = "footer"
    SLIP = "slip"
    REQUEST = "request"


def _check(name: str, words: Iterable[str], foreign: frozenset[str]) -> None:
    for word in words:
        normalised = normalise(word)
        if not normalised or len(normalised) > MAX_KEYWORD_CHARS:
            raise InvalidField(name, f"a keyword has 1 to {MAX_KEYWORD_CHARS} characters")
        if normalised in foreign:
            raise InvalidField(name, f"{normalised!r} is a core word of another class")


@dataclass(frozen=True, slots=True)
class KeywordSet:
    """The words in force for one sender: the core, the shipped defaults, an account's additions.

    `removed` takes shipped defaults away; core words stay whatever it says. `footers` are texts
    whose opt-out instructions always count, beside the texts sent recently. Raises InvalidField
    for a word that is empty, too long, or a core word of another class.
    """

    opt_out: frozenset[str] = frozenset()
    opt_in: frozenset[str] = frozenset()
    help: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()
    footers: tuple[str, ...] = ()
    words: dict[str, KeywordClass] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        removed = frozenset(map(normalise, self.removed))
        _check("opt_out", self.opt_out, CORE_OPT_IN | CORE_HELP)
        _check("opt_in", self.opt_in, CORE_OPT_OUT | CORE_HELP)
        _check("help", self.help, CORE_OPT_OUT | CORE_OPT_IN)
        # Later entries win: precedence is opt-out, help, opt-in.
        words = dict.fromkeys(
            CORE_OPT_IN | (DEFAULT_OPT_IN - removed) | set(map(plain, self.opt_in)),
            KeywordClass.OPT_IN,
        )
        words |= dict.fromkeys(
            CORE_HELP | (DEFAULT_HELP - removed) | set(map(normalise, self.help)),
            KeywordClass.HELP,
        )
        words |= dict.fromkeys(
            CORE_OPT_OUT | (DEFAULT_OPT_OUT - removed) | set(map(normalise, self.opt_out)),
            KeywordClass.OPT_OUT,
        )
        object.__setattr__(self, "words", words)

    def is_stateful(self, word: str) -> bool:
        """Whether an opt-in word counts only while the pair is opted out."""
        return word in STATEFUL_OPT_IN or word not in CORE_OPT_IN | DEFAULT_OPT_IN


class Context(msgspec.Struct, frozen=True, gc=False):
    """What the sender's side knows when the text arrives.

    `opted_out`: whether the pair is opted out; None when unknown, and then every opt-in word
    counts. `recent_texts`: the last texts sent to the pair. `country`: the recipient's country.
    """

    opted_out: bool | None = None
    recent_texts: tuple[str, ...] = ()
    country: str = ""


class Classification(msgspec.Struct, frozen=True, gc=False):
    """The answer and its evidence.

    `word` is the matched word in the list's lower-case form, None when the person wrote none.
    `rule` names the rule of the layer, and `score` (0 to 1) says how sure it is.
    """

    keyword_class: KeywordClass | None
    word: str | None
    normalised: str
    layer: Layer
    rule_set: str = RULE_SET_ID
    rule: str = ""
    score: float = 1.0

    @property
    def evidence(self) -> str:
        """Layer and rule in one word, as the ledger keeps them: `request:en.remove-me`."""
        rule = self.rule.removeprefix(f"{self.layer.value}.")
        return f"{self.layer.value}:{rule}" if rule else self.layer.value

    @property
    def quotable_word(self) -> str | None:
        """The word, unless the person did not write it: then no answer may quote it."""
        if self.layer in (Layer.EXACT, Layer.FOOTER) or self.word is None:
            return self.word
        return self.word if f" {self.word} " in f" {self.normalised} " else None


DEFAULT_KEYWORDS: Final = KeywordSet()


def classify(text: str, keywords: KeywordSet, context: Context) -> Classification:
    """What the text asks for, by exact keyword and by the words of our own footers."""
    normalised = normalise(text)
    word = _opt_out_word(text, normalised, keywords, context.country)
    if word is not None:
        return Classification(KeywordClass.OPT_OUT, word or None, normalised, Layer.EXACT)
    if is_offered(normalised, context.recent_texts + keywords.footers):
        return Classification(KeywordClass.OPT_OUT, normalised, normalised, Layer.FOOTER)
    if help_word := _help_word(text, normalised, keywords):
        return Classification(KeywordClass.HELP, help_word, normalised, Layer.EXACT)
    if opt_in := _opt_in_word(text, keywords, context):
        return Classification(KeywordClass.OPT_IN, opt_in, normalised, Layer.EXACT)
    return Classification(None, None, normalised, Layer.NONE)


def _opt_out_word(text: str, normalised: str, keywords: KeywordSet, country: str) -> str | None:
    """The opt-out word the whole text is; empty for a sign instead of a word; None for neither."""
    words = keywords.words
    if words.get(normalised) is KeywordClass.OPT_OUT:
        return normalised
    if normalised in COUNTRY_OPT_OUT.get(country, ()):
        return normalised
    if not normalised and _is_stop_sign(text):
        return ""
    if normalised in words:
        return None
    readings = disguises(unwrapped(text[:MAX_WRAPPED_CHARS]))
    return next((d for d in readings if words.get(d) is KeywordClass.OPT_OUT), None)


def _help_word(text: str, normalised: str, keywords: KeywordSet) -> str | None:
    if keywords.words.get(normalised) is KeywordClass.HELP:
        return normalised
    shown = normalise(unwrapped(text[:MAX_WRAPPED_CHARS]))
    return shown if keywords.words.get(shown) is KeywordClass.HELP else None


def _opt_in_word(text: str, keywords: KeywordSet, context: Context) -> str | None:
    if len(text) > MAX_WRAPPED_CHARS or refuses(text):
        return None
    word = plain(text)
    if keywords.words.get(word) is not KeywordClass.OPT_IN:
        return None
    return None if context.opted_out is False and keywords.is_stateful(word) else word


def refuses(text: str) -> bool:
    """Whether a sign of refusal stands in the text: then no word of it opts anybody in."""
    return not text.isascii() and not _ANGRY_SIGNS.isdisjoint(text)


def _is_stop_sign(text: str) -> bool:
    """A stop sign, repeated or beside other signs of refusal, and nothing else."""
    signs = {char for char in text if char > "\x7f"}
    return bool(signs & set(STOP_EMOJI)) and signs <= _REFUSING_SIGNS
