"""A program in JavaScript that a test drives."""

import json
import os
import subprocess
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from queue import Queue
from typing import Any

from stopline.testing import Credentials

# The first line comes after a log-in by a process that is just starting.
START_S = 60.0


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
