"""Several processes on one PostgreSQL: no STOP is late on any, nothing is sent twice."""

import asyncio
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from stopline.core.errors import Conflict, StoplineError
from stopline.core.messages import MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.inbound import receive_messages
from stopline.flows.ledger import verify_ledger
from stopline.flows.outbound import BatchRequest, open_batch
from stopline.flows.replies import InboundPolicy
from stopline.flows.upkeep import recover_start
from stopline.store.tx import Tx
from support.carriers import StagedCarrier
from support.load import sending
from support.postgres import Cluster
from support.proof import record
from support.races.controls import CheckedAtClaimOnly
from support.scale import figure
from support.world import (
    ACCOUNT,
    SENDER,
    World,
    make_inbound,
    person,
    real_clock_ms,
)

ANN = person(1)
POLICY = InboundPolicy()
# So few that each has messages on their way whenever it texts, and so many that none has
# thousands: a STOP looks through its pair's messages, and few would race.
PAIRS = 400
# Messages that wait for the carriers: enough for every claim to be full.
BACKLOG = 2_000


@pytest.fixture
def nodes(tmp_path: Path, cluster: Cluster) -> Iterator[list[World]]:
    """Two processes' stores on one database."""
    with cluster.database() as url:
        worlds = [World(tmp_path, real_clock_ms, database=url) for _ in range(2)]
        yield worlds
        for world in worlds:
            world.close()


class Race:
    """Sends, STOPs and STARTs of the same pairs on every node, with delays at the wire."""

    def __init__(
        self, nodes: Sequence[World], stops: int, sends: int, seconds: float, late: int | None
    ) -> None:
        """Until there were so many STOPs and sends, or `late` ones, or so many seconds passed."""
        self._nodes = nodes
        self._late_enough = late
        self._is_lost = False
        self._wanted = (stops, sends)
        self._seconds = seconds
        self._dice = random.Random(7)
        self.carriers = [StagedCarrier(lambda: self._dice.random() * 4) for _ in nodes]
        self._stops: dict[str, list[tuple[int, int | None]]] = defaultdict(list)

    @property
    def stop_count(self) -> int:
        return sum(len(moments) for moments in self._stops.values())

    @property
    def bulk(self) -> list[tuple[str, int]]:
        """(recipient, moment) of everything that left but the replies."""
        return [
            (w.submission.recipient, w.moment_ns)
            for carrier in self.carriers
            for w in carrier.written
            if "NETWORK" not in w.submission.text
        ]

    @property
    def late(self) -> int:
        """Sends of a pair between the commit of a STOP and the beginning of the next START."""
        return sum(
            stopped_ns < moment_ns and (started_ns is None or moment_ns < started_ns)
            for recipient, moment_ns in self.bulk
            for stopped_ns, started_ns in self._stops[recipient]
        )

    @property
    def doubled(self) -> int:
        """Messages that left more than once for the same attempt."""
        left = Counter(
            (w.submission.message_id, w.submission.attempt)
            for c in self.carriers
            for w in c.written
        )
        return sum(count > 1 for count in left.values())

    async def run(self) -> None:
        people = [person(number) for number in range(PAIRS)]
        async with AsyncExitStack() as stack:
            for world, carrier in zip(self._nodes, self.carriers, strict=True):
                await stack.enter_async_context(sending(world, carrier))
            await asyncio.gather(
                self._judge(),
                *(self._applications(world, people) for world in self._nodes),
                *(
                    self._handsets(world, people[place :: 2 * len(self._nodes)])
                    for place, world in enumerate(2 * list(self._nodes))
                ),
            )

    def _goes_on(self) -> bool:
        stops, sends = self._wanted
        self._begun = getattr(self, "_begun", time.monotonic())
        enough = self.stop_count >= stops and sum(len(c.written) for c in self.carriers) >= sends
        return not enough and not self._is_lost and time.monotonic() - self._begun < self._seconds

    async def _judge(self) -> None:
        """A control is over once it has lost."""
        while self._late_enough is not None and self._goes_on():
            await asyncio.sleep(0.5)
            self._is_lost = self.late >= self._late_enough

    async def _applications(self, world: World, people: Sequence[str]) -> None:
        while self._goes_on():
            if await world.store.read(_measure_backlog) < BACKLOG:
                await asyncio.to_thread(world.send, *self._dice.sample(list(people), 30))
            else:
                await asyncio.sleep(0.005)

    async def _handsets(self, world: World, people: Sequence[str]) -> None:
        while self._goes_on():
            recipient = self._dice.choice(list(people))
            await _text(world, recipient, "STOP")
            stopped_ns = time.monotonic_ns()
            self._stops[recipient].append((stopped_ns, None))
            await asyncio.sleep(self._dice.random() * 0.02)
            # Before it is sent: what is counted meanwhile stays counted.
            self._stops[recipient][-1] = (stopped_ns, time.monotonic_ns())
            await _text(world, recipient, "START")


