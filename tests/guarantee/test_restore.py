"""A restored backup: the ledger verifies, and what was sent since is not sent again unasked."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest

from stopline.flows.ledger import verify_ledger
from stopline.flows.restoring import (
    COPIED_MS,
    RestoredCopy,
    accept_copy,
    adopt_database,
    begin_close,
    close_waiting,
    look_at_copy,
)
from stopline.store.sqlite_backup import back_up
from stopline.testing import ServerFailed, StoplineServer
from support.api import Api
from support.postgres import Cluster
from support.world import Clock, World, person

ANN, BEN, *OTHERS = (person(number) for number in range(1, 8))
BUCKETS = range(64)

# What makes a backup of a world, and opens the world that was restored from it.
Restore = Callable[[Callable[[], None]], World]


def before(world: World) -> None:
    """Ann is out, the reply to her was claimed; seven messages wait."""
    world.store.transact_now(adopt_database, world.store.identity)
    world.text(ANN, "STOP")
    world.send(BEN)
    world.store.gate.end_claim(world.claim(1).gate_number)
    world.send(ANN, BEN, *OTHERS)


@contextmanager
def sqlite_restored(world: World, folder: Path) -> Iterator[Callable[[], World]]:
    back_up(world.path, folder / "copy.db", COPIED_MS, world.clock())

    def restore() -> World:
        (folder / "restored").mkdir()
        shutil.copy(folder / "copy.db", folder / "restored" / "stopline.db")
        return World(folder / "restored", world.clock)

    yield restore


@contextmanager
def postgres_restored(world: World, cluster: Cluster) -> Iterator[Callable[[], World]]:
    dump = cluster.dump(world.database)
    with cluster.empty_database() as url:

        def restore() -> World:
            cluster.restore(dump, url)
            return World(world.path.parent, world.clock, database=url)

        yield restore


@pytest.fixture
def copied(
    tmp_path: Path, clock: Clock, database: str | None, request: pytest.FixtureRequest
) -> Iterator[World]:
    """A world restored from a backup after which everything that waited was sent."""
    world = World(tmp_path, clock, database=database)
    before(world)
    if database is None:
        making = sqlite_restored(world, tmp_path)
    else:
        making = postgres_restored(world, request.getfixturevalue("cluster"))
    with making as restore:
        assert {s.recipient for s in world.hand_over()} >= {BEN, *OTHERS}
        world.close()
        copy = restore()
        yield copy
        copy.close()


def leave(world: World) -> list[str]:
    """Everything that a server would send from now on, resent uncertain ones included."""
    world.clock.pass_ms(600_000)
    return [submission.recipient for submission in world.hand_over()]


def close(world: World) -> int:
    """As `stopline restored --close`."""
    while world.store.transact_now(begin_close):
        pass
    closed = [world.store.transact_now(close_waiting, bucket) for bucket in BUCKETS]
    world.store.transact_now(accept_copy, world.store.identity)
    return sum(closed)


def test_a_copy_is_seen_and_nothing_starts(copied: World) -> None:
    """The database says that it is a copy until somebody decides."""
    for _ in range(2):
        with pytest.raises(RestoredCopy, match="restored --close"):
            copied.store.transact_now(adopt_database, copied.store.identity)
    waiting = copied.store.read_now(look_at_copy, copied.store.identity)
    assert (waiting.is_copy, waiting.queued) == (True, 7)


def test_the_ledger_of_a_copy_verifies(copied: World) -> None:
    """And whoever was out at the time of the backup is out."""
    assert copied.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert copied.is_denied(ANN)


def test_what_was_closed_is_never_sent(copied: World) -> None:
    """Queued and claimed alike; their batches are complete, new messages go."""
    assert close(copied) == 1 + 7
    copied.store.transact_now(adopt_database, copied.store.identity)
    assert leave(copied) == []
    batch = next(m.batch_id for m in copied.messages() if m.batch_id)
    assert copied.store.read_now(
        lambda tx: tx.batches.read_many(tx.senders.list_all()[0].bucket, [batch])
    )[0].completed
    copied.send(BEN)
    assert leave(copied) == [BEN]


def test_what_is_to_be_sent_is_sent_once_more(copied: World) -> None:
    """The control: who says so gets the copies that closing prevents; nobody who is out does."""
    copied.store.transact_now(accept_copy, copied.store.identity)
    copied.store.transact_now(adopt_database, copied.store.identity)
    assert set(leave(copied)) == {BEN, *OTHERS}


def test_a_database_that_was_not_restored_starts(world: World) -> None:
    """Again and again; a restart is no restoration."""
    for _ in range(2):
        world.store.transact_now(adopt_database, world.store.identity)
        world.restart()
    assert not world.store.read_now(look_at_copy, world.store.identity).is_copy


def test_a_backup_never_replaces_another(tmp_path: Path, clock: Clock) -> None:
    """Nor does it leave half a file."""
    world = World(tmp_path, clock)
    target = tmp_path / "copy.db"
    assert back_up(world.path, target, COPIED_MS, 0) == target.stat().st_size
    with pytest.raises(FileExistsError):
        back_up(world.path, target, COPIED_MS, 0)
    assert [path.name for path in tmp_path.glob("copy*")] == ["copy.db"]
    world.close()


# With a real server.


def stopline(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "stopline", *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def received(server: StoplineServer, people: list[str]) -> Counter[str]:
    """How many copies each person's handset has."""
    texts = [text for one in people for text in server.handset_messages(one)]
    return Counter(text.recipient for text in texts)


def test_a_server_restored_from_its_backup_sends_nothing_twice(tmp_path: Path) -> None:
    """Backup while it sends, everything sent, restored: refused, then closed, then quiet."""
    people = [person(number) for number in range(10, 40)]
    server = StoplineServer(tmp_path / "data", {"simulator_throughput": 2})
    server.start()
    api = Api(int(server.url.rsplit(":", 1)[1]), asdict(server.credentials))
    api.log_in()
    (sender, *_) = server.credentials.senders
    assert api.send(sender, people).status == 201
    stopline("backup", tmp_path / "copy.db", "--data", server.data)
    server.stop()
    server = StoplineServer(tmp_path / "data")
    server.start()
    for one in people:
        server.wait_for_message(one)
    server.stop()
    for name in ("stopline.db", "stopline.db-wal", "stopline.db-shm"):
        (server.data / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", server.data / "stopline.db")
    with pytest.raises(ServerFailed, match="restored copy"):
        server.start()
    server.close()
    told = json.loads(stopline("restored", "--close", "--json", "--data", server.data))
    assert (told["is_copy"], told["may_start"]) == (True, True)
    assert told["closed"] > len(people) // 2
    server = StoplineServer(tmp_path / "data")
    with server:
        api = Api(int(server.url.rsplit(":", 1)[1]), asdict(server.credentials))
        api.log_in()
        late = person(99)
        api.send(sender, [late])
        server.wait_for_message(late)
        assert set(received(server, people).values()) == {1}
    verified = stopline("ledger", "verify", "--json", "--data", server.data)
    assert json.loads(verified)["faults"] == 0
