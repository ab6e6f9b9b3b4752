"""A console for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.console_site import Site
from support.world import ACCOUNT, OTHER_ACCOUNT, SECOND_SENDER, SENDER, World


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Two accounts, one number each and users of every role."""
    world = World(tmp_path, senders=[(SENDER, ACCOUNT), (SECOND_SENDER, OTHER_ACCOUNT)])
    yield Site(world)
    world.close()
