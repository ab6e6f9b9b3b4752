"""What lists from elsewhere say about consent: weighed first, then taken over with their times."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stopline.core.consent import (
    ConsentChange,
    ConsentSource,
    ConsentState,
    Denial,
    Standing,
    Wider,
    apply_account_opt_in,
    apply_denial,
)
from stopline.core.consent_facts import (
    EVERY_SENDER,
    NOTHING_KNOWN,
    Fact,
    Known,
    Verdict,
    said_ms,
    says_it_later,
    weigh,
)
from stopline.core.errors import InvalidField, NotFound
from stopline.core.ledger import Channel, LedgerKind, number_mac
from stopline.core.numbers import Pair
from stopline.core.scopes import ConsentKey, ScopeKind, account_key, campaign_key, pair_key
from stopline.flows.consent import Author, apply_steps
from stopline.flows.consent_effects import is_heard
from stopline.flows.consent_steps import ConsentStep, Step
from stopline.flows.ledger import LedgerNote
from stopline.flows.loading import NewDenial, deny_new
from stopline.flows.suppressions import known_recipients, read_records, suppressed_recipients
from stopline.store.consents import ConsentRow
from stopline.store.senders import Sender
from stopline.store.tx import Tx

_NETWORK = frozenset({ConsentSource.UPSTREAM, ConsentSource.CARRIER})
# Entries of one person that are looked at to see whether an older word is on record already.
_HISTORY_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Target:
    """Where facts about one sender are written: the account, its bucket, its carrier. For all
    numbers of the account it is written in each of `buckets`."""

    account_id: int
    sender: str
    carrier: str
    buckets: tuple[int, ...]


def weigh_facts(tx: Tx, target: Target, facts: Sequence[Fact]) -> list[Verdict]:
    """What would become of facts about one sender; changes nothing."""
    return _look(tx, target, facts).verdicts(facts)


def import_facts(tx: Tx, target: Target, actor: str, facts: Sequence[Fact]) -> list[Verdict]:
    """Take facts about one sender over, each with its own time and of another scope; at most
    SLICE_LINES where others wait for the database. Gives what became of them.

    An older word enters the ledger once and changes nothing. What may not be lifted, or is not
    proven, leaves no trace here.
    """
    tx.lock_recipients({fact.recipient for fact in facts})
    if target.sender == EVERY_SENDER:
        tx.accounts.touch_scopes(target.account_id)
    seen = _look(tx, target, facts)
    author = Author(target.account_id, Channel.IMPORT, actor)
    if seen.fresh:
        _deny_fresh(tx, target, author, seen.fresh.values())
    for bucket in target.buckets if seen.weighed else ():
        told = [one for one in seen.weighed if _is_told(tx, bucket, one)]
        steps = [_step(tx, target, author, one) for one in told]
        # In the first bucket it was read already.
        apply_steps(tx, bucket, steps, seen.records if bucket == target.buckets[0] else None)
    return seen.verdicts(facts)


@dataclass(frozen=True, slots=True)
class _Found:
    """The facts with their scopes, and what is on record of these and above them."""

    scopes: list[tuple[Fact, ConsentKey]]
    records: dict[ConsentKey, ConsentRow]
    erased: frozenset[str]


class _Weighed(NamedTuple):
    """A fact with what becomes of it."""

    fact: Fact
    key: ConsentKey
    known: Known
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Seen:
    """What facts are. `fresh`, by person: opt-outs of pairs of which nobody ever spoke, most lines
    of a list from elsewhere; they are new, and are written together."""

    fresh: dict[str, Fact]
    weighed: list[_Weighed]
    records: dict[ConsentKey, ConsentRow]

    def verdicts(self, facts: Sequence[Fact]) -> list[Verdict]:
        """Of each fact, in their order."""
        others = iter(self.weighed)
        return [
            Verdict.NEW if self.fresh.get(fact.recipient) is fact else next(others).verdict
            for fact in facts
        ]


def _look(tx: Tx, target: Target, facts: Sequence[Fact]) -> _Seen:
    fresh = _fresh(tx, target, facts)
    others = [fact for fact in facts if fresh.get(fact.recipient) is not fact]
    if not others:
        return _Seen(fresh, [], {})
    found = _read_known(tx, target, others)
    return _Seen(fresh, _weigh(tx, target, found), found.records)


def _fresh(tx: Tx, target: Target, facts: Sequence[Fact]) -> dict[str, Fact]:
    """None where an application is told of each, as it is told of one after the other."""
    if target.sender == EVERY_SENDER or is_heard(tx, target.account_id):
        return {}
    out = {fact.recipient: fact for fact in facts if fact.opt_out and fact.category is None}
    for recipient in known_recipients(tx, target.buckets[0], target.sender, list(out)):
        del out[recipient]
    return out


def _weigh(tx: Tx, target: Target, found: _Found) -> list[_Weighed]:
    weighed = []
    for fact, key in found.scopes:
        known = _known(target, found, fact, key)
        weighed.append(_Weighed(fact, key, known, weigh(fact, known, tx.now_ms)))
    return weighed


def _deny_fresh(tx: Tx, target: Target, author: Author, fresh: Iterable[Fact]) -> None:
    alike: dict[tuple[ConsentSource, str], list[NewDenial]] = defaultdict(list)
    now_ms = tx.now_ms
    for fact in fresh:
        time_ms = fact.time_ms
        since_ms = now_ms if time_ms is None or time_ms > now_ms else time_ms
        stop_ms = None if time_ms is None else since_ms
        new = (fact.recipient, since_ms, stop_ms, fact.proof.encode())
        alike[fact.source, fact.word].append(new)
    for (source, word), denials in alike.items():
        origin = (*_origin(target, source), word)
        deny_new(tx, author, target.buckets[0], target.sender, denials, origin)


def _is_told(tx: Tx, bucket: int, one: _Weighed) -> bool:
    """Whether it enters the ledger: what changes something, and an older word once."""
    if one.verdict is Verdict.NEW:
        return True
    if one.verdict is Verdict.OLDER:
        return not _is_on_record(tx, bucket, one)
    return one.verdict is Verdict.KNOWN and says_it_later(one.fact, one.known)


def find_target(tx: Tx, sender: str, account_id: int | None = None) -> Target:
    """Whose facts these are. Raises NotFound; InvalidField when all numbers are meant and no
    account is named."""
    if sender == EVERY_SENDER:
        if account_id is None:
            raise InvalidField("account", "is needed where a line is about all its numbers")
        owned = tx.senders.list_of_account(account_id)
        return Target(account_id, sender, "", tuple(sorted({one.bucket for one in owned})))
    owner = tx.senders.find([sender]).get(sender)
    if owner is None or (account_id is not None and owner.account_id != account_id):
        raise NotFound("sender")
    return _target_of(owner)


def _target_of(owner: Sender) -> Target:
    return Target(owner.account_id, owner.number, owner.carrier, (owner.bucket,))


def key_of(target: Target, fact: Fact) -> ConsentKey:
    """The scope a fact is about."""
    if target.sender == EVERY_SENDER:
        return account_key(target.account_id, fact.recipient)
    if fact.category is not None:
        return campaign_key(target.sender, fact.category, fact.recipient)
    return pair_key(Pair(target.sender, fact.recipient))


def _read_known(tx: Tx, target: Target, facts: Sequence[Fact]) -> _Found:
    """What is on record about each fact's scope. What is above a pair matters to an opt-in only."""
    scopes = [(fact, key_of(target, fact)) for fact in facts]
    bucket = target.buckets[0] if target.buckets else None
    if bucket is None:
        return _Found(scopes, {}, frozenset())
    above = [
        account_key(target.account_id, fact.recipient)
        for fact, key in scopes
        if key.kind is ScopeKind.PAIR and not fact.opt_out
    ]
    records = read_records(tx, bucket, [*(key for _, key in scopes), *above])
    people = [fact.recipient for fact in facts]
    return _Found(scopes, records, suppressed_recipients(tx, bucket, target.sender, people))


