"""Every change of consent, whoever asks for it: state, ledger, refused messages, events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    Denial,
    ScopeKind,
    Standing,
    apply_account_opt_in,
    apply_denial,
)
from stopline.core.errors import InvalidField
from stopline.core.events import ConsentChanged
from stopline.core.ledger import Channel, LedgerKind
from stopline.core.messages import ERASED, FailureCode
from stopline.core.numbers import Pair, bucket_of
from stopline.flows.ledger import LedgerNote, append_notes
from stopline.flows.notify import announce
from stopline.flows.progress import Moved, record_progress
from stopline.flows.suppressions import forget_suppressions, read_records
from stopline.store.consents import ConsentKey, ConsentRow
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

Step = Callable[[ConsentState], ConsentChange]


@dataclass(frozen=True, slots=True)
class ConsentStep:
    """One word about one pair: how it changes the state, and what the ledger says of it.

    `note` is completed with the outcome.
    """

    pair: Pair
    account_id: int
    apply: Step
    note: LedgerNote


@dataclass(frozen=True, slots=True)
class ConsentOutcome:
    """What became of one step, in the order of the steps."""

    step: ConsentStep
    after: ConsentState
    changed: bool
    standing: Standing | None


def pair_key(pair: Pair) -> ConsentKey:
    """The scope of a single pair."""
    return ConsentKey(ScopeKind.PAIR, pair.sender, pair.recipient)


def read_states(tx: Tx, bucket: int, pairs: Sequence[Pair]) -> dict[Pair, ConsentState]:
    """The state of each pair; pairs nobody ever denied have the default state."""
    stored = read_records(tx, bucket, [pair_key(pair) for pair in dict.fromkeys(pairs)])
    return {
        pair: stored[pair_key(pair)].state if pair_key(pair) in stored else ConsentState()
        for pair in pairs
    }


def apply_steps(tx: Tx, bucket: int, steps: Sequence[ConsentStep]) -> list[ConsentOutcome]:
    """Fold steps of one bucket in order: one state write a pair, one ledger entry a step.

    Denials go through the gate; queued messages of denied pairs are refused; events of changes
    are announced. One transaction with whatever caused the steps.
    """
    if not steps:
        return []
    head = tx.ledger.head(bucket)
    records = read_records(tx, bucket, [pair_key(s.pair) for s in steps])
    outcomes = []
    for position, step in enumerate(steps, start=head[0] + 1):
        key = pair_key(step.pair)
        record = records.get(key) or _new_record(key, step.account_id, tx.now_ms)
        change = step.apply(record.state)
        outcomes.append(ConsentOutcome(step, change.state, change.changed, change.standing))
        records[key] = ConsentRow(
            key=key,
            account_id=step.account_id,
            state=change.state,
            changed_ms=tx.now_ms if change.changed else record.changed_ms,
            ledger_position=position,
        )
    _write_records(tx, bucket, records, outcomes)
    _refuse_queued(tx, bucket, outcomes)
    _announce(tx, bucket, outcomes)
    append_notes(tx, bucket, [_note(outcome) for outcome in outcomes], head)
    return outcomes


def _new_record(key: ConsentKey, account_id: int, now_ms: int) -> ConsentRow:
    return ConsentRow(key, account_id, ConsentState(), changed_ms=now_ms, ledger_position=0)


def _note(outcome: ConsentOutcome) -> LedgerNote:
    standing = outcome.standing.value if outcome.standing else ""
    return replace(outcome.step.note, changed=outcome.changed, standing=standing)


def _write_records(
    tx: Tx,
    bucket: int,
    records: dict[ConsentKey, ConsentRow],
    outcomes: Sequence[ConsentOutcome],
) -> None:
    """What is denied, or was in between, goes through the gate: its older messages are dead."""
    denied = {pair_key(o.step.pair) for o in outcomes if o.after.denied}
    denials = [record for key, record in records.items() if key in denied]
    others = [record for key, record in records.items() if key not in denied]
    if denials:
        tx.deny(bucket, denials)
    if others:
        tx.allow(bucket, others)
    forget_suppressions(tx, bucket, list(records))


def _refuse_queued(tx: Tx, bucket: int, outcomes: Sequence[ConsentOutcome]) -> None:
    denied = {o.step.pair for o in outcomes if o.changed and o.after.denied}
    if denied:
        refuse_messages(tx, bucket, denied)


def refuse_messages(tx: Tx, bucket: int, pairs: Iterable[Pair]) -> None:
    """Refuse what is queued for these pairs, count it in its batches and announce it."""
    refused = tx.messages.refuse_queued(
        bucket, [(pair.sender, pair.recipient) for pair in pairs], tx.now_ms
    )
    if refused:
        owners = {p.id: p.account_id for p in tx.messages.progress(bucket, [r[0] for r in refused])}
        record_progress(
            tx,
            bucket,
            [Moved(id_, owners[id_], batch_id, True, 0, True) for id_, batch_id in refused],
        )


def _announce(tx: Tx, bucket: int, outcomes: Sequence[ConsentOutcome]) -> None:
    events: dict[int, list[ConsentChanged]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.changed:
            pair = outcome.step.pair
            events[outcome.step.account_id].append(
                ConsentChanged(
                    sender=pair.sender,
                    recipient=pair.recipient,
                    is_opted_out=outcome.after.denied,
                    source=outcome.after.source.value,
                    changed_ms=tx.now_ms,
                )
            )
    for account_id, its_events in events.items():
        announce(tx, account_id, bucket, its_events)


# The account's own word.


@dataclass(frozen=True, slots=True)
class Assignment:
    """The account opts a person out of one of its senders, or in again."""

    recipient: str
    opt_out: bool


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks for the account, and how."""

    account_id: int
    channel: Channel
    actor: str


