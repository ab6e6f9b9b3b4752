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

from support.api import Api, Posting
from support.fleet import Fleet, fleet
from support.handsets import Handsets
from support.judge import LOADED, Judge, is_settled, late_and_double
from support.nursery import Child, Nursery
from support.postgres import Cluster
from support.proof import record
from support.scale import figure
from support.servers import free_port, get
from support.world import person

KILLS = figure(ci=50, full=500)
POSTED_AT_ONCE = 50
# Processes are dead for half of the time: an application that goes on posting gets ever further
# ahead, and what is to be seen is the kills and not how long a queue takes.
MOST_WAITING = 2_000
# What waits then goes out in the end, when what the last of them had claimed is taken up.
DRAIN_SECONDS = 240
VICTIMS = ("workers", "workers", "api")


class Household:
    """A fleet of which one API process is never killed; the load goes through it."""

    def __init__(self, machines: Fleet, nursery: Nursery) -> None:
        self.machines = machines
        self._nursery = nursery
        self._environment = machines.environment(**LOADED)
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


def people_to_text(machines: Fleet) -> Iterator[str]:
    """One after the other, not too many before the first of them were sent."""
    waiting = "select count(*) from messages where status = 0"
    for number in count():
        while number % POSTED_AT_ONCE == 0 and machines.rows(waiting)[0][0] > MOST_WAITING:
            time.sleep(0.1)
        yield person(number)


@pytest.mark.heavy
@pytest.mark.timeout(120 + 8 * KILLS + DRAIN_SECONDS)
def test_processes_are_killed_at_random_moments(household: Household) -> None:
    """After each kill, and in the end when all that was left is taken up."""
    machines = household.machines
    sender = machines.credentials["senders"][0]
    api = Api(household.port, machines.credentials)
    api.log_in()
    posting = Posting(sender, people_to_text(machines), size=POSTED_AT_ONCE)
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
        household.home.until(lambda: is_settled(machines), "messages are left", DRAIN_SECONDS)
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
