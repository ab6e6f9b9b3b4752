"""A store that is behind its consent journal: what it lacks is written into it again."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from msgspec.structs import replace

from stopline.core.checkpoints import ChainEnd
from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    Denial,
    Wider,
    apply_denial,
)
from stopline.core.ledger import Channel, LedgerEntry, LedgerKind, LedgerPersonal
from stopline.core.numbers import Pair
from stopline.core.replay import apply_entry
from stopline.core.scopes import ConsentKey, ScopeKind, pair_key
from stopline.flows.consent import Append, apply_steps
from stopline.flows.consent_steps import ConsentOutcome, ConsentStep
from stopline.flows.erased_consents import forget_scope
from stopline.flows.ledger import LedgerNote
from stopline.store.ledger import LedgerRecord
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

_CONSENT = frozenset({LedgerKind.OPT_OUT.value, LedgerKind.OPT_IN.value})

Known = tuple[LedgerEntry, LedgerPersonal]


def ends_of_chains(tx: Tx) -> list[ChainEnd]:
    """Where every chain ends."""
    return [ChainEnd(*head) for head in tx.ledger.heads()]


def end_of_chain(tx: Tx, bucket: int) -> int:
    """The last position of a chain."""
    return tx.ledger.head(bucket)[0]


def page_of_chain(tx: Tx, bucket: int, after: int, limit: int) -> list[LedgerRecord]:
    """Entries after a position, in order."""
    return tx.ledger.page(bucket, after, limit)


def note_behind(tx: Tx, journal: str, behind: bool) -> None:
    """While a store is behind a journal no process sends from it."""
    tx.installation.note_behind(journal, behind=behind)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What one transaction wrote again. `diverged`: the chain went another way since, so denials
    were written as new entries and opt-ins were not; `opt_ins_left` counts these."""

    entries: int = 0
    diverged: bool = False
    opt_ins_left: int = 0


@runs_as(Priority.CONSENT)
def replay_records(tx: Tx, bucket: int, records: Sequence[LedgerRecord]) -> Replayed:
    """Write what a chain lacks of these records (in their order) with all its consequences.

    Where they follow its end they become the very same entries. At most 256 persons.
    """
    held = tx.ledger.hashes(bucket, [entry.position for entry, _ in records])
    missing = [(e, plain) for e, plain in records if held.get(e.position) != e.hash]
    if not missing:
        return Replayed()
    tx.lock_recipients({plain.recipient for _, plain in missing if plain is not None})
    if not _follows(missing, tx.ledger.head(bucket)):
        return _replay_anew(tx, bucket, missing)
    for run in _runs(missing):
        if run[0][0].kind in _CONSENT:
            steps = [_step(entry, plain) for entry, plain in _known(run)]
            apply_steps(tx, bucket, steps, append=_as_they_were(tx, bucket, run))
        else:
            _replay_others(tx, bucket, run)
    return Replayed(len(missing))


def _follows(records: Sequence[LedgerRecord], head: tuple[int, str]) -> bool:
    """Whether the records continue a chain that ends so, without a gap or an unknown person."""
    position, previous = head
    for entry, plain in records:
        if (entry.position, entry.previous_hash) != (position + 1, previous):
            return False
        if plain is None and entry.kind in _CONSENT:
            return False
        position, previous = entry.position, entry.hash
    return True


def _runs(records: Sequence[LedgerRecord]) -> list[list[LedgerRecord]]:
    """Cut where words about consent end and others begin."""
    runs: list[list[LedgerRecord]] = []
    for record in records:
        is_consent = record[0].kind in _CONSENT
        if runs and is_consent == (runs[-1][-1][0].kind in _CONSENT):
            runs[-1].append(record)
        else:
            runs.append([record])
    return runs


def _known(records: Sequence[LedgerRecord]) -> list[Known]:
    return [(entry, plain) for entry, plain in records if plain is not None]


def _as_they_were(tx: Tx, bucket: int, records: Sequence[LedgerRecord]) -> Append:
    return lambda _head: _append(tx, bucket, records)


def _append(tx: Tx, bucket: int, records: Sequence[LedgerRecord]) -> None:
    entries = [astuple(entry)[1:] for entry, _ in records]
    plain = [astuple(plain)[1:] for _, plain in records if plain is not None]
    tx.ledger.append(bucket, entries, plain)


def _key(entry: LedgerEntry, plain: LedgerPersonal) -> ConsentKey:
    return ConsentKey(ScopeKind(entry.scope_kind), plain.sender, plain.recipient)


def _step(entry: LedgerEntry, plain: LedgerPersonal) -> ConsentStep:
    def apply(state: ConsentState, wider: Wider) -> ConsentChange:
        # An entry names no session, and says itself when two sessions refused a START.
        return apply_entry(replace(state, stop_session=""), entry, wider)

    note = LedgerNote(
        account_id=entry.account_id,
        kind=LedgerKind(entry.kind),
        changed=False,
        scope_kind=ScopeKind(entry.scope_kind),
        sender=plain.sender,
        recipient=plain.recipient,
        source=ConsentSource(entry.source),
        channel=Channel(entry.channel),
        actor=entry.actor,
        carrier=entry.carrier,
        layer=entry.layer,
        rule_set=entry.rule_set,
        word=entry.word,
        message_id=entry.message_id,
        received_ms=entry.received_ms,
        carrier_ms=entry.carrier_ms,
        raw=bytes.fromhex(plain.raw_text),
        normalised=plain.normalised_text,
    )
    return ConsentStep(_key(entry, plain), entry.account_id, apply, note, entry.honoured_ms)


def _replay_others(tx: Tx, bucket: int, records: Sequence[LedgerRecord]) -> None:
    """Holds and their ends, which leave consent as it is; and erasures."""
    for entry, plain in _known(records):
        if entry.kind == LedgerKind.ERASURE.value:
            forget_scope(tx, bucket, _key(entry, plain))
    tx.ledger.lock_head(bucket)
    _append(tx, bucket, records)


def _replay_anew(tx: Tx, bucket: int, records: Sequence[LedgerRecord]) -> Replayed:
    """In doubt a person is out: denials are written as new entries, opt-ins are not."""
    denials = [r for r in _known(records) if r[0].kind == LedgerKind.OPT_OUT.value]
    opt_ins = sum(entry.kind == LedgerKind.OPT_IN.value for entry, _ in records)
    apply_steps(tx, bucket, [replace(_step(*one), at_ms=None) for one in denials])
    return Replayed(len(denials), diverged=True, opt_ins_left=opt_ins)


@runs_as(Priority.CONSENT)
def deny_forgotten(tx: Tx, bucket: int, account_id: int, pair: Pair) -> list[ConsentOutcome]:
    """A pair whose texts were held for a decision is out: the text to decide on is lost."""
    tx.lock_recipients([pair.recipient])
    denial = Denial(ConsentSource.TIMEOUT, tx.now_ms)
    note = LedgerNote(
        account_id=account_id,
        kind=LedgerKind.OPT_OUT,
        changed=False,
        scope_kind=ScopeKind.PAIR,
        sender=pair.sender,
        recipient=pair.recipient,
        source=ConsentSource.TIMEOUT,
        channel=Channel.REVIEW,
        actor="journal replay",
        received_ms=tx.now_ms,
    )
    step = ConsentStep(pair_key(pair), account_id, lambda s, _: apply_denial(s, denial), note)
    return apply_steps(tx, bucket, [step])
