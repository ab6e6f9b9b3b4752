"""Limits of requests hold over all processes together, within what passes in a second."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.ringcentral.profiles import RINGCENTRAL, RateGroup
from stopline.ringcentral.rate_limits import HEARD_MS, WINDOW_MS, RateLimits
from stopline.ringcentral.shared_rates import SharedRates
from support.postgres import Cluster
from support.world import Clock, World

LIMIT = RINGCENTRAL.rate_limits[RateGroup.MEDIUM]
CALLER = (1, 2)


class Edge:
    """One process's limits."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        self.limits = RateLimits(RINGCENTRAL)
        self.shared = SharedRates(world.store, self.limits, clock)

    def ask(self, times: int = 1, caller: tuple[int, int] = CALLER) -> list[bool]:
        """Whether each request may pass."""
        verdicts = [
            self.limits.count(RateGroup.MEDIUM, caller, self._clock()) for _ in range(times)
        ]
        return [verdict is not None and verdict.allowed for verdict in verdicts]

    def remaining(self) -> int:
        verdict = self.limits.count(RateGroup.MEDIUM, CALLER, self._clock())
        assert verdict is not None
        return verdict.remaining


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def edges(tmp_path: Path, cluster: Cluster, clock: Clock) -> Iterator[list[Edge]]:
    """Three processes on one database."""
    with cluster.database() as url:
        worlds = [World(tmp_path, clock, database=url) for _ in range(3)]
        yield [Edge(world, clock) for world in worlds]
        for world in worlds:
            world.close()


def exchange(*edges: Edge) -> None:
    for edge in edges:
        asyncio.run(edge.shared.exchange())


def test_a_limit_that_one_process_reached_holds_in_the_others(edges: list[Edge]) -> None:
    """Each lets its part through; together it is the limit, and the headers say what is left."""
    first, second, third = edges
    assert all(first.ask(LIMIT // 2))
    assert all(second.ask(LIMIT // 2 - 5))
    assert all(third.ask())
    exchange(first, second, third)
    assert third.remaining() == 3
    assert third.ask(4) == [True, True, True, False]
    assert all(third.ask(LIMIT, caller=(1, 3)))


def test_without_the_exchange_each_lets_all_through(edges: list[Edge]) -> None:
    """The control: that is what the exchange is for."""
    assert all(all(edge.ask(LIMIT)) for edge in edges)


def test_a_penalty_holds_in_all_processes(edges: list[Edge], clock: Clock) -> None:
    """Who goes on asking over the limit is heard nowhere for a minute."""
    first, second, _ = edges
    first.ask(LIMIT + 1)
    second.ask()
    exchange(first, second)
    clock.pass_ms(WINDOW_MS - 1)
    assert second.ask() == [False]
    clock.pass_ms(2 * WINDOW_MS)
    assert second.ask() == [True]


def test_what_was_heard_long_ago_is_not_believed(edges: list[Edge], clock: Clock) -> None:
    """A count is asked for anew, and one of a process that died is over after a minute."""
    first, second, _ = edges
    first.ask(LIMIT)
    second.ask()
    exchange(first, second)
    assert second.ask() == [False]
    clock.pass_ms(HEARD_MS + WINDOW_MS)
    assert second.ask() == [True]
    exchange(second)
    assert second.ask() == [True]
