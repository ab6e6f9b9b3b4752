"""Processes on one PostgreSQL are killed at random moments under load; the others go on.

Everything is judged from outside: by the simulator's journal, and by what the database holds.
"""

import random
import signal
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from stopline.carriers.simulator.journal import (
    InboundAcknowledgedLine,
    SubmitLine,
    read_lines,
)
from stopline.carriers.simulator.oracle import ConsentOracle
from stopline.core.ids import BUCKET_COUNT
from stopline.core.messages import FINAL_STATUSES
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.flows.submissions import recheck_claim
from stopline.keys import load_or_make_keys
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress
from stopline.store.tx import Keys
from support.api import Api, Posting
from support.fleet import Fleet, fleet
from support.handsets import Handsets
from support.nursery import Child, Nursery
from support.postgres import Cluster
from support.proof import record
from support.scale import figure
from support.servers import free_port, get
from support.world import person

KILLS = figure(ci=50, full=500)
# What two connections bring is read by the simulator in any order, so that a message may seem to
# come after the STOP that another process acknowledged: as long as it may have lain in a socket.
IN_THE_SOCKET_NS = 1_000_000_000
SETTINGS = {
    "uncertain_wait_ms": "1000",
    "simulator_window": "300",
    **{f"rate_limit_{group}": "0" for group in ("light", "medium", "heavy", "auth")},
}
VICTIMS = ("workers", "workers", "api")


class Household:
    """A fleet of which one API process is never killed; the load goes through it."""

    def __init__(self, machines: Fleet, nursery: Nursery) -> None:
        self.machines = machines
        self._nursery = nursery
        self._environment = machines.environment(**SETTINGS)
        self.dice = random.Random(11)
        self.port = free_port()
        self.home = self._launch("api", self.port)
        self._await(self.home, self.port)
        self.victims = [self._start(role) for role in VICTIMS]
        self.kills = self.by_term = 0

    def _launch(self, role: str, port: int) -> Child:
        argv = ["serve", "--port", str(port), "--only", role]
        return self._nursery.start(argv, self._environment, self.machines.folder / f"{role}.log")

    def _start(self, role: str) -> tuple[str, Child, int]:
        port = free_port()
        return role, self._launch(role, port), port

    def _await(self, child: Child, port: int) -> None:
        url = f"http://127.0.0.1:{port}/health/ready"
        child.until(lambda: get(url)[0] == 200, "not ready")

    def kill_one(self) -> None:
        """At a random moment of its life, once it is ready; R17: some are asked to end first."""
        place = self.dice.randrange(len(self.victims))
        role, child, port = self.victims[place]
        self._await(child, port)
        time.sleep(self.dice.random() * 0.3)
        if self.dice.random() < 0.2:
            child.signal(signal.SIGTERM)
            time.sleep(self.dice.random())
            self.by_term += 1
        child.kill()
        self.kills += 1
        self.victims[place] = self._start(role)

    def close(self) -> None:
        for child in (self.home, *(child for _, child, _ in self.victims)):
            child.kill()


@pytest.fixture
def household(tmp_path: Path, cluster: Cluster) -> Iterator[Household]:
    with cluster.database() as url, fleet(tmp_path, url) as machines:
        machines.start_simulator()
        nursery = Nursery()
        it = Household(machines, nursery)
        try:
            yield it
        finally:
            it.close()
            nursery.close()


class Judge:
    """Looks at the database through a store of its own."""

    def __init__(self, machines: Fleet) -> None:
        keys = load_or_make_keys(machines.data, database_exists=True)
        self._machines = machines
        self._store = PostgresStore(
            DatabaseAddress(machines.database),
            Keys(keys.number, keys.server, keys.checkpoint),
            recheck=recheck_claim,
            transient=True,
        )

    def close(self) -> None:
        self._store.close()

    def check(self, told: list[str], accepted: int) -> None:
        """G2, G3, G5 and G6: acknowledged STOPs are there with their effects, accepted messages
        are there, the ledger is whole and says what the state says."""
        people = list(dict.fromkeys(told))
        out = "select recipient from consents where scope_kind = 0 and recipient = any(%s)"
        denied = {row[0] for row in self._machines.rows(out, (people,))}
        assert set(people) - denied == set()
        answered = "select recipient from messages where purpose = 1 and recipient = any(%s)"
        assert set(people) - {row[0] for row in self._machines.rows(answered, (people,))} == set()
        bulk = "select count(*) from messages where direction = 0 and purpose = 0"
        assert self._machines.rows(bulk)[0][0] >= accepted
        assert self._store.read_now(lambda tx: list(verify_ledger(tx))) == []
        for bucket in self._used():
            assert self._store.read_now(compare_with_ledger, bucket) == []

    def _used(self) -> list[int]:
        return [
            bucket
            for bucket in range(BUCKET_COUNT)
            if self._store.read_now(lambda tx, b=bucket: tx.ledger.head(b))[0]
        ]


def late_and_double(machines: Fleet) -> tuple[int, int, ConsentOracle]:
    """G1, G4 and G7 by the journal: messages after their STOP, and replies handed over twice."""
    oracle = ConsentOracle()
    moments: dict[int, int] = {}
    told: dict[int, int] = {}
    replies: dict[int, int] = {}
    for _, _, line in read_lines(machines.journal):
        oracle.follow(line)
        if isinstance(line, SubmitLine):
            moments[line.sequence] = line.monotonic_ns
            if line.text.startswith("NETWORK MSG:"):
                replies[line.message_id] = replies.get(line.message_id, 0) + 1
        elif isinstance(line, InboundAcknowledgedLine):
            told[line.sequence] = line.monotonic_ns
    late = sum(
        moments[found.sequence] - told[found.stop_acknowledged] > IN_THE_SOCKET_NS
        for found in oracle.violations
    )
    return late, sum(times > 1 for times in replies.values()), oracle


@pytest.mark.heavy
@pytest.mark.timeout(120 + 8 * KILLS)
def test_processes_are_killed_at_random_moments(household: Household) -> None:
    """After each kill, and in the end when all that was left is taken up."""
    machines = household.machines
    sender = machines.credentials["senders"][0]
    api = Api(household.port, machines.credentials)
    api.log_in()
    posting = Posting(sender, map(person, count()), size=50)
    posting.start(api)
    texting = (person(household.dice.randrange(max(1, posting.accepted))) for _ in count())
    handsets = Handsets(household.port, sender, texting, pause_ms=10)
    handsets.start()
    judge = Judge(machines)
    try:
        while household.kills < KILLS:
            household.kill_one()
            judge.check(list(handsets.acknowledged), posting.accepted)
        handsets.end()
        posting.end()
        household.home.until(lambda: _is_settled(machines), "messages are left", 120)
        judge.check(list(handsets.acknowledged), posting.accepted)
    finally:
        judge.close()
    late, doubled, oracle = late_and_double(machines)
    record(
        "kill -9 of processes on PostgreSQL",
        household.kills,
        asked_to_end_first=household.by_term,
        stops=oracle.acknowledged_stops,
        messages=posting.accepted,
        replies_twice=doubled,
        late=late,
        lost=0,
    )
    assert (late, doubled) == (0, 0)
    assert oracle.acknowledged_stops >= KILLS


def _is_settled(machines: Fleet) -> bool:
    """Whether every message of an accepted batch has a final status."""
    query = (
        "select distinct status from messages m where direction = 0 and (batch_id is null or "
        "exists (select 1 from batches b where b.bucket = m.bucket and b.id = m.batch_id))"
    )
    return {status for (status,) in machines.rows(query)} <= FINAL_STATUSES
