"""The guarded client against receivers that misbehave."""

import asyncio
import socket
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressAnswer, EgressClient, EgressError, EgressFailure
from support.certificates import self_signed_context
from support.receiver import OK, always, endless, never, receiver, reset

LOCAL = AddressPolicy(allow_loopback=True)

LOOPBACK_SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.8.8.8",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "127.000.000.001",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "%31%32%37.0.0.1",
]


class StubResolver(AbstractResolver):
    """Says that every name is at one address."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=self.address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


async def failure_of(post: Coroutine[Any, Any, EgressAnswer]) -> EgressFailure:
    with pytest.raises(EgressError) as caught:
        await post
    return caught.value.failure


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_spelling_of_loopback_is_connected_to(scheme: str) -> None:
    """Each spelling ends in an error at once and the listening server sees no connection."""

    async def check() -> None:
        async with receiver(always(OK)) as it, EgressClient(AddressPolicy()) as client:
            for host in LOOPBACK_SPELLINGS:
                started = time.monotonic()
                failure = await failure_of(client.post(f"{scheme}://{host}:{it.port}/", b"", {}))
                assert failure in {
                    EgressFailure.REFUSED_ADDRESS,
                    EgressFailure.INVALID_TARGET,
                    EgressFailure.UNREACHABLE,
                }, host
                assert time.monotonic() - started < 2.5
            assert it.connections == 0

    run(check())


def test_loopback_is_reached_when_allowed() -> None:
    """The control of the table above: with the switch, the same server is reached."""

    async def check() -> None:
        async with receiver(always(OK)) as it, EgressClient(LOCAL) as client:
            for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
                answer = await client.post(f"http://{host}:{it.port}/", b"{}", {})
                assert answer.status == 200

    run(check())


def test_a_name_that_changes_its_address_is_not_followed() -> None:
    """Rebinding: what was public when the subscription was made is loopback at the connect."""

    async def check() -> None:
        async with receiver(always(OK)) as it:
            resolver = StubResolver("127.0.0.1")
            async with EgressClient(AddressPolicy(), resolver=resolver) as client:
                url = f"https://rebind.example:{it.port}/"
                assert await failure_of(client.post(url, b"", {})) is EgressFailure.REFUSED_ADDRESS
                url = "https://rebind.example/"
                assert await failure_of(client.post(url, b"", {})) is EgressFailure.REFUSED_ADDRESS
            assert it.connections == 0

    run(check())


def test_the_name_stays_in_the_host_header() -> None:
    """The address is checked, the Host header still carries the name that was asked for."""

    async def check() -> None:
        async with receiver(always(OK)) as it:
            async with EgressClient(LOCAL, resolver=StubResolver("127.0.0.1")) as client:
                await client.post(f"http://crm.example.net:{it.port}/hook", b"{}", {})
            assert it.requests[0].headers["host"] == f"crm.example.net:{it.port}"

    run(check())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_not_instructions(status: int) -> None:
    """The second host sees no connection, and the answer is the redirect itself."""

    async def check() -> None:
        async with receiver(always(OK)) as second:
            moved = (
                f"HTTP/1.1 {status} Moved\r\nLocation: {second.url}\r\nContent-Length: 0\r\n\r\n"
            )
            async with receiver(always(moved.encode())) as first, EgressClient(LOCAL) as client:
                assert (await client.post(first.url, b"{}", {})).status == status
            assert second.connections == 0

    run(check())


def test_sent_is_what_the_caller_names() -> None:
    """Body and headers arrive as given; nothing about the client is added."""

    async def check() -> None:
        async with receiver(always(OK)) as it, EgressClient(LOCAL) as client:
            await client.post(it.url, b'{"a":1}', {"X-One": "1"})
            request = it.requests[0]
            assert request.line == "POST /hook HTTP/1.1"
            assert request.body == b'{"a":1}'
            assert set(request.headers) == {"host", "x-one", "content-length"}

    run(check())


def test_an_endless_answer_is_cut() -> None:
    """At most the limit is read, and the answer says that there was more."""

    async def check() -> None:
        async with receiver(endless()) as it, EgressClient(LOCAL) as client:
            answer = await client.post(it.url, b"{}", {})
            assert (len(answer.body), answer.is_cut) == (1_024, True)

    run(check())


@pytest.mark.parametrize(
    "answer, failure",
    [
        (never(), EgressFailure.TIMEOUT),
        (reset(), EgressFailure.UNREACHABLE),
        (always(b"hello\r\n\r\n"), EgressFailure.BROKEN_ANSWER),
        (always(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 9_000), EgressFailure.BROKEN_ANSWER),
    ],
)
def test_bad_answers_have_a_name(answer: Any, failure: EgressFailure) -> None:
    """Silence, a cut connection, no HTTP and a header without end."""

    async def check() -> None:
        async with receiver(answer) as it, EgressClient(LOCAL) as client:
            assert await failure_of(client.post(it.url, b"{}", {}, total_ms=400)) is failure

    run(check())


def test_nobody_listening_is_unreachable() -> None:
    """A closed port is an error of its own."""

    async def check() -> None:
        async with receiver(always(OK)) as it:
            url = it.url
        async with EgressClient(LOCAL) as client:
            assert await failure_of(client.post(url, b"{}", {})) is EgressFailure.UNREACHABLE

    run(check())


def test_a_certificate_nobody_signed_is_refused(tmp_path: Path) -> None:
    """A self-signed certificate ends in CERTIFICATE, and nothing was sent."""

    async def check() -> None:
        tls = self_signed_context(tmp_path)
        async with receiver(always(OK), tls=tls) as it, EgressClient(LOCAL) as client:
            assert await failure_of(client.post(it.url, b"{}", {})) is EgressFailure.CERTIFICATE
            assert it.requests == []

    run(check())


def test_connections_are_kept() -> None:
    """Posts one after the other use one connection."""

    async def check() -> None:
        async with receiver(always(OK)) as it, EgressClient(LOCAL) as client:
            for _ in range(5):
                await client.post(it.url, b"{}", {})
            assert (it.connections, len(it.requests)) == (1, 5)

    run(check())
