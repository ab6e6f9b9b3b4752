"""A program in JavaScript that a test drives."""

import fcntl
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from stopline.testing import Credentials

PROGRAMS = Path(__file__).parents[1] / "sdk" / "node"
# The first line comes after a log-in by a process that is just starting.
START_S = 60.0


def install_clients(factory: pytest.TempPathFactory) -> Path:
    """A folder with the programs and the packages they need, from their registry; packages are
    fetched once for all processes of a test run."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed, so clients in JavaScript can not be fetched")
    root = factory.getbasetemp()
    shared = (root.parent if "PYTEST_XDIST_WORKER" in os.environ else root) / "javascript"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            _fetch(shared)
            (shared / "done").touch()
    folder = factory.mktemp("node")
    (folder / "node_modules").symlink_to(shared / "node_modules")
    for file in PROGRAMS.iterdir():
        shutil.copy(file, folder)
    return folder


def _fetch(folder: Path) -> None:
    shutil.copy(PROGRAMS / "package.json", folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)


class Program:
    """A JavaScript program, and what it says: a JSON list of kind and value on each line."""

    def __init__(self, folder: Path, name: str, credentials: Credentials) -> None:
        known = json.dumps(asdict(credentials))
        self._process = subprocess.Popen(
            ["node", name],
            cwd=folder,
            env={**os.environ, "STOPLINE_CREDENTIALS": known},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)

    def expect(self, kind: str) -> Any:
        """The value of the next line, which must be of this kind."""
        said, value = json.loads(self._lines.get(timeout=START_S))
        assert said == kind, value
        return value

    def tell(self, word: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


Run = Callable[[str, Credentials], Program]
