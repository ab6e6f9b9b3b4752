"""Two versions on one database: an older one that keeps the gate in another way does not send."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stopline.core.carriage import Submission
from stopline.core.errors import StoreUnavailable
from stopline.flows.submissions import claim_submissions, recheck_claim
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.postgres_gate import raise_protocol
from support.postgres import Cluster
from support.world import CARRIER, KEYS, World, person, real_clock_ms

ANN, BEN = person(1), person(2)
NEXT_PROTOCOL = 2


class NextWorld(World):
    """A process of a coming version, which keeps the gate in another way."""

    def _open(self) -> PostgresStore:
        assert self.database is not None
        address = DatabaseAddress(self.database)
        return PostgresStore(
            address, KEYS, recheck=recheck_claim, protocol=NEXT_PROTOCOL, clock_ms=self.clock
        )


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as url:
        yield url


@pytest.fixture
def old(tmp_path: Path, url: str) -> Iterator[World]:
    """A process of this version, which started before the upgrade."""
    world = World(tmp_path, real_clock_ms, database=url)
    yield world
    world.close()


def upgrade(tmp_path: Path, url: str) -> World:
    return NextWorld(tmp_path, real_clock_ms, database=url)


def test_an_older_program_refuses_to_send_and_says_why(
    tmp_path: Path, url: str, old: World
) -> None:
    """S29: what it had claimed stays, what is queued stays, and the new one sends both."""
    old.send(ANN, BEN)
    claim = old.claim(1)
    new = upgrade(tmp_path, url)
    with pytest.raises(StoreUnavailable, match="by protocol 2, this program by 1: run the version"):
        old.pass_gate(claim)
    with pytest.raises(StoreUnavailable, match="protocol 2"):
        old.store.transact_now(claim_submissions, CARRIER, 10)
    new.put_back(claim.submissions)
    assert {s.recipient for s in new.hand_over()} == {ANN, BEN}
    new.close()


def test_before_the_upgrade_it_sends(old: World) -> None:
    """The control."""
    old.send(ANN)
    assert [s.recipient for s in old.hand_over()] == [ANN]


def test_an_older_program_stores_no_stop_that_a_newer_one_would_not_see(
    tmp_path: Path, url: str, old: World
) -> None:
    """Its locks are not the new ones': the carrier hears "not now", and the new one stores it."""
    new = upgrade(tmp_path, url)
    with pytest.raises(StoreUnavailable, match="protocol 2"):
        old.text(ANN, "STOP")
    assert not new.is_denied(ANN)
    new.text(ANN, "STOP")
    assert new.is_denied(ANN)
    new.close()


def test_the_change_waits_for_hand_overs_of_the_old_way(url: str, old: World) -> None:
    """No hand-over of the old way is open when the first one of the new way begins."""
    old.send(ANN)
    connection = connect(DatabaseAddress(url), "test")
    change = threading.Thread(target=raise_protocol, args=(connection, NEXT_PROTOCOL))
    waited: list[bool] = []

    def while_open(_left: list[Submission]) -> None:
        change.start()
        waited.append(_is_waited_for(url, change))

    old.pass_gate(old.claim(), during=while_open)
    change.join(20)
    connection.close()
    assert waited == [True]
    with pytest.raises(StoreUnavailable, match="protocol 2"):
        old.claim()


def _is_waited_for(url: str, thread: threading.Thread) -> bool:
    """Whether somebody waits for an advisory lock before the thread has ended."""
    with psycopg.connect(url, autocommit=True) as connection:
        while thread.is_alive():
            found = connection.execute(
                "select 1 from pg_locks where locktype = 'advisory' and not granted"
            )
            if found.fetchone():
                return True
    return False


def test_a_database_of_a_newer_version_lets_an_older_program_do_the_rest(
    tmp_path: Path, url: str, old: World
) -> None:
    """Side by side: applications are answered by both while the processes are exchanged."""
    new = upgrade(tmp_path, url)
    old.send(ANN)
    new.send(BEN)
    assert len(old.messages()) == len(new.messages()) == 2
    assert asyncio.run(old.store.read(lambda tx: tx.installation.why_shut())) is not None
    assert asyncio.run(new.store.read(lambda tx: tx.installation.why_shut())) is None
    new.close()
