"""English: requests to be taken off, unsubscribed or forgotten, and consent withdrawn."""

import re
from typing import Final

from stopline.core.recognition.english_words import (
    CONDITIONAL,
    NEGATED,
    REMOVAL_GUARDS,
    REPORTED,
    SERIOUS_GUARDS,
    VOCABULARY,
)
from stopline.core.recognition.rules import RuleMaker

_rule = RuleMaker("en", VOCABULARY).rule

# "trying to remove me" and the like tell of somebody else's work.
_PURPOSE: Final = re.compile(
    r"(?<!want)(?<!like)(?<!you)(?<!need)(?<!how)(?<!request)(?<!asking)(?<!try)(?<!trying)"
    r"(?<!id)(?<!wish)(?<!love) to $|\b(?:did|was|got|i|were|will|cant|didnt) $"
)
_NO_CHOICE: Final = re.compile(
    r"\b(?:form|rate|can i|may i|our|the|an|thought i|you|could i|where do i|way) $"
)
_HOW: Final = re.compile(r"\b(?:how|where|do i|if|what)\b")

RULES: Final = (
    _rule(
        "remove-me",
        """
        - {remove} {me} from|off|out ?of *{kept_by} {kept} &{after_kept}
        - {remove} {me} from|off ?of the|your|this|that !{no_such_list} {word} lists? &{after_kept}
        - {remove} {me} ..2 please|thanks|thank_you|thx|asap ;;
        - {remove} {me} ;;
        - {remove} {me} a|for|the [0-9]*(?:nd|rd|th)|second|third|fourth|last time
        - {remove} {me} !address|on_file|and_(?:use|add|put|replace) &{after}|permanently
        - remove|delete|take him|her|them|my_{kin}|{word} from|off *{kept_by} lists?|databases?|
          system|records|texts|contacts &{after_kept}
        - get|stay|keep out of my phone|texts|messages|inbox
        - get|stay|keep off my|this phone|line|number|cell
        - ^ *{opening} take|remove|delete him|her|them ?off|out *{closing} ;;
        - removal from|off ..2 {kept}
        - removal of {me}
        - ^^ *{opening} ?my ?number removal *request|requested|please ;;
        - ^^ *{opening} ?get ?me|us off|out ?of +my|your|this|the|phone|list|lists *{closing} ;;
        - ^^ *{opening} get ?me|us off *{closing} ;;
        - ^^ *{opening} out|off ?of list|lists *{closing} ;;
        - take|get this|it|these off|out ?of my|our|this phone|cell|number
        - opt {me} off|out !{not_of_texts}
        - ^^ *{opening} request|requesting *for|my|a|number|an removal|optout|unsubscribe
          *please|request ;;
        - ^^ *{opening} leave|exit *the|this|your|text|my list|group|chat|campaign|lists
          *{closing} ;;
        - take|get|remove out|off {whose}_(?:number|phone|name|cell|digits|info) &{after}|from
        - to be taken_off|removed|deleted|unsubscribed|taken_out &{after}
        - ^ *{opening} leave|cross|scratch|strike|keep|count|put|get {me} off|out ?of_(?:it|this|
          these|that) *{closing} ;;
        - withdraw|discharge me|us *from|this|these|please ;
        - withdraw|withdrawn|drop|dropped from|out_of *{kept_by} {kept_there} &{after_kept}
        - have {me} taken_off|removed|deleted|unsubscribed
        - you|youd would|could|please ?please remove|delete|erase {me}
        - to be taken_off|removed|deleted|unsubscribed|taken_out|taken ?from|off|of *{kept_by}
          {kept} &{after_kept}
        - remove|delete|take from|off|of *the|this|your|my|all|any|every|mailing|text|contact|call|
          texting lists?|texts|database|system|messages|contacts|number
        - ^ *{opening} remove|removed|unsubscribe|delete|discontinue|terminate *{closing} &.|,
        - ^ *{opening} remove|removed|unsubscribe|delete|discontinue|terminate *{closing} ;;
        - wrong|not|number|phone|here|anymore|interested|person|owner remove|delete|unsubscribe
          *{closing} ;;
        """,
        0.9,
        (*REMOVAL_GUARDS, _PURPOSE),
    ),
    _rule(
        "take-me-off",
        """
        - tell|ask|have|get|let ..4 to|know|know_to take|remove|delete {me} ?off|out|from *of|
          the|your|
          this|all {kept} &{after_kept}
        - tell|ask|have|get|let ..4 to|know|know_to remove|delete|unsubscribe {me} &{after}
        - {take} {me}|{kin}|this|the_number off|out|of ?of *{kept_by} {kept} &{after_kept}
        - take|tke|tak|tale|taje|get|getting|taking {me} off|out *{closing} ;
        - take|tke|remove|drop|delete|get ..4 off|out|from ?of your|this|these
          !{no_such_list} ..2 lists?|database|system|{texts}|texting
          &{after_kept}
        - take|tke|tak|tale|get {me} off|out now|we|please|thanks|not|wrong|today|she|he|asap|
          before|this_instant|immediately
        - can|could|may|please|want|like|need|would|that|have *i|we|my|number|to|be|get|you|
          have|me|us|this|is|get taken_off|removed|deleted|dropped &{after}
        - can|could|may|please|want|like|need|would|that|have *i|we|my|number|to|be|get|you|
          have|me|us|this|is|get taken_off|removed|deleted|dropped|taken from|off|of *{kept_by}
          {kept} &{after_kept}
        - get|let +me|us off|out ?of *{kept_by} ?{kept} ;
        - get|let to off|out ?of *{kept_by} {kept_there} ;
        - want|need|like|wish|prefer|request *to|get|be|me|us off|out ?of *{kept_by} {kept_there} ;
        - want|need|like|wish *to|get|be|me|us off ;
        - ^^ *{opening} i|we want|need out *{closing} ;;
        - {want} +to|be|being|get|that|you|i|me|us|my|number removed|remove_me|taken_off
          &{after}
        - {want} +to|be|being|get|that|you|i|me|us|my|number removed|remove_me|taken_off|taken
          from|off|of *{kept_by} {kept} &{after_kept}
        """,
        0.9,
        (*REMOVAL_GUARDS, re.compile(r"(?<!want)(?<!like)(?<!you)(?<!need)(?<!how)(?<!id) to $")),
    ),
    _rule(
        "unsubscribe",
        """
        - unsubscribe|unenroll|disenroll|deregister|unregister|unlist ?{me} &{after}|to_these|
          to_this|to_all|here|for_me
        - unsubscribe|unenroll|disenroll|deregister|unregister|unlist ?{me} from *{kept_by}
          {kept} &{after_kept}
        - unsubscribe|unenroll ?{me} from your|any|school|all
        - unsubscribe|unenroll ?{me} from ?the {word} {texts}
        - {want} +to|be|get|that|you|i|me|us|my|number unsubscribe|unsubscribed|unenroll|
          unenrolled !the_emails?|my_emails?|emails
        """,
        0.9,
        (*SERIOUS_GUARDS, re.compile(r"\b(?:i|got|was|were|get|almost|nearly) $(?<!id )")),
    ),
    _rule(
        "opt-out",
        """
        - optout ?{me} &{after}|for|here
        - optout ?{me} of|from *receiving|getting|all|the|these|this|any|your|my|future|further|
          text|sms {texts}|lists?|everything|it|communications?|{these}
        - optout ?{me} of|from receiving|all|these|this|any|everything|future ;
        """,
        0.9,
        (*SERIOUS_GUARDS, _NO_CHOICE),
    ),
    _rule(
        "have-removed",
        """
        - have|get|make_sure|make_certain|ensure|see_that|see_to_it ?that {me}|i|im ?am|is|gets|
          be removed|taken_off|deleted|unsubscribed|dropped
        - mark|flag|list|put|add {me} ..3 dont|no|not {contact}|call|text|contact
        - mark {me} ?as optout
        - ^^ *{opening} dnc|dnd *{closing} ;;
        - put|place|activate|enable|mark|set *{me}|on|to|as|under|the|my|please dnd|dnc
        - ^^ *{opening} remove|delete|unsubscribe &i|im|ive|wrong|not|no|we|moved
        - ^^ off *{such}|{kept_by} lists? *{closing} ;;
        """,
        0.8,
        (NEGATED, REPORTED, CONDITIONAL, _PURPOSE),
    ),
    _rule(
        "lose-number",
        """
        - lose|loose|forget|toss|trash|throw_away|throw_out|get_rid_of|ditch|burn|shred my|this|
          our|
          the|that|his|her|their number|phone|digits|contact|info
          !i_(?:gave|sent|told|said|put|texted)|you_(?:gave|sent)|he|she
        - throw|toss {me} away|out ;
        - forget you_have|you_ever_had|you_know|about my|this|our number
        - wrong number ?,|.|and ?please lose|delete|remove it
        - you need to lose {me}
        """,
        0.9,
        (
            CONDITIONAL,
            re.compile(
                r"\b(?:did|i|he|she|they|never|dont|dad|mom|didnt) $|\bdid you $|(?<!need) to $"
            ),
        ),
    ),
    _rule(
        "consent-withdrawn",
        """
        - revoke|revoked|revokes|revoking|withdraw|withdrawing|withdrew|withdrawn|rescind|
          rescinding|rescinded|without *my|any|the|all|prior|express|of|written|previous
          consent|permission|authorization
        - consent|permission ?is|has|was ?been revoked|withdrawn|rescinded
        - not|dont|never|no|didnt|havent *have|had|give|gave|given|grant|granted|you|my|any|the|
          prior|express|to|i|longer consent|permission|authorization|authorize
          &.|,|and|or|but|so|because|please|stop|thanks|i|you|remove|
          to_{contact}|for_my|given|to_(?:be|receive|get|being|these|this|any|your|message|share|
          use|send)|
          for_(?:this|these|you|any|sms|your)|texts?|{texts}
        """,
        0.8,
        (re.compile(r"\b(?:if|when|how|did|do|does|can)\b"),),
    ),
    _rule(
        "never-agreed",
        """
        - didnt|never|not|dont|havent *even|ever|remember|recall|want|to sign_up|signed_up|
          signing_up|subscribe|subscribed|ask|asked|request|requested|agree|agreed|consent|
          consented|opt_in|opted_in|enroll|enrolled|join|joined ?for|to this|these|it|any
          &{after}
        - didnt|never|not|dont|havent *even|ever|remember|recall|want|to sign_up|signed_up|ask|
          asked|request|requested|agree|agreed|consent|consented|enroll|enrolled|subscribe|
          subscribed ?for|to *{such}|get|getting|receive|receiving|be {texts}|texted|contacted|
          messaged
        """,
        0.55,
        (re.compile(r"\b(?:if|why|when)\b"),),
    ),
    _rule(
        "remove-it",
        """
        - remove|delete|lose|erase|unsubscribe it ;
        - remove|delete|lose|erase it from|off
        - take it off|out ;
        """,
        0.75,
        (NEGATED, REPORTED, CONDITIONAL),
        needs="""
        - number|list|phone|{texts}
        """,
    ),
    _rule(
        "do-not-list",
        """
        - dont|not|no +text|call|contact|message|mail|disturb|solicit|and|or|email list|registry
        - put|add|place|get *me|us|my|this|number|phone|name|on|your|the|to|a|onto|internal dnc|
          blocked_list|block_list|blacklist|no_call_list|optout_list|suppression_list
        """,
        0.85,
        (re.compile(r"\b(?:if|am i|are you|is this|why|federal)\b"),),
    ),
    # "how do I get off this list": who asks that wants it
    _rule(
        "how-to",
        """
        - how do|can|could|would|to *i|you|we|one unsubscribe|optout|be_removed|get_removed|
          get_off|get_out|stop|turn_off|end *of|from|getting|receiving|being|me *{such} {texts}|
          list|{these} ;
        - how do|can|could|would|to *i|you|we|one make|get these|this|it|the_texts|them ?to stop
        - how|where do|can|could|would|to *i|you|we|one unsubscribe|optout|get_off|be_removed|
          get_removed ;;
        - ^^ *{opening}|wheres|where|is|the|an|a unsubscribe|optout link|button|option|code ;;
        - where|who do|can|should i|we go|text|call|contact|write|email|talk_to ?in ?order to
          unsubscribe|optout|get_off|be_removed|get_removed|get_taken_off|stop_these|stop_this
        - what|whats|which ?is ?the word|code|keyword|command|number to stop|end|optout|unsubscribe
          *from|getting|receiving|all *{such}|{texts}|{these} ;
        - what do|must|should|can i|we ?have_to|need_to ?do to make|get|have you|yall|this|these|it
          ?to stop ;
        - is it possible ..2 to unsubscribe|optout|be_removed|be_taken_off|get_off
        - what|where|who do|does|can|must|should i|we|it|one ..4 to|i unsubscribe|optout|
          be_removed|get_removed|get_off|stop|end *of|from|getting|receiving|being *{such}
          {texts}|list|{these} ;
        - is_there|any|a|the|have ?a|any way to|i_can|of|you_can|i_could stop|unsubscribe|
          be_taken_off|optout|get_off|turn_off|end|be_removed|get_removed *getting|receiving|
          from|of *{such} {texts}|list|{these} ;
        """,
        0.65,
        (NEGATED, REPORTED, re.compile(r"\b(?:know|what|if)\b")),
    ),
)
