"""The store as a part of the process: opened with its keys, asked for its health, closed last."""

import asyncio
import os
from pathlib import Path

from stopline.core.errors import StoreUnavailable
from stopline.keys import load_or_make_keys
from stopline.store.sqlite import SqliteStore
from stopline.store.tx import Keys, Tx

DATABASE_NAME = "stopline.db"
# A writer that does not come to an empty transaction in this time is no store to rely on.
_CHECK_SECONDS = 2.0


def open_store(data: Path) -> SqliteStore:
    """Open the database with the installation's keys; the caller holds the directory's lock.

    Raises KeyProblem, StoreUnavailable.
    """
    # The database, its journals and all that comes later are for the owner alone.
    os.umask(0o077)
    path = data / DATABASE_NAME
    keys = load_or_make_keys(data, database_exists=path.exists())
    return SqliteStore(path, Keys(keys.number, keys.server, keys.checkpoint))


class StoreService:
    """Closes the store after everything that uses it."""

    name = "store"

    def __init__(self, store: SqliteStore) -> None:
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


def _nothing(_tx: Tx) -> None:
    """A transaction that only shows that there can be one."""
