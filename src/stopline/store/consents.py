"""The state of consent."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from stopline.core.consent import ConsentSource, ConsentState, Denial, Exemption
from stopline.core.scopes import ConsentKey, ScopeKind, account_scope, covering_scopes
from stopline.store.database import Database, Row, Value, column, rows
from stopline.store.statements import directed


class ConsentRow(msgspec.Struct, frozen=True, gc=False):
    """One scope's state as it is stored."""

    key: ConsentKey
    account_id: int
    state: ConsentState
    changed_ms: int
    ledger_position: int

    @property
    def recipient(self) -> str:
        """The person."""
        return self.key.recipient


@dataclass(frozen=True, slots=True)
class FirstDenials:
    """The first that is said of many persons to one sender, by one source. Of each person: their
    number, since when, when they said so themselves if they did, and the ledger's entry."""

    account_id: int
    sender: str
    source: ConsentSource
    carrier: str
    persons: Sequence[tuple[str, int, int | None, int]]


@dataclass(frozen=True, slots=True)
class Suppression:
    """What stays of a denied pair after its data was erased: everything but the number."""

    sender: str
    recipient_mac: str
    account_id: int
    denials: tuple[Denial, ...]
    generation: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class ConsentCursor:
    """Where a page ends: newest change first, ties by scope and recipient, descending."""

    changed_ms: int
    scope: str
    recipient: str


# The same statements read from the older end, for going back.

# Above every stored key: a phone number or an id never begins with this character.
FIRST_PAGE = ConsentCursor(2**62, "\U0010ffff", "\U0010ffff")


class _Denial(msgspec.Struct, frozen=True, array_like=True):
    source: str
    since_ms: int
    carrier: str
    hold: bool


_decoder = msgspec.json.Decoder(list[_Denial])


def _encode_denials(denials: Sequence[Denial]) -> str:
    return msgspec.json.encode(
        [_Denial(d.source.value, d.since_ms, d.carrier, d.hold) for d in denials]
    ).decode()


def _decode_denials(text: str) -> tuple[Denial, ...]:
    if text == "[]":
        return ()
    return tuple(
        Denial(ConsentSource(d.source), d.since_ms, d.carrier, d.hold)
        for d in _decoder.decode(text)
    )


def _consent(row: Row) -> ConsentRow:
    state = ConsentState(
        denials=_decode_denials(row[6]),
        generation=row[5],
        source=ConsentSource(row[7]),
        stop_ms=row[10],
        stop_carrier_ms=row[11],
        stop_session=row[12] or "",
        exemption=None if row[13] is None else Exemption(row[13], row[14]),
    )
    return ConsentRow(ConsentKey(ScopeKind(row[0]), row[1], row[2]), row[3], state, row[8], row[9])


def _suppression(row: Row) -> Suppression:
    return Suppression(row[0], row[1], row[2], _decode_denials(row[3]), row[4], row[5])


def _parameters(consent: ConsentRow) -> tuple[str | int | None, ...]:
    state = consent.state
    return (
        consent.key.kind,
        consent.key.scope,
        consent.key.recipient,
        consent.account_id,
        int(state.denied),
        state.generation,
        _encode_denials(state.denials),
        state.source.value,
        consent.changed_ms,
        consent.ledger_position,
        state.stop_ms,
        state.stop_carrier_ms,
        state.stop_session,
        state.exemption.scope if state.exemption else None,
        state.exemption.generation if state.exemption else None,
    )


