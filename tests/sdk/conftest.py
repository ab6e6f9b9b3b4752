"""What clients in JavaScript need: their packages from the registry, and a process to run in."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.testing import Credentials
from support.javascript import Program, Run

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the JavaScript clients are installed, from their registry."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so JavaScript clients can not be fetched")
    folder = tmp_path_factory.mktemp("node")
    for file in (HERE / "node").iterdir():
        shutil.copy(file, folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    return folder


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
