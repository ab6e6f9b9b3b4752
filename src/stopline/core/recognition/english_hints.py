"""English: what may be a request. The trained model decides whether it is one."""

import re
from typing import Final

from stopline.core.recognition.english_words import (
    ASKED,
    CONDITIONAL,
    NEGATED,
    REPORTED,
    VOCABULARY,
)
from stopline.core.recognition.rules import RuleMaker

_rule = RuleMaker("en", VOCABULARY).rule

# Rules of this score hold where the model is for them.
HINT_SCORE: Final = 0.45

_NO_COMMAND: Final = re.compile(
    r"\b(?:the|a|an|to|bus|next|last|first|second|full|that|it|they|did|will|i|rest|either|he|she|at"
    r"|should|must|would|could|your|my|his|her|one|each|every|train|truck|pit|rest|no|when|before)"
    r" $"
)
_GUARDS: Final = (NEGATED, REPORTED, CONDITIONAL, ASKED)

RULES: Final = (
    _rule(
        "hint-ends",
        "- stop|quit|unsubscribe|unsubscribed|remove|optout|desist|cease *{closing} ;;",
        HINT_SCORE,
        (*_GUARDS, _NO_COMMAND),
    ),
    _rule(
        "hint-begins",
        """
        - ^ *{opening} +{bare}|quit|unsubscribed|discontinue|remove|delete !by|at|in|over|on|the|
          a|an|
          taking|being|off|worrying|smoking|it|and
        """,
        HINT_SCORE,
        _GUARDS,
    ),
    _rule(
        "hint-removes",
        """
        - {remove} ..2 {me}
        - {take} ..3 off|out ..4 lists?|{texts}|texting|database|system|phone
        """,
        HINT_SCORE,
        _GUARDS,
    ),
    _rule(
        "hint-refuses",
        """
        - dont|never|no|not|no_longer ..3 {contact}|send|sending|text|texts|message|messages|
          contacted|texted|messaged|bothered
        - dont|never|not ..4 want|need|like *{such} {texts}
        """,
        HINT_SCORE,
        (REPORTED, CONDITIONAL),
    ),
    _rule(
        "hint-stops",
        "- {stop} ..4 {texts}|{annoying}|sending|me|us|this|these",
        HINT_SCORE,
        _GUARDS,
    ),
    _rule(
        "hint-switches-off",
        """
        - {take}|turn|shut|switch|cut|knock|quit|end|kill|silence ..3 off|out|it|these|them|this
          *{closing} ;;
        - no|zero more ..3 {texts}
        - {remove}|drop|purge|omit|exclude ..4 {number}|lists?|system|files?|records
        - how|can|could|may|is_there ..4 unsubscribe|optout|removed|turn|stop|off|out
        - want|like|get|be|need|ask ..4 off|removed|gone|deleted|erased|stopped|unsubscribed
        - leave|free|release|excuse|exempt|kick|get|let ..3 out|off|from
        - text|texts|contact|message|texted ..3 again|once|another
        - off|out|enough *{closing} ;;
        - consent|permission|authorization ..3 withdrawn|revoked|rescinded
        - withdraw|revoke|rescind ..3 consent|permission|authorization
        """,
        HINT_SCORE,
        (NEGATED, REPORTED, CONDITIONAL),
    ),
)
