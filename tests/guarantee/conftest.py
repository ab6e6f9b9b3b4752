"""Worlds for the tests of the guarantee."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from support.world import Clock, World

# Structlog's own default draws each frame with its variables, which takes seconds.
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
    ]
)


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
