"""Worlds for the tests of the guarantee."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.world import Clock, World


@pytest.fixture
def clock() -> Clock:
    """A clock that moves only when told."""
    return Clock()


@pytest.fixture
def world(tmp_path: Path, clock: Clock, database: str | None) -> Iterator[World]:
    """An account with two senders, on each store."""
    world = World(tmp_path, clock, database=database)
    yield world
    world.close()
