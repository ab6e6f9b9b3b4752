"""Requests that an earlier rule set missed: found among stored texts, and obeyed if asked to."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from stopline.core.consent import ConsentSource
from stopline.core.ids import MAX_ID
from stopline.core.keywords import Classification, Context, KeywordClass, Layer
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.messages import ERASED, Direction
from stopline.core.numbers import Pair
from stopline.core.recognition.policy import Policies, Policy
from stopline.core.recognition.recogniser import recognise
from stopline.core.reviews import Review, ReviewState
from stopline.core.scopes import pair_key
from stopline.flows.consent import find_denied
from stopline.flows.decisions import opt_out_reviews
from stopline.flows.defaults import apply_defaults
from stopline.flows.reading import find_policies, keywords_of
from stopline.flows.reviews import Kept, keep_reviews, note_of
from stopline.flows.suppressions import read_records
from stopline.store.consents import ConsentRow
from stopline.store.message_rows import Message, MessageFilter
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Texts one transaction reads again: some 50 ms.
SLICE_TEXTS = 256
# Later texts of a person that are looked through for a START.
LATER_TEXTS = 100

_STATES = {
    Policy.ACT: ReviewState.ACTED,
    Policy.REVIEW: ReviewState.HELD,
    Policy.FLAG: ReviewState.FLAGGED,
}


@dataclass(frozen=True, slots=True)
class Missed:
    """A text that asks to stop and was not taken for it; what it would cause now."""

    message: Message
    found: Classification
    policy: Policy


@dataclass(frozen=True, slots=True)
class RescannedSlice:
    """What was found among `texts` texts; go on after `after_id`, None at the end."""

    missed: tuple[Missed, ...]
    texts: int
    after_id: int | None


def rescan_slice(tx: Tx, bucket: int, after_id: int) -> RescannedSlice:
    """Read at most SLICE_TEXTS stored texts of a bucket again, oldest first.

    Passed over are texts with a review, and those of pairs that are out or whose consent changed
    since: a later word of the person counts for more than an earlier one read anew.
    """
    found = tx.messages.list_inbound(bucket, after_id, SLICE_TEXTS)
    texts = [message for message in found if message.recipient != ERASED]
    missed = _find_missed(tx, bucket, texts) if texts else []
    is_last = len(found) < SLICE_TEXTS
    return RescannedSlice(tuple(missed), len(found), None if is_last else found[-1].id)


@runs_as(Priority.SETTLE)
def obey_slice(tx: Tx, bucket: int, after_id: int, actor: str) -> RescannedSlice:
    """The same, and what is missed does now what it would do if it came today, but no reply.

    A second run finds nothing of the first one's.
    """
    done = rescan_slice(tx, bucket, after_id)
    if done.missed:
        # Once more, now that nobody else changes the consent of these persons.
        tx.lock_recipients({one.message.recipient for one in done.missed})
        done = rescan_slice(tx, bucket, after_id)
    reviews = {one.message.id: _review(tx, one, actor) for one in done.missed}
    held = tx.reviews.find_held(bucket, [review.pair for review in reviews.values()])
    kept = [_kept(one, reviews[one.message.id], actor) for one in done.missed]
    keep_reviews(tx, bucket, kept, {review.pair for review in held})
    obeyed = [r for r in reviews.values() if r.state is ReviewState.ACTED]
    if obeyed:
        opt_out_reviews(tx, bucket, obeyed, ConsentSource.RECIPIENT, actor)
    return done


def _find_missed(tx: Tx, bucket: int, texts: Sequence[Message]) -> list[Missed]:
    owners = apply_defaults(tx, tx.senders.find({message.sender for message in texts}))
    policies = find_policies(tx, owners.values())
    pairs = list({(message.sender, message.recipient) for message in texts})
    recent = tx.messages.recent_texts(bucket, pairs)
    candidates = []
    for message in texts:
        owner = owners.get(message.sender)
        if owner is not None and owner.account_id == message.account_id:
            sent = tuple(recent.get((message.sender, message.recipient), ()))
            candidates.append(_read(message, owner, sent, policies[owner.number]))
    asking = [
        one
        for one in candidates
        if one.found.keyword_class is KeywordClass.OPT_OUT and one.policy is not Policy.OFF
    ]
    return _undecided(tx, bucket, asking) if asking else []


def _read(message: Message, owner: Sender, sent: tuple[str, ...], policies: Policies) -> Missed:
    keywords = keywords_of(owner.replies)
    found = recognise(message.body, keywords, Context(None, sent), policies.layers)
    return Missed(message, found, policies.decide(found))


def _undecided(tx: Tx, bucket: int, asking: Sequence[Missed]) -> list[Missed]:
    known = {review.id for review in tx.reviews.read(bucket, [one.message.id for one in asking])}
    owned = [(_pair(one), one.message.account_id) for one in asking]
    denied = find_denied(tx, bucket, owned)
    records = read_records(tx, bucket, [pair_key(pair) for pair, _ in owned])
    return [
        one
        for one in asking
        if one.message.id not in known
        and not denied[_pair(one)]
        and not _changed_since(one, records.get(pair_key(_pair(one))))
        and not _started_since(tx, bucket, one)
    ]


def _changed_since(one: Missed, record: ConsentRow | None) -> bool:
    return record is not None and record.changed_ms >= one.message.created_ms


def _started_since(tx: Tx, bucket: int, one: Missed) -> bool:
    wanted = MessageFilter(
        one.message.account_id, one.message.id + 1, MAX_ID, direction=Direction.INBOUND
    )
    pair = (one.message.sender, one.message.recipient)
    later = tx.messages.list_page_of_pairs(bucket, [pair], wanted, LATER_TEXTS)
    keywords = keywords_of(apply_defaults(tx, tx.senders.find([pair[0]]))[pair[0]].replies)
    exact = frozenset({Layer.EXACT})
    answers = [recognise(message.body, keywords, Context(), exact) for message in later]
    return any(answer.keyword_class is KeywordClass.OPT_IN for answer in answers)


def _pair(one: Missed) -> Pair:
    return Pair(one.message.sender, one.message.recipient)


def _review(tx: Tx, one: Missed, actor: str) -> Review:
    state = _STATES[one.policy]
    return Review(
        id=one.message.id,
        account_id=one.message.account_id,
        pair=_pair(one),
        state=state,
        keyword_class=KeywordClass.OPT_OUT.value,
        evidence=one.found.evidence,
        score=one.found.score,
        rule_set=one.found.rule_set,
        carrier="",
        session="",
        received_ms=one.message.created_ms,
        carrier_ms=None,
        created_ms=tx.now_ms,
        actor=actor,
    )


def _kept(one: Missed, review: Review, actor: str) -> Kept:
    note = replace(
        note_of(review, LedgerKind.HOLD, ConsentSource.RECIPIENT, actor),
        channel=Channel.REVIEW,
        word=one.found.quotable_word or "",
        raw=one.message.body.encode("utf-8", "surrogatepass"),
        normalised=one.found.normalised,
    )
    return Kept(review, note)
