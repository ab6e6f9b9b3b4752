"""The English vocabulary of requests, by what the words do in a sentence."""

import re
from typing import Final

VOCABULARY: Final = {
    "word": "[a-z]+",
    # whose number
    "whose": "my our this the his her their any moms mothers dads fathers husbands wifes "
    "grandmas sons daughters your",
    "kin": "mom mother dad father grandma grandmother grandpa wife husband son daughter kid "
    "kids child children parents family business employees him her them",
    "number": "number phone name info contact contacts line information data details digits "
    "device email_and_phone name_and_number",
    "me": "me us myself ourselves (?:both|all|these|those|my|our)_numbers "
    "(?:my|our)_(?:family|household) (?:both|all|either)_of_us everyone_(?:at|on|in)_this_{word} "
    "all_(?:of_)?my_{number} all_(?:[a-z]+_){0,2}at_this_{number} {whose}_{number} "
    "{whose}_{whose}_{number} this_one number "
    "{whose}_(?:work|home|personal|business|office|own|other)_{number} my_{kin} "
    "(?:my_)?(?:[a-z]+s)_(?:number|phone|name)",
    # what is sent
    "texts": "texts text(?!_(?:me|my|us|him|her|the|when)) messages sms alerts notifications "
    "notices "
    "reminders updates promos promotions offers ads? advertisements coupons deals solicitations? "
    "communications? correspondence spam marketing blasts mailings pings bulletins robotexts "
    "advertising surveys? polls? robocalls",
    "these": "this these those them it",
    "junk": "crap nonsense bs madness shit garbage junk spam bull[a-z]* stuff harassment mess "
    "foolishness thread list campaign program service subscription chat group conversation lies "
    "propaganda trash",
    # what else may be sent, and is no text
    "goods": "(?:bills?|invoices?|statements?|packages?|parcels?|box(?:es)?|letters?|catalogs?|"
    "catalogues?|refunds?|checks?|cheques?|money|cash|orders?|receipts?|forms?|paperwork|papers?|"
    "samples?|products?|flowers|gifts|shipments?|deliver(?:y|ies)|fax(?:es)?|magazines?|cards?)",
    "such_goods": "(?:(?:me|us|the|these|those|your|any|more|so|many|much|of|my|our|his|her|another"
    "|duplicate|paper|empty|wrong|new|old|all)_)*{goods}",
    "such": "the these those this your all any my our such more further future other a an "
    "no so many of me us that",
    "one_message": "message(?!_(?:me|my|us|him|her|you|them|your|a|the|when|from_my))",
    "receive": "get receive have be hear see read continue keep",
    "to_receive": "to_(?:get|receive|have|be|hear|see|read|continue|keep|being|receiving|getting)",
    # ending it
    "stop": "stop quit cease cease_and_desist desist discontinue halt end cancel terminate "
    "kill cut_out knock_off cut_off turn_off shut_off switch_off disable deactivate mute suspend "
    "eliminate pause hold_off lay_off refrain refrain_from",
    "doing": "stop quit cease discontinue halt desist refrain avoid cut_out knock_off",
    "annoying": "texting messaging contacting spamming harassing bothering bugging pestering "
    "hounding soliciting notifying pinging disturbing bombarding annoying stalking alerting "
    "dming reminding badgering hassling trolling robotexting telemarketing advertising "
    "marketing targeting subscribing_me invading tormenting bombing blasting attacking scamming "
    "phishing hustling "
    "nagging irritating using_(?:my|this)_(?:number|phone|info)",
    "hitting": "hitting blowing filling clogging flooding cluttering tying lighting killing "
    "abusing wasting",
    "your_people": "you yall everyone everybody someone somebody "
    "the_(?:last|other|previous)_(?:guy|person|one|lady|girl|woman|man|people|text|number) "
    "your_(?:people|person|office|team|staff|agents?|reps?|colleagues?|manager|company|boss) "
    "whoever_[a-z]+",
    "in_any_way": "(?:in|by|through|via)_any_(?:way|form|manner|means)",
    # what else somebody may be made to stop doing
    "doing_else": "(?!texting|sending|messaging|coming|calling|contacting|spamming)[a-z]{2,}ing",
    "not_of_texts": "of_(?!this|these|all|your|any|every|receiving|getting|text|sms|future|"
    "further|the_text|the_list)[a-z]+",
    "my_number": "(?:remove|take)_(?:me|us|this|my_(?:number|name|phone))",
    "pleading": "asking begging reaching_out checking_in selling pushing following_up",
    "asking": "asking begging trying reaching_out checking_in selling pushing following_up",
    # whom else it may be about: then it is no request to us
    "others": "her him them your you each_other while driving and_driv[a-z]* boys girls "
    "people random at_dinner at_work at_school at_night at_the_table in_class back so_fast "
    "my_ex my_boyfriend my_girlfriend my_friends? everyone_else the_guy the_girl the_client "
    "the_customer the_teacher the_vendor",
    "remove": "remove removed removing delete erase drop scrub purge strike scratch wipe "
    "clear exclude omit unlist eliminate cross discard cancel block",
    "take": "take tke tak tale taje get getting strike keep leave scratch cross drop count "
    "taking put",
    # where we are kept
    "kept": "lists? databases? systems? records? contacts? here campaigns? "
    "distribution threads? chains? groups? chat everything {texts} texting messaging files? "
    "sheets? book rolls? "
    "banks? directory program queue servers? phone app device end whatever things? {junk} "
    "communications? it "
    "this these those",
    "kept_there": "lists? databases? systems? records? campaigns? distribution threads? chains? "
    "groups? {texts} texting program phone",
    "kept_by": "all any every of the this that these those your future further our text "
    "texting mailing sms messag[a-z]* contacts? calling call marketing promo[a-z]* phone mass "
    "bulk robo auto stupid blast "
    "political campaigns? distribution master and or group whatever two way spam client "
    "customer patient damn stupid weekly daily automated prayer choir alert voter donor chat "
    "dumb ridiculous annoying stinking darn whole "
    "reminders? notification parents? pta school church volunteer job subscriber company "
    "companys organizations? {texts}",
    # lists of another kind
    "no_such_list": "(?:wait(?:ing|list)?|guest|price|shopping|grocery|standby|sub(?:stitute)?|"
    "player|wedding|packing|speaker)",
    # asking for it
    "want": "appreciate appreciated want wanting like need wish prefer love asked ask asking "
    "request requesting "
    "trying desire demand demanding hoping",
    "contact": "text message contact alert solicit spam bother_(?:me|us|this) harass "
    "ping notify dm sms(?=_(?:me|us)_) "
    "disturb "
    "texting messaging contacting bug pester annoy hit_up send_texts? send_messages? send_sms "
    "leave_messages? hit blow_up use_(?:my|this)_(?:number|phone|info) "
    "continue_to_(?:text|message|contact|send)",
    "calling": "(?:calling|ringing|phoning|diall?ing)",
    "call": "(?:call|ring|phone|dial) call_or_{word} reach_out reach_out_to",
    "opening": "hi hello hey yo oi um uh hmm ok okay k yes yeah yep no nah nope well so and "
    "but do then thanks thank_you thx ty sorry good_(?:morning|afternoon|evening|day) enough oh "
    "ugh wow lol you_can you_may can_you could_you would_you will_you i_said i_say said reply "
    "text typed i_typed i_replied replied once_again again must need_you_to want_you_to "
    "i_want_you_to you_need_to i_need_you_to for_gods? for_gods?_sake for_the_love_of_[a-z]+ "
    "jesus christ omg "
    "oh_my_god im_begging_you_to i_beg_you_to i_beg_you begging_you_to with_all_due_respect sure "
    "respectfully asking_you_to id_like_you_to alright "
    "i_said_to i_told_you_to guys "
    "for_the_(?:last|[0-9]+(?:st|nd|rd|th)|second|third)_time last_time "
    "final_(?:warning|notice) last_warning (?:2nd|3rd|second|third)_request",
    "closing": "now thanks thank_you thx ty ok okay today right_now right_away for_real "
    "for_the_(?:last|[0-9]+(?:st|nd|rd|th)|second|third)_time "
    "n for_good i_mean_it and_thank_you thank_you all no_more at_once lol mate cheers "
    "god_bless thank or_else you "
    "creeps? assholes? jerks? idiots? morons? weirdos? losers? stalkers? bots? bitch "
    "dumbass fool scammers? "
    "this_minute alright i_beg_you for_the_love_of_[a-z]+ for_gods?_sake sir man mam yall "
    "you_(?:idiots?|morons?|people|creeps?|jerks?|assholes?|fools?|guys|bastards?|clowns?) "
    "have_a_good_day have_a_nice_day have_a_great_day bye goodbye",
    "bare": "stop cease_and_desist cease desist unsubscribe optout stopall",
    # do not (ever) text or call me again about this
    "dont_ever": "be you ever again even dare want_you_to need_you_to keep",
    "or_call": "or and nor dont call email text message mail contact write",
    "us_again": "me us {whose}_(?:number|phone|line|cell) {whose}_{whose}_{number} number "
    "this_number "
    "{whose}_(?:work|home|personal|business|office)_(?:number|phone|line) again anymore ever any "
    "more these {texts} at_all on at_this to_this via "
    "by through using for_any_reason in_the_future future "
    "about_(?:this|that|the|your|my|our)_{word} "
    "here about_anything political marketing offers period for_this for_money "
    "this_(?:line|cell|one) "
    "home house",
    "dont_manner": "please period text texts messages",
    # what may follow a finished request without a mark between
    "after": ". , ? and or but because now i im ive id we you your please thanks thank_you not "
    "wrong before_(?:i|we) she he they its it_is this already have_a god again asap so stop who "
    "ok okay "
    "today immediately all no its thank these why my_(?:number|phone|mom|dad|kids?|wife|husband) "
    "for_good for_ever ever sorry nobody yesterday last_(?:week|month|night|year|time) "
    "(?:[a-z0-9]+_)?(?:days?|weeks?|months?|years?)_ago ages_ago long_ago [a-z0-9]+_times "
    "a_long_time "
    "twice repeatedly",
    "after_kept": "{after} at_once right_away right_now as as_soon_as "
    "for_(?:good|ever|all|me|us|this|these|text) that permanently anymore right thx "
    "with_the_rest if_you_(?:can|would|could|dont)",
    # neither a question nor somebody else's doing
    "report": "report reporting block blocking sue suing lawyer attorney legal fcc ftc police "
    "complaint complain cops sheriff filing vote voting fine tcpa court",
}

