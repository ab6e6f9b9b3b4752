"""Ordinary English words one slip away from ours. Written by scripts/build_ordinary_words."""

from typing import Final

_WORDS = """
alert alerts aline aloe alperts anymore atop bothering cancel communication communications
consent contact contacting continua continue continued continues contract contracting
database databases deceive deceiving delete deleted deletes deplete discontinue
discontinued discontinues eave end ending ends evoke fake harassing hell helo hep hone
into lease leaved leaves lis liszt lit lone lost lust massage massages massaging message
messages ned notification notifications numbed number pease permission phoned phones pleas
please pleased pleases pone promotion promotions quoit rake receive received receiver
receives receiving reminder reminders remove removed remover removes rend resume resumed
resumes revoke revoked revokes sanding sen send sending sends sensing slamming sop
spamming star starr stat stoop strop subscribe subscribed subscriber subscribes taker
takes tale tame tart test testing tests tet tets tex texs text texting top umber unstop
unsubscribe unsubscribed unsubscribes wend wending yelp
"""

ORDINARY_WORDS: Final = frozenset(_WORDS.split())
