"""How people ask in Spanish: the rules of all families."""

import re
from typing import Final

from stopline.core.recognition import (
    spanish_refusal,
    spanish_removal,
    spanish_rest,
    spanish_stop,
)
from stopline.core.recognition.rules import Grammar

_RULES: Final = (
    *spanish_refusal.RULES,
    *spanish_stop.RULES,
    *spanish_removal.RULES,
    *spanish_rest.RULES,
)

GRAMMAR: Final = Grammar(
    tuple(sorted(_RULES, key=lambda rule: -rule.score)),
    laughter=re.compile(r"\b(?:lol|jaja\w*|jeje\w*|haha\w*)\b"),
)
