"""What a phone puts around a text: a signature, an effect, the spoken name of a full stop."""

import re

_SIGNATURE = re.compile(
    r"\n\W{0,4}(?:sent (?:from|via|with|by|using)\b|get outlook|this message was sent|envoye de"
    r"|enviado desde|(?:many |best )?(?:thanks|thank you|thx|regards|cheers|wishes|best|sincerely"
    r"|yours|gracias|merci|saludos|cordialement)\W{0,3}(?:\n|,\s*\w+\s*$|$)).*"
    r"|\n-- ?\n.*|\n\s*[-–—~]\s?\w[\w .]{0,24}$",
    re.I | re.S,
)
_INLINE_SIGNATURE = re.compile(r"\s[-–—~]{1,2}\s?[A-Z][A-Za-z.]{0,11}\s*$")
_EFFECT = re.compile(r"\(\s*(?:sent|envoy\w+|enviado) (?:with|avec|con) [^)]{1,30}\)", re.I)
_DICTATED = re.compile(
    r"[ ,]{1,4}(?:period|full stop|exclamation (?:mark|point)|question mark|comma|dot|new ?line"
    r"|new paragraph|semicolon|punto|point)[.!?]?\s*$",
    re.I,
)
# Looked at first, because nearly no text ends so.
_DICTATED_ENDS = (
    "period",
    "stop",
    "mark",
    "point",
    "comma",
    "dot",
    "line",
    "paragraph",
    "colon",
    "punto",
)


def unsigned(text: str) -> str:
    """The text without signature and effects."""
    text = _EFFECT.sub(" ", text)
    if "\n" in text:
        text = _SIGNATURE.sub("", text)
    return _INLINE_SIGNATURE.sub("", text)


def undictated(text: str) -> str:
    """The text without the name of a punctuation mark that dictation left at its end."""
    if not text.rstrip(" .!?\n").lower().endswith(_DICTATED_ENDS):
        return text
    return _DICTATED.sub("", text, count=1)


def unwrapped(text: str) -> str:
    """The text with all of it taken away."""
    return undictated(unsigned(text))
