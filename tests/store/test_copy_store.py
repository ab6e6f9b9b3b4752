"""`copy-store`: an installation moves from one store to the other and back, whole or not at all."""

import json
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.config import Settings
from stopline.core.messages import MessageStatus
from stopline.flows.ledger import verify_ledger
from stopline.lockfile import DirectoryLock
from stopline.store.base import BaseStore
from stopline.store.copying import OWN_TABLES, OWN_VALUES, PostgresSide, SqliteSide
from stopline.store.nodes import count_running
from stopline.store.postgres_connection import DatabaseAddress
from stopline.store_copy import Place, copy_store
from stopline.store_service import DATABASE_NAME, open_database
from support.postgres import Cluster
from support.scale import figure
from support.world import SENDER, World, person, real_clock_ms

PEOPLE = [person(number) for number in range(30)]


class Installed(World):
    """A world in a data directory with keys of its own, on either store."""

    def __init__(self, data: Path, database: str | None = None) -> None:
        self.settings = Settings(data=data, database_url=database or "")
        super().__init__(data, real_clock_ms, database=database)

    def _open(self) -> BaseStore:
        self.settings.data.mkdir(exist_ok=True)
        return open_database(self.settings)


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as url:
        yield url


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory in which much has happened."""
    world = Installed(tmp_path / "old")
    world.send(*PEOPLE)
    world.hand_over()
    for who in PEOPLE[:10]:
        world.text(who, "STOP")
    world.text(PEOPLE[0], "START")
    world.text(PEOPLE[20], "Grüße — can you take me off your list? 😀")
    world.send(*PEOPLE[10:], body="Second text")
    world.claim(3)  # by a process that does not come back
    world.close()
    return tmp_path / "old"


def copy(source: str, target: str, data: Path) -> tuple[int, Any]:
    """What the command says: exit code, and rows by table or the error."""
    arguments = ["copy-store", "--from", source, "--to", target, "--json", "--data", str(data)]
    done = CliRunner().invoke(cli, arguments)
    if done.exit_code:
        return done.exit_code, done.stderr
    return 0, {one["table"]: one["rows"] for one in json.loads(done.stdout)}


def content(data: Path) -> dict[str, list[Any]]:
    """Every row of every table that is copied."""
    side = SqliteSide(data / DATABASE_NAME)
    found = {
        table: sorted(side.read(table, side.columns(table)), key=repr)
        for table in side.tables()
        if table not in OWN_TABLES
    }
    side.close()
    found["installation"] = [row for row in found["installation"] if row[0] not in OWN_VALUES]
    return found


def test_there_and_back_everything_is_the_same(data: Path, url: str, tmp_path: Path) -> None:
    """Each row of each table; what was claimed is uncertain, for nobody comes back for it."""
    code, rows = copy(f"sqlite:{data}", url, data)
    assert code == 0, rows
    assert rows["messages"] >= 50
    assert rows["ledger_entries"] >= 11
    before = content(data)
    code, back = copy(url, f"sqlite:{tmp_path / 'new'}", data)
    assert (code, back) == (0, rows)
    after = content(tmp_path / "new")
    differing = {table for table in before if before[table] != after[table]}
    assert differing == {"messages"}  # the three that were claimed
    assert len(set(before["messages"]) - set(after["messages"])) == 3


def test_the_moved_installation_goes_on(data: Path, url: str) -> None:
    """Who is out stays out, tokens and keys are the same, what waits leaves once."""
    assert copy(f"sqlite:{data}", url, data)[0] == 0
    world = Installed(data, url)
    assert [world.is_denied(who) for who in PEOPLE[:11]] == [False, *[True] * 9, False]
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    statuses = [m.status for m in world.messages()]
    assert statuses.count(MessageStatus.UNCERTAIN) == 3
    left = [s.recipient for s in world.hand_over() if s.text == "Second text"]
    # One of the twenty is held: a person decides on what she wrote.
    assert sorted(left) == sorted(set(PEOPLE[10:]) - {PEOPLE[20]})
    world.text(PEOPLE[1], "START")
    assert not world.is_denied(PEOPLE[1])
    world.close()


def test_a_target_with_anything_in_it_is_refused(data: Path, url: str) -> None:
    """Nothing is mixed; a copy that was made is not made twice."""
    assert copy(f"sqlite:{data}", url, data)[0] == 0
    code, error = copy(f"sqlite:{data}", url, data)
    assert code == 1
    assert "the target is not empty" in error


def test_the_file_is_no_directory(tmp_path: Path) -> None:
    """Otherwise a directory of the file's name would be made, and no server would find it."""
    there = f"sqlite:{tmp_path / DATABASE_NAME}"
    code, error = copy("postgresql:///nowhere", there, tmp_path)
    assert code == 2
    assert "name the directory" in error
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_a_server_has_is_refused(data: Path, url: str, tmp_path: Path) -> None:
    """On SQLite the directory's lock tells, on PostgreSQL the numbers of processes."""
    with DirectoryLock(data):
        code, error = copy(f"sqlite:{data}", url, data)
    assert (code, "in use" in error) == (1, True)
    assert copy(f"sqlite:{data}", url, data)[0] == 0
    world = Installed(data, url)
    code, error = copy(url, f"sqlite:{tmp_path / 'new'}", data)
    world.close()
    assert (code, "a server runs" in error) == (1, True)
    deadline = time.monotonic() + 20
    # PostgreSQL notices the end of a session by itself.
    while count_running(DatabaseAddress(url)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert copy(url, f"sqlite:{tmp_path / 'new'}", data)[0] == 0


def test_other_keys_are_refused(data: Path, url: str, tmp_path: Path) -> None:
    """The ledger's hashes would match nobody."""
    assert copy(f"sqlite:{data}", url, data)[0] == 0
    Installed(tmp_path / "other").close()
    code, error = copy(url, f"sqlite:{tmp_path / 'new'}", tmp_path / "other")
    assert (code, "key of this data directory is not the one" in error) == (1, True)


def test_a_ledger_that_does_not_verify_is_not_kept(data: Path, url: str) -> None:
    """The copy is looked at before its commit; the target stays empty and can be used."""
    connection = apsw.Connection(str(data / DATABASE_NAME))
    connection.execute("update ledger_entries set changed = 1 - changed where position = 1")
    code, error = copy(f"sqlite:{data}", url, data)
    assert (code, "the ledger does not verify in the copy" in error) == (1, True)
    connection.execute("update ledger_entries set changed = 1 - changed where position = 1")
    connection.close()
    assert copy(f"sqlite:{data}", url, data)[0] == 0


def test_a_copy_that_was_cut_off_is_made_again(data: Path, url: str) -> None:
    """Killed in the middle: nothing is there, and the same command works."""
    code = (
        "import sys, pathlib; from stopline.store_copy import *\n"
        "from stopline.config import Settings\n"
        "copying = copy_store(parse_place(sys.argv[1]), parse_place(sys.argv[2]), Settings())\n"
        "[next(copying) for _ in range(20)]\n"
        "import os; os._exit(137)"
    )
    arguments = [sys.executable, "-c", code, f"sqlite:{data}", url]
    environment = {"PYTHONPATH": ":".join(filter(None, sys.path))}
    assert subprocess.run(arguments, env=environment, check=False).returncode == 137
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from messages").fetchone() == (0,)
    assert copy(f"sqlite:{data}", url, data)[0] == 0


def test_both_sides_see_the_same_schema(data: Path, url: str) -> None:
    """Table by table and column by column, so that nothing is left out."""
    assert copy(f"sqlite:{data}", url, data)[0] == 0
    sides = SqliteSide(data / DATABASE_NAME), PostgresSide(DatabaseAddress(url))
    tables = [side.tables() for side in sides]
    assert tables[0] == tables[1]
    for table in tables[0]:
        columns = [side.columns(table) for side in sides]
        assert columns[0] == columns[1], table
    for side in sides:
        side.close()


@pytest.mark.heavy
def test_memory_does_not_grow_with_the_store(tmp_path: Path, url: str) -> None:
    """A chunk of rows at a time, both ways."""
    world = Installed(tmp_path / "old")
    count = figure(20_000, 200_000)
    for _ in range(count // 10_000):
        world.send(*(person(number) for number in range(10_000)), body="x" * 500)
    assert len(world.messages(SENDER)) > 0
    world.close()
    places = Place(directory=tmp_path / "old"), Place(url=url)
    back = Place(directory=tmp_path / "new")
    tracemalloc.start()
    settings = Settings(data=tmp_path / "old")
    rows = {one.table: one.rows for one in copy_store(*places, settings)}
    assert rows["messages"] == count
    assert sum(one.rows for one in copy_store(places[1], back, settings)) > count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
