"""`copy-store`: an installation's data from one store into another, verified before it is kept."""

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from stopline.config import Settings
from stopline.core.errors import Conflict, InvalidField, StoreUnavailable
from stopline.core.ids import NODE_COUNT, IdSequence
from stopline.flows.ledger import verify_ledger
from stopline.flows.submissions import recheck_claim
from stopline.flows.upkeep import recover_start
from stopline.keys import KEY_NAMES, load_or_make_keys, read_key, write_private
from stopline.lockfile import DirectoryLock
from stopline.store.base import BaseStore
from stopline.store.copying import (
    PostgresSide,
    Side,
    SqliteSide,
    copied_tables,
    copy_table,
    require_empty,
)
from stopline.store.gate import Gate
from stopline.store.sqlite import SqliteStore, wall_clock_ms
from stopline.store.tx import Keys, Tx
from stopline.store_service import DATABASE_NAME


@dataclass(frozen=True, slots=True)
class Place:
    """A store by its address: a data directory with SQLite, or a database of PostgreSQL."""

    directory: Path | None = None
    url: str = ""


def parse_place(text: str) -> Place:
    """`sqlite:DIRECTORY` or `postgresql://…`. Raises InvalidField."""
    if text.startswith("sqlite:") and len(text) > len("sqlite:"):
        return Place(directory=_directory(Path(text.removeprefix("sqlite:"))))
    if text.startswith(("postgresql:", "postgres:")):
        return Place(url=text)
    raise InvalidField("address", "give sqlite:DIRECTORY or postgresql://user@host/name")


def _directory(path: Path) -> Path:
    """The path, which is not that of the file in it. Raises InvalidField."""
    if path.name == DATABASE_NAME:
        raise InvalidField("address", f"name the directory of {DATABASE_NAME}, not the file")
    return path


@dataclass(frozen=True, slots=True)
class Copied:
    """One table and its rows."""

    table: str
    rows: int


def copy_store(source: Place, target: Place, settings: Settings) -> Iterator[Copied]:
    """Copy every table, one transaction in the target: kept when counts agree and the ledger's
    chains verify there, else the target stays empty. The settings say where the keys are and how
    PostgreSQL is talked to.

    Raises Conflict when a server runs on the source or the target holds anything, KeyProblem,
    DirectoryInUse, StoreUnavailable.
    """
    with ExitStack() as stack:
        _require_there(source)
        directory = source.directory or settings.data
        keys = _keys(directory)
        stack.enter_context(_nobody_else(source, settings))
        stack.enter_context(_nobody_else(target, settings))
        _hand_keys_on(directory, target)
        for place in (source, target):
            # Both have this version's schema, and the target the marks of the keys.
            _open(place, keys, settings).close()
        reading, writing = _side(source, settings), _side(target, settings)
        stack.callback(reading.close)
        stack.callback(writing.close)
        require_empty(writing)
        for table in copied_tables(reading):
            yield Copied(table, copy_table(reading, writing, table))
        _verify(writing, keys)
        _require_nobody(source, settings)
        writing.commit()
    _settle_claims(target, keys, settings)


def _require_there(source: Place) -> None:
    if source.directory is not None and not (source.directory / DATABASE_NAME).exists():
        raise StoreUnavailable(f"{source.directory} holds no {DATABASE_NAME}")


def _keys(directory: Path) -> Keys:
    keys = load_or_make_keys(directory, database_exists=True)
    return Keys(keys.number, keys.server, keys.checkpoint)


def _hand_keys_on(directory: Path, target: Place) -> None:
    """A directory with SQLite has its own key files; with others' it is refused later."""
    if target.directory is None or target.directory.resolve() == directory.resolve():
        return
    for name in KEY_NAMES:
        path = target.directory / f"{name}.key"
        if not path.exists():
            write_private(path, read_key(directory, name))


def _side(place: Place, settings: Settings) -> Side:
    if place.directory is not None:
        return SqliteSide(place.directory / DATABASE_NAME)
    from stopline.database_service import address_of

    return PostgresSide(address_of(settings, place.url))


def _open(place: Place, keys: Keys, settings: Settings) -> BaseStore:
    if place.directory is not None:
        return SqliteStore(place.directory / DATABASE_NAME, keys)
    from stopline.database_service import address_of
    from stopline.store.postgres import PostgresStore

    address = address_of(settings, place.url)
    return PostgresStore(address, keys, recheck=recheck_claim, transient=True)


@contextmanager
def _nobody_else(place: Place, settings: Settings) -> Iterator[None]:
    """No server has the store, as far as that can be held."""
    os.umask(0o077)
    if place.directory is not None:
        with DirectoryLock(place.directory):
            yield
        return
    _require_nobody(place, settings)
    yield


def _require_nobody(place: Place, settings: Settings) -> None:
    """Raises Conflict when a server runs on this PostgreSQL."""
    if place.directory is not None:
        return
    from stopline.database_service import address_of
    from stopline.store.nodes import count_running

    if count_running(address_of(settings, place.url)):
        raise Conflict("a server runs on this PostgreSQL; stop every one of them first")


def _verify(side: Side, keys: Keys) -> None:
    tx = Tx(side.database, Gate(), IdSequence(0), keys, wall_clock_ms(), secrets.token_hex)
    for fault in verify_ledger(tx):
        raise StoreUnavailable(
            f"the ledger does not verify in the copy: bucket {fault.bucket}, position "
            f"{fault.position}: {fault.reason}; nothing was kept"
        )


def _settle_claims(target: Place, keys: Keys, settings: Settings) -> None:
    """What processes of the source had claimed is uncertain: none of them comes back for it."""
    store = _open(target, keys, settings)
    try:
        while store.transact_now(recover_start, list(range(NODE_COUNT))):
            pass
    finally:
        store.close()
