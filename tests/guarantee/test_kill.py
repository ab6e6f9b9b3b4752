"""S05: kill -9 of the running server at random moments, judged by the simulator's journal."""

import random
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from stopline.carriers.simulator.journal import InboundAcknowledgedLine, SubmitLine
from stopline.carriers.simulator.oracle import ConsentOracle
from stopline.core.batches import RequestedMessage, plan_batch
from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FINAL_STATUSES, MessageStatus
from stopline.flows.outbound import BatchRequest, accept_batch, open_batch, stage_messages
from support.api import Api, Posting
from support.handsets import Handsets
from support.processes import Installation
from support.proof import record
from support.scale import figure

KILLS = figure(ci=30, full=200)
EMBEDDED_KILLS = figure(ci=5, full=50)
WINDOW = 1_000
# Waiting when the server starts: more than it can send before it is killed.
BACKLOG = 6_000
# At the moment of the kill at least so many are claimed or in the window ...
LEAST_OPEN = 100
# ... and a STOP was acknowledged within this time before.
LATEST_STOP_MS = 50
# Persons from this number on get their messages over HTTP while the server runs.
POSTED = 3_000_000
SETTINGS = {
    "STOPLINE_UNCERTAIN_WAIT_MS": "1000",
    "STOPLINE_SIMULATOR_WINDOW": str(WINDOW),
    # Answers take a moment, so that the window is full whenever the kill comes.
    "STOPLINE_SIMULATOR_LATENCY_MS": "60",
    **{f"STOPLINE_RATE_LIMIT_{group}": "0" for group in ("LIGHT", "MEDIUM", "HEAVY", "AUTH")},
}


def someone(number: int) -> str:
    """One of millions of fictional persons whose handset behaves in the ordinary way."""
    return f"+1{312 + number // 6_300_000}{200 + number // 9_000 % 700}{1_000 + number % 9_000}"


