"""A store of its own for a test, on a clock that stands still until it is moved."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stopline.store.sqlite import SqliteStore
from stopline.store.tx import Keys
from support.schema import put_empty_store

START_MS = 1_772_470_800_000  # 2026-03-02T17:00:00Z
KEYS = Keys(number=b"n" * 32, server=b"s" * 32, checkpoint=b"c" * 32)


class Clock:
    """Epoch milliseconds that a test moves."""

    def __init__(self, now_ms: int = START_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms


class VirtualStore(SqliteStore):
    """A store with a clock that is moved by hand."""

    def __init__(self, path: Path, clock: Clock) -> None:
        put_empty_store(path)
        super().__init__(path, KEYS, clock_ms=clock, readers=1)
        self.clock = clock

    def do(self, flow: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Run a flow now."""
        return self.transact_now(flow, *args, **more)


@contextmanager
def virtual_store(folder: Path) -> Iterator[VirtualStore]:
    """Opened and closed around a test."""
    store = VirtualStore(folder / "stopline.db", Clock())
    try:
        yield store
    finally:
        store.close()
