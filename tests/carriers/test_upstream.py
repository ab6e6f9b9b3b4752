"""Two real servers: one sends through the other, as through RingCentral, and learns from it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import NamedTuple

import pytest

from stopline.ringcentral.example_client import ExampleClient, Login
from stopline.testing import StoplineServer
from support.installed import final, install, play
from support.servers import running

pytestmark = pytest.mark.heavy


class Downstream(NamedTuple):
    """A server whose number is carried by another one."""

    url: str
    login: Login
    upstream: StoplineServer
    number: str

    def play(self, scenario: Callable[[ExampleClient], Awaitable[None]]) -> None:
        asyncio.run(asyncio.wait_for(play(self.url, self.login, scenario), 60))


@pytest.fixture(scope="module")
def downstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Downstream]:
    """An account with one number, which the upstream's demo account has as well."""
    data = tmp_path_factory.mktemp("downstream")
    with StoplineServer() as upstream:
        known = upstream.credentials
        number = known.senders[0]
        (data / "jwt").write_text(known.jwt)
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
        login = install(data, number, "up")
        with running(data, "--no-demo", "--log-format", "json") as (url, _):
            yield Downstream(url, login, upstream, number)


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
