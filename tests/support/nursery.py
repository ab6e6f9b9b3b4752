"""Processes of Stopline that start in a moment: forked from one that has imported everything.

`python -m support.nursery` reads orders, a JSON line each: argv, environment, log. It answers with
the process's id. What it starts is Stopline's own command, to be killed by whoever asked.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from stopline import app, cli, http_app  # noqa: F401 - what takes time to import
from stopline.store import nodes, postgres  # noqa: F401

# A process that was killed is known to be gone after this time instead of 30 s: a test has many.
GONE_MS = 3_000
RENEW_SECONDS = 0.5


def main() -> None:
    """Fork for each line until the input ends."""
    nodes.GONE_MS, nodes.RENEW_SECONDS = GONE_MS, RENEW_SECONDS
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _live(order)
        print(pid, flush=True)


def _live(order: dict[str, object]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, target)
    environment = order["environment"]
    assert isinstance(environment, dict)
    os.environ.update(environment)
    sys.argv = ["stopline", *order["argv"]]  # type: ignore[misc]
    try:
        cli.main()
    finally:
        os._exit(1)


class Nursery:
    """Asks for processes."""

    def __init__(self, program: Path | None = None) -> None:
        """`program`: the folder of another version's package; None is this version's."""
        paths = [str(program or ""), *sys.path]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.nursery"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, argv: list[str], environment: dict[str, str], log: Path) -> "Child":
        """A process of its own; returns at once."""
        order = {"argv": argv, "environment": environment, "log": str(log)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Child(int(self._process.stdout.readline()), log)

    def close(self) -> None:
        """End it; its children are somebody else's to end."""
        self._process.kill()
        self._process.communicate()


class Child:
    """One of them."""

    def __init__(self, pid: int, log: Path) -> None:
        self.pid = pid
        self.log = log

    @property
    def is_alive(self) -> bool:
        return Path(f"/proc/{self.pid}").exists()

    def signal(self, number: int) -> None:
        """Send a signal, if it still lives."""
        if self.is_alive:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        self.signal(signal.SIGKILL)
        self.until_gone(10)

    def until_gone(self, seconds: float) -> bool:
        """Whether it ended within this time."""
        deadline = time.monotonic() + seconds
        while self.is_alive and time.monotonic() < deadline:
            time.sleep(0.002)
        return not self.is_alive

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
        """Wait until something holds, while it lives."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                if holds():
                    return
            except OSError:
                pass
            assert self.is_alive, f"{what}: {self.log.read_text()[-3_000:]}"
            assert time.monotonic() < deadline, f"{what}: {self.log.read_text()[-3_000:]}"
            time.sleep(0.01)


if __name__ == "__main__":
    main()
