"""The fixture `stopline_server`, found by pytest wherever Stopline is installed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.testing import StoplineServer


@pytest.fixture
def stopline_server(tmp_path: Path) -> Iterator[StoplineServer]:
    """A running server of its own for each test, stopped afterwards.

    Its log lies beside its data in the test's temporary directory.
    """
    with StoplineServer(tmp_path / "stopline-data") as server:
        yield server
