"""English: requests to stop what is being sent."""

import re
from typing import Final

from stopline.core.recognition.english_words import (
    ASKED,
    CONDITIONAL,
    NEGATED,
    REPORTED,
    SERIOUS_GUARDS,
    VOCABULARY,
)
from stopline.core.recognition.rules import RuleMaker

_rule = RuleMaker("en", VOCABULARY).rule

_NO_SENTENCE_END_STOP: Final = re.compile(
    r"\b(?:the|a|to|dont|wont|st|ave|street|road|rd|avenue|blvd|school|train|bus|next|last|not|cant|never|full|that|no|pit|truck|first|it|they"
    r"|you|did|will|i|my|this|rest|either|stops|he|she|didnt|doesnt|would|could|should we|must"
    r"|might|may|kind of|kinda|we|ill|lets) $"
)
# A "stop" at the end of a sentence is a request when the sentence speaks to or of somebody.
_NO_COMPLAINT: Final = re.compile(
    r"^(?!.*\b(?:i|im|ive|id|we|me|my|you|your|this|these|those|no|not|dont|wrong|texts?|messages?"
    r"|number|phone|illegal|spam\w*|own|annoying|but|so|consent|roaming|sold|moved)\b)"
    r"|\bma(?:de|kes?) (?:me|us) $"
    r"|^(?:did|does|do|will|is|has|read|take|where|when)\b|\b(?:says?|sign|reads) $"
)
_QUIET_LATER: Final = re.compile(r"\b(?:did|does|am|why|has|have|still|suddenly|just did)\b")

# "I am going to end this chat", "we need to stop them": what the person does, not what is asked.
_OWN_DOING: Final = re.compile(
    r"\b(?:ill|id|i|we|lets|let us|weve|ive|would|could|might|should)"
    r"(?: (?:also|really|just|will|would|can|could|should|might|have|had|got|going|about|trying|try"
    r"|ready|hate|want|wanted|kind of|sorry|probably|think|guess|need|had|now|either|to)){0,5} $"
    r"|\b(?:sorry|hate|going|gonna|about|sad|ready|able|reason) to $"
)

_NOT_HERS: Final = re.compile(r"\b(?:he|she|they|him|her|wont|cant) ")

_IF_OR_WHEN: Final = re.compile(r"\b(?:if|when|unless|until|whether)\b")

