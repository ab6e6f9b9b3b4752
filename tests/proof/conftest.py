"""A ledger with some history, and its file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.world import World, person


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    """A world of its own for each rule."""
    made = World(tmp_path, database=store_url)
    yield made
    made.close()


@pytest.fixture
def told(world: World) -> World:
    """Six entries: three persons said STOP, one of them twice, one START, one word too late."""
    for number, text in ((1, "STOP"), (2, "stop."), (3, "Unsubscribe"), (1, "START"), (1, "STOP")):
        world.text(person(number), text)
        world.clock.pass_ms(10_000)
    world.text(person(2), "STOP")
    return world
