"""Upgrades: data of every earlier version is taken over; what is unknown is refused."""

from pathlib import Path

import apsw
import pytest

from stopline.core.errors import StoreUnavailable
from stopline.core.messages import MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.store import migrate
from stopline.store.migrate import Migration, UnknownSchema, load_migrations
from stopline.store.sqlite import SqliteStore
from support.world import KEYS, SENDER, World, person

DUMPS = sorted((Path(__file__).parents[1] / "data").glob("schema-*.sql"))
BUCKET = bucket_of(SENDER)


def load(dump: Path, folder: Path) -> None:
    """The data directory as the earlier version left it."""
    connection = apsw.Connection(str(folder / "stopline.db"))
    connection.execute(dump.read_text())
    connection.close()


def edit(path: Path, sql: str) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()


def schema(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Tables with their columns, and indexes."""
    connection = apsw.Connection(str(path))
    names = connection.execute("select name, type from sqlite_master").fetchall()
    found = {
        name: connection.execute(
            f"pragma {'table' if kind == 'table' else 'index'}_info({name})"
        ).fetchall()
        for name, kind in names
    }
    connection.close()
    return found


def test_there_are_dumps_of_earlier_versions() -> None:
    """Without one nothing is proved."""
    assert [path.name for path in DUMPS][:1] == ["schema-3.sql"]


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_filled_data_is_taken_over(dump: Path, tmp_path: Path) -> None:
    """Consent, ledger and messages are there, the ledger verifies, and the work goes on."""
    load(dump, tmp_path)
    world = World(tmp_path)
    assert [world.is_denied(person(n)) for n in range(1, 6)] == [True, True, False, False, False]
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    assert world.store.read_now(compare_with_ledger, BUCKET) == []
    assert world.store.read_now(lambda tx: tx.ledger.head(BUCKET)[0]) == 4
    world.clock.pass_ms(60_000)
    assert person(4) in {submission.recipient for submission in world.hand_over()}
    world.text(person(4), "STOP")
    batch = world.send(person(4), person(3))
    assert [m.status for m in world.messages()[-2:]] == [
        MessageStatus.SENDING_FAILED,
        MessageStatus.QUEUED,
    ]
    assert batch.batch_size == 2
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []
    world.close()


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_an_upgraded_schema_is_a_new_one(dump: Path, tmp_path: Path) -> None:
    """Table by table, column by column: no difference to a fresh database."""
    (tmp_path / "old").mkdir()
    (tmp_path / "new").mkdir()
    load(dump, tmp_path / "old")
    found = []
    for name in ("old", "new"):
        path = tmp_path / name / "stopline.db"
        SqliteStore(path, KEYS).close()
        found.append(schema(path))
    assert found[0] == found[1]


def test_an_upgrade_is_written_down_once(tmp_path: Path) -> None:
    """Each migration with its checksum; a second start runs none."""
    load(DUMPS[0], tmp_path)
    path = tmp_path / "stopline.db"
    for _ in range(2):
        SqliteStore(path, KEYS).close()
    connection = apsw.Connection(str(path))
    rows = connection.execute("select number, checksum from schema_migrations order by number")
    assert rows.fetchall() == [(m.number, m.checksum) for m in load_migrations()]
    connection.close()


REFUSED = [
    ("update schema_migrations set checksum = 'x' where number = 1", "migration 1 differs"),
    ("insert into schema_migrations values (9999, 'later', 'x', 0)", "newer Stopline"),
]


@pytest.mark.parametrize("sql, reason", REFUSED)
def test_an_unknown_schema_is_refused_and_left_alone(tmp_path: Path, sql: str, reason: str) -> None:
    """In doubt nothing is opened, so nothing is sent; the file stays as it is."""
    load(DUMPS[0], tmp_path)
    path = tmp_path / "stopline.db"
    edit(path, sql)
    before = schema(path)
    with pytest.raises(UnknownSchema, match=reason):
        SqliteStore(path, KEYS)
    assert schema(path) == before


def test_an_upgrade_that_fails_midway_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is pending is one transaction."""
    path = tmp_path / "stopline.db"
    SqliteStore(path, KEYS).close()
    before = schema(path)
    known = [
        *load_migrations(),
        Migration(9_998, "good", "create table good (id bigint)"),
        Migration(9_999, "bad", "create table good (id bigint)"),
    ]
    monkeypatch.setattr(migrate, "load_migrations", lambda: known)
    with pytest.raises((StoreUnavailable, apsw.Error)):
        SqliteStore(path, KEYS)
    assert schema(path) == before


def test_numbers_of_migrations_have_no_gap() -> None:
    """They are applied in order, so the order is plain to see."""
    assert [m.number for m in load_migrations()] == list(range(1, len(load_migrations()) + 1))
