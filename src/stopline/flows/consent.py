"""Every change of consent, whoever asks for it: state, ledger, refused messages, events."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    Denial,
    Wider,
    apply_account_opt_in,
    apply_denial,
)
from stopline.core.errors import InvalidField
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.messages import ERASED, FailureCode
from stopline.core.numbers import Pair, bucket_of
from stopline.core.scopes import (
    Category,
    ConsentKey,
    ScopeKind,
    account_key,
    campaign_key,
    pair_key,
)
from stopline.flows.consent_effects import announce_outcomes, refuse_denied
from stopline.flows.consent_steps import ConsentOutcome, ConsentStep, keys_of, wider_of
from stopline.flows.ledger import Judged, LedgerNote, append_judged
from stopline.flows.suppressions import forget_suppressions, read_records
from stopline.store.consents import ConsentRow
from stopline.store.priority import Priority, runs_as
from stopline.store.senders import Sender
from stopline.store.tx import Tx

# Writes the entries of steps, given (position, hash) of the head.
Append = Callable[[tuple[int, str]], None]


def read_states(tx: Tx, bucket: int, pairs: Sequence[Pair]) -> dict[Pair, ConsentState]:
    """The state of each pair; pairs nobody ever denied have the default state."""
    stored = read_records(tx, bucket, [pair_key(pair) for pair in dict.fromkeys(pairs)])
    return {
        pair: stored[pair_key(pair)].state if pair_key(pair) in stored else ConsentState()
        for pair in pairs
    }


def find_denied(tx: Tx, bucket: int, pairs: Sequence[tuple[Pair, int]]) -> dict[Pair, bool]:
    """Whether each pair of (pair, account) is denied, by itself or with all of its account."""
    keys = [key for p, owner in pairs for key in (pair_key(p), account_key(owner, p.recipient))]
    stored = read_records(tx, bucket, list(dict.fromkeys(keys)))
    denied = {}
    for pair, account_id in pairs:
        own, above = stored.get(pair_key(pair)), stored.get(account_key(account_id, pair.recipient))
        state = own.state if own else ConsentState()
        wider = Wider(above.key.scope, above.state) if above else Wider()
        denied[pair] = state.denied or wider.reaches(state)
    return denied


def apply_steps(
    tx: Tx,
    bucket: int,
    steps: Sequence[ConsentStep],
    known: Mapping[ConsentKey, ConsentRow] | None = None,
    append: Append | None = None,
) -> list[ConsentOutcome]:
    """Fold steps of one bucket in order: one state write a scope, one ledger entry a step.

    `known`: the records of these scopes, and of what is above them, where the caller has read
    them in this transaction.

    Denials go through the gate; queued messages they cover are refused; events of changes
    are announced. One transaction with whatever caused the steps; the caller holds the persons
    (`Tx.lock_recipients`). `append` writes the entries, given the head; left out: new ones.
    """
    if not steps:
        return []
    records = read_records(tx, bucket, keys_of(steps)) if known is None else dict(known)
    outcomes = []
    places = {}
    for place, step in enumerate(steps, start=1):
        record = records.get(step.key)
        before = record.state if record else ConsentState()
        change = step.apply(before, wider_of(step, records))
        outcomes.append(ConsentOutcome(step, before, change.state, change.changed, change.standing))
        at_ms = step.at_ms or tx.now_ms
        changed_ms = at_ms if change.changed or record is None else record.changed_ms
        records[step.key] = ConsentRow(step.key, step.account_id, change.state, changed_ms, 0)
        places[step.key] = place
    refuse_denied(tx, bucket, outcomes)
    announce_outcomes(tx, bucket, outcomes)
    # The head is the last row of the bucket that is locked, so its position is known last.
    head = tx.ledger.lock_head(bucket)
    written = {key: _placed(records[key], head[0] + place) for key, place in places.items()}
    _write_records(tx, bucket, written, outcomes)
    if append is not None:
        append(head)
    else:
        append_judged(tx, bucket, [_judged(outcome) for outcome in outcomes], head)
    return outcomes


def _placed(record: ConsentRow, position: int) -> ConsentRow:
    """The record with its ledger entry; `replace` takes three times as long."""
    return ConsentRow(record.key, record.account_id, record.state, record.changed_ms, position)


def _judged(outcome: ConsentOutcome) -> Judged:
    standing = outcome.standing.value if outcome.standing else ""
    return outcome.step.note, outcome.changed, standing


def _write_records(
    tx: Tx,
    bucket: int,
    records: dict[ConsentKey, ConsentRow],
    outcomes: Sequence[ConsentOutcome],
) -> None:
    """What is denied, or was in between, goes through the gate: its older messages are dead."""
    denied = {o.step.key for o in outcomes if o.after.denied}
    denials = [record for key, record in records.items() if key in denied]
    others = [record for key, record in records.items() if key not in denied]
    if denials:
        tx.deny(bucket, denials)
    if others:
        tx.allow(bucket, others)
    forget_suppressions(tx, bucket, list(records))


# The account's own word.


@dataclass(frozen=True, slots=True)
class Assignment:
    """The account opts a person out, or in again. `source`: whose word it passes on; with a
    carrier it is what that carrier said. `evidence`: what the account relies on; it enters the
    ledger in the place of a text."""

    recipient: str
    opt_out: bool
    source: ConsentSource = ConsentSource.ACCOUNT
    carrier: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks for the account, and how."""

    account_id: int
    channel: Channel
    actor: str