_NOT = (
    "dont|never|not|cant|wont|didnt|doesnt|isnt|wouldnt|couldnt|shouldnt|havent|hasnt|aint"
    "|no need|without|no reason|nobody|nor"
)
NEGATED: Final = re.compile(
    rf"\b(?:{_NOT})(?: (?:to|want|you|ask|asked|asking|say|said|saying|ever|need|have|wish|like"
    r"|going|mean|meant|even|try|trying|get|be|been|asked|for|think|us|me|it|requesting|request"
    r"|let|choose|trying))* $"
)
_OTHER_PERSON = (
    "he|she|they|him|her|them|it|that|who|which|mom|dad|ex|driver|vendor|kids|people|noise"
)
REPORTED: Final = re.compile(
    rf"\b(?:(?:{_OTHER_PERSON})(?: (?:told|asked|wants|wanted|tells|asks) (?:me|us|you))?"
    r"|(?:let|make|made|help) (?!you |me |us |to |\w+ know )(?:(?:my|the|your|his|her|"
    r"our) )?\w+"
    r"|(?:have|has) (?:him|her|them|it|(?:my|the|his|her|our) \w+)"
    r"|(?:get|got) (?!you |me |us |to )(?:(?:my|the|your|his|her|our) )?\w+ to"
    r"|(?:tell|told|ask|asked|text|remind) (?!you |me |us |to )(?:(?:my|the|your|his|her|"
    r"our) )?\w+ to)"
    r"(?: (?:to|said|says|should|will|would|can|could|has|have|had|need|needs|must|is|was"
    r"|finally|also|keep|keeps|never|wont|dont|doesnt|cant))* $"
)
# As REPORTED, but for what a person has passed on: "tell your boss to take me off".
REPORTED_OF_ME: Final = re.compile(
    rf"\b(?:(?:{_OTHER_PERSON})(?: (?:told|asked|wants|wanted|tells|asks) (?:me|us|you))?"
    r"|(?:let|make|made|help) (?!you |me |us |to |\w+ know )(?:(?:my|the|your|his|her|"
    r"our) )?\w+"
    r"|(?:have|has) (?:him|her|them|it|(?:my|the|his|her|our) \w+)"
    r"|(?:get|got) (?!you |me |us |to )(?:(?:my|the|your|his|her|our) )?\w+ to"
    r"|(?:told|asked|reminded) (?!you |me |us |to )(?:(?:my|the|your|his|her|"
    r"our) )?\w+ to)"
    r"(?: (?:to|said|says|should|will|would|can|could|has|have|had|need|needs|must|is|was"
    r"|finally|also|keep|keeps|never|wont|dont|doesnt|cant))* $"
)
CONDITIONAL: Final = re.compile(
    r"\b(?:if|when|unless|until|till|whether|in case|as soon as|reply"
    r"|(?:before|once|while|after|since)(?= (?:i|you|we|he|she|they|it|the|my|your|"
    r"its) ))\b(?! (?:will|are) you)"
    r"(?! (?:you|i) (?:dont|keep|text|message|contact|continue|send|ever|asked|said|"
    r"told))"
)
ASKED: Final = re.compile(
    r"^(?:(?:hi|hello|hey|so|and|ok|okay|um|well|yo|also|excuse me|sorry) ){0,2}(?:how|what|"
    r"whats|when|where|why|who|(?:did|does|do|should|has|have|had|am)"
    r" (?:i|you|we|they|he|she|it)|(?:is|are|was|were) (?:you|we|they|he|she|it|this|that|there"
    r"|your|the|my))\b"
    r"(?! (?:dont you|not|about you|you mind|many|will you|wont you|cant you|are you going to))"
    r"(?: \w+){0,4} $"
)
SUBJECT: Final = re.compile(
    r"\b(?:i|we|he|she|they|it|people|who|you should|to|(?:tell|told) (?:him|her|them|me|\w+ to))"
    r"(?: (?:also|will|would|can|could|really|even))* $"
)
FIRST_PERSON_PAST: Final = re.compile(r"\b(?:i|ive|we|she|he|they|got|was|were|been|getting) $")

SERIOUS_GUARDS: Final = (NEGATED, REPORTED, CONDITIONAL, ASKED)
REMOVAL_GUARDS: Final = (NEGATED, REPORTED_OF_ME, CONDITIONAL, ASKED)
