"""Parts that a STOP may name where a sender is set so: "stop ads" is one kind of its messages,
"stop all" is every number of the account."""

import re
from types import MappingProxyType
from typing import Final

from stopline.core.scopes import Category, ScopeKind

# A longer text is prose, and prose never narrows a STOP.
_MAX_CHARS = 64

_KINDS: Final = {
    Category.PROMOTIONAL: "ads?|adverts?|advertisements?|advertising|promos?|promotions?"
    "|promotional|marketing|offers?|deals?|coupons?|sales|newsletters?",
    Category.INFORMATIONAL: "alerts?|reminders?|notifications?|updates?|notices?",
}
_LEAD = r"(?:(?:please|pls|plz|kindly) )?"
_VERB = (
    r"(?:stop|end|quit|cancel|no more|turn off|stop sending(?: me)?|opt out of|optout of"
    r"|unsubscribe(?: me)?(?: from)?)"
)
_WHICH = r"(?: (?:the|your|these|all|any|all the|all your|all these))?"
_TAIL = r"(?: (?:texts?|messages?|msgs?|sms))?(?: (?:please|pls|plz|thanks|thank you|now))?"
_OF_KIND: Final = MappingProxyType(
    {
        kind: re.compile(rf"{_LEAD}{_VERB}{_WHICH} (?:{words}){_TAIL}")
        for kind, words in _KINDS.items()
    }
)
_OF_ALL: Final = re.compile(
    rf"{_LEAD}(?:stopall|{_VERB} (?:all|everything|it all|all numbers|from all numbers)){_TAIL}"
)

# The rule by which a text that names a kind is read; no other text has one of these.
RULES_OF_PARTS: Final = MappingProxyType({f"part.{kind.value}": kind for kind in _KINDS})


def named_part(normalised: str) -> Category | ScopeKind | None:
    """What a normalised text asks to end: a kind of message, ScopeKind.ACCOUNT for all numbers, or
    None when it is not such a text."""
    if len(normalised) > _MAX_CHARS:
        return None
    if _OF_ALL.fullmatch(normalised):
        return ScopeKind.ACCOUNT
    return next((kind for kind, text in _OF_KIND.items() if text.fullmatch(normalised)), None)