RULES: Final = (
    # "stop texting me", "quit blowing up my phone"
    _rule(
        "stop-doing",
        """
        - {doing} *with|from|the|all|your ?me {annoying} !{others}
        - {doing} wasting your|my|our|everyones time|phone|minutes|data
        - {doing} {hitting} me|us|up|my|our|this
        - {doing} sending me|us|here|anything|things|everything !{such_goods}
        - {doing} sending to me|us|this|my
        - {doing} sending ..3 to me|us|this_number|this_phone|my_phone|my_number|my_cell
        - {doing} sending {these} !to_(?:him|her|them)
        - {doing} ..1 {annoying} me|us|my|this
        - {doing} mass|group|robo|auto|cold|random {annoying}
        - {doing} sending ?out *{such} ~2 {texts}|{junk}
        - {doing} sending your !{such_goods}
        - {doing} sending ?out ;
        - {doing} {calling}|emailing|writing ;
        - {doing} {calling}|emailing|writing me|us|this_number|my_phone|here ;
        - {doing} {calling}|writing me|us about|from|at|again|anymore|every|on|all|for
        - {doing} {pleading} ;
        - {doing} {asking} me|us
        - {doing} {asking} about|if|whether|when my|our|the|i|we|im|ill|this
        - {doing} {asking} for money|donations?|my_vote|my_money
        - {doing} {asking} to contact|reach|text|sell|call|buy|message|me|us|get
        - {doing} replying|responding to me|this|my
        """,
        0.95,
        SERIOUS_GUARDS,
    ),
    # "she passed away, stop texting her"
    _rule(
        "stop-about",
        """
        - {doing} {annoying}|sending|calling him|her|them|he|she|my_{kin}|his|it
        - take|remove|delete him|her|them|my_{kin} ?off|out ;
        - dont {contact}|call|send him|her|them|it
        """,
        0.8,
        (*SERIOUS_GUARDS, re.compile(r"\bto $")),
        needs="""
        - mother|mom|mum|dad|father|wife|husband|son|daughter|kid|child|brother|sister|grandma|
          grandfather|grandpa|grandmother|passed|died|dead|deceased|dementia|hospice|ill|sick|
          number|phone|cell|prison|jail|years_old|minor
        - shes|hes|is [0-9]{1,2}
        """,
    ),
    # "would you mind not texting me", "I wish you'd stop texting"
    _rule(
        "wish-stopped",
        """
        - if|wish|hope|hoping|appreciate you|youd ?would|could|can stop|stopped|quit {annoying}|
          sending
        - if|wish|hope|hoping|appreciate you|youd ?would|could|can stop|stopped|quit *{such}
          {texts}
        - wish|hope|hoping|appreciate|love ?it ?if these|this|those|the|your ?{texts} *would|
          could|can|should stopped|ceased|ended|stop|cease|end ;
        - mind|appreciate|about|rather|consider|keep|prefer|could|can|would|please *if|you|your|
          that|it not|dont|didnt {contact}|sending|send !{others}
        """,
        0.85,
        (NEGATED, re.compile(r"\bid $|\bi $")),
    ),
    # "stop the texts", "turn off alerts", "cancel my text subscription"
    _rule(
        "stop-texts",
        """
        - {stop} *{such} ~2 {texts} !board|stub|body|box|lens|of|on_the|to_him|to_her|to_them|
          from_him|from_her|from_them|from_my|with_him|with_her|for_my_order|about_my
        - turn|shut|switch|cut *{such}|off ~2 {texts} off
        - cancel|end|stop|terminate|discontinue *{such} {texts}|texting|phone subscription|
          service
        - cancel|end|stop|terminate *{such} subscription to|for|of *{such} {texts}|list|number
        - stop|quit|enough|done|no_more|cease|cut_it_out|knock_it_off ?it with|of *{these}
          *{such} ~2 {texts}
        - ^^ *{opening} stop|end|cancel ?my|the|this|all|your subscription|subscriptions|service
          *{closing} ;;
        - ^^ *{opening} +{bare} ?to|for|with|texting this|my|number|phone ?number|phone
          *{closing} &.|,
        - ^^ *{opening} +{bare} number *{closing} &.|,
        - cease|discontinue|terminate|end|stop|sever|halt|no_further *and_desist|all|any|
          further|future|your|this|more|unwanted contact|communications?|correspondence|
          solicitations?
        - enough|no_more ?of *{such} {texts} ;
        - cancel|end|stop|terminate|discontinue|disconnect service|services to|for|at|on {me}
        - ^^ *{opening} halt|disable|mute|disconnect|discontinue|desist|terminate|deactivate|cease|
          ceases|
          discontinued *{closing} ;;
        - put a|an stop|end to {these}|texting|messaging
        - put a|an stop|end to *{such} {texts}|texting|messaging
        - disable|deactivate|pause|suspend|cancel|end|discontinue *{such} text|sms texting|
          messaging|texts
        - disable|deactivate|pause|suspend|cancel|discontinue *{such} texting|messaging
        - dont waste ..2 time ?on {annoying}|me|us|asking
        """,
        0.9,
        SERIOUS_GUARDS,
    ),
    # "turn it off", where the texts are spoken of
    _rule(
        "turn-it-off",
        "- turn|shut|switch ?off {these} off !and_on ;",
        0.7,
        (*SERIOUS_GUARDS, _OWN_DOING),
        needs="- {texts}|texting|messaging",
    ),
    # "stop this", "make it stop", "these need to stop"
    _rule(
        "stop-this",
        """
        - {doing}|end ?all|all_of|with this|these|those|them|everything|anything|all_of_it|all ;
        - {doing}|end ?all|all_of|with this|these|those|everything ~1 {junk} !on|at|in|from_my
        - {doing}|end ?all|all_of|with this|these|those|them|everything ?right now|today|
          immediately|to_me|to_us|from_coming|coming
        - {doing} this|the|these|your ~1 {junk} ;
        - ^^ *{opening} end this|these|your ~1 {junk} *{closing} ;;
        - ^^ *{opening} stop|quit|knock|cut it ;
        - ^^ *{opening} knock|cut it off|out ;
        - ^^ *{opening} turn|shut|switch these off
        """,
        0.85,
        (NEGATED, REPORTED, CONDITIONAL, ASKED, _NOT_HERS, _OWN_DOING),
        serious=False,
    ),
    _rule(
        "must-stop",
        """
        - make|have|get|want|need|like|wish it|this|these|them|those ?to stop|end|
          cease !{doing_else}
        - want|need|like +{such} ~1 {texts} ?to stop|end|cease
        - +{such} ~1 {texts} needs?|have|has|had|got|gotta|must|better|should ?to stop|cease|
          end
        - this|these|it needs?|have|has|got|gotta|must|better|should ?got ?to stop|cease ;
        - ^^ *{opening} stop bot|robot|computer|conversation|chat|thread *{closing} ;;
        """,
        0.85,
        (NEGATED, CONDITIONAL, ASKED, _NOT_HERS, re.compile(r"\bhow\b")),
        serious=False,
    ),
    # "Stop. We sold the car", "nah stop", "STOP not my account"
    _rule(
        "stop-alone",
        """
        - ^ *{opening} +{bare} *{closing} &.|,|?
        - ^^ *{opening} +{bare} *{closing} &have_a|god|before_(?:i|we|you)|my_(?:mom|dad|kids?)|
          im|ive
        - ^^ *{opening} +stop &i|im|ive|id|already|voted|sold|we|were|weve|this_is|this_isnt|
          not|wrong|youre|you_have|you_are|you_guys|you_people|you_got|
          my_(?:number|phone|mom|mother|father|dad|husband|wife)|who|its|no|nobody|theres|
          these_are|or_(?:else|im|ill|i|we|well|youll|you)|before|because|as|for_real|her|his|
          she|he|everything|all_(?:of|this|these|the)
        """,
        0.85,
        serious=False,
    ),
    # "these texts cost me 20 cents each stop"
    _rule(
        "reason-then-stop",
        """
        - stop|unsubscribe *{closing} ;;
        """,
        0.7,
        (CONDITIONAL, ASKED, REPORTED, NEGATED, _NO_SENTENCE_END_STOP, _NO_COMPLAINT),
        serious=False,
    ),
    # as before, but "my manager quit"
    _rule(
        "reason-then-quit",
        "- quit *{closing} ;;",
        0.7,
        (
            *(CONDITIONAL, ASKED, REPORTED, NEGATED, _NO_SENTENCE_END_STOP, _NO_COMPLAINT),
            re.compile(r"\b(?:my|our|the|his|her|your|their|a) \w+ $"),
        ),
        serious=False,
    ),
    _rule(
        "understand-stop",
        """
        - understand|part_of|meaning_of|definition_of ?the ?word ?about stop|no ;
        - part_of stop|no
        - stop|no means stop|no
        """,
        0.75,
    ),
    _rule(
        "want-to-stop",
        """
        - ^^ *{opening} i|we|id ?would ?want|like|wish to stop ;;
        - ^^ *{opening} request to stop ;;
        - ^^ stop request ;;
        - asking|begging|telling|ordering|need|needing|want you to stop ;
        """,
        0.6,
        (NEGATED, REPORTED, CONDITIONAL, ASKED),
    ),
    _rule(
        "but-stop",
        """
        - but|so|then stop|quit|unsubscribe ;;
        - is|isnt|not ?not him|her|me|them stop|quit|unsubscribe ;;
        """,
        0.7,
        serious=False,
    ),
    # "I already asked you to stop", "how many times do I have to say stop"
    _rule(
        "said-stop",
        """
        - i|ive|we !never|didnt|dont|did|havent ..3 said|say|saying|told|telling|asked|asking|
          typed|replied|texted|text|sent|wrote|requested|put *you|repeatedly|nicely|multiple|
          several|many|times|before|for|it|and|again ?to stop|quit|unsubscribe|optout|
          be_removed|remove_me|be_taken_off|get_off|leave_me_alone &{after}|texting|sending|
          from|contacting|messaging|many|[0-9]+|like|several|{these}
        - i|ive|we|have already|have|repeatedly|previously *already|repeatedly|previously optout|
          unsubscribed|texted_stop|said_stop|replied_stop|sent_stop|typed_stop|asked_to_stop|
          asked_to_be
        - you|yall|u were|have_been|been|was told|asked|warned ..2 to stop|quit|remove|not
        - ^ ?any|all|no further|more|additional|future text|contact|message|{texts}|communication
          ..5
          harassment|illegal|reported|harassing|lawyer|attorney|court
        - ^ *{opening} replying|replied|texting|texted|typing|typed|sending|sent ..1 stop again|
          twice|
          already|before|now|[a-z0-9]+_times
        - thought i ?had|have ?already unsubscribe|unsubscribed|optout|
          told_you|asked_you|blocked &{after}|from_(?:this|these|you|your|all)|of_(?:this|these|
          your|all)|to
        - ^ *{opening} told|asked|asking you|yall|u ..2 to stop|quit|remove|be_removed &{after}|
          texting
        - i|ive|we ?already|have *already|told|asked told|asked {your_people} to stop|quit|
          unsubscribe|{my_number}
        - i|ive|we ?have ?already unsubscribe|unsubscribed|optout ..4 ?,|. ?but|and ?,|why|
          how ..3 still get|getting|receiving|texting|sending ~2 {texts}|{these}|me|us
        - did i|we not tell|ask you|yall ?people to stop ;
        - didnt i|we ?already tell|ask you|yall ?people to stop ;
        - didnt you ?guys get|see|read|receive my stop|optout|unsubscribe
        """,
        0.75,
        (_IF_OR_WHEN, NEGATED, re.compile(r"\b(?:they|he|she|did|never|didnt|dont) ")),
    ),
    # "I want to stop getting these"
    _rule(
        "stop-getting",
        """
        - stop|quit|end|cease|avoid|discontinue getting|receiving|get|receive|hearing *{such}|
          from {texts}|{these}|from_you
        - make_sure|see_to_it|ensure *that|i|we|this|number|my|phone|you|it|me dont|never|
          doesnt|wont|not get|receive|ever|be|hear|send|text|contact
        """,
        0.8,
        (NEGATED, REPORTED, CONDITIONAL, _QUIET_LATER, re.compile(r"\b(?:i|not|will i|do i) $")),
    ),
    _rule(
        "enough-texts",
        """
        - ^ enough *{closing} ;;
        - done|finished|through|enough|sick|tired|fed_up|over|had_it +with|of|getting *getting|
          receiving|all|the|these|this|your|of|those ~1 {texts}
        """,
        0.65,
        (NEGATED, CONDITIONAL),
        needs="- {texts}|texting|messaging|text|texted|message|messaged",
    ),
    # "if you text me again I will report you"
    _rule(
        "threat",
        """
        - if you|i|this_number|these|this|it *dont|do|keep|continue|ever|get|wont stop|text|
          texting|message|messaging|contact|contacting|call|calling|send|sending|remove ..12 ?,
          ..8 {report}
        - text|message|contact|call|bother me|us|here again|anymore|one_more_time|once_more|
          one_more ..6 {report}|reported|blocked
        - if i get|receive *another|one|1|any|a more|single|other ~2 {texts}|text|message|call
          ..10
          {report}
        - ^ *{opening} one|1|another|any *more text|message|{texts} ?from_you and|or|, ..4 {report}
        - {report}|reported|blocked|sued ..2 if you dont stop
        - {report} ..4 if these|this|those|your ?{texts} dont|do ?not continue|persist|stop|cease|
          end
        - {report} ..4 if these|this|those|your ?{texts} continue|persist|keep|arent
        - if these|this|those|your ?{texts} continue|persist|keep|dont ..12 {report}
        - next text|message ..3 reported|blocked
        - {report} ..10 if you|i|these|this|it *dont|do|keep|continue|ever|get|wont stop|text|
          texting|message|messaging|contact|contacting|call|calling|send|sending|remove|hear
        """,
        0.75,
    ),
)
