"""The guarded client against receivers that misbehave."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressAnswer, EgressClient, EgressError, EgressFailure, Resolve
from stopline.egress.pool import HOST_CONNECTION_LIMIT
from support.certificates import self_signed_context
from support.receiver import OK, Request, always, endless, never, receiver, reset

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


def at(address: str) -> Resolve:
    """A resolver by which every name is at one address."""

    async def resolve(_host: str, port: int) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port))]

    return resolve


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 20))


async def failure_of(post: Awaitable[EgressAnswer]) -> EgressFailure:
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
            async with EgressClient(AddressPolicy(), resolve=at("127.0.0.1")) as client:
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
            async with EgressClient(LOCAL, resolve=at("127.0.0.1")) as client:
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
        (always(b"HTTP/1.1 200 OK\r\nA: " + b"a" * 20_000), EgressFailure.BROKEN_ANSWER),
    ],
)
def test_bad_answers_have_a_name(answer: Any, failure: EgressFailure) -> None:
    """Silence, a cut connection, no HTTP and a header without end."""

    async def check() -> None:
        async with receiver(answer) as it, EgressClient(LOCAL) as client:
            assert await failure_of(client.post(it.url, b"{}", {}, total_ms=400)) is failure

    run(check())


@pytest.mark.parametrize(
    "answer, body",
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", b"hi"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", b""),
    ],
)  # fmt: skip
def test_answers_of_every_form_are_read(answer: bytes, body: bytes) -> None:
    """By length, in chunks, without a body, after interim answers; byte by byte as well."""

    async def in_bytes(_request: Request, writer: asyncio.StreamWriter) -> None:
        for index in range(len(answer)):
            writer.write(answer[index : index + 1])
            await asyncio.sleep(0)

    async def check() -> None:
        for behaviour in (always(answer), in_bytes):
            async with receiver(behaviour) as it, EgressClient(LOCAL) as client:
                for _ in range(2):
                    got = await client.post(it.url, b"{}", {})
                    assert (got.body, got.status // 100, "link" in got.headers) == (body, 2, False)
                assert it.connections == 1

    run(check())


@pytest.mark.parametrize(
    "answer, expected",
    [
        (b"HTTP/1.1 200 OK\r\n\r\nhi", b"hi"),
        (b"HTTP/1.0 200 OK\r\n\r\nhi", b"hi"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi", None),
        (b"HTTP/1.1 200 OK\r\nX: y", None),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nhi", None),
    ],
)
def test_the_end_of_the_connection_ends_only_what_has_no_other_end(
    answer: bytes, expected: bytes | None
) -> None:
    """A body cut short is broken; one without a length ends with its connection."""

    async def close_after(_request: Request, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        writer.close()

    async def check() -> None:
        async with receiver(close_after) as it, EgressClient(LOCAL) as client:
            if expected is None:
                failure = await failure_of(client.post(it.url, b"{}", {}))
                assert failure is EgressFailure.BROKEN_ANSWER
            else:
                assert (await client.post(it.url, b"{}", {})).body == expected

    run(check())


def test_an_answer_nobody_asked_for_reaches_nobody() -> None:
    """A second answer behind the first one closes the connection: the next request is safe."""
    sly = OK + b"HTTP/1.1 500 Sly\r\nContent-Length: 0\r\n\r\n"

    async def check() -> None:
        async with receiver(always(sly)) as it, EgressClient(LOCAL) as client:
            for _ in range(3):
                assert (await client.post(it.url, b"{}", {})).status == 200
            assert it.connections == 3

    run(check())


@pytest.mark.parametrize(
    "name, value",
    [("X", "a\r\nY: b"), ("X", "a\n"), ("X\r\nY", "b"), ("", "b"), ("X", "\u0430"), ("X Y", "b")],
)
def test_headers_can_not_break_out(name: str, value: str) -> None:
    """What is no header field is refused before anything is sent."""

    async def check() -> None:
        async with receiver(always(OK)) as it, EgressClient(LOCAL) as client:
            with pytest.raises(ValueError):
                await client.post(it.url, b"{}", {name: value})
            assert it.connections == 0

    run(check())


def test_one_host_gets_a_bounded_number_of_connections() -> None:
    """A hundred requests side by side share 64 connections; all are answered."""

    async def check() -> None:
        async with receiver(always(OK)) as it, EgressClient(LOCAL) as client:
            answers = await asyncio.gather(*[client.post(it.url, b"", {}) for _ in range(100)])
            assert {answer.status for answer in answers} == {200}
            assert it.connections <= HOST_CONNECTION_LIMIT

    run(check())


def test_closing_the_client_ends_what_runs() -> None:
    """Requests under way end with an error, and nothing stays open."""

    async def check() -> None:
        async with receiver(never()) as it, EgressClient(LOCAL) as client:
            post = asyncio.create_task(client.post(it.url, b"", {}))
            while not it.requests:
                await asyncio.sleep(0.01)
            await client.close()
            assert await failure_of(post) is EgressFailure.UNREACHABLE

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


def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    """When a connection becomes free it goes to the first that still waits for one."""

    async def check() -> None:
        async with receiver(never()) as it, EgressClient(LOCAL) as client:
            posts = [
                asyncio.create_task(client.post(it.url, b"", {}))
                for _ in range(HOST_CONNECTION_LIMIT + 2)
            ]
            while len(it.requests) < HOST_CONNECTION_LIMIT:
                await asyncio.sleep(0.01)
            posts[-2].cancel()  # one of the two that wait
            posts[0].cancel()
            while len(it.requests) <= HOST_CONNECTION_LIMIT:
                await asyncio.sleep(0.01)
            assert not posts[-1].done()
            for post in posts:
                post.cancel()
            await asyncio.gather(*posts, return_exceptions=True)
            assert it.connections == HOST_CONNECTION_LIMIT + 1

    run(check())
