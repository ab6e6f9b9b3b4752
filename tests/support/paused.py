"""Drives a node that stands still between the look and the write: support/paused_node.py."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

PATIENCE_S = 20.0


@dataclass
class PausedNode:
    """See support/paused_node.py."""

    url: str
    deadline_off: ClassVar[bool] = False

    def __post_init__(self) -> None:
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.paused_node", self.url],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hand_over(self, carrier: str) -> None:
        """Let it claim and pass the gate; returns when it stands still."""
        order = {"carrier": carrier, "deadline_off": self.deadline_off}
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        deadline = time.monotonic() + PATIENCE_S
        while not self._stands_still():
            assert self._process.poll() is None, "the node ended"
            assert time.monotonic() < deadline, "the node never came to the wire"
            time.sleep(0.001)

    def go_on(self) -> list[int]:
        """The moments at which it wrote a message."""
        self._process.send_signal(signal.SIGCONT)
        assert self._process.stdout is not None
        moments: list[int] = json.loads(self._process.stdout.readline())["moments_ns"]
        return moments

    def _stands_still(self) -> bool:
        status = Path(f"/proc/{self._process.pid}/stat").read_text()
        return status.rpartition(")")[2].split()[0] == "T"

    def close(self) -> None:
        """End it, standing still or not."""
        self._process.kill()
        self._process.communicate()
