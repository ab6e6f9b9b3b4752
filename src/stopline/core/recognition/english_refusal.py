"""English: do not text me, no more texts, I do not want them, leave me alone; and doubtful ones."""

import re
from typing import Final

from stopline.core.recognition.english_words import (
    CONDITIONAL,
    NEGATED,
    REPORTED,
    SUBJECT,
    VOCABULARY,
)
from stopline.core.recognition.rules import RuleMaker

_rule = RuleMaker("en", VOCABULARY).rule

_WHY: Final = re.compile(r"\b(?:why|if|when|how come|did|do)(?: you)? $")
_HAVE_NONE: Final = re.compile(
    r"\b(?:got|get|received|receive|see|have|had|getting|there|theres|are|is|were|was|with|at|on"
    r"|in|ive|why|still|im) $"
)
_ASIDE: Final = re.compile(r"\b(?:if|why|did|when|because|unless|that|he|she|they)\b|^do\b")

RULES: Final = (
    _rule(
        "dont-text",
        """
        - dont|never|no_longer|not_to *you|ever|again|even|dare|want_you_to|need_you_to|keep
          {contact} *or|and|nor ?dont *call|email|text|message|mail|contact|write *me|us|here|
          this|my|our|number|phone|line|cell|home|house|business|again|anymore|ever|to|on|via|
          by|through|using|at_all|at_this|any|these|more|{texts}|for_any_reason|in_the_future|
          future|please|about_(?:this|that|the|your|my|our)_{word}|about_anything|political|
          marketing|offers|or|call|email|period &.|,|?|and_(?!drive|driving)|because|im|i|you|
          we|so|not|it|wrong|stop|remove|she|he|thanks|thank_you|unless_i
        - dont|never text|message|contact me|us|this_number again|anymore|ever|about|with|for|
          regarding
        """,
        0.9,
        (SUBJECT, _WHY, re.compile(r"\balso $")),
    ),
    _rule(
        "dont-send",
        """
        - dont|never|no_longer|not_to|not *you|ever|again|want_you_to|want|need|need_you_to|
          bother send|sending +me|us|to_me|out|over|any|more|nothing|anymore|these|this|those|
          no|your|such|of|the|another|to|my|a|single|further|political|marketing|unsolicited|
          else|{junk}|anything|it|things|number|phone|again|{texts} &.|,|?|and|or|because|i|im|
          we|so
        """,
        0.85,
        (SUBJECT, _WHY, re.compile(r"\b(?:text|email) is fine\b")),
    ),
    _rule(
        "dont-call",
        """
        - dont|never *you|ever call|email|phone|write ?me|us|this_number|here|back or|and|nor
          ?dont text|message|contact
        - dont|never *you|ever call|phone ?me|us|this_number|here again|anymore|ever|this_number
        """,
        0.85,
        (SUBJECT, _WHY),
    ),
    _rule(
        "no-more-texts",
        """
        - no ?more|additional|further|longer|future|unsolicited|other ?of *the|these|this|your|
          those|of|all|any ..2 {texts} &.|,|to_(?:me|this|us|my)|from_you|please|thanks|
          thank_you|thx|ever|at_all|i|im|for_me|ok|okay|period|or|and|about|because|stop|on_this
        - no texting|messaging ;;
        - no texting|messaging please|me|us|this_number
        - ^ *{opening} no_more *of|this|these|those|them|it|crap|stuff|thanks|thank_you|ever|
          now|you|bs &.|,
        - text|message|contact|send ?me|us|this_number no_more
        """,
        0.8,
        (_HAVE_NONE, REPORTED, CONDITIONAL),
        serious=False,
    ),
    _rule(
        "dont-want",
        """
        - dont|no_longer|not|never|have_no|rather_not|prefer_not|doesnt|didnt ?even|really|
          wanting +want|wish|need|care|like|desire|interested|interest|prefer|intend|appreciate|
          choose|looking|to *to|in|for|of|be|get|getting|receive|receiving|have|having|being|
          continue|any|more|anymore|on|part|a *{such} ?from|via|about ..2 {texts}
          !to_(?:stop|end)|stopped|changed|but_the
        - dont|no_longer|not|never|rather_not|prefer_not|doesnt *want|wish|need|care|like|
          desire|interested|prefer|to *to|in|for|be|get|getting|receive|receiving|being|continue
          texted|contacted|messaged|spammed|solicited|bothered|hear_from_you|hearing_from_you
        - dont|no_longer|not|never|rather_not|prefer_not|id_rather_not *want|wish|need|care|
          like|interested *to|in|for get|getting|receive|receiving|be_on|be_part_of *any|more|
          of|the|your|a|anymore {these}|list|your_(?:list|stuff|promos) &.|,|anymore|please|
          thanks
        - dont|no_longer want|need|like these|those|them|your_stuff anymore &.|,|thanks|please
        - rather|prefer|better ?to not|not_to|if_you_didnt|if_you_dont|never +get|receive|have|
          be|getting|hear|to *{such}|from|text {texts}|{these}|texted|contacted
        - not|no_longer ?on a part|interested in {texts}|this_(?:list|program|campaign)
        """,
        0.85,
        (_ASIDE,),
    ),
    _rule(
        "leave-alone",
        """
        - leave|leeve|leav|let me|us|my_phone|my_number|my_{kin}|this_number|our_phone alone|
          the_alone|tf_alone|be_alone|in_peace &.|,|?|please|and|or|i|im|you|we|for|thanks|
          thank_you|today|once|its|this
        - leave me|us be ;;
        """,
        0.85,
        (NEGATED, REPORTED, CONDITIONAL),
        serious=False,
    ),
    # doubtful: a person should look
    _rule(
        "get-lost",
        """
        - get_lost|go_away|piss_off|buzz_off|bug_off|back_off|kick_rocks|take_a_hike|eff_off|
          f_off|fuck_off|fuck_you|go_to_hell|screw_off|screw_you|shove_off &.|,|you|with|and
        """,
        0.4,
        (NEGATED, REPORTED, CONDITIONAL, SUBJECT),
        serious=False,
    ),
    _rule(
        "wrong-number",
        """
        - wrong number|person|guy|lady|dude|girl|one
        - not my|his|her number
        - new_number who
        """,
        0.3,
    ),
    _rule(
        "not-interested",
        """
        - ^^ *{opening} *im|we_are|were|, not_interested &.|,
        - ^^ no thanks|thank_you &.
        - quite ;;
        """,
        0.3,
    ),
    _rule(
        "blocked",
        """
        - blocked|blocking_you|reported|blocking_this_number ;;
        """,
        0.3,
    ),
)
