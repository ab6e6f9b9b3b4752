"""Operations on reviews: what was read in texts, decisions, policy, reading old texts again."""

from typing import Any

import msgspec

from stopline.control.access import Arguments
from stopline.control.operations import Operation
from stopline.core.errors import InvalidField, NotFound
from stopline.core.ids import MAX_ID, id_bucket
from stopline.core.keywords import RULE_SET_ID, Context
from stopline.core.recognition.explain import why, would
from stopline.core.recognition.policy import Policies, Policy
from stopline.core.recognition.recogniser import recognise
from stopline.core.reviews import Decision, Review, ReviewState
from stopline.flows.decisions import decide_review
from stopline.flows.defaults import apply_defaults, read_defaults, set_defaults
from stopline.flows.reading import find_policies, keywords_of
from stopline.flows.rescan import Missed, RescannedSlice, obey_slice, rescan_slice
from stopline.store.priority import Priority, runs_as
from stopline.store.rule_sets import RuleSet, find_rule_set
from stopline.store.senders import PolicySettings
from stopline.store.tx import Tx

MAX_LISTED = 1_000


class ListReviews(Arguments):
    """An account's reviews in one state or in any, newest first."""

    account_id: int
    state: str | None = "held"
    limit: int = 100


class OneReview(Arguments):
    """A review by its id, which is its message's."""

    id: int


class Decide(Arguments):
    """A decision: `opt_out` or `release`."""

    id: int
    decision: Decision
    actor: str


class ShowPolicy(Arguments):
    """The policy in force for a sender, or what an account sets for all of its senders."""

    sender: str | None = None
    account_id: int | None = None


class SetPolicy(Arguments):
    """Layers to be changed for a sender or an account, by name; None takes a choice back."""

    changes: dict[str, Policy | None]
    sender: str | None = None
    account_id: int | None = None


class Rescan(Arguments):
    """One slice of a bucket's texts after an id. With an actor what is missed is obeyed."""

    bucket: int
    after_id: int
    actor: str | None = None


def list_reviews(tx: Tx, asked: ListReviews) -> list[dict[str, Any]]:
    """At most `limit`, newest first."""
    state = ReviewState[asked.state.upper()] if asked.state else None
    limit = min(asked.limit, MAX_LISTED)
    buckets = {bucket for _, bucket in tx.senders.list_held(asked.account_id)}
    found = [
        review
        for bucket in buckets
        for review in tx.reviews.list_page(bucket, asked.account_id, state, MAX_ID, limit)
    ]
    newest = sorted(found, key=lambda review: review.id, reverse=True)[:limit]
    texts = _texts(tx, newest)
    return [_show_review(review, texts.get(review.id)) for review in newest]


def show_review(tx: Tx, asked: OneReview) -> dict[str, Any]:
    """One review, and how its own rules and those of this program read its text."""
    found = tx.reviews.read(id_bucket(asked.id), [asked.id])
    if not found:
        raise NotFound("review")
    review = found[0]
    text = _texts(tx, found).get(review.id)
    return {**_show_review(review, text), **_replay(tx, review, text)}


def decide(tx: Tx, asked: Decide) -> dict[str, Any]:
    """Decide, and show what became of it."""
    review = decide_review(tx, asked.id, asked.decision, asked.actor)
    return _show_review(review, _texts(tx, [review]).get(review.id))


def show_policy(tx: Tx, asked: ShowPolicy) -> dict[str, Any]:
    """Each layer's policy: the sender's in force, or the account's own choices."""
    if asked.sender is not None:
        owner = tx.senders.find([asked.sender]).get(asked.sender)
        if owner is None:
            raise NotFound("sender")
        return _show_policies(find_policies(tx, [owner])[owner.number])
    wanted = read_defaults(tx, asked.account_id or 0).recognition
    given = {name: value for name, value in msgspec.structs.asdict(wanted).items() if value}
    return _show_policies(Policies(**given))


def set_policy(tx: Tx, asked: SetPolicy) -> dict[str, Any]:
    """Change it and show it. Unknown layers are refused."""
    known = set(PolicySettings.__struct_fields__)
    if wrong := sorted(set(asked.changes) - known):
        raise InvalidField("changes", f"there is no layer {wrong[0]}")
    if asked.sender is not None:
        owner = tx.senders.find([asked.sender]).get(asked.sender)
        if owner is None:
            raise NotFound("sender")
        chosen = msgspec.structs.replace(owner.replies.recognition, **asked.changes)
        replies = msgspec.structs.replace(owner.replies, recognition=chosen)
        tx.senders.set_replies(owner.number, replies)
    else:
        _set_account_policy(tx, asked)
    return show_policy(tx, ShowPolicy(sender=asked.sender, account_id=asked.account_id))


