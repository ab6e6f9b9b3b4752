"""A world for the rules of policy, and what one sees of its reviews."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.world import Clock, World


@pytest.fixture
def clock() -> Clock:
    """A clock that moves only when told."""
    return Clock()


@pytest.fixture
def world(tmp_path: Path, clock: Clock, store_url: str | None) -> Iterator[World]:
    """An account with two senders, on each store."""
    made = World(tmp_path, clock, database=store_url)
    yield made
    made.close()
