"""The schema is brought up under traffic: nobody waits for each other for ever."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from stopline.core.errors import StoreUnavailable
from stopline.store import migrate, postgres_migration
from stopline.store.migrate import Migration
from stopline.store.postgres_connection import DatabaseAddress, connect
from support.postgres import Cluster

# Tables are taken in the order of their names; traffic has the second and wants the first.
WIDE = Migration(
    9_999,
    "wide",
    "alter table batches add column x text; create index y on messages (bucket, body)",
)
WAIT = "select count(*) from pg_locks where not granted and relation = cast(%s as regclass)"


# What fails when the other was run.
AGAIN = Migration(10_000, "again", WIDE.sql)


def make_pending(patch: pytest.MonkeyPatch, *pending: Migration) -> None:
    """This version has these as well."""
    known = [*migrate.load_migrations(), *pending]
    patch.setattr(migrate, "load_migrations", lambda: known)


@pytest.fixture
def url(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A database that lacks one migration, which touches two tables."""
    with cluster.database() as it:
        make_pending(monkeypatch, WIDE)
        yield it


class Migrating(threading.Thread):
    """`stopline migrate`."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._connection = connect(DatabaseAddress(url), "test")
        self.said: object = None

    def run(self) -> None:
        try:
            self.said = postgres_migration.migrate(self._connection, 0)
        except StoreUnavailable as error:
            self.said = str(error)
        finally:
            self._connection.close()


def until_waited_for(url: str, table: str) -> None:
    """Until somebody waits for a table."""
    deadline = time.monotonic() + 30
    with psycopg.connect(url, autocommit=True) as connection:
        while True:
            row = connection.execute(WAIT, (table,)).fetchone()
            if row and row[0]:
                return
            assert time.monotonic() < deadline


def hold(traffic: psycopg.Connection[tuple[object, ...]], table: str) -> None:
    """As a statement of traffic does that writes."""
    traffic.execute(f"lock table {table} in row exclusive mode".encode())


def test_a_transaction_in_its_way_is_run_again_and_not_the_migration(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has one table and waits for the other, of a transaction that wants the first."""
    monkeypatch.setattr(postgres_migration, "ROUNDS", 1)
    migrating = Migrating(url)
    with psycopg.connect(url) as traffic:
        hold(traffic, "messages")
        migrating.start()
        until_waited_for(url, "messages")
        traffic.execute("set lock_timeout = '2s'")
        with pytest.raises((psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable)):
            hold(traffic, "batches")
        traffic.rollback()
        migrating.join(30)
    assert migrating.said == [WIDE]


def test_traffic_passes_while_a_dump_holds_a_table(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins again and again, and leaves what it has to others meanwhile."""
    monkeypatch.setattr(postgres_migration, "TABLE_TRIES", 1)
    monkeypatch.setattr(postgres_migration, "ROUNDS", 100)
    migrating = Migrating(url)
    with psycopg.connect(url) as dump, psycopg.connect(url) as traffic:
        dump.execute("lock table messages in row exclusive mode")
        migrating.start()
        for _ in range(2):
            until_waited_for(url, "messages")
            hold(traffic, "batches")
            traffic.commit()
        assert migrating.is_alive()
        dump.rollback()
        migrating.join(60)
    assert migrating.said == [WIDE]


def test_a_table_that_is_never_free_is_said(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema stays as it was."""
    monkeypatch.setattr(postgres_migration, "TABLE_TRIES", 1)
    monkeypatch.setattr(postgres_migration, "ROUNDS", 2)
    migrating = Migrating(url)
    with psycopg.connect(url) as dump:
        dump.execute("lock table batches in access share mode")
        migrating.start()
        migrating.join(30)
    assert "stays in use" in str(migrating.said)
    with psycopg.connect(url) as connection:
        assert postgres_migration.find_pending(connection) == [WIDE]


def test_an_upgrade_that_fails_midway_leaves_everything_as_it_was(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is pending is one transaction."""
    make_pending(monkeypatch, AGAIN)
    migrating = Migrating(url)
    migrating.start()
    migrating.join(30)
    assert "already exists" in str(migrating.said)
    with psycopg.connect(url) as connection:
        assert postgres_migration.find_pending(connection) == [WIDE, AGAIN]
        with pytest.raises(psycopg.errors.UndefinedColumn):
            connection.execute("select x from batches")
