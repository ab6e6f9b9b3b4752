"""`stopline copy-store`."""

from pathlib import Path
from typing import Any

import click

from stopline.commands.options import Failure, Misuse, load
from stopline.commands.records import json_option, print_records


@click.command()
@click.option("--from", "source", required=True, help="sqlite:DIRECTORY or postgresql://…")
@click.option("--to", "target", required=True, help="The same; it must be empty.")
@json_option
def copy_store(
    config_file: Path | None, source: str, target: str, as_json: bool, **flags: Any
) -> None:
    """Copy an installation's data from SQLite into PostgreSQL, or back.

    Every server of both must be stopped. The copy is one transaction of the target: it is kept when
    the rows of each table agree and the ledger's chains verify there; when anything fails the
    target stays empty, and the command is simply run again. Keys are those of the SQLite directory,
    or of --data; a new SQLite directory gets copies of them.
    """
    from stopline.core.errors import InvalidField, StoplineError
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse
    from stopline.store_copy import copy_store as copy
    from stopline.store_copy import parse_place

    settings = load(config_file, flags).settings
    try:
        places = parse_place(source), parse_place(target)
    except InvalidField as error:
        raise Misuse(str(error)) from None
    try:
        done = [{"table": one.table, "rows": one.rows} for one in copy(*places, settings)]
    except (DirectoryInUse, KeyProblem, StoplineError) as error:
        raise Failure(str(error)) from None
    print_records(done, as_json)
    click.echo("every count agrees and the ledger verifies", err=True)
