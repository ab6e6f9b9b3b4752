"""Ends of reviews: a person decides, or nobody does in time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from stopline.core.consent import ConsentChange, ConsentSource, ConsentState, Wider, apply_stop
from stopline.core.errors import Conflict, NotFound
from stopline.core.ids import id_bucket
from stopline.core.keywords import KeywordClass
from stopline.core.ledger import LedgerKind
from stopline.core.reviews import HOLD_LIMIT_MS, UNDECIDED, Decision, Review, ReviewState
from stopline.core.scopes import ConsentKey, ScopeKind, account_key, pair_key
from stopline.flows.consent import apply_steps
from stopline.flows.consent_steps import ConsentStep
from stopline.flows.ledger import append_notes
from stopline.flows.reviews import note_of, settle
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Holds that one transaction ends. Each may be written once for each bucket of its account: at most
# 1,024 ledger entries, some 50 ms.
EXPIRED_AT_ONCE = 16


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
    tx.lock_recipients([found[0].pair.recipient])
    review = tx.reviews.read(bucket, [review_id])[0]
    if review.state not in UNDECIDED:
        raise Conflict(f"it was decided before: {review.state.name.lower()}")
    held = tx.reviews.find_held(bucket, [review.pair])
    if decision is Decision.OPT_OUT:
        if review.keyword_class != KeywordClass.OPT_OUT.value:
            raise Conflict("this text is no request to stop")
        opt_out_reviews(tx, bucket, [review], ConsentSource.RECIPIENT, actor)
        decided = held if review in held else [*held, review]
        settle(tx, bucket, decided, ReviewState.OPTED_OUT, actor)
    else:
        _release(tx, bucket, review, held, actor)
    return tx.reviews.read(bucket, [review_id])[0]


def _release(tx: Tx, bucket: int, review: Review, held: Sequence[Review], actor: str) -> None:
    """A mark is taken away; a hold ends with an entry of who ended it."""
    if review not in held:
        settle(tx, bucket, [review], ReviewState.RELEASED, actor)
        return
    settle(tx, bucket, held, ReviewState.RELEASED, actor)
    note = note_of(review, LedgerKind.RELEASE, ConsentSource.ACCOUNT, actor)
    append_notes(tx, bucket, [note], tx.ledger.lock_head(bucket))


@runs_as(Priority.CONSENT)
def expire_holds(tx: Tx) -> bool:
    """Holds that nobody decided on become denials, without a reply: some of one bucket. True when
    more may be left."""
    before_ms = tx.now_ms - HOLD_LIMIT_MS
    for bucket in sorted({sender.bucket for sender in tx.senders.list_all()}):
        if overdue := tx.reviews.list_overdue(bucket, before_ms, EXPIRED_AT_ONCE):
            tx.lock_recipients({review.pair.recipient for review in overdue})
            deny_held(tx, bucket, overdue)
            return True
    return False


def deny_held(tx: Tx, bucket: int, reviews: Sequence[Review]) -> None:
    """Opt the pairs of these holds out because nobody decided."""
    held = tx.reviews.find_held(bucket, list(dict.fromkeys(review.pair for review in reviews)))
    # The last word of each pair.
    latest = {review.pair: review for review in held}
    opt_out_reviews(tx, bucket, list(latest.values()), ConsentSource.TIMEOUT, "")
    settle(tx, bucket, held, ReviewState.TIMED_OUT, "")


def opt_out_reviews(
    tx: Tx, bucket: int, reviews: Sequence[Review], source: ConsentSource, actor: str
) -> None:
    """Obey these requests of one bucket as if they had been STOPs, without a reply.

    Where the sender is set so, a request speaks of all numbers of the account.
    """
    owners = tx.senders.find({review.pair.sender for review in reviews})
    steps: dict[int, list[ConsentStep]] = defaultdict(list)
    for review in reviews:
        owner = owners.get(review.pair.sender)
        # The number may have gone to another account meanwhile.
        known = replace(review, account_id=owner.account_id) if owner else review
        steps[bucket].append(_step(known, pair_key(review.pair), source, actor))
        if owner is not None and owner.consent.account_wide_stop:
            key = account_key(owner.account_id, review.pair.recipient)
            for its_bucket in _buckets(tx, owner):
                steps[its_bucket].append(_step(known, key, source, actor))
    for its_bucket in sorted(steps):
        apply_steps(tx, its_bucket, steps[its_bucket])


def _buckets(tx: Tx, owner: Sender) -> set[int]:
    tx.accounts.touch_scopes(owner.account_id)
    return {sender.bucket for sender in tx.senders.list_of_account(owner.account_id)}


def _step(review: Review, key: ConsentKey, source: ConsentSource, actor: str) -> ConsentStep:
    is_wide = key.kind is ScopeKind.ACCOUNT

    def apply(state: ConsentState, wider: Wider) -> ConsentChange:
        return apply_stop(state, review.facts, source, wide=is_wide)

    note = note_of(review, LedgerKind.OPT_OUT, source, actor)
    return ConsentStep(
        key=key,
        account_id=review.account_id,
        apply=apply,
        note=structs.replace(note, scope_kind=key.kind, sender=key.scope),
    )
