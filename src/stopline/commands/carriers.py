"""`stopline carriers`: what carriers do now, a test, a pause."""

import getpass
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from stopline.commands.administration import administration
from stopline.commands.options import Failure, Misuse
from stopline.commands.records import json_option, print_record, print_records

# A test asks so often how far its text has come.
_ASK_SECONDS = 0.2
# Where a text is no more, or is not sent again.
_WAITING = {"queued", "claimed", "uncertain"}


@click.group()
def carriers() -> None:
    """Carriers: what they do now in every process, a test, a pause."""


@carriers.command("list")
@json_option
def list_all(config_file: Path | None, as_json: bool, **flags: Any) -> None:
    """List carriers: state, window in use, messages a second, limit, last error."""
    with administration(config_file, flags) as perform:
        print_records(perform("carriers.list"), as_json)


@carriers.command("test")
@click.argument("name")
@click.option("--from", "sender", help="A number of yours to send a text from.")
@click.option("--to", "recipient", help="A handset that you hold.")
@click.option(
    "--text", default="A test of this carrier.", show_default=True, help="What the message says."
)
@click.option("--wait", type=click.IntRange(1, 300), default=30, show_default=True, help="Seconds.")
@json_option
def test(
    config_file: Path | None,
    name: str,
    sender: str | None,
    recipient: str | None,
    text: str,
    wait: int,
    as_json: bool,
    **flags: Any,
) -> None:
    """Test a carrier: its connections, and with --from and --to a text over it and no other.

    The text passes the gate like any other, is not sent after five minutes, and costs nothing in
    Stopline's books. Fails when the carrier is not connected or the text did not leave in time.
    """
    if (sender is None) != (recipient is None):
        raise Misuse("give --from and --to together")
    with administration(config_file, flags) as perform:
        found = perform("carriers.show", name=name)
        if sender is not None:
            asked = {"name": name, "sender": sender, "recipient": recipient, "text": text}
            made = perform("carriers.test", **asked)
            found |= _follow(perform, made["id"], wait)
    print_record(found, as_json)
    if found["state"] == "down":
        raise Failure(f"{name} is not connected: {found['error'] or 'no process has it'}")
    if found.get("status") in _WAITING:
        raise Failure(f"the text did not leave within {wait} seconds")


def _follow(perform: Callable[..., Any], message_id: int, wait: int) -> dict[str, Any]:
    until = time.monotonic() + wait
    while True:
        found: dict[str, Any] = perform("carriers.tested", id=message_id)
        if found["status"] not in _WAITING | {"sent"} or time.monotonic() >= until:
            return {"message": message_id, **found}
        time.sleep(_ASK_SECONDS)


@carriers.command("pause")
@click.argument("name")
@json_option
def pause(config_file: Path | None, name: str, as_json: bool, **flags: Any) -> None:
    """Send nothing over a carrier until it is resumed, also after a restart.

    What was claimed for it is still handed over. Its routes' other carriers take what waits.
    """
    _switch(config_file, flags, "carriers.pause", name, as_json)


@carriers.command("resume")
@click.argument("name")
@json_option
def resume(config_file: Path | None, name: str, as_json: bool, **flags: Any) -> None:
    """Send over a paused carrier again."""
    _switch(config_file, flags, "carriers.resume", name, as_json)


def _switch(
    config_file: Path | None, flags: dict[str, Any], operation: str, name: str, as_json: bool
) -> None:
    with administration(config_file, flags) as perform:
        found = perform(operation, name=name, actor=f"command:{getpass.getuser()}")
    print_record(found, as_json)
