"""What follows from a change of consent: queued messages are refused, applications are told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from stopline.core.consent import ConsentState, Wider
from stopline.core.events import ConsentChanged, EventKind
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import Pair
from stopline.core.scopes import ScopeKind, pair_key
from stopline.flows.consent_steps import ConsentOutcome
from stopline.flows.notify import announce, is_wanted
from stopline.flows.progress import Moved, record_progress
from stopline.store.tx import Tx

# (sender, recipient, category): whose queued messages die; no category means all of the pair.
Target = tuple[str, str, str | None]

# Pairs in one statement, far below what a statement may unfold.
_TARGETS_AT_ONCE = 10_000


def refuse_denied(tx: Tx, bucket: int, outcomes: Sequence[ConsentOutcome]) -> None:
    """Refuse what is queued under the scopes that were denied."""
    targets = [t for o in outcomes if _denies(o) for t in _targets(tx, bucket, o)]
    refuse_messages(tx, bucket, dict.fromkeys(targets))


def _denies(outcome: ConsentOutcome) -> bool:
    """Of a whole account's scope also a repeated denial: it reaches pairs that were exempt."""
    return outcome.after.generation > outcome.before.generation


def _targets(tx: Tx, bucket: int, outcome: ConsentOutcome) -> list[Target]:
    key = outcome.step.key
    if key.kind is ScopeKind.ACCOUNT:
        senders = _senders(tx, bucket, outcome.step.account_id)
        return [(sender, key.recipient, None) for sender in senders]
    return [(key.sender, key.recipient, key.category.value if key.category else None)]


def _senders(tx: Tx, bucket: int, account_id: int) -> list[str]:
    return [s.number for s in tx.senders.list_of_account(account_id) if s.bucket == bucket]


def refuse_messages(tx: Tx, bucket: int, targets: Iterable[Target]) -> None:
    """Refuse what is queued for these, count it in its batches and announce it."""
    for piece in _pieces(list(targets)):
        refused = tx.messages.refuse_queued(bucket, piece, tx.now_ms)
        if refused:
            ids = [row[0] for row in refused]
            owners = {p.id: p.account_id for p in tx.messages.progress(bucket, ids)}
            moved = [_refused(id_, owners[id_], batch_id) for id_, batch_id in refused]
            record_progress(tx, bucket, moved)


def _refused(message_id: int, account_id: int, batch_id: int | None) -> Moved:
    failed, why = MessageStatus.SENDING_FAILED, FailureCode.OPTED_OUT
    return Moved(message_id, account_id, batch_id, True, 0, True, failed, why)


def _pieces(targets: list[Target]) -> list[list[Target]]:
    return [
        targets[start : start + _TARGETS_AT_ONCE]
        for start in range(0, len(targets), _TARGETS_AT_ONCE)
    ]


def announce_outcomes(tx: Tx, bucket: int, outcomes: Sequence[ConsentOutcome]) -> None:
    """Tell of every pair whose consent is another one now, in all or for a kind of campaign."""
    for outcome in outcomes:
        _count(tx, outcome)
    heard = {
        account_id
        for account_id in {o.step.account_id for o in outcomes}
        if is_heard(tx, account_id)
    }
    events: dict[int, list[ConsentChanged]] = defaultdict(list)
    for outcome in outcomes if heard else ():
        account_id = outcome.step.account_id
        if account_id not in heard:
            continue
        if outcome.step.key.kind is ScopeKind.ACCOUNT:
            events[account_id] += _account_events(tx, bucket, outcome)
        else:
            events[account_id] += _pair_events(tx, outcome)
    for account_id, its_events in events.items():
        if its_events:
            announce(tx, account_id, bucket, its_events)


def _count(tx: Tx, outcome: ConsentOutcome) -> None:
    if outcome.changed:
        note = outcome.step.note
        tx.tallies.consents[note.account_id, note.kind, note.source] += 1


def is_heard(tx: Tx, account_id: int) -> bool:
    """Whether any subscription of the account asks for changes of consent."""
    kinds = (EventKind.CONSENT, EventKind.OPT_OUT)
    return any(is_wanted(tx, account_id, kind) for kind in kinds)


def _pair_events(tx: Tx, outcome: ConsentOutcome) -> list[ConsentChanged]:
    if not outcome.changed or outcome.standing is not None:
        return []
    key = outcome.step.key
    category = key.category.value if key.category else None
    event = _event(tx, key.sender, key.recipient, outcome.after, outcome.after.denied)
    return [replace(event, category=category)]


def _account_events(tx: Tx, bucket: int, outcome: ConsentOutcome) -> list[ConsentChanged]:
    """One for each sender whose pair with the person turned."""
    key = outcome.step.key
    before, after = Wider(key.scope, outcome.before), Wider(key.scope, outcome.after)
    pairs = [
        pair_key(Pair(sender, key.recipient))
        for sender in _senders(tx, bucket, outcome.step.account_id)
    ]
    stored = tx.consents.read(bucket, pairs)
    events = []
    for pair in pairs:
        state = stored[pair].state if pair in stored else ConsentState()
        was, now = (state.denied or wider.reaches(state) for wider in (before, after))
        if was != now:
            events.append(_event(tx, pair.scope, pair.recipient, outcome.after, now))
    return events


def _event(tx: Tx, sender: str, recipient: str, after: ConsentState, out: bool) -> ConsentChanged:
    return ConsentChanged(
        sender=sender,
        recipient=recipient,
        is_opted_out=out,
        source=after.source.value,
        changed_ms=tx.now_ms,
    )
