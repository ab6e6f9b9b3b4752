"""What of a text is the person's own request: quotes, signatures and effects taken away.

`canonical` turns the rest into words of one spelling, each followed by a space, with `.`, `,`
and `?` as words of their own, so that the rules of a language can be written as plain patterns.
"""

import re
from functools import lru_cache
from string import ascii_lowercase
from typing import Final

from stopline.core.recognition.corrections import corrected, rejoined
from stopline.core.recognition.lexicon import CANONICAL, FILLERS
from stopline.core.recognition.patterns import words
from stopline.core.recognition.remembering import MAX_REMEMBERED
from stopline.core.recognition.slips import is_near, shorten_runs
from stopline.core.spelling import fold
from stopline.core.wrapping import unsigned

# A text of ten segments; what stands later is not read.
MAX_READ_CHARS = 1_600

_TAPBACK = re.compile(
    r"^\W{0,4}(?:liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|reacted\b.{0,12}? to"
    r"|removed (?:a|an) [\w -]{1,20} from|to|le (?:gusto|encanta)|a (?:aime|adore)) [\"“„«'‘]",
    re.I,
)
_FORWARD = re.compile(r"\s{0,8}(?:(?:fwd?|tr|rv)\s?:|>)", re.I)
# A copy of what a sender writes: an instruction how to opt out, in the words of a footer.
_INSTRUCTION = re.compile(
    r"\b(?:reply|text|txt|send|respond|rply|msg)\s+(?:with\s+)?[\"'“‘]?(?:\w+\s?){1,3}?[\"'”’]?"
    r"\s*(?:to|2|=)\s*(?:end|stop|quit|cancel|opt|unsub|be removed|leave|discontinue|confirm)"
    r"|\bto\s+(?:end|stop|quit|cancel|opt.?out|unsubscribe|leave|be removed)\b[^.!?\n]{0,40}"
    r"\b(?:reply|text|txt|send)\s+(?:with\s+)?[\"'“‘]?(?:stop|end|quit|cancel|out|no|off|unsub\w*"
    r"|leave|bye|[0-9])\b"
    r"|\bif you\b[^.!?\n]{0,60}\b(?:reply|text|txt|send) [\"'“‘]?(?:stop|end|quit)\b"
    r"|\btxt ?(?:stop|out)\b.{0,20}\b[0-9]{4,6}\b|\bstop ?2 ?\w+\b|\bstop\?\s*(?:txt|text|send)"
    r"|\bstop\b ?(?:to|txt|texts|msgs?)? ?[0-9]{4,6}\b",
    re.I,
)
# Up to this length a copied instruction is what the person means ("STOP to opt out").
_MAX_COPY_CHARS = 24
# A sender's own text: long, with a price, a link or a number, telling the reader what to send.
_MIN_OUTBOUND_CHARS = 60
_OUTBOUND_SIGNS = re.compile(
    r"[0-9]{5}|[0-9]{3} [0-9]{4}|£|\$[0-9]|%|www|http|p/|ppm|t&c"
    r"|(?-i:(?:eply|ext|xt|end) [A-Z]{2})",
    re.I,
)
_OUTBOUND_ORDER = re.compile(
    r"\b(?:txt|text|send|reply|sms|call)\b[^.]{0,40}?\b(?:stop|end|quit|help|yes|no|out|in)\b"
    r"|\bopt.?out avail|\bunsub [0-9]"
    r"|\bto (?:cancel|remove|unsubscribe)[^.]{0,40} (?:send|sms|txt)\b"
    r"|\bstop\b",
    re.I,
)
_FIRST_PERSON = re.compile(r"\b(?:i|i'm|im|i've|ive|i’m|me|my|we|our)\b", re.I)

_QUOTED = re.compile(r"“[^”]{0,400}”?|«[^»]{0,400}»?|„[^“”]{0,400}[“”]?|\"[^\"]{0,400}\"")
_OATH = re.compile(
    r"\b[a-z]+(?:\*+[a-z]*)+(?:ing|in)?\b|[@#$%&*][@#$%&*!]{3,}|\b(?:god ?)?dam[mn] ?(?:it|you)\b",
    re.I,
)
# "Did it twice already please stop": before the last word, courtesy begins a sentence of its own.
_PLEA = re.compile(
    r"(?<!\bto)(?<!\byou)(?<!\bu)(?<!\bcan)(?<!\bit)(?<!\bthey)(?<!\bhe)(?<!\bshe)(?<!\bwould)"
    r"(?<!\bthem)(?<!\bhim)(?<!\bher) (?:please|pls|plz) (?=(?:stop|remove|unsubscribe)\W{0,8}$)"
)
# What an oath has, looked for first because few texts have one.
_MAYBE_OATH = re.compile(r"[@#$%&]")
_THREE_FIGURES = re.compile(r"\d{3}")
_LAUGHTER = re.compile("[😂🤣😹😆😄😁😅😛😜😝🤪😍🥰😘💀😭]")


