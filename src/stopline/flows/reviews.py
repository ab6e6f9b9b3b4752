"""Requests that are no sure keyword: marked, held for a person's decision, decided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace

from msgspec import structs

from stopline.core.consent import (
    ConsentSource,
    TextFacts,
)
from stopline.core.events import EventKind, ReviewChanged
from stopline.core.keywords import KeywordClass
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.numbers import Pair
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import (
    Review,
    ReviewState,
    lifts_hold,
)
from stopline.core.scopes import ScopeKind
from stopline.flows.consent_steps import ConsentOutcome
from stopline.flows.ledger import LedgerNote, append_notes
from stopline.flows.notify import announce, is_wanted
from stopline.flows.queues import wake
from stopline.flows.reading import ReadText
from stopline.store.tx import Tx

# Who ended a hold when no person of the account did.
BY_RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True)
class Kept:
    """A review and what the ledger says of it if it holds its pair."""

    review: Review
    note: LedgerNote


def record_reviews(
    tx: Tx,
    bucket: int,
    readings: Sequence[ReadText],
    outcomes: dict[int, ConsentOutcome],
    suspects: Set[int],
) -> None:
    """Keep what was read beyond sure keywords, hold pairs for it, end holds that keywords overtook.

    `outcomes`: what the consent texts changed, by their place in the group; `suspects`: message
    ids of STARTs that may be copies. After the changes of consent: it may add ledger entries.
    """
    words = [one for one in readings if one.text.place in outcomes]
    kept = [(one, _review(tx, one)) for one in readings if _is_kept(one)]
    if not words and not kept:
        return
    pairs = [one.text.pair for one in words] + [review.pair for _, review in kept]
    held = tx.reviews.find_held(bucket, list(dict.fromkeys(pairs)))
    ended = [
        review
        for review in held
        if any(_overtakes(word, outcomes, suspects, review) for word in words)
    ]
    settle(tx, bucket, ended, ReviewState.OVERTAKEN, BY_RECIPIENT)
    new = [
        (one, _overtaken(tx, review))
        if any(
            word.text.place > one.text.place and _overtakes(word, outcomes, suspects, review)
            for word in words
        )
        else (one, review)
        for one, review in kept
    ]
    still = {review.pair for review in held} - {review.pair for review in ended}
    keep_reviews(tx, bucket, [_kept(one, review) for one, review in new], still)


def _is_kept(one: ReadText) -> bool:
    """Every answer but those of keywords and footers that are obeyed: the ledger has those."""
    if one.text.is_copy or one.policy is Policy.OFF:
        return False
    return one.policy is not Policy.ACT or one.found.score < 1


def _review(tx: Tx, one: ReadText) -> Review:
    found, inbound = one.found, one.text.inbound
    return Review(
        id=one.text.message_id,
        account_id=one.text.owner.account_id,
        pair=one.text.pair,
        state=_first_state(one),
        keyword_class=found.keyword_class.value if found.keyword_class else "",
        evidence=found.evidence,
        score=found.score,
        rule_set=found.rule_set,
        carrier=inbound.carrier,
        session=inbound.session,
        received_ms=inbound.received_at_ms,
        carrier_ms=inbound.carrier_time_ms,
        created_ms=tx.now_ms,
    )


def _first_state(one: ReadText) -> ReviewState:
    """Nothing is to be held for a person who is out already."""
    if one.policy is Policy.ACT:
        return ReviewState.ACTED
    if one.policy is Policy.REVIEW and not one.opted_out:
        return ReviewState.HELD
    return ReviewState.FLAGGED


def _overtakes(
    word: ReadText, outcomes: dict[int, ConsentOutcome], suspects: Set[int], held: Review
) -> bool:
    """Whether a keyword settles what the pair is held for: any STOP of the
    whole pair, and a START that is surely
    later and opened the pair."""
    if word.text.pair != held.pair or held.state is not ReviewState.HELD:
        return False
    if word.found.keyword_class is KeywordClass.OPT_OUT:
        return not word.is_partial
    inbound = word.text.inbound
    start = TextFacts(
        received_ms=inbound.received_at_ms,
        carrier=inbound.carrier,
        session=inbound.session,
        carrier_ms=inbound.carrier_time_ms,
        suspect_copy=word.text.message_id in suspects,
    )
    return outcomes[word.text.place].standing is None and lifts_hold(start, held)


def _overtaken(tx: Tx, review: Review) -> Review:
    return replace(review, state=ReviewState.OVERTAKEN, decided_ms=tx.now_ms, actor=BY_RECIPIENT)


def _kept(one: ReadText, review: Review) -> Kept:
    note = structs.replace(
        note_of(review, LedgerKind.HOLD, ConsentSource.RECIPIENT, ""),
        channel=Channel.SMS,
        word=one.found.quotable_word or "",
        raw=one.text.inbound.raw,
        normalised=one.found.normalised,
    )
    return Kept(review, note)


def keep_reviews(tx: Tx, bucket: int, kept: Sequence[Kept], held: Iterable[Pair]) -> None:
    """Store reviews; those that hold their pair close the gate and get a ledger entry.

    `held`: the pairs that are held already.
    """
    _announce(tx, bucket, [one.review for one in kept])
    marks = [one.review for one in kept if one.review.state is not ReviewState.HELD]
    if marks:
        tx.reviews.add(bucket, marks)
    holds = [one for one in kept if one.review.state is ReviewState.HELD]
    if not holds:
        return
    tx.deny(bucket, [], [one.review for one in holds])
    known = set(held)
    notes = []
    for one in holds:
        notes.append(structs.replace(one.note, changed=one.review.pair not in known))
        known.add(one.review.pair)
    append_notes(tx, bucket, notes, tx.ledger.lock_head(bucket))


def note_of(review: Review, kind: LedgerKind, source: ConsentSource, actor: str) -> LedgerNote:
    return LedgerNote(
        account_id=review.account_id,
        kind=kind,
        changed=kind is LedgerKind.RELEASE,
        scope_kind=ScopeKind.PAIR,
        sender=review.pair.sender,
        recipient=review.pair.recipient,
        source=source,
        channel=Channel.REVIEW,
        actor=actor,
        carrier=review.carrier,
        layer=review.evidence,
        rule_set=review.rule_set,
        message_id=review.id,
        received_ms=review.received_ms,
        carrier_ms=review.carrier_ms,
    )


def settle(tx: Tx, bucket: int, reviews: Sequence[Review], state: ReviewState, actor: str) -> None:
    """End reviews; what waited for them may go on, as far as consent lets it."""
    if not reviews:
        return
    tx.reviews.settle(bucket, [review.id for review in reviews], state, actor, tx.now_ms)
    ended = [replace(r, state=state, actor=actor, decided_ms=tx.now_ms) for r in reviews]
    _announce(tx, bucket, ended)
    pairs = {(review.pair.sender, review.pair.recipient) for review in reviews}
    if queued := tx.queues.take_up(bucket, sorted(pairs)):
        wake(tx, bucket, queued)


def _announce(tx: Tx, bucket: int, reviews: Sequence[Review]) -> None:
    by_account: dict[int, list[ReviewChanged]] = defaultdict(list)
    for review in reviews:
        by_account[review.account_id].append(_event(review))
    for account_id, events in by_account.items():
        if is_wanted(tx, account_id, EventKind.REVIEW):
            announce(tx, account_id, bucket, events)


def _event(review: Review) -> ReviewChanged:
    return ReviewChanged(
        review_id=review.id,
        sender=review.pair.sender,
        recipient=review.pair.recipient,
        state=review.state.name.lower(),
        asks=review.keyword_class,
        read_by=review.evidence,
        score=review.score,
        rule_set=review.rule_set,
        received_ms=review.received_ms,
        changed_ms=review.decided_ms or review.created_ms,
        actor=review.actor,
    )