@runs_as(Priority.CONSENT)
def assign_consents(
    tx: Tx, author: Author, sender: str, assignments: Sequence[Assignment]
) -> list[ConsentOutcome]:
    """Opt recipients (E.164) out of one sender or in again; at most 256 a call.

    Raises InvalidField when the sender is not the account's. An opt-in against a denial that the
    account may not lift changes nothing and names what stands.
    """
    owner = tx.senders.find([sender]).get(sender)
    if owner is None or owner.account_id != author.account_id:
        raise InvalidField("from", "is not a number of this account")
    steps = [_assignment_step(tx, author, sender, wanted) for wanted in assignments]
    return apply_steps(tx, owner.bucket, steps)


def _assignment_step(tx: Tx, author: Author, sender: str, wanted: Assignment) -> ConsentStep:
    denial = Denial(ConsentSource.ACCOUNT, tx.now_ms)
    kind = LedgerKind.OPT_OUT if wanted.opt_out else LedgerKind.OPT_IN

    def apply(state: ConsentState) -> ConsentChange:
        return apply_denial(state, denial) if wanted.opt_out else apply_account_opt_in(state)

    return ConsentStep(
        pair=Pair(sender, wanted.recipient),
        account_id=author.account_id,
        apply=apply,
        note=LedgerNote(
            account_id=author.account_id,
            kind=kind,
            changed=False,
            scope_kind=ScopeKind.PAIR,
            sender=sender,
            recipient=wanted.recipient,
            source=ConsentSource.ACCOUNT,
            channel=author.channel,
            actor=author.actor,
            received_ms=tx.now_ms,
        ),
    )


# The network's word.


OPTED_OUT_FAILURES = frozenset({FailureCode.CARRIER_OPTED_OUT, FailureCode.UPSTREAM_OPTED_OUT})


@dataclass(frozen=True, slots=True)
class NetworkDenial:
    """A carrier or provider says that the person opted out there."""

    sender: str
    recipient: str
    carrier: str
    failure: FailureCode


@runs_as(Priority.CONSENT)
def record_network_denials(tx: Tx, denials: Sequence[NetworkDenial]) -> None:
    """Opt pairs out because the network reports it, with the source it reports from."""
    if not denials:
        return
    owners = tx.senders.find({d.sender for d in denials})
    by_bucket: dict[int, list[ConsentStep]] = defaultdict(list)
    for denial in denials:
        if denial.sender in owners and denial.recipient != ERASED:
            step = _network_step(tx, denial, owners[denial.sender].account_id)
            by_bucket[bucket_of(denial.sender)].append(step)
    for bucket, steps in by_bucket.items():
        apply_steps(tx, bucket, steps)


def _network_step(tx: Tx, reported: NetworkDenial, account_id: int) -> ConsentStep:
    upstream = reported.failure is FailureCode.UPSTREAM_OPTED_OUT
    source = ConsentSource.UPSTREAM if upstream else ConsentSource.CARRIER
    denial = Denial(source, tx.now_ms, carrier=reported.carrier)
    return ConsentStep(
        pair=Pair(reported.sender, reported.recipient),
        account_id=account_id,
        apply=lambda state: apply_denial(state, denial),
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
        ),
    )
