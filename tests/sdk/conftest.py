"""What clients in JavaScript need: their packages from the registry, and a process to run in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.testing import Credentials
from support.javascript import Program, Run, install_clients


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the programs lie with the packages they need."""
    return install_clients(tmp_path_factory)


@pytest.fixture
def run(node_folder: Path) -> Iterator[Run]:
    """`run(file, credentials)` starts a program, which ends with the test."""
    started: list[Program] = []

    def begin(name: str, credentials: Credentials) -> Program:
        started.append(Program(node_folder, name, credentials))
        return started[-1]

    yield begin
    for program in started:
        program.close()
