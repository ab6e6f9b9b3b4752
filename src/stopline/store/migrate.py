"""Numbered migrations with checksums. An applied migration never changes."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from stopline.core.errors import StoplineError


class UnknownSchema(StoplineError):
    """The database's schema is newer than this program, or an applied migration was edited."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step of the schema."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, lower-case hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load_migrations() -> list[Migration]:
    """All migrations this program knows, in order."""
    found = []
    for entry in files("stopline.store").joinpath("migrations").iterdir():
        number, _, name = entry.name.removesuffix(".sql").partition("_")
        if entry.name.endswith(".sql"):
            found.append(Migration(int(number), name, entry.read_text("utf-8")))
    return sorted(found, key=lambda migration: migration.number)


def pending_migrations(applied: dict[int, str]) -> list[Migration]:
    """What is still to be run, given the numbers and checksums that were.

    Raises UnknownSchema when the database is ahead of this program or differs from it.
    """
    known = {migration.number: migration for migration in load_migrations()}
    for number, checksum in applied.items():
        if number not in known:
            raise UnknownSchema(
                f"the data was written by a newer Stopline (migration {number}); "
                "start that version, or restore a backup made before the upgrade"
            )
        if known[number].checksum != checksum:
            raise UnknownSchema(f"migration {number} differs from the one that was applied")
    return [migration for number, migration in known.items() if number not in applied]


CREATE_TABLE = (
    "create table if not exists schema_migrations "
    "(number integer not null primary key, name text not null, checksum text not null, "
    "applied_ms bigint not null)"
)


def apply_migrations(
    applied: dict[int, str],
    run_script: Callable[[str], None],
    record: Callable[[Migration], None],
) -> list[Migration]:
    """Run what is pending, each followed by its record; the caller holds the transaction."""
    pending = pending_migrations(applied)
    for migration in pending:
        run_script(migration.sql)
        record(migration)
    return pending
