"""`stopline demo`: the main job against a running server, as a readable transcript."""

import asyncio
import contextlib
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import click

from stopline.commands.credentials_file import Credentials, read_credentials
from stopline.commands.options import Failure, load, setting_options

# No call of the demonstration takes longer on a server that works.
_CALL_SECONDS = 30
_AREA_CODES = ("206", "312", "415", "503", "617", "702", "808", "919")


@click.command()
@setting_options("data")
@click.option("--server-url", help="The server to play against [default: the credentials' one].")
def demo(config_file: Path | None, server_url: str | None, **flags: Any) -> None:
    """Play the main job against a running server: who texts, what the gate decides, which event
    goes out.

    Uses <data>/credentials.json and the simulated carrier; starts a webhook receiver on loopback.
    Exit code 1 when something promised did not happen.
    """
    import aiohttp

    from stopline.commands.demo_parties import DemoFailed
    from stopline.ringcentral.example_client import CallFailed

    credentials = read_credentials(load(config_file, flags).settings.data)
    try:
        asyncio.run(_play(credentials, (server_url or credentials.server_url).rstrip("/")))
    except (CallFailed, DemoFailed) as error:
        raise Failure(f"not as promised: {error}") from None
    except aiohttp.ClientConnectionError as error:
        raise Failure(f"no server answers ({error}); start one with: stopline serve") from None


async def _play(credentials: Credentials, server_url: str) -> None:
    from stopline.commands.demo_script import SCENES

    transcript = Transcript()
    async with _stage(credentials, server_url, transcript) as stage:
        transcript.line(f"Stopline demo against {server_url}")
        transcript.line(f"The application's number is {stage.sender}.")
        transcript.line(f"Ann is {stage.ann}, Ben is {stage.ben}.")
        for number, (title, scene) in enumerate(SCENES, 1):
            transcript.scene(number, len(SCENES), title)
            await scene(stage)
    transcript.finish(len(SCENES))


@contextlib.asynccontextmanager
async def _stage(
    credentials: Credentials, server_url: str, transcript: "Transcript"
) -> AsyncIterator[Any]:
    import aiohttp

    from stopline.commands.demo_parties import EventReceiver, Handsets
    from stopline.commands.demo_script import Stage
    from stopline.ringcentral.example_client import ExampleClient

    receiver = EventReceiver()
    timeout = aiohttp.ClientTimeout(total=_CALL_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = ExampleClient(session, server_url)
        await client.log_in(credentials.login())
        await receiver.start()
        sender = credentials.senders[0]
        subscription = await client.subscribe(receiver.address, sender)
        ann, ben = _two_people()
        handsets = Handsets(session, server_url)
        try:
            yield Stage(client, handsets, receiver, sender, ann, ben, transcript.say)
        finally:
            await client.unsubscribe(subscription)
            await client.log_out()
            await receiver.stop()


def _two_people() -> list[str]:
    """New people each time, so that a repeated demonstration starts from nothing.

    Numbers of the block set aside for fiction; none has a fixed behaviour in the simulator.
    """
    areas = random.sample(_AREA_CODES, 2)
    return [f"+1{area}55501{random.randrange(60, 99)}" for area in areas]


class Transcript:
    """Prints what happens: colour and progress on a terminal, plain text in a pipe."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()

    def line(self, text: str) -> None:
        click.echo(text)

    def scene(self, number: int, count: int, title: str) -> None:
        head = f"\n{number}/{count}  {title}"
        click.echo(click.style(head, bold=True) if self._is_terminal else head)

    def say(self, who: str, what: str) -> None:
        """One line. A text from outside may hold control characters: they are shown, not run."""
        from stopline.log_masking import escape_control

        label = f"{who:<16}"
        colour = {"gate": "yellow", "receipt": "green", "carrier": "cyan"}.get(who, "blue")
        shown = click.style(label, fg=colour) if self._is_terminal else label
        click.echo(f"     {shown} {escape_control(what)}")

    def finish(self, count: int) -> None:
        text = f"\nAll {count} scenes went as promised."
        click.echo(click.style(text, fg="green", bold=True) if self._is_terminal else text)
