"""What a client may send before any of our code runs, and what it hears beyond."""

import asyncio
import ssl

import pytest
from cryptography.hazmat.primitives import serialization
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from stopline import http_protocol
from stopline.config import Settings
from stopline.http_protocol import BoundedProtocol
from stopline.http_service import (
    AddressUnavailable,
    HttpService,
    check_certificate,
    open_listener,
)
from support.certificates import signed_for


async def echo(request: Request) -> PlainTextResponse:
    body = await request.body()
    return PlainTextResponse(f"{request.client.host} {request.url.scheme} {len(body)}")


async def refuse(request: Request) -> PlainTextResponse:
    return PlainTextResponse("too large", 413)


APP = Starlette(
    routes=[
        Route("/refuse", refuse, methods=["POST"]),
        Route("/{rest:path}", echo, methods=["GET", "POST"]),
    ]
)


def talk(*pieces, settings=None, pause=0.0, tls=None):
    """What the server answers to these pieces, sent one after the other, until it closes."""

    async def run():
        listener = open_listener("127.0.0.1", 0)
        chosen = settings or Settings()
        service = HttpService(APP, chosen, listener, BoundedProtocol.render_refusal)
        port = listener.getsockname()[1]
        await service.start()
        name = "sms.example.org" if tls else None
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", port, ssl=tls, server_hostname=name
        )
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()
            await service.stop(1000)

    return asyncio.run(run())


def get(path=b"/", headers=b"", host=b"Host: a\r\n"):
    return b"GET " + path + b" HTTP/1.1\r\n" + host + headers + b"Connection: close\r\n\r\n"


CASES = [
    (get(), b"200"),
    (get(b"/" + b"a" * 8_000), b"200"),
    (get(b"/" + b"a" * 9_000), b"414"),
    (get(headers=b"A: " + b"a" * 31_000 + b"\r\n"), b"200"),
    (get(headers=b"A: " + b"a" * 33_000 + b"\r\n"), b"431"),
    (get(headers=b"A: 1\r\n" * 98), b"200"),
    (get(headers=b"A: 1\r\n" * 99), b"431"),
    (get(host=b""), b"400"),
    (get(host=b"Host: a\r\nHost: b\r\n"), b"400"),
    (get(headers=b"Content-Length: 1\r\nContent-Length: 2\r\n"), b"400"),
    (get(headers=b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"), b"400"),
    (b"nonsense\r\n\r\n", b"400"),
]


@pytest.mark.parametrize("request_bytes, status", CASES)
def test_limits_of_a_request(request_bytes, status):
    """A request within the limits is answered; beyond them it is refused by name, once."""
    answer = talk(request_bytes)
    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1") == 1


def test_an_endless_header_is_cut_off():
    """A header that never ends is refused when the limit is passed, not kept in memory."""
    pieces = [b"GET / HTTP/1.1\r\nA: "] + [b"a" * 8_192] * 6
    assert talk(*pieces, pause=0.01).startswith(b"HTTP/1.1 431")


def test_a_large_body_after_a_piecemeal_head_passes():
    """The limit of the head does not count the body that comes with its last piece."""
    head = b"POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 60000\r\n"
    answer = talk(head, b"\r\n" + b"x" * 60_000, pause=0.01)
    assert b"127.0.0.1 http 60000" in answer


def test_a_slow_head_is_timed_out(monkeypatch):
    """Whoever does not finish the head in time gets 408."""
    monkeypatch.setattr(http_protocol, "HEADER_TIMEOUT_SECONDS", 0.1)
    assert talk(b"GET / HTTP/1.1\r\nA: ").startswith(b"HTTP/1.1 408")
    assert talk(b"").startswith(b"HTTP/1.1 408")


def test_a_slow_body_is_timed_out(monkeypatch):
    """A body that pauses too long ends the request; the handler never sees it as whole."""
    monkeypatch.setattr(http_protocol, "BODY_PAUSE_SECONDS", 0.1)
    answer = talk(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    assert answer.startswith(b"HTTP/1.1 408")


REFUSED_AT_ONCE = b"POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\n"


def test_a_body_that_goes_on_after_its_answer_is_cut(monkeypatch):
    """Who goes on sending hears the refusal; but an endless body is not taken in for ever."""
    monkeypatch.setattr(http_protocol, "MAX_UNWANTED_BYTES", 20_000)
    answer = talk(REFUSED_AT_ONCE, b"x" * 10_000, b"x" * 10_000, b"x" * 10_000, pause=0.05)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_body_that_pauses_after_its_answer_is_cut_without_a_second_one(monkeypatch):
    """One request has one answer, so that no client takes a late 408 for that of its next one."""
    monkeypatch.setattr(http_protocol, "BODY_PAUSE_SECONDS", 0.1)
    assert talk(REFUSED_AT_ONCE, b"x" * 10_000, pause=0.05).count(b"HTTP/1.1") == 1


FORWARDED = b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
PROXIES = [
    ((), b"127.0.0.1 http 0"),
    (("10.0.0.0/8",), b"127.0.0.1 http 0"),
    (("127.0.0.1",), b"203.0.113.9 https 0"),
]


@pytest.mark.parametrize("trusted, body", PROXIES)
def test_forwarded_headers_only_from_listed_proxies(trusted, body):
    """Anybody can send the headers; only a listed proxy is believed."""
    answer = talk(get(headers=FORWARDED), settings=Settings(trusted_proxies=trusted))
    assert answer.endswith(body)


def test_a_taken_port_is_named_with_its_remedy():
    """The error says which port and how to choose another."""
    with open_listener("127.0.0.1", 0) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(AddressUnavailable, match="STOPLINE_PORT"):
            open_listener("127.0.0.1", port)


def test_certificate_files_serve_https(tmp_path):
    """With the two files a client that trusts their signer is answered; one without TLS is not."""
    certificate, key, root = signed_for("sms.example.org", tmp_path / "tls")
    check_certificate(certificate, key)
    settings = Settings(tls_certificate=certificate, tls_key=key)
    client = ssl.create_default_context(cafile=root)
    assert talk(get(), settings=settings, tls=client).endswith(b"127.0.0.1 https 0")
    assert not talk(get(), settings=settings).startswith(b"HTTP")


@pytest.mark.parametrize("broken", ["missing", "garbage", "foreign", "locked"])
def test_unusable_certificate_files_are_named(tmp_path, broken):
    """The server says at its start which files and what is wrong, and asks no terminal."""
    certificate, key, _ = signed_for("sms.example.org", tmp_path / "tls")
    if broken == "missing":
        key.unlink()
    elif broken == "garbage":
        certificate.write_text("no PEM")
    elif broken == "foreign":
        key = signed_for("sms.example.org", tmp_path / "other")[1]
    else:
        key.write_bytes(locked(key.read_bytes()))
    with pytest.raises(AddressUnavailable, match=r"can not serve HTTPS with .*server\.crt"):
        check_certificate(certificate, key)


def locked(pem):
    return serialization.load_pem_private_key(pem, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