class Run:
    """One data directory through all its kills."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.dice = random.Random(5)
        self.accepted = 0
        self.kills = 0
        self.void = 0
        self.ambiguous: list[int] = []
        credentials = installation.credentials
        self.account_id = int(credentials["account_id"])
        self.sender: str = credentials["senders"][0]
        self.api = Api(installation.port, credentials)
        self.posting = Posting(self.sender, map(someone, count(POSTED)))

    def accept_backlog(self) -> range:
        """Messages that wait when the server starts; which persons the newest are for. What the
        last runs left counts: two hundred of them would leave hundreds of thousands."""
        waiting = self.installation.statuses().get(MessageStatus.QUEUED, 0)
        added = max(BACKLOG - waiting, LEAST_OPEN)
        people = range(self.accepted, self.accepted + added)
        wanted = [RequestedMessage(someone(number), None) for number in people]
        plan = plan_batch("Your order is ready.", wanted, "US")
        with self.installation.store() as store:
            request = BatchRequest(self.account_id, self.sender, added, price_micros=0)
            draft = store.transact_now(open_batch, request)
            assert not isinstance(draft, str)
            spans = [store.transact_now(stage_messages, draft, part) for part in plan.slices()]
            store.transact_now(accept_batch, draft, plan.body, spans[0][0], spans[-1][1])
        self.accepted += added
        return people

    def kill_once(self) -> None:
        """Start, load, STOPs, SIGKILL, and look at what is left."""
        people = self.accept_backlog()
        server = self.installation.start()
        texting: Iterator[str] = (someone(self.dice.choice(people)) for _ in count())
        handsets = Handsets(self.installation.port, self.sender, texting, pause_ms=0)
        handsets.start()
        self.api.log_in()
        self.posting.start(self.api)
        handsets.wait_for(self.dice.randrange(1, 40))
        time.sleep(self.dice.random() * 0.01)
        killed_ns = server.kill()
        handsets.end()
        self.posting.end()
        self.look(killed_ns)

    def look(self, killed_ns: int) -> None:
        """Count what was open; a kill at a quiet moment does not count."""
        open_count = self.installation.statuses().get(MessageStatus.CLAIMED, 0)
        assert open_count <= WINDOW
        acknowledged_ns = max(
            line.monotonic_ns
            for line in self.installation.lines()
            if isinstance(line, InboundAcknowledgedLine) and line.monotonic_ns < killed_ns
        )
        late = killed_ns - acknowledged_ns > LATEST_STOP_MS * 1_000_000
        if open_count < LEAST_OPEN or late:
            self.void += 1
        else:
            self.kills += 1
            self.ambiguous.append(open_count)
        self.check_handed_over()

    def check_handed_over(self) -> None:
        """What the carrier took is never "not sent": queued again only as a further attempt."""
        taken = {
            line.message_id: line.attempt
            for line in self.installation.lines()
            if isinstance(line, SubmitLine) and line.outcome is SubmitOutcome.ACCEPTED
        }
        query = "select id, attempt, failure from messages where direction = 0 and status = 0"
        for message_id, attempt, _ in self.installation.rows(query):
            assert attempt >= taken.get(message_id, 0)

    def finish(self) -> ConsentOracle:
        """A last run sends what is left; then everything has to add up."""
        server = self.installation.start()
        self.api.log_in()
        self.posting.finish(self.api)
        assert self.posting.refused == []
        server.until(lambda: not self.unsettled(), "messages are left unsettled", 60)
        self.listed = self.api.opt_outs(self.sender)
        assert server.terminate() == 0
        return self.judge()

    def unsettled(self) -> int:
        """Messages without a final status."""
        found = self.installation.statuses()
        return sum(number for status, number in found.items() if status not in FINAL_STATUSES)

    def judge(self) -> ConsentOracle:
        """No late message, no lost STOP, no lost message, no broken ledger."""
        oracle = ConsentOracle()
        taken: dict[int, int] = {}
        for line in self.installation.lines():
            oracle.follow(line)
            if isinstance(line, SubmitLine) and line.outcome is SubmitOutcome.ACCEPTED:
                taken[line.message_id] = taken.get(line.message_id, 0) + 1
        assert oracle.violations == []
        assert {person for _, person in oracle.pairs_out()} - self.listed == set()
        bulk = "select count(*) from messages where direction = 0 and purpose = 0"
        assert self.installation.rows(bulk) == [(self.accepted + self.posting.accepted,)]
        self.duplicates = sum(times - 1 for times in taken.values())
        assert self.duplicates <= sum(self.ambiguous) + WINDOW * self.void
        assert max(taken.values()) <= 2
        assert self.installation.ledger_problems() == []
        assert self.installation.leaks("Your order is ready.") == []
        return oracle


def kill_many(installation: Installation, kills: int) -> Run:
    """Kill until enough kills counted."""
    installation.start().kill()
    run = Run(installation)
    while run.kills < kills:
        run.kill_once()
        assert run.void <= 5 + kills // 2, "too many kills at quiet moments prove nothing"
    return run


def report(name: str, run: Run, oracle: ConsentOracle) -> None:
    record(
        name,
        run.kills,
        void=run.void,
        stops=oracle.acknowledged_stops,
        messages=run.accepted + run.posting.accepted,
        posts_repeated=run.posting.repeated,
        open_least=min(run.ambiguous),
        open_most=max(run.ambiguous),
        sent_twice=run.duplicates,
        late=len(oracle.violations),
        lost=0,
    )


@pytest.mark.heavy
@pytest.mark.timeout(60 + 30 * KILLS)
def test_kill_while_the_carrier_lives_on(tmp_path: Path) -> None:
    """No message after its STOP, no STOP and no message lost, whenever the server is killed."""
    installation = Installation(tmp_path, settings=SETTINGS)
    installation.start_simulator(latency_ms="60")
    try:
        run = kill_many(installation, KILLS)
        report("S05 kill -9", run, run.finish())
    finally:
        installation.close()


@pytest.mark.heavy
@pytest.mark.timeout(60 + 30 * EMBEDDED_KILLS)
def test_kill_of_server_and_simulator_in_one_process(tmp_path: Path) -> None:
    """The same with the simulator inside, whose journal is all that is left of it."""
    installation = Installation(tmp_path, embedded=True, settings=SETTINGS)
    try:
        run = kill_many(installation, EMBEDDED_KILLS)
        report("S05 kill -9, simulator embedded", run, run.finish())
    finally:
        installation.close()
