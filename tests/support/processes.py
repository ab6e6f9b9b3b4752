"""Stopline and its simulated carrier as processes of their own, to be killed and started again."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw
import psycopg

from stopline.carriers.simulator.journal import AnyLine, read_lines
from stopline.flows.ledger import verify_ledger
from stopline.store.sqlite import SqliteStore
from stopline.store_service import open_store
from support.servers import free_port, get

# A telephone number of the tests' country, with or without its plus.
_NUMBER = re.compile(r"(?<![\d.])\+?1[2-9]\d{9}(?!\d)")

SERVE = ("-m", "stopline")
LAUNCHER = ("-m", "support.launcher")
# After a hundred kills the simulator's journal and what waits for its hand-over take seconds to
# read at each start, and ten times as long beside other tests.
READY_SECONDS = 120.0


def _environment(extra: dict[str, str]) -> dict[str, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return environment | extra


class Process:
    """One Python process whose output goes to a file."""

    def __init__(
        self, arguments: Sequence[str], log: Path, environment: dict[str, str] | None = None
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, *arguments],
                env=_environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.pid = self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def kill(self) -> int:
        """SIGKILL, now. The monotonic moment before it, in nanoseconds."""
        moment_ns = time.monotonic_ns()
        self._process.kill()
        self._process.wait()
        return moment_ns

    def terminate(self, seconds: float = 30.0) -> int:
        """SIGTERM; the exit code. Raises subprocess.TimeoutExpired."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(seconds)

    def wait(self, seconds: float = 30.0) -> int:
        """Wait for its end; the exit code. Raises subprocess.TimeoutExpired."""
        return self._process.wait(seconds)

    def until(
        self, is_ready: Callable[[], bool], what: str, seconds: float = READY_SECONDS
    ) -> None:
        """Wait until something holds, while the process lives."""
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(OSError):
                if is_ready():
                    return
            assert self.exit_code is None, self.log.read_text()[-4_000:]
            assert time.monotonic() < deadline, f"{what}: {self.log.read_text()[-4_000:]}"
            time.sleep(0.005)


class Installation:
    """A data directory, a simulator outside it, and the servers that run on it one by one."""

    def __init__(
        self,
        folder: Path,
        *,
        embedded: bool = False,
        settings: dict[str, str] | None = None,
        database: str | None = None,
    ) -> None:
        """`database`: an address of PostgreSQL; None is SQLite."""
        self.folder = folder
        self.data = folder / "data"
        self.embedded = embedded
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # As JSON the new account's secrets are not printed, so the log can be searched for them.
        self._settings = {"STOPLINE_LOG_FORMAT": "json"} | (settings or {})
        self._database = database
        if database is not None:
            self._settings["STOPLINE_DATABASE_URL"] = database
        self.simulator_port = free_port()
        self.journal = self.data / "simulator.journal" if embedded else folder / "journal"
        self.simulator: Process | None = None
        self.server: Process | None = None

    def start_simulator(self, **settings: str) -> None:
        """As its own process; settings as STOPLINE_SIMULATOR_… without the prefix."""
        address = f"127.0.0.1:{self.simulator_port}"
        arguments = ("simulator", "--listen", address, "--journal", str(self.journal))
        environment = {f"STOPLINE_SIMULATOR_{k.upper()}": v for k, v in settings.items()}
        environment["STOPLINE_DATA"] = str(self.folder / "simulator")
        log = self.folder / "simulator.log"
        self.simulator = Process((*SERVE, *arguments), log, environment)

        def is_there() -> bool:
            socket.create_connection(("127.0.0.1", self.simulator_port), 1).close()
            return True

        self.simulator.until(is_there, "the simulator did not start")

    def start(self, *launch: str, program: Sequence[str] = SERVE) -> Process:
        """Start a server and wait until it is ready. `launch`: words before `serve`."""
        flags = ["serve", "--data", str(self.data), "--port", str(self.port)]
        if not self.embedded:
            flags += ["--simulator-address", f"127.0.0.1:{self.simulator_port}"]
        self.server = Process((*program, *launch, *flags), self.log, self._settings)
        self.server.until(lambda: get(f"{self.url}/health/ready")[0] == 200, "not ready")
        return self.server

    def simulator_sees(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds in the simulator's journal."""
        assert self.simulator is not None
        self.simulator.until(holds, "the simulator does not see it", 5)

    def close(self) -> None:
        """End what runs."""
        for process in (self.server, self.simulator):
            if process is not None and process.exit_code is None:
                process.kill()

    # What is in the data directory of a server that does not run.

    @property
    def credentials(self) -> dict[str, Any]:
        """How to log in."""
        found: dict[str, Any] = json.loads((self.data / "credentials.json").read_text())
        return found

    @contextlib.contextmanager
    def store(self) -> Iterator[SqliteStore]:
        """The store, opened by the test."""
        store = open_store(self.data)
        try:
            yield store
        finally:
            store.close()

    def rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        """What the database holds, with the server or without it."""
        if self._database is not None:
            with psycopg.connect(self._database) as database:
                return database.execute(query.encode(), values or None).fetchall()
        connection = apsw.Connection(
            str(self.data / "stopline.db"), flags=apsw.SQLITE_OPEN_READWRITE
        )
        connection.set_busy_timeout(2_000)
        connection.execute("pragma query_only = on")
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def statuses(self) -> dict[int, int]:
        """How many outbound messages are in each status."""
        query = "select status, count(*) from messages where direction = 0 group by status"
        return dict(self.rows(query))

    def leaks(self, *texts: str) -> list[str]:
        """Numbers, secrets and the given texts that stand in the servers' log."""
        log = self.log.read_text()
        secrets = [self.credentials[key] for key in ("client_secret", "password", "jwt")]
        return _NUMBER.findall(log) + [value for value in (*secrets, *texts) if value in log]

    def ledger_problems(self) -> list[object]:
        """What the ledger's check finds."""
        with self.store() as store:
            return store.read_now(lambda tx: list(verify_ledger(tx)))

    def lines(self) -> list[AnyLine]:
        """The simulator's journal."""
        return [line for _, _, line in read_lines(self.journal)]
