"""How people ask in French: the rules of all families."""

import re
from typing import Final

from stopline.core.recognition import (
    french_refusal,
    french_removal,
    french_rest,
    french_stop,
)
from stopline.core.recognition.rules import Grammar

_RULES: Final = (
    *french_refusal.RULES,
    *french_stop.RULES,
    *french_removal.RULES,
    *french_rest.RULES,
)

GRAMMAR: Final = Grammar(
    tuple(sorted(_RULES, key=lambda rule: -rule.score)),
    laughter=re.compile(r"\b(?:lol|mdr|haha\w*|ptdr)\b"),
)
