"""`stopline mirror`: a local copy of opt-outs that are kept elsewhere."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any, TextIO

import click

from stopline.commands.administration import administration
from stopline.commands.mirroring import Mirror, MirrorWish
from stopline.commands.options import setting_options
from stopline.ringcentral.upstream import UpstreamLogin


@click.group()
def mirror() -> None:
    """Keep a local copy of the opt-outs of an account elsewhere."""


@mirror.command("ringcentral")
@click.option(
    "--server",
    default="https://platform.ringcentral.com",
    show_default=True,
    help="Where the account's API answers.",
)
@click.option("--client-id", required=True, help="The app there; it needs JWT and WebSocket.")
@click.option("--client-secret-file", type=click.File("r"), required=True, help="- reads it.")
@click.option("--jwt-file", type=click.File("r"), required=True, help="The credential of a user.")
@click.option(
    "--account", "account_id", type=int, required=True, help="Which account holds it here."
)
@click.option("--add-numbers", is_flag=True, help="Add numbers that are not here, switched off.")
@click.option(
    "--every",
    "every_s",
    type=click.FloatRange(60),
    default=21_600.0,
    show_default=True,
    help="Seconds after which the whole list is read again.",
)
@click.option("--once", is_flag=True, help="Copy the list and end.")
@setting_options("data")
def mirror_ringcentral(
    config_file: Path | None,
    server: str,
    client_id: str,
    client_secret_file: TextIO,
    jwt_file: TextIO,
    **options: Any,
) -> None:
    """Copy the opt-outs of a RingCentral account, and follow what changes, until Ctrl-C.

    The list is read over its API, changes come over its WebSocket; after a cut the list is read
    again. Words keep their times and sources, and the rules of `stopline import` hold: what was
    said here later stays.
    """
    login = UpstreamLogin(
        server.rstrip("/"), client_id, client_secret_file.read().strip(), jwt_file.read().strip()
    )
    names = ("account_id", "add_numbers", "every_s", "once")
    wish = MirrorWish(login, **{name: options.pop(name) for name in names})
    copying = Mirror(wish, lambda: administration(config_file, options))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(copying.run())