def _known(target: Target, found: _Found, fact: Fact, key: ConsentKey) -> Known:
    record = found.records.get(key)
    wide = None
    if key.kind is ScopeKind.PAIR and not fact.opt_out:
        wide = found.records.get(account_key(target.account_id, fact.recipient))
    if record is None and wide is None:
        return NOTHING_KNOWN
    return Known(
        record.state if record else ConsentState(),
        record.changed_ms if record else None,
        Wider(wide.key.scope, wide.state) if wide else Wider(),
        fact.recipient in found.erased,
    )


def _is_on_record(tx: Tx, bucket: int, one: _Weighed) -> bool:
    """Whether an import told the same word before."""
    mac = number_mac(tx.keys.number, one.fact.recipient)
    scope_mac = number_mac(tx.keys.number, one.key.scope)
    told = (Channel.IMPORT.value, _kind(one.fact).value, scope_mac, one.fact.time_ms)
    entries = tx.ledger.list_of_recipient(bucket, mac, None, 0, _HISTORY_LIMIT)
    return any(
        (entry.channel, entry.kind, entry.sender_mac, entry.received_ms) == told
        for entry, _ in entries
    )


def _kind(fact: Fact) -> LedgerKind:
    return LedgerKind.OPT_OUT if fact.opt_out else LedgerKind.OPT_IN


def _step(tx: Tx, target: Target, author: Author, one: _Weighed) -> ConsentStep:
    fact, key = one.fact, one.key
    at_ms = said_ms(fact, tx.now_ms)
    source, carrier = _origin(target, fact.source)
    note = LedgerNote(
        account_id=author.account_id,
        kind=_kind(fact),
        changed=False,
        scope_kind=key.kind,
        sender=key.scope,
        recipient=key.recipient,
        source=source,
        channel=author.channel,
        actor=author.actor,
        carrier=carrier,
        word=fact.word,
        received_ms=at_ms,
        raw=fact.proof.encode(),
    )
    apply = _applies(one, source, Denial(source, at_ms, carrier))
    return ConsentStep(key, author.account_id, apply, note, at_ms, not fact.opt_out)


def _applies(one: _Weighed, source: ConsentSource, denial: Denial) -> Step:
    """How the fact changes the state it was weighed against."""
    fact, is_wide = one.fact, one.key.kind is ScopeKind.ACCOUNT

    def apply(state: ConsentState, wider: Wider) -> ConsentChange:
        if one.verdict is Verdict.OLDER:
            standing = Standing.OLDER_THAN_OPT_IN if fact.opt_out else Standing.OLDER_THAN_STOP
            return ConsentChange(state, changed=False, standing=standing)
        if fact.opt_out:
            # The last STOP is never earlier than a dated one.
            stop_ms = None if fact.time_ms is None else denial.since_ms
            return apply_denial(state, denial, wide=is_wide, stop_ms=stop_ms)
        return apply_account_opt_in(state, wider, source)

    return apply


def _origin(target: Target, source: ConsentSource) -> tuple[ConsentSource, str]:
    """Whose word it is. What a network said is lifted by a START that comes through the carrier
    the number has here; without one the account answers for it."""
    if source not in _NETWORK:
        return source, ""
    return (source, target.carrier) if target.carrier else (ConsentSource.ACCOUNT, "")