def own_words(text: str) -> str:
    """The text without quotation, signature and effects; empty when nothing of it is a request."""
    text = text[:MAX_READ_CHARS]
    if _TAPBACK.match(text) or _FORWARD.match(text):
        return ""
    text = unsigned(text)
    unquoted = _QUOTED.sub(" ", text)
    if len(text) > _MAX_COPY_CHARS and any(char.isalpha() for char in unquoted):
        text = unquoted
    if len(text) > _MAX_COPY_CHARS and _INSTRUCTION.search(text):
        return ""
    return "" if _is_outbound(text) else text


def _is_outbound(text: str) -> bool:
    """Whether a sender wrote this, not a person."""
    return (
        len(text) > _MIN_OUTBOUND_CHARS
        and _OUTBOUND_SIGNS.search(text) is not None
        and _OUTBOUND_ORDER.search(text) is not None
        and _FIRST_PERSON.search(text) is None
    )


_TOKEN = re.compile(
    r"[^\W_]+|[.!?;:\n\r…]+|[,(]|#|(?<=\s)[-–—]+(?=\s)|[^\w\s\"'’‘`´()*&/+=<>@%$^-]"
)
# What is rare in a text stands first, so that few places are tried.
_APOSTROPHE = re.compile(r"['’‘`´;:,.\"](?:(?<=[^\W_]['’‘`´])(?=[^\W_])|(?<=n[;:,.\"])(?=t\b))")
# Words that ran together: "takemeoff", "stoptextingme".
_PARTS = (
    "stop|quit|text(?:ing|s)?|txt|messag(?:es?|ing)|send(?:ing)?|remove|delete|take|me|my|off|out|from"
    "|opt|unsubscribe|leave|alone|dont|please|pls|list|number|this|these|no|more|now|thanks|thank|you"
)
_GLUED = re.compile(rf"(?=\w{{7,40}}\b)(?:{_PARTS}){{2,8}}")
_PART = re.compile(_PARTS)

# A drawn-out "offff" is "off", not "of".
_DOUBLED_INSTEAD: Final = words("of al wil tel cal god to se ned kep ben fre")

# "textin", "hittin"; but "refrain", "begin", "within", "cousin" are whole.
_DROPPED_G = re.compile(r"[a-z]{3,12}[^aghs]in")

_PHONE_NUMBER = re.compile(r"(?<!\w)(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]{0,2}\d{3}[-. ]?\d{4}(?!\w)")
_SPACED = re.compile(r"\b(?:[a-z][ .*_-]){2,15}[a-z]\b")
_LETTERS: Final = frozenset(ascii_lowercase)
# Fewer letters by themselves are no word spelled out.
_MIN_SPACED_LETTERS = 3
_NOT_LETTER = re.compile(r"[^a-z]")
_SPACED_WORDS: Final = frozenset(
    {"stop", "quit", "unsubscribe", "cancel", "end", "remove", "optout"}
)

