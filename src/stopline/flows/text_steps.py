"""What a STOP or START text says about which scopes.

A STOP speaks of its pair, and of all numbers of the account where the sender is set so; it may also
be set that a STOP names a part ("stop ads", "stop all"), and speaks of that. A START
opens its pair and every kind of campaign of that sender; what stands for other senders stays.
"""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    TextFacts,
    Wider,
    apply_start,
    apply_stop,
)
from stopline.core.keywords import Classification, KeywordClass, Layer
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.numbers import is_toll_free
from stopline.core.scope_words import RULES_OF_PARTS, named_part
from stopline.core.scopes import (
    Category,
    ConsentKey,
    ScopeKind,
    account_key,
    campaign_key,
    pair_key,
)
from stopline.flows.consent import apply_steps
from stopline.flows.consent_steps import ConsentOutcome, ConsentStep
from stopline.flows.ledger import LedgerNote
from stopline.flows.replies import InboundText
from stopline.store.tx import Tx


class ConsentText(msgspec.Struct, frozen=True, gc=False):
    """A text that is a STOP or a START. `suspect`: it may be a copy of one obeyed before."""

    text: InboundText
    found: Classification
    suspect: bool

    @property
    def is_stop(self) -> bool:
        """Whether it opts out; else it opts in."""
        return self.found.keyword_class is KeywordClass.OPT_OUT

    @property
    def reaches_account(self) -> bool:
        """Whether it speaks of all senders of the account."""
        if not self.is_stop or self.category is not None:
            return False
        settings = self.text.owner.consent
        named_all = settings.scope_words and named_part(self.found.normalised) is ScopeKind.ACCOUNT
        return settings.account_wide_stop or named_all

    @property
    def category(self) -> Category | None:
        """The kind of messages that it ends alone; None where it speaks of the pair."""
        return RULES_OF_PARTS.get(self.found.rule) if self.is_stop else None

    @property
    def key(self) -> ConsentKey:
        """The scope it speaks of first."""
        pair = self.text.pair
        if self.category is None:
            return pair_key(pair)
        return campaign_key(pair.sender, self.category, pair.recipient)


def obey_texts(
    tx: Tx, bucket: int, texts: Sequence[ConsentText], spread: Sequence[ConsentStep] = ()
) -> list[tuple[ConsentText, ConsentOutcome]]:
    """Apply the texts of one bucket in order, then what spreads to it; what each text did to what
    it speaks of."""
    campaigns = _denied_campaigns(tx, bucket, texts)
    steps: list[ConsentStep] = []
    places: list[int] = []
    for one in texts:
        places.append(len(steps))
        steps.append(_step(one, one.key))
        steps += [_step(one, key) for key in _further_keys(one, campaigns)]
    outcomes = apply_steps(tx, bucket, [*steps, *spread])
    return [(one, outcomes[place]) for one, place in zip(texts, places, strict=True)]


def plan_spreading(
    tx: Tx, consent: dict[int, Sequence[ConsentText]]
) -> dict[int, list[ConsentStep]]:
    """What STOPs that speak of all senders mean in the other buckets of their accounts."""
    wide = [(b, one) for b, texts in consent.items() for one in texts if one.reaches_account]
    steps: dict[int, list[ConsentStep]] = defaultdict(list)
    for account_id in sorted({one.text.owner.account_id for _, one in wide}):
        tx.accounts.touch_scopes(account_id)
        buckets = {sender.bucket for sender in tx.senders.list_of_account(account_id)}
        for origin, one in wide:
            if one.text.owner.account_id == account_id:
                step = _step(one, account_key(account_id, one.text.pair.recipient))
                for bucket in buckets - {origin}:
                    steps[bucket].append(step)
    return steps


def _further_keys(one: ConsentText, campaigns: set[ConsentKey]) -> list[ConsentKey]:
    pair = one.text.pair
    if one.reaches_account:
        return [account_key(one.text.owner.account_id, pair.recipient)]
    return [] if one.is_stop else [key for key in _campaigns(one) if key in campaigns]


def _campaigns(one: ConsentText) -> list[ConsentKey]:
    pair = one.text.pair
    return [campaign_key(pair.sender, category, pair.recipient) for category in Category]


def _denied_campaigns(tx: Tx, bucket: int, texts: Sequence[ConsentText]) -> set[ConsentKey]:
    keys = [key for one in texts if not one.is_stop for key in _campaigns(one)]
    if not keys:
        return set()
    stored = tx.consents.read(bucket, list(dict.fromkeys(keys)))
    return {key for key, row in stored.items() if row.state.denied}


def _step(one: ConsentText, key: ConsentKey) -> ConsentStep:
    text, inbound = one.text, one.text.inbound
    facts = TextFacts(
        received_ms=inbound.received_at_ms,
        carrier=inbound.carrier,
        session=inbound.session,
        carrier_ms=inbound.carrier_time_ms,
        suspect_copy=one.suspect,
    )
    # On toll-free numbers the network itself obeys keywords, and only it opens again.
    is_keyword = one.found.layer is Layer.EXACT and key.kind is ScopeKind.PAIR
    by_network = is_keyword and is_toll_free(text.pair.sender)
    source = ConsentSource.CARRIER if by_network else ConsentSource.RECIPIENT
    is_wide = key.kind is ScopeKind.ACCOUNT

    def apply(state: ConsentState, wider: Wider) -> ConsentChange:
        if one.is_stop:
            return apply_stop(state, facts, source, wide=is_wide)
        return apply_start(state, facts, wider)

    return ConsentStep(key, text.owner.account_id, apply, _note(one, key, source))


def _note(one: ConsentText, key: ConsentKey, source: ConsentSource) -> LedgerNote:
    text, found, inbound = one.text, one.found, one.text.inbound
    return LedgerNote(
        account_id=text.owner.account_id,
        kind=LedgerKind.OPT_OUT if one.is_stop else LedgerKind.OPT_IN,
        changed=False,
        scope_kind=key.kind,
        sender=key.scope,
        recipient=key.recipient,
        source=source,
        channel=Channel.SMS,
        carrier=inbound.carrier,
        layer=found.evidence,
        rule_set=found.rule_set,
        word=found.word or "",
        message_id=text.message_id,
        received_ms=inbound.received_at_ms,
        carrier_ms=inbound.carrier_time_ms,
        raw=inbound.raw,
        normalised=found.normalised,
    )
