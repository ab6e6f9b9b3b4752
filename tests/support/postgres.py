"""The tests' own PostgreSQL: a private cluster on a socket, an empty database for each test."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.postgres_migration import migrate
from support.temporary import memory_or_disk

# fsync stays on, as it has to be. The rest only makes a throw-away cluster smaller and quicker.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}
# What a standby needs on top.
REPLICATED = {"wal_level": "replica", "max_wal_senders": "5", "hot_standby": "on"}
_numbers = itertools.count(1)


def find_binaries() -> Path | None:
    """The newest PostgreSQL that Debian's packages put on this machine."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)
    )
    return found[-1] if found else None


class Cluster:
    """A running cluster. Its superuser is `postgres`, without a password, on a socket."""

    def __init__(
        self, binaries: Path, folder: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self._binaries = binaries
        self._settings = SETTINGS | dict(settings or {})
        self.folder = folder
        self.data = folder / "data"
        self._user = "postgres" if os.geteuid() == 0 else None

    def make(self) -> None:
        """Create and start it."""
        if self._user is not None:
            shutil.chown(self.folder, self._user)
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "-N",
                  "--locale=C.UTF-8", "-E", "UTF8")  # fmt: skip
        lines = [f"{name} = {value}" for name, value in self._settings.items()]
        lines.append(f"unix_socket_directories = '{self.folder}'")
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")
        self.start()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute("create database stopline_schema")
        template = connect(DatabaseAddress(self.url("stopline_schema")), "test")
        migrate(template, 0)
        template.close()

    def make_standby(self, folder: Path) -> "Cluster":
        """A running copy that streams from this cluster."""
        standby = Cluster(self._binaries, folder, self._settings)
        if self._user is not None:
            shutil.chown(folder, self._user)
        self._run("pg_basebackup", "-h", str(self.folder), "-U", "postgres", "-D",
                  str(standby.data), "-R", "-X", "stream", "-c", "fast")  # fmt: skip
        with (standby.data / "postgresql.auto.conf").open("a") as file:
            file.write(f"unix_socket_directories = '{folder}'\n")
        standby.start()
        return standby

    def is_running(self) -> bool:
        """Whether its first process lives."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return False
        return Path(f"/proc/{pid}").exists()

    def promote(self) -> None:
        """Make a standby the primary."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "promote")

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-l", log, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` is a crash."""
        self._run("pg_ctl", "-D", str(self.data), "-w", "-s", "-m", mode, "stop")

    def url(self, database: str) -> str:
        """How to connect to one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @contextmanager
    def database(self, template: str = "stopline_schema") -> Iterator[str]:
        """The address of a database with the schema and no rows; it goes afterwards."""
        name = f"test_{next(_numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template {template}")
        try:
            yield self.url(name)
        finally:
            with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
                connection.execute(f"drop database {name} with (force)")

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """The address of a database without a schema; it goes afterwards."""
        with self.database("template0") as url:
            yield url

    def dump(self, url: str) -> Path:
        """A dump of one database, as an operator makes it."""
        target = self.folder / f"dump-{next(_numbers)}"
        self._run("pg_dump", "-Fc", "-f", str(target), "-d", url)
        return target

    def restore(self, dump: Path, url: str) -> None:
        """The dump in another database."""
        self._run("pg_restore", "--exit-on-error", "--no-owner", "-d", url, str(dump))

    def _run(self, program: str, *arguments: str) -> None:
        command: Sequence[str] = [str(self._binaries / program), *arguments]
        if self._user is not None:
            # PostgreSQL refuses to run as root.
            identity = ["--reuid", self._user, "--regid", self._user, "--clear-groups"]
            command = ["setpriv", *identity, *command]
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command,
            cwd="/",
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if program == "initdb" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT if program == "initdb" else subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, (program, done.stdout, self._log())

    def _log(self) -> str:
        log = self.folder / "log"
        return log.read_text() if log.exists() else ""


@contextmanager
def private_cluster(
    settings: Mapping[str, str] | None = None, parent: Path | None = None
) -> Iterator[Cluster]:
    """A new cluster, gone afterwards; `settings` differ from the usual ones, `parent` is where.

    Skips where PostgreSQL is not installed.
    """
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not below pytest's: its directories are closed to other users, and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="stopline-pg-", dir=parent or memory_or_disk()))
    cluster = Cluster(binaries, folder, settings)
    cluster.make()
    try:
        yield cluster
    finally:
        if cluster.is_running():
            cluster.stop()
        shutil.rmtree(folder)
