"""How people ask in English: the whole grammar. Opt-in requests are named, never acted upon."""

import re
from typing import Final

from stopline.core.keywords import KeywordClass
from stopline.core.recognition import english_hints, english_refusal, english_removal, english_stop
from stopline.core.recognition.english_words import (
    CONDITIONAL,
    NEGATED,
    REPORTED,
    SERIOUS_GUARDS,
    VOCABULARY,
)
from stopline.core.recognition.rules import Grammar, RuleMaker

_rule = RuleMaker("en", VOCABULARY).rule

# An opt-out must never be read as its opposite.
_REFUSED: Final = re.compile(r"\b(?:dont|never|not|no|stop|remove|wont|unsubscribe|off)\b")

_OPT_IN_RULES: Final = (
    _rule(
        "start-texts",
        """
        - start|resume|continue|restart|reinstate|reactivate|enable|renew|turn_on|restore|begin
          *sending|getting|receiving|up|over|with *{such}|again|to|out {texts} !him|her|them
        - start|resume|continue|restart texting|messaging|sending *me|us|again|{texts} ;
        - turn *{such} {texts} ?back on
        """,
        0.8,
        (*SERIOUS_GUARDS, _REFUSED),
        KeywordClass.OPT_IN,
    ),
    _rule(
        "back-on",
        """
        - sign|opt|add|put|subscribe|enroll|re_enroll|reenroll|let *up +me|us|number|
          my_number *up|on|in|the back|again !him|her|in_touch
        - sign|opt|subscribe|enroll up|in|on ?back again &.|,|please|thanks
        - turn|start|switch *the|my +{texts} *up|on back|again
        - get|be back on ;
        - get|have *{such} {texts} again|back
        - turn|switch|put them|these|it|{texts} back on
        - resubscribe|rejoin|re_enroll|reenroll *me|us|number|my_number|this_number|the|to|
          {texts} &.|,|please|thanks
        - opt me ?back in
        """,
        0.7,
        (*SERIOUS_GUARDS, _REFUSED),
        KeywordClass.OPT_IN,
    ),
    _rule(
        "subscribe-me",
        """
        - ^ *{opening}|oops|accident|mistake ?id_like_to|i_want_to|want_to ?re subscribe|
          resubscribe|opt_in|unstop *me|us|again|up|please|now|thanks &.|,|i_want
        - ^ *{opening}|oops unblock|restart|start me|us|again *up|again|please|now &.|,
        - ^ *{opening}|oops start *please|again|thanks ;;
        - want|like|wish|love to optin|opt_in|opt_back_in|subscribe|resubscribe|rejoin &.|,|
          again|please|back|to
        - enroll|sign me ?up in|for|to text|{texts}
        - join the text|texting|sms|{texts} list
        """,
        0.75,
        (*SERIOUS_GUARDS, _REFUSED),
        KeywordClass.OPT_IN,
    ),
    _rule(
        "want-texts",
        """
        - want|id_like *to|get|receive|have|{such} {texts} ?back|again &.|,|?|to_this|again|please
        - you can|may|could text|message|contact ?me|us|this_number again|anytime_again
        """,
        0.65,
        (
            NEGATED,
            REPORTED,
            CONDITIONAL,
            _REFUSED,
            re.compile(r"\b(?:to stop|cancel|unsubscribe|still|why|no|not|less|fewer)\b"),
        ),
        KeywordClass.OPT_IN,
    ),
)
_HELP_RULES: Final = (
    _rule(
        "help",
        """
        - ^^ *{opening}|can_i|could_i|can_i_get|i|we|get|need|some|want|id|like|more|any help|
          assistance|info|information|support|customer_service|customer_support *me|us|thanks|
          thank_you|thx|now|line ;;
        - ^^ send info|information ;;
        - help|assistance|info|information|support with|on|about *{such} texts?|messages?|
          subscription|alerts|program
        - dont|cant|didnt understand|get *{such}|how text|texts|messages|messaging ..4 help|work|
          works|explain
        - who do|can|should i|we contact|call|ask|talk_to|text for help|support|assistance
        - how do|can i|we get help|support|assistance ;;
        - what is|are this|these text|texting|sms program|service|list|messages
        - what are these texts|messages
        """,
        0.6,
        (),
        KeywordClass.HELP,
    ),
)

_LAUGHTER: Final = (
    r"\b(?:lol|lmao|lmfao|rofl|ha(?:ha)+h?|heh|omg|funny|hilarious|cute|adorable|blush\w*|teasing"
    r"|kidding|joking|jk|sweet|love (?:it|this|that|these|you|your)|had me at|need those|"
    r"my money|amazing|gorgeous|shut up|"
    r"silly)\b"
)

_STOPPED = r"(?:stop|unsubscribed?|optout|cancel\w*|removed|quit|blocked)"
_MISTAKES: Final = (
    rf"\b(?:accident(?:al)?ly|mistakenly|didnt mean to|meant not to) (?:\w+ ){{0,3}}{_STOPPED}\b"
    rf"|\b{_STOPPED} (?:\w+ ){{0,4}}(?:by|on|an|was a) (?:mistake|accident)\b"
)

_MISTAKE_SIGNS: Final = ("accident", "mistake", "mean to", "meant not")

GRAMMAR: Final = Grammar(
    tuple(
        sorted(
            (
                *english_stop.RULES,
                *english_removal.RULES,
                *english_refusal.RULES,
                *_HELP_RULES,
                *_OPT_IN_RULES,
            ),
            key=lambda rule: -rule.score,
        )
    ),
    laughter=re.compile(_LAUGHTER),
    mistakes=re.compile(_MISTAKES),
    mistake_signs=_MISTAKE_SIGNS,
)

# What may be a request; see english_hints.
HINTS: Final = Grammar(
    english_hints.RULES,
    laughter=re.compile(_LAUGHTER),
    mistakes=re.compile(_MISTAKES),
    mistake_signs=_MISTAKE_SIGNS,
)
