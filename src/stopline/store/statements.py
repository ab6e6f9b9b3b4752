"""The named SQL: one text for every database, with one place where a dialect differs.

A statement file holds blocks of `-- name: verb_noun`, a sentence of comment, the SQL. Parameters
are `:named`. A list parameter is a JSON array of arrays, unfolded by

    @rows(items: id integer, reference text)

into a row source with these columns. One statement then serves a group of any size, and its work
happens in the database with Python's lock released: row-by-row execution took a hundred times
longer beside a busy thread when it was measured.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

# More rows than any group has: the largest slice of a batch is 1,000, an import's is 10,000.
# The limit also keeps the planner from turning the join around (it then scanned the table).
MAX_ROWS = 100_000

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_ROWS = re.compile(r"@rows\((\w+): ([^)]*)\)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its name and the sentence that says what it is for."""

    name: str
    purpose: str
    sql: str


def _rows_for_sqlite(match: re.Match[str]) -> str:
    parameter, columns = match.groups()
    names = [column.split()[0] for column in columns.split(",")]
    extracts = ", ".join(f"value ->> {index} as {name}" for index, name in enumerate(names))
    return f"(select {extracts} from json_each(:{parameter}) limit {MAX_ROWS})"  # noqa: S608 - from our own files


def _parse(text: str) -> list[Statement]:
    parts = _NAME.split(text)[1:]
    statements = []
    for name, block in zip(parts[::2], parts[1::2], strict=True):
        lines = block.strip().splitlines()
        purpose = [line[3:] for line in lines if line.startswith("-- ")]
        sql = "\n".join(line for line in lines if not line.startswith("--"))
        statements.append(Statement(name, " ".join(purpose), sql.strip().rstrip(";")))
    return statements


@cache
def load_statements() -> dict[str, Statement]:
    """Every named statement, unexpanded, by name. Raises ValueError when a name is used twice."""
    found: dict[str, Statement] = {}
    for entry in sorted(files("stopline.store").joinpath("sql").iterdir(), key=lambda e: e.name):
        for statement in _parse(entry.read_text("utf-8")):
            if statement.name in found:
                raise ValueError(f"two statements are named {statement.name}")
            found[statement.name] = statement
    return found


@cache
def sqlite_statements() -> dict[str, str]:
    """The text SQLite runs, by name."""
    return {
        name: _ROWS.sub(_rows_for_sqlite, statement.sql)
        for name, statement in load_statements().items()
    }