@runs_as(Priority.CONSENT)
def assign_consents(
    tx: Tx,
    author: Author,
    sender: str,
    assignments: Sequence[Assignment],
    category: Category | None = None,
) -> list[ConsentOutcome]:
    """Opt recipients (E.164) out of one sender or in again; at most 256 a call.

    With a category only for that kind of campaign. Raises InvalidField when the sender is not the
    account's. An opt-in against a denial that the account may not lift changes nothing and names
    what stands.
    """
    owner = owned_sender(tx, author, sender)
    tx.lock_recipients({one.recipient for one in assignments})

    def key(recipient: str) -> ConsentKey:
        if category is None:
            return pair_key(Pair(sender, recipient))
        return campaign_key(sender, category, recipient)

    steps = [account_step(tx, author, key(one.recipient), one) for one in assignments]
    return apply_steps(tx, owner.bucket, steps)


def owned_sender(tx: Tx, author: Author, number: str) -> Sender:
    """The number as one of the author's account. Raises InvalidField when it is not."""
    owner = tx.senders.find([number]).get(number)
    if owner is None or owner.account_id != author.account_id:
        raise InvalidField("from", "is not a number of this account")
    return owner


def account_step(tx: Tx, author: Author, key: ConsentKey, wanted: Assignment) -> ConsentStep:
    """The account's word about one scope."""
    denial = Denial(wanted.source, tx.now_ms, wanted.carrier)
    is_wide = key.kind is ScopeKind.ACCOUNT

    def apply(state: ConsentState, wider: Wider) -> ConsentChange:
        if wanted.opt_out:
            return apply_denial(state, denial, wide=is_wide)
        return apply_account_opt_in(state, wider, wanted.source)

    return ConsentStep(
        key=key,
        account_id=author.account_id,
        apply=apply,
        note=LedgerNote(
            account_id=author.account_id,
            kind=LedgerKind.OPT_OUT if wanted.opt_out else LedgerKind.OPT_IN,
            changed=False,
            scope_kind=key.kind,
            sender=key.scope,
            recipient=key.recipient,
            source=wanted.source,
            channel=author.channel,
            actor=author.actor,
            carrier=wanted.carrier,
            received_ms=tx.now_ms,
            raw=wanted.evidence.encode(),
        ),
    )


# The network's word.


@dataclass(frozen=True, slots=True)
class NetworkDenial:
    """A carrier or provider says that the person opted out there. `raw`: with which code; it
    enters the ledger in the place of a text."""

    sender: str
    recipient: str
    carrier: str
    failure: FailureCode
    raw: str = ""


@runs_as(Priority.CONSENT)
def record_network_denials(tx: Tx, denials: Sequence[NetworkDenial]) -> None:
    """Opt pairs out because the network reports it, with the source it reports from. The caller
    holds the persons."""
    if not denials:
        return
    owners = tx.senders.find({d.sender for d in denials})
    by_bucket: dict[int, list[ConsentStep]] = defaultdict(list)
    for denial in denials:
        if denial.sender in owners and denial.recipient != ERASED:
            step = _network_step(tx, denial, owners[denial.sender].account_id)
            by_bucket[bucket_of(denial.sender)].append(step)
    for bucket in sorted(by_bucket):
        apply_steps(tx, bucket, by_bucket[bucket])


def _network_step(tx: Tx, reported: NetworkDenial, account_id: int) -> ConsentStep:
    upstream = reported.failure is FailureCode.UPSTREAM_OPTED_OUT
    source = ConsentSource.UPSTREAM if upstream else ConsentSource.CARRIER
    denial = Denial(source, tx.now_ms, carrier=reported.carrier)
    return ConsentStep(
        key=pair_key(Pair(reported.sender, reported.recipient)),
        account_id=account_id,
        apply=lambda state, _: apply_denial(state, denial),
        note=LedgerNote(
            account_id=account_id,
            kind=LedgerKind.OPT_OUT,
            changed=False,
            scope_kind=ScopeKind.PAIR,
            sender=reported.sender,
            recipient=reported.recipient,
            source=source,
            channel=Channel.CARRIER,
            carrier=reported.carrier,
            received_ms=tx.now_ms,
            raw=reported.raw.encode(),
        ),
    )
