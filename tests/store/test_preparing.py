"""A statement is planned once, whatever is bound to it later."""

from collections.abc import Callable
from pathlib import Path

import apsw
import pytest

from stopline.store.database import rows
from stopline.store.sqlite import SqliteDatabase, connect
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
