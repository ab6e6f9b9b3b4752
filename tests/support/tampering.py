"""Ways to tamper with a ledger's file, as somebody with access to the disk would."""

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

import apsw

from stopline.core.ledger import FIRST_HASH, LedgerEntry, entry_hash

NAMES = ", ".join(field.name for field in fields(LedgerEntry))
Tamper = Callable[[apsw.Connection], None]


def tamper(path: Path, how: Tamper) -> None:
    """Edit the file beside the store; its connections see it with their next snapshot."""
    connection = apsw.Connection(str(path))
    try:
        with connection:
            how(connection)
    finally:
        connection.close()


def read(connection: apsw.Connection) -> list[LedgerEntry]:
    rows = connection.execute(f"select {NAMES} from ledger_entries order by bucket, position")
    return [LedgerEntry(*row) for row in rows]


def write(connection: apsw.Connection, entries: Sequence[LedgerEntry]) -> None:
    """Exactly these entries, nothing else."""
    connection.execute("delete from ledger_entries")
    marks = ", ".join("?" for _ in fields(LedgerEntry))
    connection.executemany(
        f"insert into ledger_entries ({NAMES}) values ({marks})",
        [[getattr(entry, f.name) for f in fields(LedgerEntry)] for entry in entries],
    )


def relink(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    """The chain with hashes that are right again."""
    previous, linked = FIRST_HASH, []
    for position, entry in enumerate(entries, start=1):
        moved = replace(entry, position=position, previous_hash=previous)
        linked.append(replace(moved, hash=entry_hash(moved)))
        previous = linked[-1].hash
    return linked


def set_head(connection: apsw.Connection) -> None:
    """The head is what the chain now ends with."""
    last = read(connection)[-1]
    connection.execute(
        "update ledger_heads set position = ?, hash = ? where bucket = ?",
        (last.position, last.hash, last.bucket),
    )


def flip(connection: apsw.Connection) -> None:
    connection.execute("update ledger_entries set received_ms = received_ms + 1 where position = 3")


def flip_hash(connection: apsw.Connection) -> None:
    entries = read(connection)
    entries[2] = replace(entries[2], word="stop", hash="")
    entries[2] = replace(entries[2], hash=entry_hash(entries[2]))
    write(connection, entries)


def flip_number(connection: apsw.Connection) -> None:
    connection.execute("update ledger_personal set recipient = '+13125550199' where position = 3")


def flip_text(connection: apsw.Connection) -> None:
    connection.execute("update ledger_personal set raw_text = '53544152' where position = 3")


def delete(connection: apsw.Connection) -> None:
    connection.execute("delete from ledger_entries where position = 3")


def delete_first(connection: apsw.Connection) -> None:
    connection.execute("delete from ledger_entries where position = 1")


def delete_all(connection: apsw.Connection) -> None:
    connection.execute("delete from ledger_entries")


def swap(connection: apsw.Connection) -> None:
    entries = read(connection)
    third, fourth = entries[2], entries[3]
    entries[2:4] = [replace(fourth, position=3), replace(third, position=4)]
    write(connection, entries)


def swap_wholly(connection: apsw.Connection) -> None:
    """Also the links are swapped, so that each follows the one before it in words."""
    entries = read(connection)
    third, fourth = entries[2], entries[3]
    entries[2] = replace(fourth, position=3, previous_hash=third.previous_hash)
    entries[3] = replace(third, position=4, previous_hash=fourth.hash)
    write(connection, entries)


def insert(connection: apsw.Connection) -> None:
    entries = read(connection)
    extra = replace(entries[-1], position=len(entries) + 1, previous_hash=entries[-1].hash)
    write(connection, [*entries, replace(extra, hash=entry_hash(extra))])


def cut_tail(connection: apsw.Connection) -> None:
    connection.execute("delete from ledger_entries where position > 4")


def cut_tail_and_head(connection: apsw.Connection) -> None:
    cut_tail(connection)
    set_head(connection)


def rewrite(connection: apsw.Connection) -> None:
    entries = read(connection)
    entries[2] = replace(entries[2], honoured_ms=entries[2].honoured_ms - 86_400_000)
    write(connection, relink(entries))
    set_head(connection)


def rewrite_shorter(connection: apsw.Connection) -> None:
    entries = read(connection)
    write(connection, relink([*entries[:2], *entries[3:]]))
    connection.execute("delete from ledger_personal where position = 3")
    connection.execute("update ledger_personal set position = position - 1 where position > 3")
    set_head(connection)
