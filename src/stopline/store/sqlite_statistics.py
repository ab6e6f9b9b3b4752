"""What SQLite's planner should think of our tables, before there is anything in them.

Without statistics it takes every first column of an index for very selective. Ours is `bucket`,
which is not: it then walked a sender's whole bucket to refuse one person's queued messages, and
sending fell to a fifth. Statistics that are fixed also keep plans from changing with the data.
"""

import apsw

# A table of a million rows in 64 buckets; a partial index holds what is under way.
ROWS = 1_000_000
PARTIAL_ROWS = 10_000
BUCKETS = 64


def set_statistics(connection: apsw.Connection) -> None:
    """Tell the planner of every index that begins with the bucket."""
    # Makes the statistics' own table without reading one of ours.
    connection.execute("analyze schema_migrations")
    connection.execute("delete from sqlite_stat1")
    tables = connection.execute("select name from sqlite_schema where type = 'table'").fetchall()
    for row in tables:
        table = str(row[0])
        for index, columns, is_partial in _indexes(connection, table):
            rows = PARTIAL_ROWS if is_partial else ROWS
            connection.execute(
                "insert into sqlite_stat1 (tbl, idx, stat) values (?, ?, ?)",
                (table, index, describe(rows, columns)),
            )
    connection.execute("analyze sqlite_schema")


def describe(rows: int, columns: int) -> str:
    """Rows, then how many share a value of the first column, of the first two, and so on: from a
    bucket's share down to one, evenly."""
    share = rows / BUCKETS
    steps = [share ** (1 - step / max(1, columns - 1)) for step in range(columns)]
    return " ".join(str(max(1, round(value))) for value in (rows, *steps))


def _indexes(connection: apsw.Connection, table: str) -> list[tuple[str, int, bool]]:
    found = []
    listed = connection.execute("select name, partial from pragma_index_list(?)", (table,))
    for index, partial in listed.fetchall():
        columns = [
            name
            for (name,) in connection.execute(
                "select name from pragma_index_info(?) order by seqno", (index,)
            ).fetchall()
        ]
        if columns[0] == "bucket":
            found.append((str(index), len(columns), bool(partial)))
    return found