def _measure_backlog(tx: Tx) -> int:
    depth, _ = tx.figures.measure_queue(bucket_of(SENDER), SENDER)
    return depth


async def _text(world: World, recipient: str, text: str) -> None:
    inbound = make_inbound(recipient, text, received_ms=real_clock_ms())
    await world.store.transact(receive_messages, [inbound], POLICY)


def run_race(
    nodes: Sequence[World],
    stops: int,
    sends: int,
    seconds: float,
    name: str,
    late: int | None = None,
) -> Race:
    race = Race(nodes, stops, sends, seconds, late)
    asyncio.run(race.run())
    record(name, 1, stops=race.stop_count, sends=len(race.bulk), late=race.late)
    print(f"\n{name}: {race.stop_count} STOPs, {len(race.bulk)} sends, {race.late} late")
    return race


@pytest.mark.timeout(120)
def test_two_nodes_race_stops_and_none_is_late(nodes: list[World]) -> None:
    """S01 in short: sends, STOPs and STARTs of the same pairs on both nodes."""
    race = run_race(nodes, stops=60, sends=500, seconds=60, name="S01 two nodes, short")
    assert race.stop_count >= 60
    assert len(race.bulk) >= 300
    assert (race.late, race.doubled) == (0, 0)


@pytest.mark.timeout(120)
def test_with_the_check_at_the_claim_only_the_same_race_is_lost(nodes: list[World]) -> None:
    """The control: the race is one that the usual design loses."""
    for world in nodes:
        world.store.gate = CheckedAtClaimOnly()  # type: ignore[assignment]
    race = run_race(nodes, stops=300, sends=10_000, seconds=100, name="S01 control, short", late=1)
    assert race.late > 0


@pytest.mark.heavy
@pytest.mark.timeout(1_800)
def test_two_nodes_race_stops_at_full_figures(nodes: list[World]) -> None:
    """S01: 0 late in 5,000 STOPs and 100,000 sends at full scale; the control loses 100."""
    stops, sends = figure(500, 5_000), figure(10_000, 100_000)
    race = run_race(nodes, stops, sends, seconds=1_200, name="S01 two nodes")
    assert (race.late, race.doubled) == (0, 0)
    assert race.stop_count >= stops
    for world in nodes:
        world.store.gate = CheckedAtClaimOnly()  # type: ignore[assignment]
    lost = figure(10, 100)
    # However many it takes: it is over when it has lost.
    control = run_race(nodes, 100 * stops, 100 * sends, seconds=600, name="S01 control", late=lost)
    assert control.late >= lost


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """What calls give that begin together in threads of their own; an error is given too."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(10)
        try:
            return call()
        except StoplineError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(run, calls))


RUNS = figure(20, 200)


def test_a_claim_of_a_node_that_died_passes_the_gate_again_before_it_is_resent(
    nodes: list[World],
) -> None:
    """Rows 9 and 24: another node makes it uncertain, the dead one's claim is worth nothing."""
    first, second = nodes
    for number in range(RUNS):
        first.send(person(number))
    claim = first.claim(10 * RUNS)
    number = first.store._node.number  # type: ignore[attr-defined]
    while second.store.transact_now(recover_start, [number]):
        pass
    assert first.pass_gate(claim) == []
    first.put_back(claim.submissions)
    assert {m.status for m in first.messages()} == {MessageStatus.UNCERTAIN}


def test_a_live_nodes_claims_are_left_alone(nodes: list[World]) -> None:
    """Row 24: only those of the node that is named are settled."""
    first, second = nodes
    first.send(ANN)
    claim = first.claim()
    while second.store.transact_now(
        recover_start,
        [second.store._node.number],  # type: ignore[attr-defined]
    ):
        pass
    assert [s.recipient for s in first.pass_gate(claim)] == [ANN]


def test_an_idempotency_key_used_on_two_nodes_at_once_makes_one_batch(nodes: list[World]) -> None:
    """R18: one is accepted, the other hears that it runs."""
    for number in range(RUNS):
        request = BatchRequest(
            ACCOUNT, SENDER, 1, price_micros=1, key_hash=f"{number:064x}", body_hash="b"
        )
        ask = [partial(world.store.transact_now, open_batch, request) for world in nodes]
        outcomes = at_once(*ask)
        assert sorted(isinstance(outcome, Conflict) for outcome in outcomes) == [False, True]


def test_consent_changes_of_one_bucket_on_two_nodes_keep_one_chain(nodes: list[World]) -> None:
    """G6: the head is locked in the transaction of the change; no position is used twice."""
    people = [person(number) for number in range(2 * RUNS)]
    halves = (people[::2], people[1::2])

    def stop_all(world: World, half: Sequence[str]) -> None:
        for who in half:
            world.text(who, "STOP")

    at_once(*(partial(stop_all, w, half) for w, half in zip(nodes, halves, strict=True)))
    assert all(nodes[0].is_denied(who) for who in people)
    assert nodes[1].store.read_now(lambda tx: list(verify_ledger(tx))) == []
