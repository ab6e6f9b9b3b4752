"""Settings of the connections to PostgreSQL, each seen to hold on a real cluster."""

import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner

from stopline.cli import cli
from stopline.config import Settings
from stopline.config_sources import SettingsError, load_settings
from stopline.core.errors import StoreUnavailable
from stopline.database_service import address_of
from stopline.flows.submissions import claim_submissions
from stopline.store import migrate, postgres_migration
from stopline.store.base import BaseStore
from stopline.store.migrate import Migration
from stopline.store.postgres_connection import connect
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx
from stopline.store_service import open_database
from support.certificates import signed_for
from support.postgres import Cluster, private_cluster
from support.servers import free_port
from support.world import CARRIER


@pytest.fixture
def url(cluster: Cluster) -> Iterator[str]:
    with cluster.database() as url:
        yield url


@pytest.fixture
def opened(tmp_path: Path, url: str) -> Iterator[Callable[..., BaseStore]]:
    """Opens stores with settings of the connections."""
    stores: list[BaseStore] = []

    def open_with(**settings: Any) -> BaseStore:
        stores.append(open_database(Settings(data=tmp_path, database_url=url, **settings)))
        return stores[-1]

    yield open_with
    for store in stores:
        store.close()


def connections(url: str) -> Counter[str]:
    """Open connections by what they are for."""
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "select split_part(application_name, ' ', 2), count(*) from pg_stat_activity "
            "where application_name like 'stopline %' and datname = current_database() group by 1"
        ).fetchall()
    return Counter(dict(found))


def test_a_process_opens_as_many_connections_as_it_may(
    url: str, opened: Callable[..., BaseStore]
) -> None:
    """However much waits at once; and the number of each kind is its setting."""
    store = opened(
        database_consent_connections=1,
        database_write_connections=2,
        database_read_connections=3,
    )
    lanes = (
        [lambda flow: store.transact_now(runs_as(Priority.CONSENT)(flow))] * 3
        + [store.transact_now] * 6
        + [store.read_now] * 9
    )
    most: Counter[str] = Counter()
    gathered = threading.Barrier(1 + 2 + 3 + 1)

    def wait(_tx: Tx) -> None:
        gathered.wait(20)

    def run(lane: Callable[..., Any]) -> None:
        lane(partial(wait))

    threads = [threading.Thread(target=run, args=(lane,)) for lane in lanes]
    for thread in threads:
        thread.start()
    for _ in range(3):
        gathered.wait(20)
        most |= connections(url)
    for thread in threads:
        thread.join(20)
    assert {kind: most[kind] for kind in ("consent", "writer", "reader", "node")} == {
        "consent": 1,
        "writer": 2,
        "reader": 3,
        "node": 1,
    }


def shown(store: BaseStore, name: str) -> str:
    """A setting as a transaction of the store sees it."""
    value: str = store.read_now(
        lambda tx: tx.ledger._db.connection.execute(  # type: ignore[attr-defined]
            "select current_setting(%s)", (name,)
        ).fetchone()[0]
    )
    return value


def test_a_lock_is_waited_for_as_long_as_was_said(
    url: str, opened: Callable[..., BaseStore]
) -> None:
    """Then the transaction is refused for now: a STOP is brought again."""
    store = opened(database_lock_timeout_ms=150)
    assert shown(store, "lock_timeout") == "150ms"
    held, done = threading.Event(), threading.Event()

    def hold(tx: Tx) -> None:
        tx.hold("somebody")
        held.set()
        done.wait(20)

    holder = threading.Thread(target=lambda: store.transact_now(hold))
    holder.start()
    assert held.wait(20)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable, match="lock timeout"):
        store.transact_now(lambda tx: tx.hold("somebody"))
    assert time.monotonic() - began >= 0.15
    done.set()
    holder.join(20)


def test_a_statement_takes_no_longer_than_was_said(
    tmp_path: Path, url: str, opened: Callable[..., BaseStore]
) -> None:
    """The database ends it."""
    assert shown(opened(database_statement_timeout_ms=1_500), "statement_timeout") == "1500ms"
    settings = Settings(data=tmp_path, database_url=url, database_statement_timeout_ms=1_000)
    connection = connect(address_of(settings), "test")
    with pytest.raises(psycopg.errors.QueryCanceled, match="statement timeout"):
        connection.execute("select pg_sleep(30)")
    connection.close()


