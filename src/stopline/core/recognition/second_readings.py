"""What a text may have been meant to say, when a slip made another ordinary word of one of ours.

"Take me odd your list", "stop massaging me": read as it stands, no rule holds. A second reading
counts only where a sure rule holds for it.
"""

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final

from stopline.core.recognition.corrections import VOCABULARY
from stopline.core.recognition.patterns import words
from stopline.core.recognition.slips import all_slips

# A longer text says clearly enough what it is about.
_MAX_WORDS = 12
# Each reading costs as much as the first.
_MAX_READINGS = 4

_MEANT: Final = words(
    "stop texting texts messaging sending remove unsubscribe off alone list number please leave"
)
# Words of requests, and small words that are right nearly always.
_RIGHT: Final = words(
    "removed removes send lease pleased message messages messaged numbers lists text test tests "
    "leaves unsubscribed"
) | frozenset(VOCABULARY)

SLIPPED: Final = MappingProxyType(
    {slip: word for word in sorted(_MEANT) for slip in all_slips(word) if slip not in _RIGHT}
    | {"of": "off", "odd": "off", "massaging": "messaging", "remover": "remove"}
)


def second_readings(line: str) -> Iterator[str]:
    """The canonical line with one ordinary word as what it may have been meant to be."""
    tokens = line.split()
    if len(tokens) > _MAX_WORDS:
        return
    places = [at for at, token in enumerate(tokens) if token in SLIPPED]
    for at in places[:_MAX_READINGS]:
        yield " ".join((*tokens[:at], SLIPPED[tokens[at]], *tokens[at + 1 :], ""))
