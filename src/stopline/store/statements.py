"""The named SQL: one text for every database, with slots where the dialects differ.

A statement file holds blocks of `-- name: verb_noun`, a sentence of comment, the SQL. Parameters
are `:named`. A list parameter is a JSON array of arrays, unfolded by

    @rows(items: id integer, reference text)

into a row source with these columns. One statement then serves a group of any size, and its work
happens in the database with Python's lock released: row-by-row execution took a hundred times
longer beside a busy thread when it was measured.

    @each messages m where m.bucket = :bucket and m.id = r.id @end

joins a table to such rows so that for each row its index is asked, whatever the planner believes.

    @lock(m)          the rows of `m` are this transaction's until its end
    @skip_locked(m)   the same, and rows that another transaction holds are passed over

stand at the end of a select. SQLite has one writer, so there they say nothing.

A list that is also read from its other end, for going back a page, is written once, with

    @desc             after each column of its order
    @before           where a row comes before the place that the page begins at

and has a twin by the name of `…_upward` with these turned round.
"""

import re
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files

# More rows than any group has: the largest slice of a batch is 1,000, an import's is 10,000.
# The limit also keeps the planner from turning the join around (it then scanned the table).
MAX_ROWS = 100_000

# Rows of one insert that are bound as values: a group is cut into the largest of these that fit.
# The text of such a statement must stay below 16 KiB, or it is parsed anew each time.
VALUES_ROWS = (64, 16, 4, 1)

_UPWARD = "_upward"
_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_ROWS = re.compile(r"@rows\((\w+): ([^)]*)\)")
_EACH = re.compile(r"@each (\w+) (\w+) where (.*?) @end", re.DOTALL)
_LOCK = re.compile(r"@(lock|skip_locked)\((\w+)\)")
# A parameter, or what may hold a colon that is none.
_TOKEN = re.compile(r"'[^']*'|--[^\n]*|::|:(\w+)")


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement with its name and the sentence that says what it is for."""

    name: str
    purpose: str
    sql: str


def _rows_for_sqlite(match: re.Match[str]) -> str:
    parameter, columns = match.groups()
    extracts = ", ".join(
        f"value ->> {index} as {name}" for index, (name, _) in enumerate(_columns(columns))
    )
    return f"(select {extracts} from json_each(:{parameter}) limit {MAX_ROWS})"  # noqa: S608 - from our own files


def _columns(text: str) -> list[tuple[str, str]]:
    pairs = [column.split() for column in text.split(",")]
    return [(name, kind) for name, kind in pairs]


def _rows_for_postgres(match: re.Match[str]) -> str:
    """Whole numbers are bigint whatever the column is: an index takes them all the same.

    The condition always holds. It makes the planner expect a single row, so that it walks these
    rows and asks the index of what is joined, and never the other way round.
    """
    parameter, columns = match.groups()
    extracts = ", ".join(
        f"j.item ->> {index} as {name}"
        if kind == "text"
        else f"cast(j.item ->> {index} as bigint) as {name}"
        for index, (name, kind) in enumerate(_columns(columns))
    )
    source = f"jsonb_array_elements(cast(:{parameter} as jsonb)) as j (item)"
    return (
        f"(select {extracts} from {source} "  # noqa: S608 - from our own files
        f"where jsonb_typeof(j.item) = 'array' limit {MAX_ROWS})"
    )


def _lock_for_postgres(match: re.Match[str]) -> str:
    skip = " skip locked" if match[1] == "skip_locked" else ""
    return f"for update of {match[2]}{skip}"


def _placeholder(match: re.Match[str]) -> str:
    return f"%({match[1]})s" if match[1] else match[0]


def to_sqlite(sql: str) -> str:
    """A statement with its slots filled for SQLite."""
    joined = _EACH.sub(r"cross join \1 \2 on (\3)", sql)
    return _LOCK.sub("", _ROWS.sub(_rows_for_sqlite, joined))


def to_postgres(sql: str) -> str:
    """A statement with its slots filled and its parameters named for PostgreSQL."""
    # The offset keeps the planner from turning the join around.
    joined = _EACH.sub(r"cross join lateral (select * from \1 \2 where \3 offset 0) \2", sql)
    filled = _LOCK.sub(_lock_for_postgres, _ROWS.sub(_rows_for_postgres, joined))
    return _TOKEN.sub(_placeholder, filled.replace("%", "%%"))


def directed(name: str, *, upward: bool) -> str:
    """The name of a list's statement, or of its twin that reads from the older end."""
    return f"{name}{_UPWARD}" if upward else name


def _directions(statement: Statement) -> list[Statement]:
    """A statement, and its twin that reads from the other end where it has one."""
    if "@desc" not in statement.sql:
        return [statement]
    name, purpose, sql = statement.name, statement.purpose, statement.sql
    upward = sql.replace(" @desc", "").replace("@before", ">")
    return [
        Statement(name, purpose, sql.replace("@desc", "desc").replace("@before", "<")),
        Statement(name + _UPWARD, f"{purpose} Read from the older end: for going back.", upward),
    ]


def _parse(text: str) -> list[Statement]:
    parts = _NAME.split(text)[1:]
    statements: list[Statement] = []
    for name, block in zip(parts[::2], parts[1::2], strict=True):
        lines = block.strip().splitlines()
        purpose = [line[3:] for line in lines if line.startswith("-- ")]
        sql = "\n".join(line for line in lines if not line.startswith("--"))
        written = Statement(name, " ".join(purpose), sql.strip().rstrip(";"))
        statements += _directions(written)
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
    return {name: to_sqlite(statement.sql) for name, statement in load_statements().items()}


@cache
def values_statement(name: str, count: int) -> tuple[str, tuple[str, ...]]:
    """An insert for SQLite whose row source is so many rows of values, bound by their places
    after what all rows share; and the names of that, in the order of its places."""
    sql = load_statements()[name].sql
    shared = dict.fromkeys(m[1] for m in _TOKEN.finditer(_ROWS.sub("", sql)) if m[1])
    return _ROWS.sub(partial(_values_for_sqlite, count), sql), tuple(shared)


def _values_for_sqlite(count: int, match: re.Match[str]) -> str:
    columns = _columns(match[2])
    names = ", ".join(f"column{at} as {name}" for at, (name, _) in enumerate(columns, start=1))
    tuples = ", ".join([f"({', '.join('?' * len(columns))})"] * count)
    return f"(select {names} from (values {tuples}))"  # noqa: S608 - from our own files


@cache
def insert_of_many(
    table: str, shared: tuple[str, ...], columns: tuple[str, ...]
) -> tuple[str, str]:
    """An insert for SQLite, up to its rows, and one row with the comma behind it. What all rows
    share is bound once, before them."""
    names = ", ".join((*shared, *columns))
    own = ", ".join(f"column{at}" for at, _ in enumerate(columns, start=1))
    select = f"select {', '.join('?' * len(shared))}, {own}"
    head = f"insert into {table} ({names}) {select} from (values "
    return head, f"({','.join('?' * len(columns))}),"


@cache
def postgres_statements() -> dict[str, str]:
    """The text PostgreSQL runs, by name."""
    return {name: to_postgres(statement.sql) for name, statement in load_statements().items()}
