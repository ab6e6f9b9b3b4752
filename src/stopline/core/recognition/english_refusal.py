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
    r"|in|ive|why|still|im|so|was|saw|made|makes|make) $"
)
_ASIDE: Final = re.compile(
    r"\b(?:if|why|did|when|because|unless|that)\b|^do\b"
    r"|\b(?:he|she|they) (?:said|told|says|thinks|knows)\b"
)

# "Little games do not bug me": what stands before is the subject of the verb.
_THINGS: Final = re.compile(
    r"\b(?:games|things|kids|bugs|it all|stuff|people|guys|noises?|that|which) (?:\w+ )?$"
)

# Who says when, or how else, wants to be reached.
_OTHER_WAY: Final = """
        - text|texting|texts|message|messages|email|emails|whatsapp|write|dm|chat|instead|later|
          tonight|today|tomorrow|busy|sleeping|asleep|working|work|driving|meeting|class|yet|
          before|after|until|till|when|while|during|unless|lol|knock|door|doorbell|bell|baby|dog
        """

RULES: Final = (
    _rule(
        "dont-text",
        """
        - dont|never|no_longer|not_to *{dont_ever} {contact} *{or_call} +{us_again} !you|
          ,_use &{after}|
          unless_i
        - dont *{dont_ever} hit|blow me|us|this|my *number|phone|line up &{after}|anymore|no_more|
          again
        - dont|never *{dont_ever} {contact} ?me|us|here no_more
        - dont|never *{dont_ever} ask ?me|us again|anymore|ever_again|for_my_vote|for_money|
          to_(?:vote|donate|sell|contribute) &{after}
        - dont|never *{dont_ever} {contact} me|us|this_number {in_any_way}
        - dont|never|no_longer|not_to *{dont_ever} {contact} *{or_call} *{dont_manner} !you &.|,|?|
          and_(?!driv)|because|please|thanks|thank_you|im|i|you|wrong|not|so|stop|remove
        - ^^ *{opening} dont|never send *me|us|any|it|them|this|these|to_me ;;
        - dont|never text|message|contact it ;;
        - dont|never text|message|contact me|us|this_number again|anymore|ever|about|with|for|
          regarding
        """,
        0.9,
        (SUBJECT, _WHY, _THINGS, re.compile(r"\balso $")),
    ),
    _rule(
        "dont-send",
        """
        - dont|never|no_longer|not_to|not *you|ever|again|want_you_to|want|need|need_you_to|
          bother send|sending !{such_goods} +me|us|to_me|out|over|any|more|nothing|anymore|
          these|this|those|no|your|such|of|the|another|to|my|a|single|further|political|marketing|unsolicited|
          else|{junk}|anything|it|things|number|phone|again|{texts} &{after}
        """,
        0.85,
        (SUBJECT, _WHY, re.compile(r"\b(?:text|email) is fine\b")),
    ),
    _rule(
        "dont-call",
        """
        - dont|never *you|ever call|email|phone|write ?me|us|this_number|here|back or|and|nor
          ?dont text|message|contact
        """,
        0.85,
        (SUBJECT, _WHY),
    ),
    # where nothing says when, or how else
    _rule(
        "no-calls",
        """
        - dont|never|no_longer|not_to *{dont_ever} {call} +me|us|this_number|my_number|
          {whose}_phone|here|again|anymore|ever|at_all|period
          &.|,|or|because|im_not|not|its|this_is|there
        - dont|never|no_longer|not_to *{dont_ever} call|reach_out &.
        - ^^ *{opening} no ?phone|robo|cold|sales calls|robocalls *{closing} &.|,
        - {doing} ?with ?all ?the|these|those|your|all ?phone calls|robocalls ?and_texts ;
        - the|these|your ?phone calls|robocalls have|need|must ?to stop|end|cease ;
        - no more|further ?phone|robo|cold|sales calls|robocalls *from|to|{me}|you|at_all|ever
          *{closing} &.|,
        """,
        0.7,
        (SUBJECT, _WHY, _ASIDE),
        unless=_OTHER_WAY,
    ),
    _rule(
        "no-mail",
        """
        - dont|never *{dont_ever} email|mail|write +me|us|anything|again|anymore|ever|at_all &.
        """,
        0.7,
        (SUBJECT, _WHY),
        unless="- text|texting|texts|message|messages|call|phone|sms|instead|until|yet|if|when",
    ),
    _rule(
        "no-calls-wanted",
        """
        - dont|no_longer|not|never want|need|like *to_{receive}|any|more|anymore|
          further|your|these|all ?phone|robo|cold|sales calls|robocalls
          *anymore|from_you|either|please &.|,|or|and
        - dont|no_longer|not|never want|need|like ?you|yall|anyone|anybody ?to {call} me|us|
          this_number|here *again|anymore|ever &.|,|or|and|about
        """,
        0.7,
        (_WHY, _ASIDE),
        unless=_OTHER_WAY,
    ),
    _rule(
        "no-more-texts",
        """
        - no more|additional|further|longer|future|unsolicited|other ?of *{such} ~2 {texts}
          &{after}|to_(?:me|this|us|my)|from_you|needed|necessary|required|at_all|for_me|period|
          about|on_this
        - no *{such} ~2 {texts} &.|,|please|thanks|thank_you|to_(?:me|this|us|my)|from_you|
          ever|at_all|i|im|ok|okay|period|or|and|because|stop|my_(?:plan|phone|cell)|
          on_this_(?:phone|number)
        - ^^ *{opening} no ?more message|text|texting|messaging|soliciting|solicitors|spamming|
          marketing|advertising|
          spam *{closing} ;;
        - no|no_more ?more donation|political|fundraising|campaign requests?|asks?|emails?
          *{closing} &.|,
        - {texts} ?are|is unwanted|unwelcome
        - dont bother {annoying}|sending|contact|trying
        - {texts} ?are|is not|no_longer accepted|wanted|welcome|allowed|permitted
        - ^^ *{opening} unwanted|unsolicited {texts}|text|message *{closing} ;
        - dont|not|no_longer accept|accepting|take|read ?any ~1 {texts} ;
        - dont|not|no_longer accept|accepting|take|read ?any ~1 {texts} at|on|to|from this|my|our
        - no to|thanks_to ?the|these|your|all {texts} ;
        - no text|texts|call|calls ?,|and|or no text|texts|call|calls|email|emails
        - no texting|messaging please|me|us|this_number
        - ^ *{opening} no_more *of|this|these|those|them|it|crap|stuff|thanks|thank_you|ever|
          now|you|bs &.|,
        - text|message|contact|send ?me|us|this_number no_more
        - no_more|no_further from_you|contact|communications?|correspondence|stuff
        - no_more {word} {junk}
        """,
        0.8,
        (_HAVE_NONE, REPORTED, CONDITIONAL),
    ),
    _rule(
        "dont-want",
        """
        - dont|no_longer|not|never|have_no|rather_not|prefer_not|doesnt|didnt ?even|really|
          wanting +want|wish|need|care|like|desire|interested|interest|prefer|intend|appreciate|
          choose|looking|to_{receive} *{to_receive}|in|for|of|be|get|getting|receive|receiving|
          have|having|being|
          continue|any|more|anymore|on|part|a *{such} ?from|via|about !miss|lose|stop|cancel|
          end|change|unsubscribe|forget ~2 {texts}|{one_message} !to_(?!me|us|my|this)[a-z]+|
          stopped|changed|
          but_the
        - dont|no_longer|not|never|rather_not|prefer_not|doesnt +want|wish|need|care|like|
          desire|interested|prefer|to_{receive} *{to_receive}|in|for|be|get|getting|receive|
          receiving|being|continue
          texted|contacted|messaged|spammed|solicited|bothered|hear_from_you|hearing_from_you
        - dont|no_longer|not|never|rather_not|prefer_not|id_rather_not +want|wish|need|care|
          like|interested *to|in|for get|getting|receive|receiving|be_on|be_part_of|being_on
          *any|more|of|the|your|a|anymore|this|these {these}|lists?|your_(?:list|stuff|promos)
          &.|,|anymore|please|thanks
        - ^^ *{opening} ?i no_longer want|need|wish_for this|these|those|them|it *{closing} ;;
        - dont|no_longer|not want|need anymore|any_more ;
        - ^^ *{opening} ?i no_longer wish|want|care to receive ;;
        - dont remind me|us again|anymore|ever
        - dont|no_longer want|need|like these|those|them|your_stuff anymore &.|,|thanks|please
        - appreciate|grateful|prefer it|you|if ?if you would|could|did no_longer|not|stop
          {contact}|sending
        - rather|prefer|better ?to not|not_to|if_you_didnt|if_you_dont|never +get|receive|have|
          be|getting|hear|to *{such}|from|text {texts}|{these}|texted|contacted
        - doesnt|didnt|wont want|need|like|wish *to_receive *{such} ~1 {texts} ?anymore|from_you|
          thanks|either &{after}
        - prefer|rather|like|love ?it|that|if you|yall|they didnt|dont|did_not|not|would_not|
          wouldnt {contact}|send|sending
        - not|no_longer ?on a part|interested in {texts}|this_(?:list|program|campaign)
        """,
        0.85,
        (_ASIDE,),
    ),
    _rule(
        "not-allowed",
        """
        - no|dont need|reason|point ?for you|yall ?to|in keep|keep_on|continue *to|on texting|
          messaging|contacting|sending|reminding
        - no|dont need|reason ?for ?you to {contact} me|us *{us_again} &{after}
        - not|never|dont ?have|gave|give|given ?been authorized|allowed|permitted|welcome|
          the_right|a_right|any_right to {contact}|send|call
        - no right|business to {contact}|texting|contacting|sending
        - dont|no_longer|never want|need|like you|yall|anyone|anybody ?to {contact}|call|texting
          me|us|this|here|anymore
        - dont|never|no_longer|rather_not want|wanna|need|care|wish|wanting to hear|hearing
          from_you|from_yall|from_anyone|from
        - cant|cannot take|stand|deal_with ?any|all|more|of|this|these *{such} {texts}
        """,
        0.8,
        (_ASIDE,),
    ),
    _rule(
        "leave-alone",
        """
        - leave|leeve|leav|let me|us|my_phone|my_number|my_{kin}|this_number|our_phone alone|
          the_alone|tf_alone|be_alone|in_peace &{after}|for
        - leave me|us|my ..2 alone ;
        - leave|let me|us be ;;
        """,
        0.85,
        (NEGATED, REPORTED, CONDITIONAL),
        serious=False,
    ),
    # nothing but sent away
    _rule(
        "go-away",
        """
        - ^^ *{opening} ?you ?all|people|guys get_lost|go_away|piss_off|buzz_off|bug_off|back_off|
          kick_rocks|eff_off|f_off|fuck_off|shove_off|lay_off *{closing} ?,|. ?{word} *{closing} ;;
        """,
        0.55,
        serious=False,
    ),
    # doubtful: a person should look
    _rule(
        "get-lost",
        """
        - get_lost|go_away|piss_off|buzz_off|bug_off|back_off|kick_rocks|take_a_hike|eff_off|
          f_off|fuck_off|fuck_you|go_to_hell|screw_off|screw_you|shove_off &.|,|you|with|and
        """,
        0.35,
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
