"""A store of its own for a test, on a clock that stands still until it is moved."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.world import Clock, World

START_MS = 1_772_470_800_000  # 2026-03-02T17:00:00Z


class VirtualStore:
    """Either store, with a clock that is moved by hand. `database`: None is SQLite."""

    def __init__(self, folder: Path, database: str | None) -> None:
        self.clock = Clock(START_MS)
        self._world = World(folder, self.clock, senders=(), database=database)
        # Which deliveries of the last claim were probes.
        self.probes: frozenset[int] = frozenset()

    def do(self, flow: Callable[..., Any], *args: Any, **more: Any) -> Any:
        """Run a flow now."""
        return self._world.store.transact_now(flow, *args, **more)

    def read(self, flow: Callable[..., Any], *args: Any) -> Any:
        """Run a flow that only reads."""
        return self._world.store.read_now(flow, *args)

    def close(self) -> None:
        """No more."""
        self._world.close()
