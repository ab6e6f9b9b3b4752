"""Lays the tables out on a Citus cluster, as `citus.sql` says."""

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import psycopg

from stopline.core.errors import StoreUnavailable
from stopline.store.database import Row
from stopline.store.postgres_connection import unavailable

_CALL = re.compile(r"^select (\w+)\('(\w+)'.*\);$", re.MULTILINE)
_PLACED = "select cast(logicalrelid as text) from pg_dist_partition"
_HAS_CITUS = "select to_regclass('pg_dist_partition') is not null"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one table lies: the statement that puts it there, by its function."""

    table: str
    function: str
    sql: str


def load_placements() -> list[Placement]:
    """Every placement, in the order of the file."""
    text = files("stopline.store").joinpath("citus.sql").read_text("utf-8")
    return [Placement(m[2], m[1], m[0]) for m in _CALL.finditer(text)]


def distribute(connection: psycopg.Connection[Row]) -> list[Placement]:
    """Place what is not placed yet; returns that. Rows that are there already move along.

    Raises StoreUnavailable, also where the database has no Citus.
    """
    try:
        has_citus = connection.execute(_HAS_CITUS).fetchone()
        if not has_citus or not has_citus[0]:
            raise StoreUnavailable(
                "this database has no Citus; run create extension citus on every node, and "
                "citus_add_node for each worker, before"
            )
        placed = {row[0] for row in connection.execute(_PLACED).fetchall()}
        missing = [one for one in load_placements() if one.table not in placed]
        for placement in missing:
            # Moving rows takes as long as there are rows.
            connection.execute("set statement_timeout = 0")
            statement: Any = placement.sql
            connection.execute(statement, prepare=False)
    except psycopg.Error as error:
        raise unavailable(error) from error
    return missing
