"""Two versions on one PostgreSQL under load: the schema is brought up while the older one runs."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from support.api import Api, Posting
from support.fleet import Fleet, fleet
from support.handsets import Handsets
from support.judge import LOADED, Judge, is_settled, late_and_double
from support.nursery import Child, Nursery
from support.postgres import Cluster
from support.proof import record
from support.scale import SCALE
from support.servers import free_port, get
from support.versions import coming_program, earlier_program
from support.world import person

# The one out of the history needs the history, which a copy of the repository may lack.
PAIRS = ("this and a coming one", "an earlier one and this")[: 2 if SCALE >= 10 else 1]
# Between two steps of the upgrade: so many STOPs are acknowledged and messages leave.
STOPS, MESSAGES = 20, 100
PATIENCE_S = 60.0


class Version:
    """Starts processes of one version."""

    def __init__(self, machines: Fleet, program: Path | None, name: str) -> None:
        self._machines = machines
        self._nursery = Nursery(program)
        self._environment = machines.environment(**LOADED)
        self._name = name
        self._numbers = count()
        self._children: list[Child] = []

    def close(self) -> None:
        """End everything."""
        for child in self._children:
            child.kill()
        self._nursery.close()

    def run(self, *argv: str) -> Child:
        """Stopline with these arguments, and a log of its own."""
        log = self._machines.folder / f"{self._name}-{next(self._numbers)}.log"
        child = self._nursery.start(list(argv), self._environment, log)
        self._children.append(child)
        return child

    def serve(self, role: str) -> tuple[Child, int]:
        """A server that is ready, and its port."""
        port = free_port()
        child = self.run("serve", "--port", str(port), "--only", role)
        child.until(lambda: is_ready(port), "not ready")
        return child, port

    def said(self, *argv: str) -> str:
        """What a command says until it ends."""
        child = self.run(*argv)
        assert child.until_gone(PATIENCE_S), child.log.read_text()
        return child.log.read_text()


def is_ready(port: int) -> bool:
    """Whether a server takes and sends messages."""
    return get(f"http://127.0.0.1:{port}/health/ready")[0] == 200


@contextmanager
def versions(machines: Fleet, pair: str) -> Iterator[tuple[Version, Version]]:
    """The older and the newer of a pair, on a database whose schema is the older one's."""
    folder = machines.folder / "program"
    programs: tuple[Path | None, Path | None]
    if pair == PAIRS[0]:
        programs = (None, coming_program(folder))
    else:
        programs = (earlier_program(folder), None)
    old, new = Version(machines, programs[0], "old"), Version(machines, programs[1], "new")
    try:
        yield old, new
    finally:
        old.close()
        new.close()


class Load:
    """An application and handsets at one server, which go on for the whole upgrade."""

    def __init__(self, machines: Fleet, port: int) -> None:
        self._machines = machines
        sender = machines.credentials["senders"][0]
        self.api = Api(port, machines.credentials)
        self.api.log_in()
        self.posting = Posting(sender, map(person, count()), size=50, pause_seconds=0.05)
        texting = (person(number * 7 % max(1, self.posting.accepted)) for number in count())
        self.handsets = Handsets(port, sender, texting, pause_ms=10)
        self.posting.start(self.api)
        self.handsets.start()

    def goes_on(self, child: Child) -> None:
        """STOPs are acknowledged and messages leave, from now on."""
        before = self._left()
        self.handsets.wait_for(STOPS, PATIENCE_S)
        child.until(lambda: self._left() >= before + MESSAGES, "nothing leaves", PATIENCE_S)

    def _left(self) -> int:
        query = "select count(*) from messages where direction = 0 and status in (3, 4)"
        return int(self._machines.rows(query)[0][0])

    def end(self) -> None:
        self.handsets.end()
        self.posting.end()


@pytest.mark.heavy
@pytest.mark.timeout(300)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_version_is_exchanged_under_load(cluster: Cluster, tmp_path: Path, pair: str) -> None:
    """`stopline migrate` of the newer one, then process by process: the older ones go on
    meanwhile, none comes back, and nothing is late, lost or sent twice."""
    with (
        cluster.empty_database() as url,
        fleet(tmp_path, url) as machines,
        versions(machines, pair) as (old, new),
    ):
        machines.start_simulator()
        home, port = old.serve("api")
        workers = [old.serve("workers") for _ in range(2)]
        # This version's eyes: they open a schema that is this version's.
        judge = Judge(machines) if pair == PAIRS[0] else None
        load = Load(machines, port)
        load.goes_on(home)
        assert "is to be run" in new.said("migrate", "--check")
        assert "the schema is up to date" in new.said("migrate")
        assert "is to be run" not in new.said("migrate", "--check")
        load.goes_on(home)
        assert all(is_ready(one) for one in (port, *(at for _, at in workers)))
        joined = [new.serve(role) for role in ("workers", "api")]
        load.goes_on(home)
        for worker, _ in workers:
            worker.signal(signal.SIGTERM)
            assert worker.until_gone(PATIENCE_S)
        load.goes_on(home)
        assert "written by a newer Stopline" in old.said("serve", "--only", "workers")
        assert all(is_ready(one) for one in (port, *(at for _, at in joined)))
        load.end()
        home.until(lambda: is_settled(machines), "messages are left", 120)
        _judge(judge or Judge(machines), machines, load, pair)


def _judge(judge: Judge, machines: Fleet, load: Load, pair: str) -> None:
    judge.check(load.handsets.acknowledged, load.posting.accepted)
    judge.close()
    late, doubled, oracle = late_and_double(machines)
    record(
        f"two versions side by side, {pair}",
        1,
        stops=oracle.acknowledged_stops,
        messages=load.posting.accepted,
        not_now=len(load.handsets.refused),
        longest_stop_ms=round(load.handsets.longest_ms),
        late=late,
        lost=0,
    )
    assert (late, doubled) == (0, 0)