# After these words a stray letter or two is "me".
_BEFORE_ME = (
    "texting|messaging|contacting|text|message|contact|remove|take|leave|unsubscribe|bothering"
    "|harassing|spamming|delete|sending"
)
# (words of which the line must hold one, what is looked for, what is written instead)
_PHRASES: Final = tuple(
    (needed.split(), re.compile(rf" (?:{pattern})(?= )"), f" {word}")
    for needed, pattern, word in (
        ("do", r"do (?:not|nto|nt|no)", "dont"),
        ("t", r"dont? t", "dont"),
        *(
            (slip, rf"({_BEFORE_ME}) {slip}", r"\1 me")
            for slip in ("ne", "mw", "e", "mme", "nme", "mr", "md", "m", "em")
        ),
        ("thanks", r"thanks (me|us)", r"text \1"),
        *(("not", f"{verb} not", f"{verb}nt") for verb in ("did", "does", "would", "is")),
        ("not", r"(?:can not|could not)", "cant"),
        ("not", r"will not", "wont"),
        ("would", r"i would", "id"),
        ("am", r"i am", "im"),
        ("more", r"any more", "anymore"),
        ("longer", r"any longer", "anymore"),
        ("nomore", r"nomore", "no more"),
        ("opt opted opting opts optout", r"opt(?:ed|ing|s)? out|optout", "optout"),
        (
            "opt opted opting opts optout",
            r"opt(?:ed|ing|s)? (me|us|this number|number|my number) out",
            r"optout \1",
        ),
        ("un", r"un (subscribe|enroll|stop)", r"un\1"),
        (
            "message messages",
            r"(?:text|sms|mobile|phone|promo|promotional|marketing) (?:messages|message)",
            "messages",
        ),
        *(
            (kind, rf"{kind} (alerts|notifications|reminders|updates|texts|offers)", r"\1")
            for kind in ("text", "sms", "phone")
        ),
        ("phone", r"(?:phone )+numbers?", "number"),
        ("no", r"(this|my) no(?= [.,])", r"\1 number"),
        ("did", r"((?:how|where) did you get (?:my|this) number(?: from)?)", r"\1 ?"),
        ("are", r"(who (?:tf |the )?are you|are you a bot)", r"\1 ?"),
        ("why", r"(why (?:are|do) you (?:keep )?text(?:ing)? (?:me|us))", r"\1 ?"),
        ("this", r"(who (?:tf |the )?is (?:this|it)|what is this|is this a bot)", r"\1 ?"),
        ("who", r"(who dis|who gave you (?:my|this) number)", r"\1 ?"),
        ("info information", r"contact info(?:rmation)?", "info"),
        ("lots kind sort", r"(?:lots|kind|sort) of", "of"),
        ("stop", r"(?:non|one|bus|pit|full|e|door|truck|back) (stop)", r"\1ping"),
        ("stop", r"stop (?:signs?|watch|light|loss|button)", "stopping"),
    )
)
_PHRASES_OF: Final = {
    word: tuple(at for at, (needed, _, _) in enumerate(_PHRASES) if word in needed)
    for needed, _, _ in _PHRASES
    for word in needed
}


def canonical(text: str, *, correct: bool = True) -> str:
    """The text as canonical words, `. ` before and after; see the module's docstring.

    With `correct`, slips in the words that matter are corrected; for languages other than
    English, leave them alone.
    """
    folded = _folded(text, apostrophe="" if correct else " ")
    words = [". "]
    tokens = _TOKEN.findall(folded)
    if sum(map(_LETTERS.__contains__, tokens)) >= _MIN_SPACED_LETTERS:
        tokens = _TOKEN.findall(_SPACED.sub(_join, folded))
    for token in rejoined(tokens) if correct else tokens:
        word = _word(token, correct=correct)
        if word not in FILLERS:
            words.append(f"{word} ")
    words.append(". ")
    return _rephrased("".join(words))


def _rephrased(line: str) -> str:
    """The line with one word for each of the phrases that may stand in it."""
    known = _PHRASES_OF.keys() & line.split()
    for at in sorted({at for word in known for at in _PHRASES_OF[word]}):
        _, pattern, replacement = _PHRASES[at]
        line = pattern.sub(replacement, line)
    return line


def _folded(text: str, apostrophe: str) -> str:
    """The text in plain lower case, with oaths, laughter and phone numbers as words or nothing."""
    if not text.isascii():
        text = _LAUGHTER.sub(" lol ", text)
    if _MAYBE_OATH.search(text) or "dam" in text or "Dam" in text or "DAM" in text:
        text = _OATH.sub(" ", text)
    folded = _APOSTROPHE.sub(apostrophe, fold(text))
    if _THREE_FIGURES.search(folded):
        folded = _PHONE_NUMBER.sub(" number ", folded)
    if " pl" in folded:
        folded = _PLEA.sub(" , ", folded)
    return folded.replace(" & ", " and ")


def _join(match: re.Match[str]) -> str:
    """`s t o p` as one word, when it is one of ours."""
    joined = _NOT_LETTER.sub("", match[0])
    return joined if joined in _SPACED_WORDS else match[0]


def _word(token: str, *, correct: bool) -> str:
    if not token[0].isalnum():
        return _mark(token)
    return _spelled(token) if correct else token


@lru_cache(MAX_REMEMBERED)
def _spelled(token: str) -> str:
    """The canonical spelling of a token, slips corrected."""
    for spelling in (token, *shorten_runs(token)):
        if known := CANONICAL.get(spelling) or corrected(spelling):
            return known
    if _DROPPED_G.fullmatch(token):
        return f"{token}g"
    if token.startswith("un") and _is_unsubscribe(token):
        return "unsubscribe"
    if _GLUED.fullmatch(token):
        return " ".join(CANONICAL.get(part, part) for part in _PART.findall(token))
    return next((s for s in shorten_runs(token) if s not in _DOUBLED_INSTEAD), token)


def _is_unsubscribe(token: str) -> bool:
    return is_near(token, "unsubscribe") or is_near(token, "unscribed")


def _mark(token: str) -> str:
    if token == "#":
        return "number"
    if token in ",(":
        return ","
    return "?" if "?" in token else "."
