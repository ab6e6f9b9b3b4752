"""Denials for all numbers of an account go through many buckets: they must not meet crosswise."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from stopline.core.ledger import Channel
from stopline.core.numbers import bucket_of
from stopline.flows.consent import Author
from stopline.flows.consent_changes import Change, change_consents
from support.postgres import Cluster
from support.proof import record
from support.races.play import add_number
from support.scale import figure
from support.world import World, make_inbound, person, real_clock_ms

# Two accounts, each with numbers in the same few buckets.
ACCOUNTS = (810_300_001, 810_300_002)
BUCKETS = (3, 17, 31, 48)
RUNS = figure(20, 200)
# A deadlock is noticed by PostgreSQL after a second, and its victim runs again.
DEADLOCK_S = 1.0


def numbers_in(buckets: tuple[int, ...], place: int) -> list[str]:
    """One number for each bucket."""
    found: dict[int, str] = {}
    line = 1_000 + place * 4_000
    while len(found) < len(buckets):
        number = f"+1425555{line}"
        if bucket_of(number) in buckets:
            found.setdefault(bucket_of(number), number)
        line += 1
    return [found[bucket] for bucket in buckets]


@pytest.fixture
def watch(cluster: Cluster) -> Iterator[psycopg.Connection[Any]]:
    with cluster.database() as url, psycopg.connect(url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def nodes(tmp_path: Path, watch: psycopg.Connection[Any]) -> Iterator[list[World]]:
    info = watch.info
    url = f"postgresql://postgres@/{info.dbname}?host={info.host}"
    worlds = [World(tmp_path, real_clock_ms, senders=(), database=url) for _ in range(2)]
    for place, account in enumerate(ACCOUNTS):
        for number in numbers_in(BUCKETS, place):
            worlds[0].store.transact_now(add_number, number, account, "simulated", True)
    yield worlds
    for world in worlds:
        world.close()


def deadlocks(watch: psycopg.Connection[Any]) -> int:
    watch.execute("select pg_stat_force_next_flush()")
    found = watch.execute(
        "select deadlocks from pg_stat_database where datname = current_database()"
    ).fetchone()
    return int(found[0]) if found else 0


def at_once(nodes: list[World], calls: list[partial[Any]]) -> float:
    """The longest of calls that begin together."""

    def timed(call: partial[Any]) -> float:
        began = time.monotonic()
        call()
        return time.monotonic() - began

    with ThreadPoolExecutor(len(calls)) as threads:
        return max(threads.map(timed, calls))


@pytest.mark.timeout(120 + RUNS)
def test_stops_for_all_numbers_of_two_accounts_do_not_meet_crosswise(
    nodes: list[World], watch: psycopg.Connection[Any]
) -> None:
    """Each comes in at another bucket and goes through all: in one rising order."""
    high, low = numbers_in(BUCKETS, 0)[-1], numbers_in(BUCKETS, 1)[0]
    longest_s = 0.0
    for run in range(RUNS):
        calls = [
            partial(_stop, nodes[place % 2], person(4 * run + place), number)
            for place, number in enumerate((high, low, high, low))
        ]
        longest_s = max(longest_s, at_once(nodes, calls))
        assert deadlocks(watch) == 0
    found = deadlocks(watch)
    record(
        "account-wide STOPs of two accounts at once",
        RUNS,
        deadlocks=found,
        longest_ms=round(longest_s * 1_000),
        late=0,
        lost=0,
    )
    assert all(
        nodes[0].is_denied(person(number), sender, account)
        for number in range(4)
        for place, account in enumerate(ACCOUNTS)
        if place == number % 2
        for sender in numbers_in(BUCKETS, place)
    )


def _stop(node: World, who: str, number: str) -> None:
    node.receive([make_inbound(who, "STOP", number, received_ms=real_clock_ms())])


@pytest.mark.timeout(120 + RUNS)
def test_groups_of_texts_and_denials_by_the_account_do_not_either(
    nodes: list[World], watch: psycopg.Connection[Any]
) -> None:
    """A group of texts to several numbers, a STOP for all numbers, an opt-out by the API."""
    first, second = (numbers_in(BUCKETS, place) for place in (0, 1))
    author = Author(ACCOUNTS[0], Channel.API, "test")
    for run in range(RUNS):
        people = [person(8 * run + number) for number in range(8)]
        group = [
            make_inbound(who, "STOP", number, received_ms=real_clock_ms())
            for who, number in zip(people, second, strict=False)
        ]
        changes = [Change(None, people[5], opt_out=True)]
        calls = [
            partial(nodes[0].receive, group),
            partial(_stop, nodes[1], people[6], first[-1]),
            partial(nodes[0].store.transact_now, change_consents, author, changes),
        ]
        at_once(nodes, calls)
    found = deadlocks(watch)
    record("groups and account-wide denials at once", RUNS, deadlocks=found)
    assert found == 0
