"""`stopline migrate`."""

import time
from pathlib import Path
from typing import Any

import click

from stopline.commands.options import Failure, load, setting_options
from stopline.config import Settings


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; fail when something is to be done.")
@click.option("--by-month", is_flag=True, help="Keep messages by month from now on.")
@click.option("--citus", is_flag=True, help="Lay the tables out on a Citus cluster as well.")
@setting_options("data", "database_url")
def migrate(
    config_file: Path | None, check: bool, by_month: bool, citus: bool, **flags: Any
) -> None:
    """Bring the database's schema up to this version.

    `stopline serve` does the same when it starts; with several servers do it before, so that
    none waits. Servers of the version before go on running meanwhile.

    --by-month needs every server to be stopped; old months then go as a whole. On Citus do it
    before --citus.
    """
    from stopline.core.errors import StoplineError
    from stopline.keys import KeyProblem
    from stopline.lockfile import DirectoryInUse

    settings = load(config_file, flags).settings
    try:
        _migrate(settings, check)
        if by_month and not check:
            _cut(settings)
        if citus and not check:
            _distribute(settings)
    except (DirectoryInUse, KeyProblem, StoplineError) as error:
        raise Failure(str(error)) from None


def _migrate(settings: Settings, check: bool) -> None:
    from stopline.store_service import find_pending_migrations, opened_for_command

    pending = find_pending_migrations(settings)
    for migration in pending:
        click.echo(f"{migration.number:04} {migration.name}{' is to be run' if check else ''}")
    if check and pending:
        raise Failure("the schema is older than this version; run stopline migrate")
    if pending:
        with opened_for_command(settings):
            pass
    click.echo("the schema is up to date")


def _cut(settings: Settings) -> None:
    if not settings.database_url:
        raise Failure("SQLite keeps messages in one table; set database_url")
    from stopline.database_service import address_of
    from stopline.store.postgres_connection import connect
    from stopline.store.postgres_partitions import begin

    connection = connect(address_of(settings), "migrate")
    try:
        done = begin(connection, time.time_ns() // 1_000_000)
    finally:
        connection.close()
    click.echo("messages are kept by month" if done else "messages were kept by month already")


def _distribute(settings: Settings) -> None:
    if not settings.database_url:
        raise Failure("Citus is PostgreSQL; set database_url")
    from stopline.database_service import address_of
    from stopline.store.citus import distribute
    from stopline.store.postgres_connection import connect

    connection = connect(address_of(settings), "migrate")
    try:
        placed = distribute(connection)
    finally:
        connection.close()
    for one in placed:
        click.echo(f"{one.table}: {one.function}")
    click.echo("every table has its place" if placed else "nothing was left to place")
