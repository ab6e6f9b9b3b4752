"""Keywords that are almost bare: with a slip of the finger, drawn out, repeated, or with courtesy.

The whole message is still read: whatever else stands in it, it is no keyword.
"""

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition.ordinary_words import ORDINARY_WORDS
from stopline.core.recognition.patterns import words
from stopline.core.recognition.slips import edits, is_near, shorten_runs, single_letters, slip_table

# What may stand beside a keyword and change nothing. "Yes", "it" and the like are not here:
# "yes, cancel it" answers a question.
_COURTESY: Final = words(
    "please pls plz plx kindly thanks thank you thx ty tks tysm cheers hi hello hey ok okay now "
    "just already asap immediately sir maam madam mam bro u right away today svp merci por favor "
    "gracias so much n and"
)
# After these words a no or a yes changes nothing either: nobody is asked "shall we stop?".
_PLAIN_REFUSALS: Final = frozenset({"stop", "unsubscribe", "unsub", "stopall", "optout", "opt out"})
_ANSWERS: Final = words("no nah nope yes yeah um uh oh ugh")

# Our own instruction, copied instead of followed.
_COPY: Final = re.compile(
    r"(?:(?:reply|text|txt|send|respond)(?: with)? )?(stop|quit|end|cancel|unsubscribe|optout|"
    r"opt out)"
    r"(?: (?:to|2|for) (?:end|quit|stop|cancel|opt ?out|unsubscribe|unsub|leave|be removed|exit)"
    r"|(?:2|to)(?:end|quit|stop|optout|unsub(?:scribe)?))?"
)

# A blank that slipped in cuts a word in two.
_MAX_PIECES = 2

# Words that ran together: "pleasestop", "stopstop", "stoptexting".
_GLUED: Final = re.compile(
    r"(?:please|pls|plz)?(?:stop){1,9}(?:please|pls|plz|now|thanks|thankyou|texting|textingme|it"
    r"|sending|messaging|texts?|sms)?"
)

# Longest message that is still a keyword with courtesy around it.
_MAX_WORDS = 8

_OPT_OUT: Final = (
    "stop", "unsubscribe", "stopall", "optout", "quit", "cancel", "revoke", "remove", "unsub", "end"
)  # fmt: skip
_HELP: Final = ("help", "info")
_OPT_IN: Final = ("unstop", "start", "subscribe", "resume", "continue")

SLIPPED_WORDS: Final = (*_OPT_OUT, *_HELP, *_OPT_IN)

_CLASSES: Final = MappingProxyType(
    dict.fromkeys(_OPT_IN, KeywordClass.OPT_IN)
    | dict.fromkeys(_HELP, KeywordClass.HELP)
    | dict.fromkeys(_OPT_OUT, KeywordClass.OPT_OUT)
)
# Nobody answers with one of these alone; each is a slip of the finger away from "stop".
_MEANT_STOP: Final = words("atop stoop strop sop stot")
# Words so long that any one wrong letter leaves them recognisable.
LOOSE_WORDS: Final = ("stop", "quit", "cancel", "remove", "revoke", "unsubscribe")
_EDITS: Final = MappingProxyType(
    {
        edit: word
        for word in reversed(LOOSE_WORDS)
        for edit in edits(word)
        if edit not in ORDINARY_WORDS
    }
    | dict.fromkeys(_MEANT_STOP, "stop")
)
# Opt-out words come first: a slip of two words is the opt-out one.
_SLIPS: Final = MappingProxyType(slip_table(SLIPPED_WORDS))


@dataclass(frozen=True, slots=True)
class NearKeyword:
    """A keyword that the message almost is; `rule` says in which way."""

    keyword_class: KeywordClass
    word: str
    rule: str


def find_near_keyword(normalised: str, words: dict[str, KeywordClass]) -> NearKeyword | None:
    """The keyword that a normalised message almost is."""
    tokens = normalised.split(" ")
    if not normalised or len(tokens) > _MAX_WORDS:
        return _spaced_out(tokens, words)
    if copied := _COPY.fullmatch(normalised):
        return NearKeyword(KeywordClass.OPT_OUT, copied[1], "copied")
    if _GLUED.fullmatch(normalised) and normalised not in words:
        return NearKeyword(KeywordClass.OPT_OUT, "stop", "glued")
    core = _without_courtesy(tokens)
    phrase = " ".join(core)
    if (known := words.get(phrase)) and len(core) < len(tokens):
        return NearKeyword(known, phrase, "courtesy")
    if len(set(core)) != 1:
        return _spaced_out(tokens, words) or _several(core, words)
    return _near(core[0], words, repeated=len(core) > 1)


def _spaced_out(tokens: list[str], words: dict[str, KeywordClass]) -> NearKeyword | None:
    """`s t a r t`; for opt-out words the exact layer has looked already."""
    if any(len(token) != 1 for token in tokens):
        return None
    word = "".join(tokens)
    return NearKeyword(words[word], word, "spaced out") if word in words else None


def _several(tokens: list[str], words: dict[str, KeywordClass]) -> NearKeyword | None:
    """`stop remove delete`, `opt oit`: opt-out words in a row, or one that a blank has cut."""
    if all(words.get(token) is KeywordClass.OPT_OUT for token in tokens):
        return NearKeyword(KeywordClass.OPT_OUT, tokens[0], "repeated")
    joined = "".join(tokens)
    word = joined if joined in words else _SLIPS.get(joined, "")
    if len(tokens) <= _MAX_PIECES and words.get(word) is KeywordClass.OPT_OUT:
        return NearKeyword(KeywordClass.OPT_OUT, word, "cut")
    return None


def _near(token: str, words: dict[str, KeywordClass], *, repeated: bool) -> NearKeyword | None:
    if repeated and (known := words.get(token)):
        return NearKeyword(known, token, "repeated")
    for spelling in shorten_runs(token):
        if known := words.get(spelling):
            return NearKeyword(known, spelling, "drawn out")
        if word := _SLIPS.get(spelling):
            return NearKeyword(_CLASSES[word], word, "drawn out")
    if word := _SLIPS.get(token):
        return NearKeyword(_CLASSES[word], word, "slip")
    word = _SLIPS.get(single_letters(token), "")
    if _CLASSES.get(word) is KeywordClass.OPT_OUT:
        return NearKeyword(KeywordClass.OPT_OUT, word, "slip")
    if token not in words and (word := _EDITS.get(token)):
        return NearKeyword(KeywordClass.OPT_OUT, word, "slip")
    if token not in words and is_near(token, "unsubscribe") and token[:2] not in ("su", "re"):
        return NearKeyword(KeywordClass.OPT_OUT, "unsubscribe", "slip")
    return None


def _without_courtesy(tokens: list[str]) -> list[str]:
    core = [token for token in tokens if token not in _COURTESY]
    if core and " ".join(bare := [t for t in core if t not in _ANSWERS]) in _PLAIN_REFUSALS:
        return bare
    return core or tokens
