"""Stopline in several processes on one PostgreSQL, each with its roles, and a simulator beside."""

import json
import socket
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from support.processes import SERVE, Process
from support.servers import free_port, get

JSON_FORM = "application/json"
# Several processes start at once on two cores.
START_SECONDS = 120.0


class Member:
    """One process of the fleet."""

    def __init__(self, name: str, process: Process, port: int) -> None:
        self.name = name
        self.process = process
        self.url = f"http://127.0.0.1:{port}"

    def is_ready(self) -> bool:
        return get(f"{self.url}/health/ready")[0] == 200


class Fleet:
    """Processes that share a database, a data directory and a simulator."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.database = database
        self.journal = folder / "journal"
        self.members: list[Member] = []
        self._simulator_address = f"127.0.0.1:{free_port()}"
        self.simulator: Process | None = None

    def environment(self, **settings: str) -> dict[str, str]:
        """Settings that all have in common, and these."""
        return {
            "STOPLINE_LOG_FORMAT": "json",
            "STOPLINE_DATA": str(self.data),
            "STOPLINE_DATABASE_URL": self.database,
            "STOPLINE_SIMULATOR_ADDRESS": self._simulator_address,
            "STOPLINE_WEBHOOK_TRUSTED_NETWORKS": "127.0.0.0/8",
            **{f"STOPLINE_{name.upper()}": value for name, value in settings.items()},
        }

    def start_simulator(self, **settings: str) -> None:
        """As its own process; settings as STOPLINE_SIMULATOR_… without the prefix."""
        arguments = ("simulator", "--listen", self._simulator_address)
        journal = ("--journal", str(self.journal), "--data", str(self.folder / "simulator"))
        environment = {f"STOPLINE_SIMULATOR_{k.upper()}": v for k, v in settings.items()}
        log = self.folder / "simulator.log"
        self.simulator = Process((*SERVE, *arguments, *journal), log, environment)
        host, _, port = self._simulator_address.rpartition(":")

        def is_there() -> bool:
            socket.create_connection((host, int(port)), 1).close()
            return True

        self.simulator.until(is_there, "the simulator did not start")

    def launch(self, name: str, *roles: str, **settings: str) -> Member:
        """Start a process with these roles; `wait` for it."""
        port = free_port()
        flags = [flag for role in roles for flag in ("--only", role)]
        member = Member(
            name,
            Process(
                (*SERVE, "serve", "--port", str(port), *flags),
                self.folder / f"{name}.log",
                self.environment(**settings),
            ),
            port,
        )
        self.members.append(member)
        return member

    def wait(self) -> None:
        """Until all are ready."""
        for member in self.members:
            member.process.until(member.is_ready, f"{member.name} is not ready", START_SECONDS)

    def close(self) -> None:
        """End what runs."""
        for process in (*(m.process for m in self.members), self.simulator):
            if process is not None and process.exit_code is None:
                process.kill()

    @property
    def credentials(self) -> dict[str, Any]:
        """How to log in."""
        found: dict[str, Any] = json.loads((self.data / "credentials.json").read_text())
        return found

    def rows(self, query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def node_of(self, member: Member) -> int:
        """The number of a process in the database."""
        query = (
            "select l.objid from pg_locks l join pg_stat_activity a using (pid) "
            "where l.locktype = 'advisory' and l.objsubid = 2 and l.granted "
            "and a.application_name = %s"
        )
        ((number,),) = self.rows(query, (f"stopline node {member.process.pid}",))
        return int(number)

    def handset(self, member: Member, person: str, text: str) -> bool:
        """A person texts the first sender, through one API process; whether it was stored."""
        part = {"from": person, "to": self.credentials["senders"][0], "text": text}
        answer = call(member.url, "POST", "/simulator/messages", part)
        return bool(answer["records"][0]["acknowledged"])

    def handset_got(self, member: Member, person: str) -> list[str]:
        """The texts that reached a handset."""
        path = f"/simulator/messages?recipient={person}&limit=1000"
        return [one["text"] for one in call(member.url, "GET", path)["records"]]


@contextmanager
def fleet(folder: Path, database: str) -> Iterator[Fleet]:
    """Ended with everything that it started."""
    it = Fleet(folder, database)
    try:
        yield it
    finally:
        it.close()


def call(url: str, method: str, path: str, body: Any = None, token: str = "") -> Any:
    """The JSON answer to a request, which must succeed."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": JSON_FORM} if body is not None else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=15) as response:
        text = response.read()
    return json.loads(text) if text else None
