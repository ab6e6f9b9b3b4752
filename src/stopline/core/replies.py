"""What Stopline answers by itself, and when it keeps silent.

The two consent texts are the seed page's, word for word ("Handling Opt-in / Opt-out requests for
High Volume SMS", 2020-10).
"""

from dataclasses import dataclass

import msgspec

from stopline.core.keywords import KeywordClass, is_automatic_text
from stopline.core.numbers import Pair, is_alphanumeric, is_short_code, is_toll_free
from stopline.core.scopes import Category

OPT_OUT_TEXT = (
    'NETWORK MSG: You replied with the word "{keyword}" which blocks all texts from this number. '
    'Text back "unstop" to receive messages again.'
)
OPT_OUT_TEXT_WITHOUT_WORD = (
    "NETWORK MSG: You asked to stop, which blocks all texts from this number. "
    'Text back "unstop" to receive messages again.'
)
PART_TEXT = (
    "NETWORK MSG: You will receive no more {part} messages from this number. "
    'Text back "stop" to block all of its texts, "unstop" to receive all of them again.'
)
OPT_IN_TEXT = (
    'NETWORK MSG: You have replied "unstop" and will begin receiving messages again from this '
    "number."
)
HELP_TEXT = (
    "{brand}: for help contact {contact}. Reply STOP to block texts from this number, START to "
    "receive them again."
)

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

# One confirmation may follow a revocation, presumed fine within five minutes (FCC, 2024).
REPLY_LIFETIME_MS = 5 * MINUTE_MS
# Two machines that answer each other fall silent after these.
REPLIES_PER_HOUR = 3
REPLIES_PER_DAY = 5


@dataclass(frozen=True, slots=True)
class ReplyTexts:
    """What one sender answers; None for a text means the product's own."""

    enabled: bool = True
    opt_out: str | None = None
    opt_in: str | None = None
    help: str | None = None
    brand: str | None = None
    contact: str | None = None


class ReplyHistory(msgspec.Struct, frozen=True, gc=False):
    """Automatic replies the pair got lately; times are 0 when there was none within a day."""

    day: int = 0
    hour: int = 0
    last_help_ms: int = 0
    last_consent_ms: int = 0


def render_reply(keyword_class: KeywordClass, word: str | None, texts: ReplyTexts) -> str | None:
    """The text that answers a keyword, or None when this sender has none for it."""
    if keyword_class is KeywordClass.OPT_OUT:
        default = OPT_OUT_TEXT if word else OPT_OUT_TEXT_WITHOUT_WORD
        return _fill(texts.opt_out or default, word or "stop", texts)
    if keyword_class is KeywordClass.OPT_IN:
        return _fill(texts.opt_in or OPT_IN_TEXT, word or "start", texts)
    if texts.help is None and texts.contact is None:
        return None
    return _fill(texts.help or HELP_TEXT, word or "help", texts)


def render_part_reply(part: Category) -> str:
    """The text that answers a STOP of one kind of messages."""
    return PART_TEXT.replace("{part}", part.value)


def _fill(template: str, word: str, texts: ReplyTexts) -> str:
    filled = template.replace("{keyword}", word)
    filled = filled.replace("{brand}", texts.brand or "Support")
    return filled.replace("{contact}", texts.contact or "")


def may_reply(
    keyword_class: KeywordClass | None, pair: Pair, text: str, is_own_number: bool
) -> bool:
    """Whether an automatic answer to this text can do no harm.

    Never to a number of our own, a short code or an alphanumeric sender, never to a text that
    looks like an automatic answer itself. Toll-free networks answer STOP and START themselves.
    """
    person = pair.recipient
    if is_own_number or is_short_code(person) or is_alphanumeric(person):
        return False
    if is_toll_free(pair.sender) and keyword_class is not KeywordClass.HELP:
        return False
    return not is_automatic_text(text)


def is_reply_due(
    keyword_class: KeywordClass,
    changed: bool,
    history: ReplyHistory,
    received_ms: int,
    now_ms: int,
) -> bool:
    """Whether the limits leave room for one more answer to this pair.

    A repeated STOP is not answered. A START that changes nothing is answered at most once in
    24 hours, HELP at most once an hour; none after its time.
    """
    if now_ms - received_ms >= REPLY_LIFETIME_MS:
        return False
    if history.hour >= REPLIES_PER_HOUR or history.day >= REPLIES_PER_DAY:
        return False
    if keyword_class is KeywordClass.HELP:
        return now_ms - history.last_help_ms >= HOUR_MS
    if keyword_class is KeywordClass.OPT_OUT:
        return changed
    return changed or now_ms - history.last_consent_ms >= DAY_MS