class Consents:
    """Statements on consent. Denials are written through `Tx.deny` only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def read(self, bucket: int, keys: Sequence[ConsentKey]) -> dict[ConsentKey, ConsentRow]:
        """The stored state of these scopes; scopes nobody ever denied are missing."""
        found = self._db.all(
            "read_consents",
            bucket=bucket,
            keys=rows([(key.kind, key.scope, key.recipient) for key in keys]),
        )
        return {consent.key: consent for consent in map(_consent, found)}

    def cover(
        self, bucket: int, sender: str, account_ids: set[int], recipients: Sequence[str]
    ) -> dict[str, list[ConsentRow]]:
        """The records of every scope that may cover messages of the sender, by recipient.

        Recipients nobody ever said anything about are missing. What the records mean together is
        decided by `core.cover.judge`.
        """
        found = self._db.all(
            "read_cover",
            bucket=bucket,
            scopes=column(covering_scopes(sender, account_ids)),
            recipients=column(recipients),
        )
        cover: dict[str, list[ConsentRow]] = {}
        for row in found:
            cover.setdefault(row[2], []).append(_consent(row))
        return cover

    def generations(
        self, bucket: int, sender: str, account_id: int, recipients: Sequence[str]
    ) -> dict[str, int]:
        """The sum of generations that covers a message of no category to each of these persons."""
        sums = dict.fromkeys(recipients, 0)
        found = self._db.all(
            "read_generations",
            bucket=bucket,
            sender=sender,
            account=account_scope(account_id),
            recipients=column(list(sums)),
        )
        for recipient, generation in found:
            sums[recipient] += generation
        return sums

    def put(self, bucket: int, changes: Sequence[ConsentRow]) -> None:
        """Write states, each scope once. For denials use `Tx.deny`."""
        self._db.insert("put_consents", [_parameters(c) for c in changes], bucket=bucket)

    def recorded(self, bucket: int, sender: str, recipients: Sequence[str]) -> set[str]:
        """Those of whom there is a record of their pair with the sender, whatever it says."""
        found = self._db.all(
            "find_recorded", bucket=bucket, sender=sender, recipients=column(recipients)
        )
        return {row[0] for row in found}

    def add_denials(self, bucket: int, first: FirstDenials) -> None:
        """Write states of pairs that have none yet. Use `Tx.deny_first`."""
        source, carrier = first.source, first.carrier
        texts: dict[int, str] = {}
        for _, since_ms, _, _ in first.persons:
            if since_ms not in texts:
                texts[since_ms] = _encode_denials([Denial(source, since_ms, carrier)])
        shared: dict[str, Value] = {
            "bucket": bucket,
            "scope_kind": int(ScopeKind.PAIR),
            "scope": first.sender,
            "account_id": first.account_id,
            "denied": 1,
            "generation": 1,
            "source": source.value,
            "stop_session": "",
        }
        items = [
            (recipient, texts[since_ms], since_ms, position, stop_ms)
            for recipient, since_ms, stop_ms, position in first.persons
        ]
        columns = ("recipient", "denials", "changed_ms", "ledger_position", "stop_ms")
        self._db.add_many("consents", shared, columns, items)

    def list_of_account(
        self,
        bucket: int,
        account_id: int,
        denied: bool | None,
        before: ConsentCursor,
        limit: int,
        *,
        upward: bool = False,
    ) -> list[ConsentRow]:
        """A page of one bucket beyond a cursor, newest change first; upward: oldest first."""
        read = partial(
            self._db.all,
            directed("list_consents_of_account", upward=upward),
            bucket=bucket,
            account_id=account_id,
            before_ms=before.changed_ms,
            before_scope=before.scope,
            before_recipient=before.recipient,
            limit=limit,
        )
        return [_consent(row) for row in _of_state(read, denied, limit, upward)]

    def list_of_scope(
        self,
        bucket: int,
        account_id: int,
        scope: str,
        denied: bool | None,
        before: ConsentCursor,
        limit: int,
        *,
        upward: bool = False,
    ) -> list[ConsentRow]:
        """A page of one sender's records, newest change first."""
        read = partial(
            self._db.all,
            directed("list_consents_of_scope", upward=upward),
            bucket=bucket,
            account_id=account_id,
            scope=scope,
            before_ms=before.changed_ms,
            before_recipient=before.recipient,
            limit=limit,
        )
        return [_consent(row) for row in _of_state(read, denied, limit, upward)]

    def last_changes(
        self, bucket: int, account_id: int, people: Sequence[str]
    ) -> list[tuple[str, int]]:
        """(person, epoch ms of the last change) of those who have a record."""
        found = self._db.all(
            "find_last_changes", bucket=bucket, account_id=account_id, people=column(people)
        )
        return [(row[0], row[1]) for row in found]

    def list_of_recipient(
        self,
        bucket: int,
        account_id: int,
        recipient: str,
        scope: str | None,
        denied: bool | None,
        before: ConsentCursor,
        limit: int,
        *,
        upward: bool = False,
    ) -> list[ConsentRow]:
        """A page of one person's records, newest change first."""
        found = self._db.all(
            directed("list_consents_of_recipient", upward=upward),
            bucket=bucket,
            account_id=account_id,
            recipient=recipient,
            scope=scope,
            denied=_flag(denied),
            before_ms=before.changed_ms,
            before_scope=before.scope,
            before_recipient=before.recipient,
            limit=limit,
        )
        return [_consent(row) for row in found]

    def list_recipients(
        self, bucket: int, scope: str, first: str, before: str, limit: int
    ) -> list[str]:
        """Numbers of a sender's people from `first` on and below `before`, in order."""
        found = self._db.all(
            "list_consent_recipients",
            bucket=bucket,
            scope=scope,
            first=first,
            before=before,
            limit=limit,
        )
        return [row[0] for row in found]

    def scan(self, bucket: int, after: ConsentKey | None, limit: int) -> list[ConsentRow]:
        """Records of a bucket in key order, after a key."""
        found = self._db.all(
            "scan_consents",
            bucket=bucket,
            after_kind=after.kind if after else -1,
            after_scope=after.scope if after else "",
            after_recipient=after.recipient if after else "",
            limit=limit,
        )
        return [_consent(row) for row in found]

    def delete(self, bucket: int, key: ConsentKey) -> None:
        """Erase one record; the caller adds the suppression that goes on blocking."""
        self._db.run(
            "delete_consent",
            bucket=bucket,
            scope_kind=key.kind,
            scope=key.scope,
            recipient=key.recipient,
        )

    def has_suppressions(self, bucket: int) -> bool:
        """Whether any pair of the bucket is blocked by a keyed hash alone."""
        return self._db.first("has_suppressions", bucket=bucket) is not None

    def find_suppressions(
        self, bucket: int, keys: Sequence[tuple[str, str]]
    ) -> set[tuple[str, str]]:
        """Those of (sender, recipient's keyed hash) that are blocked."""
        found = self._db.all("find_suppressions", bucket=bucket, keys=rows(keys))
        return {(row[0], row[1]) for row in found}

    def read_suppressions(self, bucket: int, keys: Sequence[tuple[str, str]]) -> list[Suppression]:
        """What is kept of (sender, recipient's keyed hash); of a number that moved, perhaps two."""
        return [
            _suppression(row)
            for row in self._db.all("read_suppressions", bucket=bucket, keys=rows(keys))
        ]

    def list_suppressions(self, bucket: int) -> list[Suppression]:
        """All of a bucket."""
        return [_suppression(row) for row in self._db.all("list_suppressions", bucket=bucket)]

    def put_suppressions(self, bucket: int, suppressions: Sequence[Suppression]) -> None:
        """Block pairs by the keyed hashes of their recipients."""
        items = [
            (s.sender, s.recipient_mac, s.account_id, _encode_denials(s.denials), s.generation,
             s.created_ms)
            for s in suppressions
        ]  # fmt: skip
        self._db.run("put_suppressions", bucket=bucket, items=rows(items))

    def delete_suppressions(self, bucket: int, keys: Sequence[tuple[str, str]]) -> None:
        """Records took their place."""
        self._db.run("delete_suppressions", bucket=bucket, keys=rows(keys))


def _of_state(
    read: Callable[..., list[Row]], denied: bool | None, limit: int, upward: bool
) -> list[Row]:
    """A page of the records that are denied, of the open ones, or (None) of both."""
    if denied is not None:
        return read(denied=int(denied))
    both = [*read(denied=0), *read(denied=1)]
    return sorted(both, key=_list_order, reverse=not upward)[:limit]


def _list_order(row: Row) -> tuple[int, str, str]:
    return row[8], row[1], row[2]


def _flag(value: bool | None) -> int | None:
    return None if value is None else int(value)
