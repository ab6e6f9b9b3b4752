"""The store as a part of the process: opened with its keys, asked for its health, closed last."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stopline.config import Settings
from stopline.core.errors import StoplineError, StoreUnavailable
from stopline.flows.submissions import recheck_claim
from stopline.journal_service import attach_journal
from stopline.keys import load_or_make_keys
from stopline.lockfile import DirectoryLock
from stopline.store.base import BaseStore
from stopline.store.migrate import Migration
from stopline.store.sqlite import SqliteStore, find_pending_in_file
from stopline.store.tx import Keys, Tx

DATABASE_NAME = "stopline.db"
# A writer that does not come to an empty transaction in this time is no store to rely on.
_CHECK_SECONDS = 2.0


def open_database(
    settings: Settings, *, transient: bool = False, replaying: bool = False
) -> BaseStore:
    """Open the database of the settings. `transient`: for a command, which sends nothing;
    `replaying`: for the one that brings it up to its journal.

    Raises KeyProblem, StoreUnavailable, StoreBehindJournal, JournalDamaged.
    """
    if settings.database_url:
        store = _open_postgres(settings, transient)
    else:
        store = open_store(settings.data)
    if settings.consent_journal is not None and not replaying:
        try:
            attach_journal(store, settings.consent_journal)
        except StoplineError:
            store.close()
            raise
    if settings.routes:
        from stopline.carriers.routes import build_routes

        store.routing = build_routes(settings.routes, settings.carriers)
    return store


def open_store(data: Path) -> SqliteStore:
    """Open the SQLite database with the installation's keys; the caller holds the directory's
    lock.

    Raises KeyProblem, StoreUnavailable.
    """
    # The database, its journals and all that comes later are for the owner alone.
    os.umask(0o077)
    path = data / DATABASE_NAME
    return SqliteStore(path, _keys(data, database_exists=path.exists()))


def _keys(data: Path, database_exists: bool) -> Keys:
    keys = load_or_make_keys(data, database_exists=database_exists)
    return Keys(keys.number, keys.server, keys.checkpoint)


def _open_postgres(settings: Settings, transient: bool) -> BaseStore:
    from stopline.database_service import address_of, connections_of
    from stopline.store.postgres import PostgresStore
    from stopline.store.postgres_checks import is_in_use
    from stopline.store.postgres_connection import connect

    os.umask(0o077)
    address = address_of(settings)
    connection = connect(address, "start")
    try:
        in_use = is_in_use(connection)
    finally:
        connection.close()
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = _keys(settings.data, database_exists=in_use)
    return PostgresStore(
        address,
        keys,
        recheck=recheck_claim,
        transient=transient,
        connections=connections_of(settings),
    )


def installation_exists(settings: Settings) -> bool:
    """Whether there is a database to open; of PostgreSQL its own answer tells."""
    return bool(settings.database_url) or (settings.data / DATABASE_NAME).exists()


@contextmanager
def opened_for_command(settings: Settings, *, replaying: bool = False) -> Iterator[BaseStore]:
    """The store for a command, closed at the end. With SQLite nobody else has it meanwhile.
    `replaying`: as for `open_database`.

    Raises DirectoryInUse, KeyProblem, StoreUnavailable.
    """
    if settings.database_url:
        yield from _opened(settings, replaying)
        return
    with DirectoryLock(settings.data):
        yield from _opened(settings, replaying)


def _opened(settings: Settings, replaying: bool) -> Iterator[BaseStore]:
    store = open_database(settings, transient=True, replaying=replaying)
    try:
        yield store
    finally:
        store.close()


def find_pending_migrations(settings: Settings) -> list[Migration]:
    """Steps of the schema that are still to be taken. Raises UnknownSchema, StoreUnavailable."""
    if not settings.database_url:
        return find_pending_in_file(settings.data / DATABASE_NAME)
    from stopline.database_service import address_of
    from stopline.store.postgres_connection import connect
    from stopline.store.postgres_migration import find_pending

    connection = connect(address_of(settings), "migrate")
    try:
        return find_pending(connection)
    finally:
        connection.close()


class StoreService:
    """Closes the store after everything that uses it."""

    name = "store"

    def __init__(self, store: BaseStore) -> None:
        self._store = store

    async def start(self) -> None:
        """It is open already: the other parts are built on it."""

    async def stop(self, timeout_ms: int) -> None:
        """What is queued is written first: it was promised to somebody."""
        await asyncio.to_thread(self._store.close)

    async def check(self) -> str | None:
        """What is wrong with the store; None when it takes transactions."""
        try:
            await asyncio.wait_for(self._store.transact(_nothing), _CHECK_SECONDS)
        except StoreUnavailable as error:
            return str(error)
        except TimeoutError:
            return f"no transaction within {_CHECK_SECONDS:.0f} s"
        return None

    async def check_gate(self) -> str | None:
        """Why nothing may be sent from here; None when messages may leave."""
        try:
            return await asyncio.wait_for(self._store.read(_why_shut), _CHECK_SECONDS)
        except (StoreUnavailable, TimeoutError):
            # The other check says so.
            return None


def _nothing(_tx: Tx) -> None:
    """A transaction that only shows that there can be one."""


def _why_shut(tx: Tx) -> str | None:
    return tx.installation.why_shut()
