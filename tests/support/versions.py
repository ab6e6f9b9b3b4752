"""Programs of other versions, to run beside this one on a database."""

import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import stopline
from stopline.store.migrate import load_migrations

ROOT = Path(__file__).resolve().parents[2]
_FOLDER = "src/stopline/store/migrations"


def coming_program(folder: Path) -> Path:
    """This version with one more migration: each table gets a column, messages an index, and a
    table is new. The folder for PYTHONPATH."""
    package = Path(stopline.__file__).parent
    shutil.copytree(package, folder / package.name)
    number = load_migrations()[-1].number + 1
    target = folder / package.name / "store" / "migrations" / f"{number:04}_coming.sql"
    columns = [
        f"alter table {one} add column coming text not null default '';" for one in _tables()
    ]
    more = [
        "create index messages_coming on messages (bucket, coming, id) where status = 0;",
        "create table comings (bucket smallint, id bigint, primary key (bucket, id));",
    ]
    target.write_text("\n".join([*columns, *more]) + "\n")
    return folder


def _tables() -> list[str]:
    """All that this version has."""
    script = "\n".join(migration.sql for migration in load_migrations())
    created = re.findall(r"^create table (\w+)", script, re.MULTILINE)
    return sorted(set(created))


def earlier_program(folder: Path) -> Path:
    """The last version with fewer migrations, out of this repository's history."""
    for commit in _git("log", "--format=%H", "--", _FOLDER).decode().split():
        before = f"{commit}^"
        if _is_earlier(before):
            archive = io.BytesIO(_git("archive", "--format=tar", before, "src"))
            with tarfile.open(fileobj=archive) as files:
                files.extractall(folder, filter="data")
            return folder / "src"
    raise AssertionError("the history has no earlier schema")


def _is_earlier(commit: str) -> bool:
    """Whether its migrations are the first of this version's, and not all."""
    listed = _git("ls-tree", "-r", commit, "--", _FOLDER).decode().splitlines()
    theirs = {line.rpartition("/")[2]: line.split()[2] for line in listed}
    now = _git("ls-tree", "-r", "HEAD", "--", _FOLDER).decode().splitlines()
    ours = {line.rpartition("/")[2]: line.split()[2] for line in now}
    return len(theirs) < len(ours) and theirs.items() <= ours.items()


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True)
    return done.stdout
