"""An installation made by its own commands, and a client that is logged in at its server."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from stopline.ringcentral.example_client import ExampleClient, Login

PASSWORD = "correct-horse-battery"


def run(data: Path, *command: str) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STOPLINE_")}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-m", "stopline", *command, "--data", str(data)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def install(data: Path, number: str, carrier: str) -> Login:
    """One account with one number over a carrier of the settings file."""
    (data / "password").write_text(PASSWORD)
    command = ("init", "--account-name", "Down", "--main-number", "+12025550111", "--json")
    made = json.loads(run(data, *command, "--password-file", str(data / "password")))
    run(data, "senders", "add", number, "--account", made["account_id"], "--carrier", carrier)
    return Login(
        made["client_id"], made["client_secret"], made["username"], made["extension"], PASSWORD
    )


async def play(
    url: str, login: Login, scenario: Callable[[ExampleClient], Awaitable[None]]
) -> None:
    """Run something as a client that is logged in."""
    async with aiohttp.ClientSession() as session:
        client = ExampleClient(session, url)
        await client.log_in(login)
        await scenario(client)


async def final(client: ExampleClient, batch: str) -> str:
    """The end of a batch's only message."""
    while True:
        outcomes = await client.outcomes(batch)
        if outcomes and outcomes[0].is_final:
            return f"{outcomes[0].status} {outcomes[0].failure or ''}".strip()
        await asyncio.sleep(0.05)
