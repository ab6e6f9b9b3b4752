"""A world on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.world import Clock, World


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """A world of its own for each rule."""
    made = World(tmp_path, Clock(), database=database)
    yield made
    made.close()
