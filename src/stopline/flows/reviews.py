"""Requests that are no sure keyword: marked, held for a person's decision, decided."""

from collections.abc import Sequence
from dataclasses import replace

from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    TextFacts,
    Wider,
    apply_stop,
)
from stopline.core.errors import Conflict, NotFound
from stopline.core.ids import id_bucket
from stopline.core.keywords import KeywordClass
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.numbers import Pair
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import (
    HOLD_LIMIT_MS,
    UNDECIDED,
    Decision,
    Review,
    ReviewState,
    lifts_hold,
)
from stopline.core.scopes import ScopeKind, pair_key
from stopline.flows.consent import apply_steps
from stopline.flows.consent_steps import ConsentOutcome, ConsentStep
from stopline.flows.ledger import LedgerNote, append_notes
from stopline.flows.reading import ReadText
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# Persons whose gate one transaction holds, at most.
EXPIRED_AT_ONCE = 256
# Who ended a hold when no person of the account did.
BY_RECIPIENT = "recipient"


def record_reviews(
    tx: Tx,
    bucket: int,
    readings: Sequence[ReadText],
    outcomes: dict[int, ConsentOutcome],
    suspects: set[int],
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
    _settle(tx, bucket, ended, ReviewState.OVERTAKEN, BY_RECIPIENT)
    new = [
        (one, _overtaken(tx, review))
        if any(
            word.text.place > one.text.place and _overtakes(word, outcomes, suspects, review)
            for word in words
        )
        else (one, review)
        for one, review in kept
    ]
    _store(tx, bucket, new, {review.pair for review in held} - {review.pair for review in ended})


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
    word: ReadText, outcomes: dict[int, ConsentOutcome], suspects: set[int], held: Review
) -> bool:
    """Whether a keyword settles what the pair is held for: any STOP, and a START that is surely
    later and opened the pair."""
    if word.text.pair != held.pair or held.state is not ReviewState.HELD:
        return False
    if word.found.keyword_class is KeywordClass.OPT_OUT:
        return True
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


def _store(
    tx: Tx, bucket: int, new: Sequence[tuple[ReadText, Review]], held_before: set[Pair]
) -> None:
    marks = [review for _, review in new if review.state is not ReviewState.HELD]
    if marks:
        tx.reviews.add(bucket, marks)
    holds = [(one, review) for one, review in new if review.state is ReviewState.HELD]
    if not holds:
        return
    tx.deny(bucket, [], [review for _, review in holds])
    notes = []
    for one, review in holds:
        note = replace(
            _note(review, LedgerKind.HOLD, ConsentSource.RECIPIENT, ""),
            channel=Channel.SMS,
            changed=review.pair not in held_before,
            word=one.found.quotable_word or "",
            raw=one.text.inbound.raw,
            normalised=one.found.normalised,
        )
        notes.append(note)
        held_before.add(review.pair)
    append_notes(tx, bucket, notes, tx.ledger.head(bucket))


def _note(review: Review, kind: LedgerKind, source: ConsentSource, actor: str) -> LedgerNote:
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


def _settle(tx: Tx, bucket: int, reviews: Sequence[Review], state: ReviewState, actor: str) -> None:
    """End reviews; what waited for them may go on, as far as consent lets it."""
    if not reviews:
        return
    tx.reviews.settle(bucket, [review.id for review in reviews], state, actor, tx.now_ms)
    senders = tx.senders.find({review.pair.sender for review in reviews}).values()
    tx.wake_senders([(s.number, s.bucket, s.carrier) for s in senders], tx.now_ms)


# Decisions.


@runs_as(Priority.CONSENT)
def decide_review(
    tx: Tx, review_id: int, decision: Decision, actor: str, account_id: int | None = None
) -> Review:
    """A person decides what a text was; returns the review as it is then.

    It decides everything the pair is held for. Opting out is the request obeyed, without a reply;
    releasing lets the pair's messages go on. Raises NotFound when there is no such review (of the
    account, where one is named), Conflict when it was decided already or asks for something else.
    """
    bucket = id_bucket(review_id)
    found = tx.reviews.read(bucket, [review_id])
    if not found or account_id not in (None, found[0].account_id):
        raise NotFound("review")
    review = found[0]
    if review.state not in UNDECIDED:
        raise Conflict(f"it was decided before: {review.state.name.lower()}")
    held = tx.reviews.find_held(bucket, [review.pair])
    if decision is Decision.OPT_OUT:
        if review.keyword_class != KeywordClass.OPT_OUT.value:
            raise Conflict("this text is no request to stop")
        _opt_out(tx, bucket, [review], ConsentSource.RECIPIENT, actor)
        decided = held if review in held else [*held, review]
        _settle(tx, bucket, decided, ReviewState.OPTED_OUT, actor)
    else:
        _release(tx, bucket, review, held, actor)
    return tx.reviews.read(bucket, [review_id])[0]


def _release(tx: Tx, bucket: int, review: Review, held: Sequence[Review], actor: str) -> None:
    """A mark is taken away; a hold ends with an entry of who ended it."""
    if review not in held:
        _settle(tx, bucket, [review], ReviewState.RELEASED, actor)
        return
    _settle(tx, bucket, held, ReviewState.RELEASED, actor)
    note = _note(review, LedgerKind.RELEASE, ConsentSource.ACCOUNT, actor)
    append_notes(tx, bucket, [note], tx.ledger.head(bucket))


def expire_holds(tx: Tx, bucket: int) -> int:
    """Holds that nobody decided on become denials, without a reply. Returns how many were due, at
    most EXPIRED_AT_ONCE."""
    overdue = tx.reviews.list_overdue(bucket, tx.now_ms - HOLD_LIMIT_MS, EXPIRED_AT_ONCE)
    if overdue:
        deny_held(tx, bucket, overdue)
    return len(overdue)


def deny_held(tx: Tx, bucket: int, reviews: Sequence[Review]) -> None:
    """Opt the pairs of these holds out because nobody decided."""
    held = tx.reviews.find_held(bucket, list(dict.fromkeys(review.pair for review in reviews)))
    # The last word of each pair.
    latest = {review.pair: review for review in held}
    _opt_out(tx, bucket, list(latest.values()), ConsentSource.TIMEOUT, "")
    _settle(tx, bucket, held, ReviewState.TIMED_OUT, "")


def _opt_out(
    tx: Tx, bucket: int, reviews: Sequence[Review], source: ConsentSource, actor: str
) -> None:
    owners = tx.senders.find({review.pair.sender for review in reviews})
    steps = []
    for review in reviews:
        # The number may have gone to another account meanwhile.
        owner = owners.get(review.pair.sender)
        account_id = owner.account_id if owner else review.account_id
        steps.append(_step(replace(review, account_id=account_id), source, actor))
    apply_steps(tx, bucket, steps)


def _step(review: Review, source: ConsentSource, actor: str) -> ConsentStep:
    def apply(state: ConsentState, wider: Wider) -> ConsentChange:
        return apply_stop(state, review.facts, source)

    return ConsentStep(
        key=pair_key(review.pair),
        account_id=review.account_id,
        apply=apply,
        note=_note(review, LedgerKind.OPT_OUT, source, actor),
    )
