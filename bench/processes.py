"""Processes under measurement: what they cost, and waiting until they answer."""

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

READY_SECONDS = 60.0


def cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Processor time of a process so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_memory_mib(processes: Sequence[subprocess.Popen[bytes]]) -> float:
    """The highest resident memory of each, added up."""
    return sum(_status_kib(process, "VmHWM") for process in processes) / 1024


def _status_kib(process: subprocess.Popen[bytes], name: str) -> int:
    for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(name)


def wait_until_ready(attempt: Callable[[], T]) -> T:
    """What the attempt gives once it does not fail with an OSError any more."""
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            return attempt()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.02)


def end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and see that it does."""
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
