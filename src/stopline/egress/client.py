"""The one HTTP client for requests whose target somebody else chose.

Webhooks, their handshakes and HTTP carriers all go through it, so that address policy, time
limits, answer size and the number of connections hold in one place. It follows no redirect, uses
no proxy from the environment, keeps no cookie and unpacks nothing.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import TracebackType
from typing import Self

import aiohttp
from aiohappyeyeballs import AddrInfoType
from aiohttp.abc import AbstractResolver

from stopline.core.errors import StoplineError
from stopline.egress.addresses import AddressPolicy, InvalidTarget, Reach, Target, parse_target

CONNECT_MS = 3_000
TOTAL_MS = 10_000
ANSWER_LIMIT = 1_024  # bytes of a body; nobody needs more of a webhook's answer
CONNECTION_LIMIT = 512  # in all, for each reach; about half of a default limit of open files
HOST_CONNECTION_LIMIT = 64  # so that one slow host cannot take them all
KEEPALIVE_S = 15.0
DNS_CACHE_S = 10
# Header fields aiohttp would add by itself: what we send is what the caller names.
_NO_AUTO_HEADERS = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})


class EgressFailure(Enum):
    """Why a request got no answer."""

    INVALID_TARGET = "invalid_target"
    REFUSED_ADDRESS = "refused_address"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    BROKEN_ANSWER = "broken_answer"


class EgressError(StoplineError):
    """A request ended without a usable answer; it may have reached the other side."""

    def __init__(self, failure: EgressFailure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class EgressAnswer:
    """An answer: header names are in lower case; `body` holds at most the limit asked for, and
    `is_cut` says that there was more. `header_size` is what the header took on the wire, about."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    header_size: int


class _RefusedAddress(OSError):
    """The policy forbids this address. An OSError, so that another address is tried next."""


class EgressClient:
    """Sends guarded requests over pooled connections, on one event loop."""

    def __init__(
        self,
        policy: AddressPolicy,
        *,
        resolver: AbstractResolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._resolver = resolver
        self._tls = ssl_context or ssl.create_default_context()
        self._sessions: dict[Reach, aiohttp.ClientSession] = {}

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
        while self._sessions:
            await self._sessions.popitem()[1].close()

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
        body: bytes | None = None,
        *,
        total_ms: int = TOTAL_MS,
        answer_limit: int = ANSWER_LIMIT,
    ) -> EgressAnswer:
        """Send one request within `total_ms` and return the answer, whatever its status.

        At most `answer_limit` bytes of its body are read. Raises EgressError.
        """
        target = self._check_target(url)
        timeout = aiohttp.ClientTimeout(
            total=total_ms / 1_000, sock_connect=min(CONNECT_MS, total_ms) / 1_000
        )
        session = self._session(target.reach)
        try:
            async with session.request(
                method,
                target.url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
            ) as response:
                return await _read_answer(response, answer_limit)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            failure = _classify_error(error)
            raise EgressError(failure, f"{method} failed: {failure.value}") from error

    def _check_target(self, url: str) -> Target:
        try:
            target = parse_target(url)
        except InvalidTarget as error:
            raise EgressError(EgressFailure.INVALID_TARGET, str(error)) from None
        return target

    def _session(self, reach: Reach) -> aiohttp.ClientSession:
        """Opened at its first use, as it belongs to the loop that runs then."""
        if reach not in self._sessions:
            self._sessions[reach] = self._open_session(reach)
        return self._sessions[reach]

    def _open_session(self, reach: Reach) -> aiohttp.ClientSession:
        def open_socket(address_info: AddrInfoType) -> socket.socket:
            family, kind, protocol, _, address = address_info
            if not self._policy.permits(str(address[0]), reach):
                raise _RefusedAddress("address refused by policy")
            return socket.socket(family, kind, protocol)

        connector = aiohttp.TCPConnector(
            limit=CONNECTION_LIMIT,
            limit_per_host=HOST_CONNECTION_LIMIT,
            keepalive_timeout=KEEPALIVE_S,
            ttl_dns_cache=DNS_CACHE_S,
            resolver=self._resolver,
            ssl=self._tls,
            socket_factory=open_socket,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_NO_AUTO_HEADERS,
            auto_decompress=False,
            trust_env=False,
        )


async def _read_answer(response: aiohttp.ClientResponse, limit: int) -> EgressAnswer:
    body, is_cut = await _read_body(response, limit)
    if is_cut:
        response.close()  # rather a new connection than reading on
    raw = response.raw_headers
    return EgressAnswer(
        status=response.status,
        reason=response.reason or "",
        headers={name.lower(): value for name, value in response.headers.items()},
        body=body,
        is_cut=is_cut,
        header_size=sum(len(name) + len(value) + 4 for name, value in raw),
    )


async def _read_body(response: aiohttp.ClientResponse, limit: int) -> tuple[bytes, bool]:
    """The body up to `limit` bytes, and whether there was more."""
    parts = bytearray()
    while len(parts) <= limit:
        part = await response.content.read(limit + 1 - len(parts))
        if not part:
            return bytes(parts), False
        parts += part
    return bytes(parts[:limit]), True


def _classify_error(error: BaseException) -> EgressFailure:
    """Our word for what aiohttp raised, from the narrow to the wide."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return EgressFailure.CERTIFICATE
    if isinstance(error, aiohttp.ClientConnectorError):
        is_refused = isinstance(error.os_error, _RefusedAddress)
        return EgressFailure.REFUSED_ADDRESS if is_refused else EgressFailure.UNREACHABLE
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return EgressFailure.TIMEOUT
    if isinstance(error, aiohttp.InvalidURL):
        return EgressFailure.INVALID_TARGET
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        return EgressFailure.BROKEN_ANSWER
    if isinstance(error, aiohttp.ClientError | OSError):
        return EgressFailure.UNREACHABLE
    return EgressFailure.INVALID_TARGET  # a ValueError of a host name that can not be encoded
