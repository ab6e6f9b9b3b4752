"""`stopline backup`: a copy of the SQLite database that knows that it is one."""

import time
from pathlib import Path
from typing import Any

import click

from stopline.commands.options import Failure, load
from stopline.commands.records import json_option, print_record


@click.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def backup(config_file: Path | None, target: Path, as_json: bool, **flags: Any) -> None:
    """Copy the SQLite database to the file TARGET, while the server runs or not.

    The copy is one moment, is checked, and knows that it is a copy: started from it, a server
    sends nothing before `stopline restored` has decided what becomes of the messages that wait in
    it. The keys are not in it: keep them apart. On PostgreSQL use pg_dump.
    """
    from stopline.core.errors import StoplineError
    from stopline.flows.restoring import COPIED_MS
    from stopline.store.sqlite_backup import back_up
    from stopline.store_service import DATABASE_NAME

    settings = load(config_file, flags).settings
    if settings.database_url:
        raise Failure("this installation keeps its data in PostgreSQL; use pg_dump")
    source = settings.data / DATABASE_NAME
    if not source.exists():
        raise Failure(f"{settings.data} holds no installation")
    try:
        size = back_up(source, target, COPIED_MS, time.time_ns() // 1_000_000)
    except FileExistsError:
        raise Failure(f"{target} exists; a backup never replaces another") from None
    except (StoplineError, OSError) as error:
        raise Failure(f"no backup was made: {error}") from None
    print_record({"file": str(target), "bytes": size}, as_json)
