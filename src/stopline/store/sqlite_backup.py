"""A copy of a SQLite database in use: one moment of it, marked as a copy, checked, synced."""

import os
from pathlib import Path

import apsw

from stopline.core.errors import StoreUnavailable
from stopline.store.shared_commit import UNAVAILABLE

# In one step the copy is one snapshot: a writer beside it is not held up, and the copy never has
# to begin again. Copying meanwhile keeps the WAL from being emptied, so it may grow.
_ALL_PAGES = -1


def back_up(source: Path, target: Path, name: str, now_ms: int) -> int:
    """Copy the database to a file that must not exist; its size in bytes.

    The copy holds `name` with the moment among what an installation agrees on. Raises
    FileExistsError, StoreUnavailable.
    """
    if target.exists():
        raise FileExistsError(target)
    partial = target.with_name(target.name + ".part")
    partial.unlink(missing_ok=True)
    try:
        _copy(source, partial, name, now_ms)
    except UNAVAILABLE as error:
        partial.unlink(missing_ok=True)
        raise StoreUnavailable(f"the copy could not be made: {error}") from error
    partial.replace(target)
    _sync(target.parent)
    return target.stat().st_size


def _copy(source: Path, target: Path, name: str, now_ms: int) -> None:
    reader = apsw.Connection(str(source), flags=apsw.SQLITE_OPEN_READWRITE)
    copy = apsw.Connection(str(target))
    try:
        with copy.backup("main", reader, "main") as backup:
            backup.step(_ALL_PAGES)
        # A file of its own, without a journal beside it.
        copy.execute("pragma journal_mode = delete")
        copy.execute("pragma synchronous = full")
        copy.execute(
            "insert into installation (name, value) values (?, ?) "
            "on conflict (name) do update set value = excluded.value",
            (name, now_ms),
        )
        if copy.execute("pragma quick_check").get != "ok":
            raise StoreUnavailable("the copy is damaged: so is the database; see its log")
    finally:
        copy.close()
        reader.close()


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
