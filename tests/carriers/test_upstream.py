"""Two real servers: one sends through the other, as through RingCentral, and learns from it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from stopline.ringcentral.example_client import ExampleClient, Login
from stopline.testing import StoplineServer
from support.servers import running

pytestmark = pytest.mark.heavy

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


class Downstream:
    """A server whose number is carried by another one."""

    def __init__(self, url: str, made: dict[str, str], upstream: StoplineServer, number: str):
        self.url = url
        self.login = Login(
            made["client_id"],
            made["client_secret"],
            made["username"],
            made["extension"],
            PASSWORD,
        )
        self.upstream = upstream
        self.number = number

    def play(self, scenario: Callable[[ExampleClient], Awaitable[None]]) -> None:
        async def logged_in() -> None:
            async with aiohttp.ClientSession() as session:
                client = ExampleClient(session, self.url)
                await client.log_in(self.login)
                await scenario(client)

        asyncio.run(asyncio.wait_for(logged_in(), 60))


@pytest.fixture(scope="module")
def downstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Downstream]:
    """An account with one number, which the upstream's demo account has as well."""
    data = tmp_path_factory.mktemp("downstream")
    with StoplineServer() as upstream:
        known = upstream.credentials
        number = known.senders[0]
        (data / "jwt").write_text(known.jwt)
        (data / "password").write_text(PASSWORD)
        (data / "stopline.toml").write_text(
            f"""
[carriers.up]
kind = "ringcentral"
url = "{known.server_url}"
client_id = "{known.client_id}"
client_secret = "{known.client_secret}"
jwt_file = "{data / "jwt"}"
"""
        )
        made = json.loads(
            run(
                data,
                *("init", "--account-name", "Down", "--main-number", "+12025550111", "--json"),
                *("--password-file", str(data / "password")),
            )
        )
        add = ("senders", "add", number, "--account", made["account_id"], "--carrier", "up")
        run(data, *add)
        with running(data, "--no-demo", "--log-format", "json") as (url, _):
            yield Downstream(url, made, upstream, number)


async def final(client: ExampleClient, batch: str) -> str:
    """The end of a batch's only message."""
    while True:
        outcomes = await client.outcomes(batch)
        if outcomes and outcomes[0].is_final:
            return f"{outcomes[0].status} {outcomes[0].failure or ''}".strip()
        await asyncio.sleep(0.05)


def test_the_main_job_through_an_upstream(downstream: Downstream) -> None:
    """Out with its receipt; a STOP is stored and answered upstream, and blocks here as well."""
    person, up = "+13125550171", downstream.upstream

    async def scenario(client: ExampleClient) -> None:
        batch = await client.send(downstream.number, [person], "Your order is ready.")
        assert await final(client, batch) == "Delivered"
        texts = await asyncio.to_thread(up.handset_messages, person)
        assert [text.text for text in texts] == ["Your order is ready."]

        assert (
            await asyncio.to_thread(up.text_in, person, downstream.number, "STOP")
        ).error is None
        while person not in await client.opted_out(downstream.number):
            await asyncio.sleep(0.05)
        batch = await client.send(downstream.number, [person], "Too late.")
        assert await final(client, batch) == "SendingFailed SMS-RC-413"

        await asyncio.to_thread(up.text_in, person, downstream.number, "START")
        while person in await client.opted_out(downstream.number):
            await asyncio.sleep(0.05)
        batch = await client.send(downstream.number, [person], "Welcome back.")
        assert await final(client, batch) == "Delivered"
        texts = await asyncio.to_thread(up.handset_messages, person)
        # One answer to each word: the upstream's.
        assert [text.text[:11] for text in texts] == [
            "Your order ",
            "NETWORK MSG",
            "NETWORK MSG",
            "Welcome bac",
        ]

    downstream.play(scenario)


def test_an_opt_out_at_the_upstreams_carrier_is_learned(downstream: Downstream) -> None:
    """Its receipt says -413 there; here the pair is opted out."""
    person = "+13125550004"

    async def scenario(client: ExampleClient) -> None:
        batch = await client.send(downstream.number, [person], "Hello")
        assert await final(client, batch) == "DeliveryFailed SMS-CAR-413"
        assert person in await client.opted_out(downstream.number)
        batch = await client.send(downstream.number, [person], "Again")
        assert await final(client, batch) == "SendingFailed SMS-RC-413"

    downstream.play(scenario)


def test_an_invalid_number_is_refused_with_the_upstreams_reason(downstream: Downstream) -> None:
    """As the upstream's own message failed."""

    async def scenario(client: ExampleClient) -> None:
        batch = await client.send(downstream.number, ["+13125550002"], "Hello")
        assert await final(client, batch) == "DeliveryFailed SMS-UP-410"

    downstream.play(scenario)
