"""The one HTTP client for requests whose target somebody else chose.

Webhooks, their handshakes and HTTP carriers all go through it, so that address policy, time
limits, answer size and the number of connections hold in one place. It follows no redirect, uses
no proxy from the environment, keeps no cookie and unpacks nothing.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache
from types import TracebackType
from typing import Self

import aiohappyeyeballs
from aiohappyeyeballs import AddrInfoType
from yarl import URL

from stopline.egress.addresses import AddressPolicy, InvalidTarget, Reach, Target, parse_target
from stopline.egress.connection import Connection, EgressAnswer, EgressError, EgressFailure
from stopline.egress.pool import Pool

__all__ = ["EgressAnswer", "EgressClient", "EgressError", "EgressFailure"]

CONNECT_MS = 3_000
TOTAL_MS = 10_000
ANSWER_LIMIT = 1_024  # bytes of a body; nobody needs more of a webhook's answer
# How long the first address may take before the next one is tried beside it (RFC 8305).
NEXT_ADDRESS_S = 0.25

Resolve = Callable[[str, int], Awaitable[Sequence[AddrInfoType]]]

_METHOD = re.compile(r"[A-Z]+")
_FIELD = re.compile(r"[A-Za-z0-9-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class _RefusedAddress(OSError):
    """The policy forbids this address. An OSError, so that another address is tried next."""


async def resolve_by_system(host: str, port: int) -> Sequence[AddrInfoType]:
    """The addresses of a name, as the system finds them."""
    loop = asyncio.get_running_loop()
    return await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@cache
def system_tls() -> ssl.SSLContext:
    """What the system trusts, read once: it takes some 30 ms, and each carrier has a client."""
    return ssl.create_default_context()


class EgressClient:
    """Sends guarded requests over pooled connections, on one event loop."""

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        resolve: Resolve = resolve_by_system,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._resolve = resolve
        self._tls = ssl_context or system_tls()
        self._pool = Pool(self._connect)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; requests that run end with an error."""
        self._pool.close()
        await asyncio.sleep(0)  # transports close in the loop's next turn

    async def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        total_ms: int = TOTAL_MS,
        answer_limit: int = ANSWER_LIMIT,
    ) -> EgressAnswer:
        """POST and return the answer, whatever its status. Raises EgressError."""
        return await self.request(
            "POST", url, headers, body, total_ms=total_ms, answer_limit=answer_limit
        )

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        total_ms: int = TOTAL_MS,
        answer_limit: int = ANSWER_LIMIT,
    ) -> EgressAnswer:
        """Send one request within `total_ms` and return the answer, whatever its status.

        Any method but HEAD, whose answers announce a body that does not come. At most
        `answer_limit` bytes of the body are read. Raises EgressError; ValueError for a method or
        header that can not be sent.
        """
        try:
            target = parse_target(url)
        except InvalidTarget as error:
            raise EgressError(EgressFailure.INVALID_TARGET, str(error)) from None
        request = render_request(method, target.url, headers, body)
        until = asyncio.get_running_loop().time() + total_ms / 1_000
        connection = self._pool.take(target) or await self._borrow(method, target, until)
        try:
            return await connection.exchange(request, answer_limit, until)
        finally:
            self._pool.give_back(target, connection)

    async def _borrow(self, method: str, target: Target, until: float) -> Connection:
        try:
            async with asyncio.timeout_at(until):
                return await self._pool.borrow(target)
        except (TimeoutError, OSError, UnicodeError) as error:
            failure = _classify_error(error)
            raise EgressError(failure, f"{method} failed: {failure.value}") from error

    async def _connect(self, target: Target) -> Connection:
        """A new connection to an address that the policy permits."""
        host = target.url.raw_host or ""
        async with asyncio.timeout(CONNECT_MS / 1_000):
            sock = await self.connect_socket(target)
            is_tls = target.url.scheme == "https"
            with ExitStack() as undo:
                undo.callback(sock.close)
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection,
                    sock=sock,
                    ssl=self._tls if is_tls else None,
                    server_hostname=host if is_tls else None,
                )
                undo.pop_all()
        return connection

    async def connect_socket(self, target: Target) -> socket.socket:
        """A connected socket to an address that the policy permits, for those who write to it
        themselves. Raises OSError; UnicodeError for a name that can not be encoded."""
        reach = target.reach
        addresses = await self._resolve(target.url.raw_host or "", target.url.port or 0)
        try:
            return await aiohappyeyeballs.start_connection(
                addresses,
                happy_eyeballs_delay=NEXT_ADDRESS_S,
                socket_factory=lambda info: self._open_socket(info, reach),
            )
        except RuntimeError as error:  # how uvloop names some failures to connect
            raise OSError(str(error)) from error

    def _open_socket(self, info: AddrInfoType, reach: Reach) -> socket.socket:
        """Called with the final address of each attempt to connect: names are resolved by then."""
        family, kind, protocol, _, address = info
        if not self._policy.permits(str(address[0]), reach):
            raise _RefusedAddress("address refused by policy")
        return socket.socket(family, kind, protocol)


def render_request(method: str, url: URL, headers: Mapping[str, str], body: bytes) -> bytes:
    """A whole request: the headers named by the caller, Host and Content-Length, nothing else.
    Raises ValueError for what can not be sent."""
    if not _METHOD.fullmatch(method):
        raise ValueError("not a method")
    lines = [f"{method} {url.raw_path_qs} HTTP/1.1", f"Host: {url.host_port_subcomponent}"]
    for name, value in headers.items():
        if not (_FIELD.fullmatch(name) and _VALUE.fullmatch(value)):
            raise ValueError(f"header {name[:40]!r} can not be sent")
        lines.append(f"{name}: {value}")
    lines.append(f"Content-Length: {len(body)}\r\n\r\n")
    return "\r\n".join(lines).encode("latin-1") + body


def _classify_error(error: BaseException) -> EgressFailure:
    """Our word for what the system raised, from the narrow to the wide."""
    if isinstance(error, TimeoutError):
        return EgressFailure.TIMEOUT
    if isinstance(error, ssl.SSLError):
        return EgressFailure.CERTIFICATE
    if isinstance(error, _RefusedAddress):
        return EgressFailure.REFUSED_ADDRESS
    if isinstance(error, OSError):
        return EgressFailure.UNREACHABLE
    return EgressFailure.INVALID_TARGET  # a host name that can not be encoded
