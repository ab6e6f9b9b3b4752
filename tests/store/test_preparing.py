"""A statement is planned once, whatever is bound to it later."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from stopline.store.database import rows
from stopline.store.sqlite import SqliteDatabase, connect
from stopline.store.statements import VALUES_ROWS, values_statement
from support.schema import put_empty_store


def _planned_again(connection: apsw.Connection) -> bool:
    """Whether SQLite planned `read_consents` anew when other persons were asked for: planning asks
    the authorizer, running does not."""
    asked: list[int] = []

    def note(action: int, *_: object) -> int:
        asked.append(action)
        return apsw.SQLITE_OK

    connection.authorizer = note
    database = SqliteDatabase(connection)
    planned = []
    for bucket in range(2):
        database.all("read_consents", bucket=bucket, keys=rows([(0, "+12025550142", f"+{bucket}")]))
        planned.append(len(asked))
    assert planned[0] > 0
    return planned[1] > planned[0]


def _keep(connection: apsw.Connection) -> None:
    """As `connect` made it."""


def _plan_by_values(connection: apsw.Connection) -> None:
    """SQLite's default, as the control: its plans follow the values that are bound."""
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 0)


@pytest.mark.parametrize(
    ("change", "expected"), [(_keep, False), (_plan_by_values, True)], ids=["ours", "control"]
)
def test_other_values_need_no_other_plan(
    tmp_path: Path, change: Callable[[apsw.Connection], None], expected: bool
) -> None:
    """Planning took longer than running, for each of a STOP's twenty statements."""
    path = tmp_path / "stopline.db"
    put_empty_store(path)
    connection = connect(path, writable=True)
    change(connection)
    assert _planned_again(connection) is expected
    connection.close()


@pytest.mark.parametrize("count", [1, 3, 21, 64, 155])
def test_a_group_of_any_size_is_inserted_whole(tmp_path: Path, count: int) -> None:
    """It is cut into pieces of few sizes; none is lost or doubled, and each has what they share."""
    path = tmp_path / "stopline.db"
    put_empty_store(path)
    connection = connect(path, writable=True)
    items = [(n, 7, 1, "label", f"subject {n}", "{}") for n in range(count)]
    SqliteDatabase(connection).insert("add_deliveries", items, now_ms=5, bucket=3, account_id=9)
    found = connection.execute(
        "select id, subject, bucket, account_id, created_ms from deliveries order by id"
    ).fetchall()
    assert found == [(n, f"subject {n}", 3, 9, 5) for n in range(count)]
    connection.close()


def test_shared_values_are_bound_in_the_order_of_their_places() -> None:
    """They may be named in any order."""
    _, names = values_statement("add_deliveries", VALUES_ROWS[0])
    assert names == ("bucket", "account_id", "now_ms")
