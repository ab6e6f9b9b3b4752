"""The consent ledger: appended to, never changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from stopline.core.ledger import FIRST_HASH, OWN_NAMES, LedgerEntry, LedgerPersonal
from stopline.store.database import Database, Row, Value, column
from stopline.store.statements import directed

LedgerRecord = tuple[LedgerEntry, LedgerPersonal | None]

_ENTRY_COLUMNS = 24
# The columns of what `append_alike` adds: of an entry its own values and its link.
LINKED_NAMES = (*OWN_NAMES, "previous_hash", "hash")
OWN_PERSONAL = ("position", "recipient", "raw_text", "salt")
# Rows a scan holds at once: memory stays flat however long the ledger is.
SCAN_ROWS = 5_000


def _record(row: Row) -> LedgerRecord:
    entry = LedgerEntry(*row[:_ENTRY_COLUMNS])
    plain = row[_ENTRY_COLUMNS:]
    if plain[0] is None:
        return entry, None
    return entry, LedgerPersonal(entry.bucket, entry.position, *plain)


def _records(
    bucket: int, entries: Sequence[Sequence[Any]], personal: Sequence[Sequence[Any]]
) -> Iterator[LedgerRecord]:
    plain = {values[0]: LedgerPersonal(bucket, *values) for values in personal}
    for values in entries:
        yield LedgerEntry(bucket, *values), plain.get(values[0])


@dataclass(frozen=True, slots=True)
class AlikeEntries:
    """Entries of one sender that share all but LINKED_NAMES, and their plain values in the order
    of OWN_PERSONAL."""

    sender: str
    shared: Mapping[str, Value]
    entries: Sequence[tuple[Value, ...]]
    personal: Sequence[tuple[Value, ...]]


def _shared_personal(alike: AlikeEntries) -> dict[str, Value]:
    return {"sender": alike.sender, "normalised_text": ""}


def _alike_records(bucket: int, alike: AlikeEntries) -> Iterator[LedgerRecord]:
    shared: dict[str, Any] = {"bucket": bucket, **alike.shared}
    plain_shared: dict[str, Any] = {"bucket": bucket, **_shared_personal(alike)}
    for entry, personal in zip(alike.entries, alike.personal, strict=True):
        own: dict[str, Any] = dict(zip(LINKED_NAMES, entry, strict=True))
        plain: dict[str, Any] = dict(zip(OWN_PERSONAL, personal, strict=True))
        yield LedgerEntry(**shared, **own), LedgerPersonal(**plain_shared, **plain)


class Ledger:
    """Statements on the ledger. Each names one bucket, but for the list of heads."""

    def __init__(self, database: Database) -> None:
        self._db = database
        # What this transaction added, for the consent journal.
        self._appended: list[Callable[[], Iterator[LedgerRecord]]] = []

    def head(self, bucket: int) -> tuple[int, str]:
        """(position, hash) of the bucket's last entry; (0, zeros) when there is none."""
        row = self._db.first("read_ledger_head", bucket=bucket)
        return (row[0], row[1]) if row else (0, FIRST_HASH)

    def lock_head(self, bucket: int) -> tuple[int, str]:
        """The same, and nobody else appends to the chain before this transaction ends."""
        row = self._db.first("lock_ledger_head", bucket=bucket)
        if row is None:
            self._db.run("begin_ledger_chain", bucket=bucket, hash=FIRST_HASH)
            row = self._db.first("lock_ledger_head", bucket=bucket)
        return (row[0], row[1]) if row else (0, FIRST_HASH)

    def heads(self) -> list[tuple[int, int, str]]:
        """(bucket, position, hash) of every chain."""
        return [(row[0], row[1], row[2]) for row in self._db.all("list_ledger_heads")]

    def hashes(self, bucket: int, positions: Sequence[int]) -> dict[int, str]:
        """The hashes of the entries at these positions, where there are such."""
        found = self._db.all("read_ledger_hashes", bucket=bucket, positions=column(positions))
        return {row[0]: row[1] for row in found}

    def append(
        self, bucket: int, entries: Sequence[Sequence[Value]], personal: Sequence[Sequence[Value]]
    ) -> None:
        """Add linked entries with their plain values, and move the head to the last.

        Both as the fields of LedgerEntry and LedgerPersonal after the bucket, in their order:
        making the objects takes longer than hashing them.
        """
        self._db.insert("add_ledger_entries", entries, bucket=bucket)
        if personal:
            self._db.insert("add_ledger_personal", personal, bucket=bucket)
        self._appended.append(partial(_records, bucket, entries, personal))
        self._move_head(bucket, entries[-1])

    def append_alike(self, bucket: int, alike: AlikeEntries) -> None:
        """The same for many that are alike."""
        entries, personal = alike.entries, alike.personal
        shared = {"bucket": bucket, **alike.shared}
        self._db.add_many("ledger_entries", shared, LINKED_NAMES, entries)
        shared = {"bucket": bucket, **_shared_personal(alike)}
        self._db.add_many("ledger_personal", shared, OWN_PERSONAL, personal)
        self._appended.append(partial(_alike_records, bucket, alike))
        self._move_head(bucket, entries[-1])

    def _move_head(self, bucket: int, last: Sequence[Value]) -> None:
        position, hash_ = int(last[0] or 0), str(last[-1])
        self._db.run("set_ledger_head", bucket=bucket, position=position, hash=hash_)

    @property
    def has_grown(self) -> bool:
        """Whether this transaction added anything."""
        return bool(self._appended)

    def appended(self) -> list[LedgerRecord]:
        """What this transaction added, for the consent journal."""
        return [record for read in self._appended for record in read()]

    def page(self, bucket: int, after: int, limit: int) -> list[LedgerRecord]:
        """At most `limit` records of a bucket after a position, in order."""
        found = self._db.all("scan_ledger", bucket=bucket, after=after, limit=limit)
        return [_record(row) for row in found]

    def scan(self, bucket: int, after: int = 0) -> Iterator[LedgerRecord]:
        """Every record of a bucket in order, read in bounded pieces."""
        while True:
            found = self._db.all("scan_ledger", bucket=bucket, after=after, limit=SCAN_ROWS)
            for row in found:
                yield _record(row)
            if len(found) < SCAN_ROWS:
                return
            after = found[-1][1]

    def list_of_recipient(
        self, bucket: int, recipient_mac: str, account_id: int | None, after: int, limit: int
    ) -> list[LedgerRecord]:
        """One person's records of a bucket, oldest first."""
        found = self._db.all(
            "list_ledger_of_recipient",
            bucket=bucket,
            recipient_mac=recipient_mac,
            account_id=account_id,
            after=after,
            limit=limit,
        )
        return [_record(row) for row in found]

    def list_changes(
        self,
        bucket: int,
        account_id: int,
        recipient_mac: str | None,
        at: tuple[int, int],
        limit: int,
        *,
        upward: bool = False,
    ) -> list[LedgerRecord]:
        """An account's entries that changed a scope, of one person or of all, beyond (time,
        position): newest first; upward: oldest first."""
        parameters: dict[str, int | str] = {"bucket": bucket, "account_id": account_id}
        if recipient_mac is None:
            name = directed("list_ledger_changes", upward=upward)
        else:
            name = directed("list_ledger_changes_of_recipient", upward=upward)
            parameters["recipient_mac"] = recipient_mac
        found = self._db.all(name, **parameters, at_ms=at[0], at_position=at[1], limit=limit)
        return [_record(row) for row in found]

    def erase(self, bucket: int, account_id: int, recipient_mac: str) -> int:
        """Delete the plain values of one person's records; returns how many."""
        return self._db.run(
            "erase_personal", bucket=bucket, account_id=account_id, recipient_mac=recipient_mac
        )
