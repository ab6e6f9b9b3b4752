"""What refuses to start: without these, the guarantee would be a hope."""

import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from stopline.core.errors import StoreUnavailable
from stopline.keys import KeyProblem
from stopline.store import sqlite
from stopline.store.migrate import UnknownSchema
from stopline.store_service import DATABASE_NAME, open_store


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory that was used."""
    open_store(tmp_path).close()
    return tmp_path


def test_a_used_directory_opens_again(data: Path) -> None:
    """The control for everything below."""
    open_store(data).close()


class Deaf(apsw.Connection):
    """SQLite as somebody may have built it: it does not take the setting."""

    def execute(self, statement: str, *arguments: object) -> apsw.Cursor:
        if statement.startswith("pragma synchronous ="):
            statement = "pragma synchronous = normal"
        return super().execute(statement, *arguments)


def test_it_refuses_when_sqlite_does_not_sync(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is read back: a power cut would lose acknowledged STOPs."""
    monkeypatch.setattr(sqlite.apsw, "Connection", Deaf)
    with pytest.raises(StoreUnavailable, match="synchronous=1"):
        open_store(data)


def test_it_refuses_a_database_that_somebody_else_writes(data: Path) -> None:
    """Another program holds it: better no server than two writers."""
    other = apsw.Connection(str(data / DATABASE_NAME))
    other.execute("pragma journal_mode = delete")
    other.execute("begin exclusive")
    with pytest.raises(StoreUnavailable, match="locked"):
        open_store(data)
    other.close()


def test_it_refuses_a_newer_schema(data: Path) -> None:
    """An older program would not know what a newer one means."""
    connection = apsw.Connection(str(data / DATABASE_NAME))
    connection.execute("insert into schema_migrations values (9999, 'future', 'x', 0)")
    connection.close()
    with pytest.raises(UnknownSchema, match="newer"):
        open_store(data)


def test_it_refuses_an_edited_migration(data: Path) -> None:
    """What was applied is not what this program believes."""
    connection = apsw.Connection(str(data / DATABASE_NAME))
    connection.execute("update schema_migrations set checksum = 'x' where number = 1")
    connection.close()
    with pytest.raises(UnknownSchema, match="differs"):
        open_store(data)


def key_files(data: Path) -> list[Path]:
    return [path for path in data.iterdir() if not path.name.startswith(DATABASE_NAME)]


def test_it_refuses_without_the_keys_of_its_database(data: Path) -> None:
    """New keys would not find erased persons and would break every ledger row."""
    for path in key_files(data):
        path.unlink()
    with pytest.raises(KeyProblem):
        open_store(data)


def test_it_refuses_a_file_that_is_no_database(data: Path) -> None:
    """Nothing is overwritten."""
    for path in data.glob(f"{DATABASE_NAME}*"):
        path.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreUnavailable):
        open_store(data)


def serve(data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "stopline", "serve", "--data", str(data), "--port", "0"],
        env={"PYTHONPATH": ":".join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )


@pytest.mark.parametrize("name", ["file/data", "newer"])
def test_the_server_says_why_and_ends(data: Path, name: str) -> None:
    """Exit code 1 and one sentence, no traceback."""
    if name == "newer":
        connection = apsw.Connection(str(data / DATABASE_NAME))
        connection.execute("insert into schema_migrations values (9999, 'future', 'x', 0)")
        connection.close()
        done = serve(data)
    else:
        (data / "file").write_text("in the way")
        done = serve(data / name)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()
