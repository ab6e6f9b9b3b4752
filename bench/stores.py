"""`python -m bench.stores`: both stores in one run: messages a second from the request to the
receipt, and what 10,000 of them cost in processor time, part by part.

SQLite is one process; on PostgreSQL the API and two workers are processes of their own, and the
database runs on the same machine. The load and the simulated carrier are not counted.
"""

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import uvloop

from bench.client import BATCH, Application, wait_until
from bench.server import Server, free_port, run_server, run_simulator, start_part, wait_ready

sys.path.append(str(Path(__file__).parent.parent / "tests"))
from support.postgres import private_cluster

WORKERS = 2
# Handsets that behave otherwise: some end as failed, some never answer.
MISSING = 0.005
KEYS = ("server.key", "number.key", "checkpoint.key")


@dataclass(frozen=True, slots=True)
class Part:
    """Processes that are counted together."""

    name: str
    pids: tuple[int, ...]

    def cpu_seconds(self) -> float:
        """Processor time so far; children that ended are their parent's."""
        return sum(map(_cpu_seconds, self.pids))


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def children(parent: int) -> tuple[int, ...]:
    """The process and those it started."""
    found = [parent]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rsplit(") ", 1)[1].split()[1]) == parent:
                found.append(int(path.parent.name))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Running:
    """A server to talk to and the parts it is made of."""

    server: Server
    postmaster: int | None
    parts: dict[str, tuple[int, ...]]

    def cpu(self) -> dict[str, float]:
        """Processor seconds of each part so far."""
        pids = dict(self.parts)
        if self.postmaster is not None:
            pids["database"] = children(self.postmaster)
        return {name: Part(name, its).cpu_seconds() for name, its in pids.items()}


@contextlib.contextmanager
def on_sqlite(folder: Path, simulator: str) -> Iterator[Running]:
    """One process."""
    with run_server(folder / "data", simulator) as server:
        yield Running(server, None, {"server": (server.process.pid,)})


@contextlib.contextmanager
def on_postgres(folder: Path, simulator: str) -> Iterator[Running]:
    """The database, the API and two workers."""
    with private_cluster() as cluster, cluster.database() as url, contextlib.ExitStack() as stack:
        postmaster = int((cluster.data / "postmaster.pid").read_text().splitlines()[0])
        environment = {"STOPLINE_DATABASE_URL": url}
        data = folder / "data"
        # The first process makes the keys and the demo account for all.
        with run_server(data, simulator, environment):
            pass
        port, *others = ports = [free_port() for _ in range(1 + WORKERS)]
        at = ("--simulator-address", simulator)
        parts = [start_part(stack, data, environment, "--only", "api", "--port", str(port), *at)]
        for number, own_port in enumerate(others):
            own = folder / f"worker{number}"
            own.mkdir()
            for key in KEYS:
                shutil.copy(data / key, own / key)
            arguments = ("--only", "workers", "--port", str(own_port), *at)
            parts.append(start_part(stack, own, environment, *arguments))
        for one in ports:
            wait_ready(one)
        credentials = json.loads((data / "credentials.json").read_text())
        credentials["server_url"] = f"http://127.0.0.1:{port}"
        server = Server(parts[0], data, credentials, 0.0)
        api, *workers = (part.pid for part in parts)
        yield Running(server, postmaster, {"api": (api,), "workers": tuple(workers)})


async def drive(running: Running, messages: int) -> dict[str, float]:
    """Batches of 10,000 one after the other, by all numbers in turn, until all receipts are in."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=32)) as session:
        application = Application(running.server, session)
        await application.log_in()
        await _send(application, 0, BATCH)
        before, started = running.cpu(), time.perf_counter()
        ids = await _send(application, BATCH, messages)
        accepted = time.perf_counter() - started
        for identifier in ids:
            await _wait_out(application, identifier)
        out = time.perf_counter() - started
        for identifier in ids:
            await _wait_received(application, identifier)
        received = time.perf_counter() - started
        after = running.cpu()
    cost = {name: (after[name] - before[name]) / messages * 10_000 for name in after}
    return {
        "messages accepted a second": messages / accepted,
        "messages out a second": messages / out,
        "messages with receipt a second": messages / received,
        "processor s per 10,000": sum(cost.values()),
        **{f"processor s per 10,000, {name}": seconds for name, seconds in cost.items()},
    }


async def _send(application: Application, first: int, messages: int) -> list[str]:
    ids = []
    for place, number in enumerate(range(first, first + messages, BATCH)):
        identifier, _ = await application.send_batch(number, sender=place)
        ids.append(identifier)
    if first == 0:
        await _wait_received(application, ids[0])
    return ids


async def _wait_out(application: Application, identifier: str) -> None:
    async def is_out() -> bool:
        return not await application.pending(identifier)

    await wait_until(is_out, 600, 0.1)


async def _wait_received(application: Application, identifier: str) -> None:
    async def is_received() -> bool:
        return await application.delivered(identifier) >= BATCH * (1 - MISSING)

    await wait_until(is_received, 600, 0.1)


STORES = {"SQLite": on_sqlite, "PostgreSQL": on_postgres}


def measure_stores(messages: int, only: str | None = None) -> dict[str, dict[str, float]]:
    """Both stores, one after the other."""
    found = {}
    for name, start in STORES.items():
        if only in (None, name):
            with (
                tempfile.TemporaryDirectory(prefix="stopline-bench-") as folder,
                run_simulator(Path(folder)) as simulator,
                start(Path(folder), simulator) as running,
            ):
                found[name] = uvloop.run(drive(running, messages))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.stores", description=__doc__)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--store", choices=STORES)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    found = measure_stores(arguments.messages, arguments.store)
    for name, figures in found.items():
        for figure, value in figures.items():
            print(f"{name:<11} {figure:<40} {value:>12,.2f}")
    if arguments.output:
        arguments.output.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
