"""A second opinion on a text in which no rule reads a clear request: a small trained model.

A logistic regression over the canonical words of a text, each as itself and as its class
("remove" and "delete" are both `REMOVE`), next to each other and a few words apart. Weights are
in `opinion_weights`, trained by scripts/build_opinion.
"""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from stopline.core.recognition.opinion_weights import BIAS, WEIGHTS
from stopline.core.recognition.patterns import words

# From this many log-odds on the model is sure; from the second on a person should look.
SURE_ODDS = 3.0
DOUBTFUL_ODDS = 0.5
# Where a hint of a request stands as well, less is enough.
HINTED_ODDS = 1.5

# What stands later adds nothing, and time must be bounded.
_MAX_TOKENS = 80
_MAX_APART = 5

_CLASS_WORDS: Final = {
    "STOPV": "stop quit cease discontinue halt desist refrain stopped stopping knock",
    "ENDV": "end cancel terminate kill disable deactivate mute suspend turn shut cut ending",
    "TEXTING": "texting messaging contacting sending calling emailing pinging reminding asking",
    "PEST": "harassing bothering bugging spamming annoying pestering hounding disturbing "
    "bombarding soliciting badgering stalking blowing harass bother spam disturb bug annoy",
    "SENT": "texts messages sms alerts notifications ads promos promotions offers notices "
    "reminders updates solicitations communications communication deals coupons marketing "
    "mailings alert crap junk shit stuff surveys emails calls",
    "TEXTV": "text message contact send call email sent notify",
    "REMOVE": "remove delete erase scrub purge strike drop removed deleted forget lose loose wipe "
    "removal exclude",
    "UNSUB": "unsubscribe optout unenroll unlist unsubscribed unregister deregister",
    "TAKE": "take get put taken took leave let",
    "OFF": "off out",
    "ME": "me us myself",
    "MY": "my our mine",
    "NUM": "number phone name info line device",
    "LIST": "list lists database system records directory group rotation",
    "NEG": "dont not never no cant wont didnt doesnt isnt wouldnt couldnt shouldnt havent hasnt "
    "aint nor none without",
    "AGAIN": "again anymore ever more further future additional any",
    "WANT": "want need like wish prefer love interested desire care",
    "YOU": "you your",
    "I": "i im ive id ill we weve",
    "THEY": "he she they him her them his their it thats that who",
    "THIS": "this these those",
    "THE": "the a an all of to from for on with",
    "WH": "how what when where why which whats hows",
    "IF": "if unless until whether because",
    "AUX": "can could would will may might should do did does is are was",
    "ALONE": "alone peace",
    "PERM": "permission consent authorized allowed agreed agree signed sign subscribed",
}
_CLASSES: Final = MappingProxyType(
    {word: name for name, listed in _CLASS_WORDS.items() for word in listed.split()}
)
_ENDS: Final = frozenset(".?")
_MARKS: Final = frozenset(".,?")
# "Do not text me while I drive" asks for less than an end; the model does not look so far.
_LIMITED: Final = re.compile(
    r"\b(?:while|until|till) "
    r"(?:im|i|ill|were|we|you|he|she|my|the|next|tomorrow|later|after|driving)\b"
)
# Without one of these no text asks to be left alone.
_ANCHORS: Final = words("STOPV ENDV PEST REMOVE UNSUB OFF ALONE")
# In long prose the words of _ANCHORS turn up by themselves.
_STRONG: Final = words("STOPV PEST REMOVE UNSUB")
_MANY_TOKENS = 25
_SENDING: Final = words("TEXTING TEXTV SENT WANT PERM")


def opinion(line: str) -> float:
    """The log-odds that a canonical line asks for an end of the texts."""
    if not is_asked(line):
        return -float("inf")
    tokens = line.split()[:_MAX_TOKENS]
    return BIAS + sum(WEIGHTS.get(feature, 0.0) for feature in set(features(tokens)))


def is_asked(line: str) -> bool:
    """Whether the model is asked about a line at all: one with words of requests."""
    tokens = line.split()[:_MAX_TOKENS]
    named = {_CLASSES[token] for token in tokens if token in _CLASSES}
    if len(tokens) > _MANY_TOKENS:
        worth = not named.isdisjoint(_STRONG)
    else:
        worth = not named.isdisjoint(_ANCHORS) or ("NEG" in named and bool(named & _SENDING))
    return worth and _LIMITED.search(line) is None


def features(tokens: list[str]) -> Iterator[str]:
    """What the model looks at, in the words of a canonical line."""
    yield from _sizes(tokens)
    classes = [_class_of(token) for token in tokens]
    for at, (name, token) in enumerate(zip(classes, tokens, strict=True)):
        yield name
        yield token
        for apart in range(1, min(_MAX_APART, len(tokens) - 1 - at) + 1):
            other, word = classes[at + apart], tokens[at + apart]
            if apart == 1:
                yield from (f"{name}_{other}", f"{token}_{other}", f"{name}_{word}")
                yield f"{token}_{word}"
                if at + 2 < len(tokens):
                    yield f"{name}_{other}_{classes[at + 2]}"
            else:
                yield f"{name}~{other}"
            if word in _ENDS:
                break


def _class_of(token: str) -> str:
    if token in _MARKS:
        return token
    return _CLASSES.get(token) or ("N" if token.isdigit() else "X")


def _sizes(tokens: list[str]) -> Iterator[str]:
    count = sum(token not in _MARKS for token in tokens)
    yield f"n{count.bit_length()}"
    yield f"c{min(4, sum(token in _ENDS for token in tokens) - 1)}"
