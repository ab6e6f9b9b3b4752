"""The server under measurement: its own process, its carrier another, everything on loopback."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

READY_SECONDS = 60.0


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and what is needed to talk to it."""

    process: subprocess.Popen[bytes]
    data: Path
    credentials: dict[str, Any]
    start_seconds: float

    @property
    def url(self) -> str:
        url: str = self.credentials["server_url"]
        return url

    @property
    def senders(self) -> list[str]:
        senders: list[str] = self.credentials["senders"]
        return senders

    @property
    def sender(self) -> str:
        return self.senders[0]

    def memory_mib(self) -> float:
        """Resident memory of the server's process."""
        return _status_kib(self.process.pid, "VmRSS") / 1024

    def peak_memory_mib(self) -> float:
        """The highest it ever was."""
        return _status_kib(self.process.pid, "VmHWM") / 1024

    def cpu_seconds(self) -> float:
        """Processor time of the server's process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _status_kib(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise ValueError(name)


def _command(*arguments: str, settings: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
    environment["STOPLINE_LOG_LEVEL"] = "error"
    environment |= settings or {}
    return subprocess.Popen(
        [sys.executable, "-m", "stopline", *arguments],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextlib.contextmanager
def run_simulator(folder: Path) -> Iterator[str]:
    """The simulated mobile world as its own process; its address."""
    address = f"127.0.0.1:{free_port()}"
    process = _command("simulator", "--listen", address, "--journal", str(folder / "journal.jsonl"))
    try:
        host, port = address.split(":")
        _wait(lambda: socket.create_connection((host, int(port)), timeout=1).close())
        yield address
    finally:
        _end(process)


@contextlib.contextmanager
def run_server(
    data: Path, simulator: str, settings: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """A server on this data directory, ready."""
    port = free_port()
    started = time.monotonic()
    arguments = ("--data", str(data), "--port", str(port), "--simulator-address", simulator)
    process = _command("serve", *arguments, settings=settings)
    try:
        wait_ready(port)
        seconds = time.monotonic() - started
        credentials = json.loads((data / "credentials.json").read_text())
        credentials["server_url"] = f"http://127.0.0.1:{port}"
        yield Server(process, data, credentials, seconds)
    finally:
        _end(process)


def start_part(
    stack: contextlib.ExitStack, data: Path, settings: Mapping[str, str], *arguments: str
) -> subprocess.Popen[bytes]:
    """A server that does a part of the work; it ends with the stack. Does not wait for it."""
    process = _command("serve", "--data", str(data), *arguments, settings=settings)
    stack.callback(_end, process)
    return process


def wait_ready(port: int) -> None:
    """Until the server on this port takes requests."""
    _wait(lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready").read())


def _wait(attempt: Any) -> None:
    until = time.monotonic() + READY_SECONDS
    while True:
        try:
            attempt()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.005)
        else:
            return


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
