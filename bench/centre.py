"""The message centre of the SMPP benchmarks: a process with a control port."""

import asyncio
import contextlib
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import cpu_seconds, end, wait_until_ready
from bench.server import free_port

Stats = dict[str, Any]
# When receipts come, by row: long after the last message is out, so that sending runs alone; in no
# order, and so many waiting at once that a list of them would be felt; with the answers.
LATER, DISORDERLY, AT_ONCE = (
    "receipts later",
    "receipts in random order, 6-16 s later",
    "receipts at once",
)
_DELAYS = {LATER: "6&dlr_jitter=0", DISORDERLY: "6&dlr_jitter=10", AT_ONCE: "0&dlr_jitter=0"}


@dataclass(frozen=True, slots=True)
class Centre:
    """The message centre's process."""

    process: subprocess.Popen[bytes]
    port: int
    control_port: int

    def ask(self, target: str) -> Stats:
        """One control request; the answer to most is the counters."""
        method = "GET" if target == "/stats" else "POST"
        url = f"http://127.0.0.1:{self.control_port}{target}"
        request = urllib.request.Request(url, method=method, data=None)
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: Stats = json.loads(answer.read())
            return found

    def send_receipts(self, row: str) -> None:
        """From now on as the row has them."""
        self.ask(f"/config?dlr_delay={_DELAYS[row]}")

    def cpu_seconds(self) -> float:
        """Processor time of its process so far."""
        return cpu_seconds(self.process)

    async def until(self, name: str, count: int, seconds: float = 300) -> Stats:
        """Wait until a counter has reached its figure; the counters."""
        async with asyncio.timeout(seconds):
            while (stats := self.ask("/stats"))[name] < count:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        return stats


@contextlib.contextmanager
def run_centre(script: Path | None = None) -> Iterator[Centre]:
    """A message centre, listening: ours, or a script that takes the same options and requests."""
    port, control = free_port(), free_port()
    command = [sys.executable, str(script)] if script else [sys.executable, "-m", "bench.smpp_peer"]
    options = ["--port", str(port), "--control-port", str(control)]
    process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
    centre = Centre(process, port, control)
    try:
        wait_until_ready(lambda: centre.ask("/stats"))
        yield centre
    finally:
        end(process)
