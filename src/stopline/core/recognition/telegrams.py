"""Requests in telegram style: "remove contact", "unsubscribe from all", "end texting".

No grammar holds for these. A sentence is one of them when every word of it belongs to the
vocabulary of such requests, one names the act and one what it is about.
"""

from collections.abc import Iterable
from typing import Final

from stopline.core.recognition.patterns import words
from stopline.core.recognition.rules import Rule

# A longer sentence made of such words only is somebody's prose about texting.
_MAX_WORDS = 10

_REMOVING: Final = words(
    "stop cease discontinue halt remove removed removing removal delete erase unsubscribe "
    "optout unenroll deactivate disable desist disconnect"
)
_ENDING: Final = words("end cancel terminate block mute turn shut off")
_SENT: Final = words(
    "text texts messages message sms alerts alert notifications notification reminders reminder "
    "updates promos promotions offers ads texting messaging marketing spam communication "
    "communications list lists mailing"
)
_KEPT: Final = words(
    "number phone contact contacts info database system records name me us all everything "
    "immediately permanently thread campaign"
)
_BETWEEN: Final = words(
    "my our your this these those that all any the from of on to and or it for i im we you want "
    "need like wish id now again anymore more further future up with a an at once hi hello thanks "
    "thank ok okay yes no request requesting take get taken be sent sending receiving getting in "
    "is here today out asap so would phone via every single other"
)
_ACTS: Final = _REMOVING | _ENDING
_KNOWN: Final = _REMOVING | _ENDING | _SENT | _KEPT | _BETWEEN

TELEGRAM: Final = Rule("en.telegram", (), 0.65)


def is_telegram(line: str) -> bool:
    """Whether a sentence of a canonical line is a request in telegram style."""
    if _ACTS.isdisjoint(line.split()):
        return False
    return any(_is_request(sentence.split()) for sentence in _sentences(line))


def _sentences(line: str) -> Iterable[str]:
    return line.replace(" ,", "").split(".")


def _is_request(tokens: list[str]) -> bool:
    present = set(tokens)
    if not 1 < len(tokens) <= _MAX_WORDS or not present <= _KNOWN:
        return False
    if tokens[0] in ("text", "message", "contact", "no"):
        return False
    if present & _REMOVING:
        return bool(present & (_SENT | _KEPT)) or len(present & _REMOVING) > 1
    return bool(present & _ENDING) and bool(present & _SENT)
