"""R22: an upgrade of a large installation, killed again and again, loses nothing."""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw
import psycopg
import pytest

from stopline.core.numbers import bucket_of
from stopline.keys import load_or_make_keys
from stopline.store.migrate import CREATE_TABLE, Migration, load_migrations
from stopline.store.postgres_migration import to_postgres_schema
from support.nursery import Nursery
from support.postgres import Cluster, private_cluster
from support.proof import record
from support.scale import SCALE, figure
from support.world import ACCOUNT, SENDER

ROWS = 1_000_000 if SCALE >= 10 else 20_000
KILLS = figure(ci=3, full=20)
# The schema before queues had lanes: what follows touches every index of what is queued.
OLD = load_migrations()[:14]
# A minute is the aim for a million of each; a busy machine gets more.
LIMIT_SECONDS = 300.0
_NUMBERS = f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {ROWS})"
_BUCKET = bucket_of(SENDER)
FILL = (
    f"""insert into senders (number, id, account_id, bucket, label, country, kind, features,
        carrier, reply_settings, status, since_ms, created_ms)
    values ('{SENDER}', 1, {ACCOUNT}, {_BUCKET}, '', 'US', 'local', '["a2p"]', 'simulated', '{{}}',
        'active', 0, 0)""",
    f"""insert into messages (bucket, id, account_id, sender, recipient, direction, purpose, status,
        body, segment_count, cost_micros, generation, priority, due_ms, attempt, created_ms,
        updated_ms)
    {_NUMBERS} select {_BUCKET}, i, {ACCOUNT}, '{SENDER}', '+1415' || (2000000 + i), 0, 0,
        case i % 5 when 0 then 0 when 1 then 3 else 4 end, 'Hello', 1, 7000, 0, 1, i, 0, i, i
    from n""",
    f"""insert into consents (bucket, scope_kind, scope, recipient, account_id, denied, generation,
        denials, source, changed_ms, ledger_position)
    {_NUMBERS} select {_BUCKET}, 0, '{SENDER}', '+1312' || (2000000 + i), {ACCOUNT}, 1, 1,
        '[{{"source":"recipient","since_ms":1}}]', 'recipient', i, i
    from n""",
)
SUMS = (
    """select count(*), sum(id), sum(status * (id % 977)), min(recipient), max(recipient)
    from messages""",
    """select count(*), sum(changed_ms), sum(denied), min(recipient), max(recipient), min(denials)
    from consents""",
)


def _script(text: str) -> list[str]:
    return [CREATE_TABLE, *(m.sql for m in OLD), *map(_noted, OLD), *FILL, text]


def _noted(one: Migration) -> str:
    values = f"{one.number}, '{one.name}', '{one.checksum}', 0"
    return f"insert into schema_migrations (number, name, checksum, applied_ms) values ({values})"


@dataclass(frozen=True)
class Home:
    """Where one copy of the installation lies. `database`: None is SQLite."""

    data: Path
    database: str | None

    @property
    def environment(self) -> dict[str, str]:
        """For a command that works on it."""
        found = {"STOPLINE_DATA": str(self.data)}
        return found | ({"STOPLINE_DATABASE_URL": self.database} if self.database else {})

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """What it holds."""
        if self.database is not None:
            with psycopg.connect(self.database) as connection:
                return connection.execute(query.encode()).fetchall()
        connection = apsw.Connection(str(self.data / "stopline.db"))
        try:
            return list(connection.execute(query))
        finally:
            connection.close()

    def sums(self) -> list[list[tuple[Any, ...]]]:
        """Counts and sums of all rows."""
        return [[tuple(map(str, row)) for row in self.ask(query)] for query in SUMS]

    def applied(self) -> int:
        """How many migrations were run."""
        return int(self.ask("select count(*) from schema_migrations")[0][0])


class Homes:
    """The filled installation, and copies of it."""

    def __init__(self, folder: Path, cluster: Cluster | None) -> None:
        self._folder, self._cluster = folder, cluster
        (folder / "filled").mkdir()
        load_or_make_keys(folder / "filled", database_exists=False)
        if cluster is None:
            self._fill_sqlite(folder / "filled")
        else:
            self._fill_postgres(cluster)

    def _fill_sqlite(self, data: Path) -> None:
        connection = apsw.Connection(str(data / "stopline.db"))
        connection.execute("pragma journal_mode = wal")
        connection.execute("begin")
        for text in _script("commit"):
            connection.execute(text)
        connection.close()

    def _fill_postgres(self, cluster: Cluster) -> None:
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("create database filled")
        with psycopg.connect(cluster.url("filled")) as connection:
            for text in _script("analyze"):
                connection.execute(to_postgres_schema(text).encode())

    @contextmanager
    def copy(self) -> Iterator[Home]:
        """A fresh copy."""
        data = self._folder / "copy"
        shutil.copytree(self._folder / "filled", data)
        try:
            if self._cluster is None:
                yield Home(data, None)
            else:
                with self._cluster.database("filled") as url:
                    yield Home(data, url)
        finally:
            shutil.rmtree(data)


@pytest.fixture(params=["sqlite", "postgres"])
def homes(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Homes]:
    """A large installation of an older version, on each store."""
    if request.param == "sqlite":
        yield Homes(tmp_path, None)
        return
    if SCALE < 10:
        yield Homes(tmp_path, request.getfixturevalue("cluster"))
        return
    with private_cluster({"max_wal_size": "4GB"}, parent=Path("/tmp")) as cluster:
        yield Homes(tmp_path, cluster)


def _run(nursery: Nursery, home: Home, log: Path) -> float:
    began = time.monotonic()
    assert nursery.start(["migrate"], home.environment, log).until_gone(600), log.read_text()
    return time.monotonic() - began


@pytest.mark.heavy
@pytest.mark.timeout(600)
def test_a_large_upgrade_that_is_killed_loses_nothing(homes: Homes, tmp_path: Path) -> None:
    """Killed at any moment the schema is the old one or the new one; in the end every row is there
    as it was, and the work goes on."""
    dice, nursery, log = random.Random(22), Nursery(), tmp_path / "log"
    done = len(load_migrations())
    with homes.copy() as home:
        seconds = _run(nursery, home, log)
        assert home.applied() == done, log.read_text()
    kills, longest = 0, seconds
    while kills < KILLS:
        with homes.copy() as home:
            before = home.sums()
            while kills < KILLS and home.applied() == len(OLD):
                child = nursery.start(["migrate"], home.environment, log)
                if child.until_gone(dice.uniform(0.1, 0.9) * longest):
                    longest *= 0.8
                else:
                    kills += 1
                child.kill()
                assert home.applied() in (len(OLD), done)
                assert home.sums() == before
            _run(nursery, home, log)
            assert home.applied() == done
            assert home.sums() == before
            # What was queued waits in a queue of its own.
            assert home.ask("select min(next_due_ms) from sender_queues") == [(5,)]
    nursery.close()
    record(
        f"R22 upgrade of {ROWS:,} opt-outs and messages killed on "
        + ("SQLite" if home.database is None else "PostgreSQL"),
        kills,
        lost=0,
        seconds=round(seconds, 1),
    )
    assert seconds < LIMIT_SECONDS
