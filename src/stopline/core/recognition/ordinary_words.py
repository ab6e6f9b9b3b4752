"""Ordinary English words one slip away from a keyword.

Written by scripts/build_ordinary_words.
"""

from typing import Final

_WORDS = """
atop cancel cancels cancer chancel continua continue continued continues ends evoke hell
helo hep into ned quid quiet quik quilt quip quit quite quito quits quiz quoit remote
remove removed remover removes rend resume resumed resumes revoke revoked revokes send
shop slop sop star starr stat step stomp stoop stop stops stow strop subscribe subscribed
subscriber subscribes suit swop tart top unstop unsubscribe unsubscribed unsubscribes wend
yelp
"""

ORDINARY_WORDS: Final = frozenset(_WORDS.split())
