"""What inbound texts ask for: read in order, by the layers and policies of their senders."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from stopline.core.keywords import Classification, Context, KeywordClass, KeywordSet, Layer
from stopline.core.recognition.policy import Policies, Policy
from stopline.core.recognition.recogniser import SURE_LAYERS, recognise
from stopline.core.scope_words import RULES_OF_PARTS, named_part
from stopline.core.scopes import Category
from stopline.core.text import clean_text
from stopline.flows.consent import find_denied
from stopline.flows.defaults import merge_policies
from stopline.flows.replies import InboundText
from stopline.store.senders import ReplySettings, Sender
from stopline.store.tx import Tx


class ReadText(msgspec.Struct, frozen=True, gc=False):
    """A text, what it asks for, and what that causes. `opted_out`: the pair's state before it."""

    text: InboundText
    found: Classification
    policy: Policy
    opted_out: bool

    @property
    def obeyed(self) -> Classification:
        """What is done at once: nothing but the exact keyword unless the policy says act."""
        if self.policy is Policy.ACT:
            return self.found
        return replace(self.found, keyword_class=None, word=None, layer=Layer.NONE, rule="")

    @property
    def is_partial(self) -> bool:
        """Whether it ends one kind of messages alone."""
        return self.found.rule in RULES_OF_PARTS


def read_texts(tx: Tx, bucket: int, texts: Sequence[InboundText]) -> list[ReadText]:
    """Read the texts in order; what an opt-in word means depends on the state before it."""
    denied = find_denied(tx, bucket, [(text.pair, text.owner.account_id) for text in texts])
    recent = tx.messages.recent_texts(
        bucket, list({(text.pair.sender, text.pair.recipient) for text in texts})
    )
    policies = find_policies(tx, [text.owner for text in texts])
    layers = {number: its.layers for number, its in policies.items()}
    read = []
    for text in texts:
        opted_out = denied[text.pair]
        sent = tuple(recent.get((text.pair.sender, text.pair.recipient), ()))
        found = _read(text, Context(opted_out, sent), layers[text.owner.number])
        one = ReadText(text, found, policies[text.owner.number].decide(found), opted_out)
        if one.obeyed.keyword_class is KeywordClass.OPT_OUT and not one.is_partial:
            denied[text.pair] = True
        elif one.obeyed.keyword_class is KeywordClass.OPT_IN:
            denied[text.pair] = False
        read.append(one)
    return read


def _read(text: InboundText, context: Context, layers: frozenset[Layer]) -> Classification:
    return narrow(_read_whole(text, context, layers), text.owner)


def narrow(found: Classification, owner: Sender) -> Classification:
    """A STOP that names a part ends that part alone, where the sender is set so."""
    part = named_part(found.normalised) if owner.consent.scope_words else None
    if isinstance(part, Category):
        return replace(
            found,
            keyword_class=KeywordClass.OPT_OUT,
            word=found.normalised,
            layer=Layer.EXACT,
            rule=f"part.{part.value}",
            score=1.0,
        )
    return found


def _read_whole(text: InboundText, context: Context, layers: frozenset[Layer]) -> Classification:
    """As declared; in every other reading a text can be an opt-out keyword and nothing else,
    because its encoding may be declared wrongly and a STOP must not be missed for it."""
    keywords = keywords_of(text.owner.replies)
    found = recognise(text.body, keywords, context, layers)
    for reading in text.inbound.readings:
        if found.keyword_class is KeywordClass.OPT_OUT and found.layer in SURE_LAYERS:
            break
        if reading and reading != text.inbound.text:
            other = recognise(clean_text(reading), keywords, context, SURE_LAYERS)
            if other.keyword_class is KeywordClass.OPT_OUT:
                found = other
    return found


# Building the set costs more than reading a text, and senders are few.
@lru_cache(maxsize=1_024)
def keywords_of(settings: ReplySettings) -> KeywordSet:
    """The words in force for a sender."""
    return KeywordSet(
        opt_out=frozenset(settings.opt_out_words),
        opt_in=frozenset(settings.opt_in_words),
        help=frozenset(settings.help_words),
    )


def find_policies(tx: Tx, owners: Iterable[Sender]) -> dict[str, Policies]:
    """What each sender's layers may cause, by its number."""
    senders = {owner.number: owner for owner in owners}
    account_ids = sorted({owner.account_id for owner in senders.values()})
    settings = tx.accounts.settings_of(account_ids)
    return {
        number: merge_policies(owner.replies.recognition, settings.get(owner.account_id, "{}"))
        for number, owner in senders.items()
    }
