"""Texts that a machine wrote: another platform's confirmation, an absence note, our own reply.

They are stored like any other text and never answered, so that two machines do not talk.
"""

import re

from stopline.core.spelling import normalise

# A confirmation says what it is at its beginning; the rest is not read.
MAX_READ_CHARS = 480

_AUTOMATIC = re.compile(
    r"\b(?:"
    r"you (?:have )?replied (?:with the word )?\w+ (?:which blocks|and will begin)"
    r"|you asked to stop which blocks all texts"
    r"|you (?:have|ve) (?:now |been |successfully |already ){0,3}"
    r"(?:unsubscribed|opted out|resubscribed|re subscribed|opted in|opted back in)"
    r"|you are (?:now |successfully ){0,2}(?:unsubscribed|opted out|opted in|subscribed)"
    r"|(?:you )?will (?:not|no longer) receive (?:any )?(?:more |further |additional )?"
    r"(?:\w+ )?(?:messages|texts|msgs)"
    r"|no (?:more|further) (?:messages|texts|msgs) will be sent"
    r"|(?:reply|text|send) (?:start|unstop|yes|help|stop|info) (?:\w+ )?(?:to|for|2)\b"
    r"|text back unstop to receive"
    r"|for help contact [\w ]{1,60} reply stop"
    r"|(?:msg|message) and data rates may apply|msg data rates may apply"
    r"|auto(?:matic|mated)? ?(?:reply|response|answer)|^automated message"
    r"|this is an automated|this (?:mailbox|number|line) is not monitored"
    r"|this number does not accept"
    r"|(?:do not|please do not|don t) reply to this (?:message|text|number)"
    r"|out of (?:the )?office|i m driving (?:right now|with focus turned on)|with focus turned on"
    r"|vous (?:etes|avez ete) (?:maintenant )?desabonne|(?:ha sido|has sido) dado de baja"
    r"|reponse automatique|respuesta automatica"
    r")"
)


def is_automatic_text(text: str) -> bool:
    """Whether the text reads like a known confirmation or automatic reply."""
    return _AUTOMATIC.search(normalise(text[:MAX_READ_CHARS])) is not None