def _set_account_policy(tx: Tx, asked: SetPolicy) -> None:
    account_id = asked.account_id or 0
    before = read_defaults(tx, account_id)
    chosen = msgspec.structs.replace(before.recognition, **asked.changes)
    set_defaults(tx, account_id, msgspec.structs.replace(before, recognition=chosen))


@runs_as(Priority.SETTLE)
def rescan(tx: Tx, asked: Rescan) -> dict[str, Any]:
    """Read a slice again; where it ended, and what it found."""
    if asked.actor is None:
        return _show_slice(rescan_slice(tx, asked.bucket, asked.after_id))
    return _show_slice(obey_slice(tx, asked.bucket, asked.after_id, asked.actor))


def _show_slice(done: RescannedSlice) -> dict[str, Any]:
    return {
        "missed": [_show_missed(one) for one in done.missed],
        "texts": done.texts,
        "after_id": done.after_id,
    }


def _show_missed(one: Missed) -> dict[str, Any]:
    return {
        "id": one.message.id,
        "received_ms": one.message.created_ms,
        "sender": one.message.sender,
        "recipient": one.message.recipient,
        "text": one.message.body,
        "read_by": one.found.evidence,
        "score": one.found.score,
        "would": would(one.found, one.policy),
    }


def _texts(tx: Tx, reviews: list[Review]) -> dict[int, str]:
    by_bucket: dict[int, list[int]] = {}
    for review in reviews:
        by_bucket.setdefault(id_bucket(review.id), []).append(review.id)
    return {
        message.id: message.body
        for bucket, ids in by_bucket.items()
        for message in tx.messages.read_many(bucket, ids)
    }


def _show_review(review: Review, text: str | None) -> dict[str, Any]:
    return {
        "id": review.id,
        "state": review.state.name.lower(),
        "sender": review.pair.sender,
        "recipient": review.pair.recipient,
        "text": text if text is not None else "(past its retention)",
        "asks": review.keyword_class,
        "read_by": review.evidence,
        "score": review.score,
        "rule_set": review.rule_set,
        "received_ms": review.received_ms,
        "since_ms": review.created_ms,
        "decided_ms": review.decided_ms,
        "actor": review.actor,
    }


def _replay(tx: Tx, review: Review, text: str | None) -> dict[str, Any]:
    """How the rules of the decision read the text, and how this program's do."""
    kept = find_rule_set(review.rule_set)
    shown = {"rules": _whose(review, kept), "read_then": "", "reads_now": "", "because": ""}
    owner = apply_defaults(tx, tx.senders.find([review.pair.sender])).get(review.pair.sender)
    if text is None or owner is None:
        return shown
    pair = (review.pair.sender, review.pair.recipient)
    sent = tuple(tx.messages.recent_texts(id_bucket(review.id), [pair]).get(pair, ()))
    layers = find_policies(tx, [owner])[owner.number].layers
    keywords, context = keywords_of(owner.replies), Context(None, sent)
    now = recognise(text, keywords, context, layers)
    then = kept.read(text, keywords, context, layers) if kept is not None else None
    read_then = then.evidence if then is not None else ""
    return shown | {"read_then": read_then, "reads_now": now.evidence, "because": why(now)}


def _whose(review: Review, kept: RuleSet | None) -> str:
    if review.rule_set == RULE_SET_ID:
        return "this program's"
    return f"{'kept' if kept is not None else 'not kept'}; this program's are {RULE_SET_ID}"


def _show_policies(policies: Policies) -> dict[str, Any]:
    names = PolicySettings.__struct_fields__
    return {name: getattr(policies, name).value for name in names}


OPERATIONS = (
    Operation("reviews.list", ListReviews, list_reviews, writes=False),
    Operation("reviews.show", OneReview, show_review, writes=False),
    Operation("reviews.decide", Decide, decide),
    Operation("reviews.policy", ShowPolicy, show_policy, writes=False),
    Operation("reviews.set_policy", SetPolicy, set_policy),
    Operation("reviews.rescan", Rescan, rescan),
)
