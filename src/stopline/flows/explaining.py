"""What a text would cause if it came now; nothing is changed."""

from dataclasses import dataclass

from stopline.core.errors import InvalidField
from stopline.core.keywords import DEFAULT_KEYWORDS, Classification, Context
from stopline.core.numbers import Pair
from stopline.core.recognition.policy import DEFAULT_POLICIES, Policy
from stopline.core.recognition.recogniser import recognise
from stopline.flows.consent import find_denied
from stopline.flows.defaults import apply_defaults
from stopline.flows.reading import find_policies, keywords_of, narrow
from stopline.store.senders import Sender
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class SupposedText:
    """A text from a person to one of our numbers, E.164. What is None is looked up where both
    numbers are given; without it every opt-in word counts and no footer is known."""

    text: str
    sender: str | None = None
    recipient: str | None = None
    opted_out: bool | None = None
    sent_texts: tuple[str, ...] | None = None


def explain_text(tx: Tx, account_id: int, supposed: SupposedText) -> tuple[Classification, Policy]:
    """What the text asks for, and what the sender's policy makes of it.

    Raises InvalidField when the sender is not the account's.
    """
    if supposed.sender is None:
        context = Context(supposed.opted_out, supposed.sent_texts or ())
        found = recognise(supposed.text, DEFAULT_KEYWORDS, context, DEFAULT_POLICIES.layers)
        return found, DEFAULT_POLICIES.decide(found)
    owner = tx.senders.find([supposed.sender]).get(supposed.sender)
    if owner is None or owner.account_id != account_id:
        raise InvalidField("from", "is not a number of this account")
    owner = apply_defaults(tx, {"": owner})[""]
    policies = find_policies(tx, [owner])[owner.number]
    keywords = keywords_of(owner.replies)
    context = _context(tx, owner, supposed)
    found = narrow(recognise(supposed.text, keywords, context, policies.layers), owner)
    return found, policies.decide(found)


def _context(tx: Tx, owner: Sender, supposed: SupposedText) -> Context:
    opted_out, sent = supposed.opted_out, supposed.sent_texts
    if supposed.recipient is not None:
        pair = Pair(owner.number, supposed.recipient)
        if opted_out is None:
            opted_out = find_denied(tx, owner.bucket, [(pair, owner.account_id)])[pair]
        if sent is None:
            key = (pair.sender, pair.recipient)
            sent = tuple(tx.messages.recent_texts(owner.bucket, [key]).get(key, ()))
    return Context(opted_out, sent or ())