def test_a_migration_may_take_longer_than_a_statement(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large table is changed at once: the limit of statements is for traffic."""
    slow = Migration(9_999, "slow", "select pg_sleep(1.2)")
    known = [*migrate.load_migrations(), slow]
    monkeypatch.setattr(migrate, "load_migrations", lambda: known)
    settings = Settings(database_url=url, database_statement_timeout_ms=1_000)
    connection = connect(address_of(settings), "test")
    assert postgres_migration.migrate(connection, 0) == [slow]
    connection.close()


WRONG = [
    ({"database_lock_timeout_ms": "7000"}, "from 100 to 6000"),
    ({"database_consent_connections": "0"}, "from 1 to 100"),
    ({"database_sslmode": "on"}, "one of allow, disable, prefer, require"),
]


@pytest.mark.parametrize("flags, message", WRONG)
def test_values_out_of_bounds_are_refused(flags: dict[str, str], message: str) -> None:
    """A lock that is waited for longer than carriers wait is no setting."""
    with pytest.raises(SettingsError) as refused:
        load_settings(flags, {})
    assert message in str(refused.value)


class SecureCluster:
    """A cluster that is reached over TLS, at localhost."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self.port = free_port()
        files = signed_for("localhost", folder / "tls")
        self.root = files[2]
        self.foreign = signed_for("localhost", folder / "other")[2]
        cluster.stop("fast")
        for path in files[:2]:
            target = cluster.data / path.name
            shutil.copy(path, target)
            target.chmod(0o600)
            shutil.chown(target, cluster.data.owner())
        with (cluster.data / "postgresql.auto.conf").open("a") as file:
            file.write(f"listen_addresses = '127.0.0.1'\nport = {self.port}\nssl = on\n")
        cluster.start()

    def url(self, host: str = "localhost") -> str:
        return f"postgresql://postgres@{host}:{self.port}/stopline_schema"


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureCluster]:
    with private_cluster() as cluster:
        yield SecureCluster(cluster, tmp_path_factory.mktemp("secure"))


def is_encrypted(settings: Settings) -> bool:
    """Whether the connection that the settings make is; raises what `connect` raises."""
    connection = connect(address_of(settings), "test")
    row = connection.execute("select ssl from pg_stat_ssl where pid = pg_backend_pid()").fetchone()
    connection.close()
    return bool(row and row[0])


def test_tls_is_what_the_setting_says(secure: SecureCluster) -> None:
    """Checked against the root and the name; encrypted without a check; not at all."""
    root = secure.root
    modes: list[tuple[dict[str, Any], bool]] = [
        ({"database_sslmode": "verify-full", "database_root_certificate": root}, True),
        ({"database_sslmode": "verify-ca", "database_root_certificate": root}, True),
        ({"database_sslmode": "require"}, True),
        ({}, True),  # PostgreSQL's own default prefers it
        ({"database_sslmode": "disable"}, False),
    ]
    for settings, expected in modes:
        assert is_encrypted(Settings(database_url=secure.url(), **settings)) is expected, settings


REFUSED = [
    ("localhost", "foreign", "verify-full", "certificate verify failed"),
    ("localhost", "foreign", "verify-ca", "certificate verify failed"),
    ("127.0.0.1", "root", "verify-full", "does not match host name"),
]


@pytest.mark.parametrize("host, root, mode, reason", REFUSED)
def test_a_certificate_that_does_not_fit_is_refused(
    secure: SecureCluster, host: str, root: str, mode: Any, reason: str
) -> None:
    """Another authority, or another name: nothing is sent to it, and the reason is said."""
    settings = Settings(
        database_url=secure.url(host),
        database_sslmode=mode,
        database_root_certificate=getattr(secure, root),
    )
    with pytest.raises(StoreUnavailable, match=reason):
        is_encrypted(settings)


def test_a_store_works_over_tls(secure: SecureCluster, tmp_path: Path) -> None:
    """Every connection it opens; and the commands take the same settings."""
    known = {
        "STOPLINE_DATABASE_URL": secure.url(),
        "STOPLINE_DATABASE_SSLMODE": "verify-full",
        "STOPLINE_DATABASE_ROOT_CERTIFICATE": str(secure.root),
        "STOPLINE_DATA": str(tmp_path),
    }
    store = open_database(load_settings({}, known).settings)
    assert store.transact_now(claim_submissions, CARRIER, 10).submissions == ()
    with psycopg.connect(secure.url(), sslmode="require") as connection:
        plain = connection.execute(
            "select count(*) from pg_stat_ssl join pg_stat_activity using (pid) "
            "where application_name like 'stopline %' and not ssl"
        ).fetchone()
    store.close()
    assert plain == (0,)
    done = CliRunner(env=known).invoke(cli, ["migrate", "--check"])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "the schema is up to date")


def test_migrate_tells_and_does(cluster: Cluster, tmp_path: Path) -> None:
    """--check changes nothing and fails while something is to be done."""
    with cluster.database("template0") as url:
        known = {"STOPLINE_DATABASE_URL": url, "STOPLINE_DATA": str(tmp_path)}
        codes = [
            CliRunner(env=known).invoke(cli, ["migrate", *words]).exit_code
            for words in (["--check"], ["--check"], [], ["--check"])
        ]
        assert codes == [1, 1, 0, 0]
