"""The opt-out words that our own texts offer: "Reply STOP2END to end", "Txt NOMORE 2 quit".

What a sender's recent text tells the person to reply is an opt-out keyword for that pair.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from stopline.core.keyword_data import CORE_HELP, CORE_OPT_IN, DEFAULT_HELP, DEFAULT_OPT_IN
from stopline.core.spelling import normalise

# A message has at most 1,000 characters; more is not one of ours.
MAX_FOOTER_CHARS = 1_600

# A copied instruction ("no more to unsubscribe") is short; longer replies are not looked up.
MAX_OFFERED_CHARS = 60

# One entry per distinct set of recent texts; replies to one campaign share it.
_CACHE_SIZE = 1_024

_VERB = (
    r"(?:reply|respond|text|txt|send|type|sms|msg|answer"
    r"|r[ée]pond(?:ez|re)|textez|envoyez|tapez"
    r"|respond[ae]|env[ií][ea]|mand[ae]|escrib[ae]|conteste?)"
)
_LINK = r"(?:with|back|by|the|word|avec|par|le|mot|con|la|palabra|us|:|-|,)"
_PURPOSE = (
    r"(?:stop|end|quit|exit|opt[ -]?out|unsub(?:scribe)?|leave|discontinue|remove|be\ removed"
    r"|cancel(?=\s+(?:(?:these|all|our|your|the)\s+)?(?:text|txt|msg|messag|sms|alert|subscr|notif))"
    r"|arr[êe]ter|se\ d[ée]sabonner|vous\ d[ée]sabonner|d[ée]sabonnement|ne\ plus\ recevoir"
    r"|salir|parar|dejar\ de\ recibir|no\ recibir|darse\ de\ baja|cancelar(?=\s+(?:mensaj|la\ s)))"
)
# Only "end" of the texts themselves: "Reply READY to quit smoking" offers no opt-out word.
_AFTER = (
    r"(?=\s*(?:$|[^\w\s]|[\r\n]|(?:msgs?|messages?|texts?|txts?|sms|alerts?|notifications?|promos?"
    r"|updates?|communications?|lists?|subscription|service|receiving|getting|from|anytime|any"
    r"|at|these|this|all|our|your|future|further|or|and|help|info|reply|rates?|mensajes|recibir"
    r"|la|de|les|des|nos|messages|recevoir|y|et|o|ou)\b))"
)
# A word is what stands out: capitals or digits, or quoted. At most three in a row.
_CAPITALS = r"[A-ZÀ-Þ0-9][A-ZÀ-Þ0-9]*(?:[ -][A-ZÀ-Þ0-9]+){0,2}"
_QUOTED = r"[\"'“‘«*]\s?[^\W_][\w -]{0,19}?\s?[\"'”’»*]"
_WORD = rf"(?P<word>(?-i:{_CAPITALS})|{_QUOTED})"
_TO = r"(?:\s*(?:to|2|=|for|->|para|pour)\s*)(?:[0-9]{3,6}\s+(?:to|2|para|pour)\s+)?"

_OFFER = re.compile(
    rf"\b{_VERB}\s+(?:{_LINK}\s+){{0,3}}{_WORD}{_TO}(?P<why>{_PURPOSE}){_AFTER}", re.I
)
_OFFER_AFTER = re.compile(
    rf"\b(?:to|2|para|pour)\s+{_PURPOSE}\b[^.!?\n]{{0,40}}?\b{_VERB}\s+(?:{_LINK}\s+){{0,3}}{_WORD}",
    re.I,
)
_JOINED = re.compile(
    r"\b([^\W\d_]{2,12}(?:2|to)(?:end|quit|stop|exit|out|optout|unsub|cancel))\b", re.I
)

# A footer that says "Reply START to stop" is a mistake; these words keep their class.
_NEVER = CORE_OPT_IN | DEFAULT_OPT_IN | CORE_HELP | DEFAULT_HELP


def is_offered(normalised: str, texts: tuple[str, ...]) -> bool:
    """Whether these texts offer the word for opting out; "no more" is "NOMORE" typed by hand."""
    if not 0 < len(normalised) <= MAX_OFFERED_CHARS:
        return False
    words = footer_words(texts)
    return normalised in words or normalised.replace(" ", "") in words


@lru_cache(maxsize=_CACHE_SIZE)
def footer_words(texts: tuple[str, ...]) -> frozenset[str]:
    """The normalised words and copied instructions that these texts offer for opting out."""
    words = {word for text in texts for word in _offered(text[:MAX_FOOTER_CHARS])}
    return frozenset(words - _NEVER - {""})


def _offered(text: str) -> Iterator[str]:
    for match in _OFFER.finditer(text):
        word, why = normalise(match["word"]), normalise(match["why"])
        yield from (word, f"{word} to {why}", f"{word} 2 {why}", f"{word} {why}", f"{word}2{why}")
    for match in _OFFER_AFTER.finditer(text):
        yield normalise(match["word"])
    for match in _JOINED.finditer(text):
        yield normalise(match[1])
