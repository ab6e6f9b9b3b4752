"""What an operator does for one person, or for many: each call checks the role by itself."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from stopline.core.access import Role
from stopline.core.consent_facts import CONFLICTS, Fact, Verdict
from stopline.core.errors import InvalidField, NotFound
from stopline.core.ids import id_bucket
from stopline.core.ledger import Channel
from stopline.core.reviews import Decision, Review, ReviewState
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.consent_import import Target, find_target, import_facts, weigh_facts
from stopline.flows.consent_steps import ConsentOutcome
from stopline.flows.decisions import decide_review
from stopline.flows.operators import Operator, require_role
from stopline.flows.outbound import BatchDraft, BatchRequest, open_batch
from stopline.flows.people import judge_sender
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

MAX_EVIDENCE_CHARS = 1_000
# What one transaction of an import changes: locks that it may hold.
MAX_ASSIGNMENTS = 256


@runs_as(Priority.CONSENT)
def opt_out(tx: Tx, operator: Operator, sender: str, recipient: str) -> ConsentOutcome:
    """Opt a person out of one of the account's numbers. Raises NotAllowed, InvalidField."""
    require_role(tx, operator, Role.OPERATOR)
    author = Author(operator.account_id, Channel.CONSOLE, operator.actor)
    return assign_consents(tx, author, sender, [Assignment(recipient, opt_out=True)])[0]


@runs_as(Priority.CONSENT)
def opt_in(
    tx: Tx, operator: Operator, sender: str, recipient: str, evidence: str
) -> ConsentOutcome:
    """Opt a person in again, on evidence that enters the ledger.

    A denial that the account may not lift stands; the outcome names it. Raises NotAllowed,
    InvalidField without evidence.
    """
    require_role(tx, operator, Role.OPERATOR)
    said = evidence.strip()
    if not said:
        raise InvalidField("evidence", "say what shows that the person wants texts again")
    if len(said) > MAX_EVIDENCE_CHARS:
        raise InvalidField("evidence", f"has more than {MAX_EVIDENCE_CHARS} characters")
    author = Author(operator.account_id, Channel.CONSOLE, operator.actor)
    return assign_consents(
        tx, author, sender, [Assignment(recipient, opt_out=False, evidence=said)]
    )[0]


@dataclass(frozen=True, slots=True)
class ImportCount:
    """What a slice of an import changed, or would change."""

    opted_out: int = 0
    opted_in: int = 0
    unchanged: int = 0
    refused: int = 0

    def __add__(self, other: "ImportCount") -> "ImportCount":
        return ImportCount(
            self.opted_out + other.opted_out,
            self.opted_in + other.opted_in,
            self.unchanged + other.unchanged,
            self.refused + other.refused,
        )


def preview_import(tx: Tx, operator: Operator, sender: str, facts: Sequence[Fact]) -> ImportCount:
    """What `run_import` would do with the same slice now. Raises InvalidField."""
    target = _own_target(tx, operator, sender)
    return _count(facts, weigh_facts(tx, target, facts))


@runs_as(Priority.CONSENT)
def run_import(tx: Tx, operator: Operator, sender: str, facts: Sequence[Fact]) -> ImportCount:
    """Take over a slice of at most MAX_ASSIGNMENTS; what holds already is left alone.

    Raises NotAllowed, InvalidField.
    """
    require_role(tx, operator, Role.OPERATOR)
    target = _own_target(tx, operator, sender)
    return _count(facts, import_facts(tx, target, operator.actor, facts))


def _own_target(tx: Tx, operator: Operator, sender: str) -> Target:
    try:
        return find_target(tx, sender, operator.account_id)
    except NotFound as error:
        raise InvalidField("from", "is not a number of this account") from error


def _count(facts: Sequence[Fact], verdicts: Sequence[Verdict]) -> ImportCount:
    told = Counter((verdict, fact.opt_out) for fact, verdict in zip(facts, verdicts, strict=True))
    return ImportCount(
        opted_out=told[Verdict.NEW, True],
        opted_in=told[Verdict.NEW, False],
        unchanged=sum(told[Verdict.KNOWN, way] for way in (True, False)),
        refused=sum(told[verdict, way] for verdict in CONFLICTS for way in (True, False)),
    )


def _own_sender(tx: Tx, account_id: int, number: str) -> Sender:
    owner = tx.senders.find([number]).get(number)
    if owner is None or owner.account_id != account_id:
        raise InvalidField("from", "is not a number of this account")
    return owner


def count_blocked(tx: Tx, operator: Operator, sender: str, recipients: Sequence[str]) -> list[str]:
    """Those of the recipients that would be refused now. Raises InvalidField."""
    owner = _own_sender(tx, operator.account_id, sender)
    people = list(dict.fromkeys(recipients))
    return [one for one, verdict in judge_sender(tx, owner, people).items() if not verdict.allowed]


def open_operator_batch(tx: Tx, operator: Operator, request: BatchRequest) -> BatchDraft:
    """Begin a batch from the console. Raises NotAllowed, InvalidField."""
    require_role(tx, operator, Role.OPERATOR)
    draft = open_batch(tx, request)
    if isinstance(draft, str):
        raise InvalidField("batch", "was sent already")
    return draft


@runs_as(Priority.CONSENT)
def decide(tx: Tx, operator: Operator, review_id: int, decision: Decision) -> Review:
    """Decide what a held or marked text was. Raises NotAllowed, NotFound, Conflict."""
    require_role(tx, operator, Role.OPERATOR)
    return decide_review(tx, review_id, decision, operator.actor, operator.account_id)


def list_undecided(tx: Tx, account_id: int, limit: int) -> list[tuple[Review, str]]:
    """What waits for a decision with the text of each: the oldest hold first, then marks."""
    buckets = sorted({bucket for _, bucket in tx.senders.list_held(account_id)})
    found = [
        review
        for state in (ReviewState.HELD, ReviewState.FLAGGED)
        for bucket in buckets
        for review in tx.reviews.list_oldest(bucket, account_id, state, limit)
    ]
    found.sort(key=lambda review: (review.state, review.received_ms))
    return _with_texts(tx, found[:limit])


def list_reviews(
    tx: Tx, account_id: int, state: ReviewState | None, before_id: int, limit: int
) -> list[tuple[Review, str]]:
    """An account's reviews with the text of each, the newest first; texts past their retention
    are empty. None asks for every state."""
    buckets = sorted({bucket for _, bucket in tx.senders.list_held(account_id)})
    found = [
        review
        for bucket in buckets
        for review in tx.reviews.list_page(bucket, account_id, state, before_id, limit)
    ]
    found.sort(key=lambda review: review.id, reverse=True)
    return _with_texts(tx, found[:limit])


def read_review(tx: Tx, account_id: int, review_id: int) -> tuple[Review, str]:
    """One review of the account with its text. Raises NotFound."""
    found = tx.reviews.read(id_bucket(review_id), [review_id])
    if not found or found[0].account_id != account_id:
        raise NotFound("review")
    return _with_texts(tx, found)[0]


def _with_texts(tx: Tx, reviews: Sequence[Review]) -> list[tuple[Review, str]]:
    ids = defaultdict(list)
    for review in reviews:
        ids[id_bucket(review.id)].append(review.id)
    texts = {
        message.id: message.body
        for bucket, its_ids in ids.items()
        for message in tx.messages.read_many(bucket, its_ids)
    }
    return [(review, texts.get(review.id, "")) for review in reviews]
