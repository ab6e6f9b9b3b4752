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
def world(tmp_path: Path, clock: Clock) -> Iterator[World]:
    """An account with two senders; what differs between stores is tested on each of them."""
    made = World(tmp_path, clock)
    yield made
    made.close()
