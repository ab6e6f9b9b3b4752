"""Answers as they leave: the envelope, the headers every answer has, CORS."""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from uuid import uuid4

import msgspec

from stopline.ringcentral import errors
from stopline.ringcentral.errors import WireError
from stopline.ringcentral.request import WireResponse
from stopline.ringcentral.routing import Match, Route

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_CORS_PREFLIGHT = (
    ("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE"),
    (
        "Access-Control-Allow-Headers",
        (
            "Authorization, Content-Type, Client-Id, X-User-Agent, RC-User-Agent, Idempotency-Key,"
            " X-Stopline-Category"
        ),
    ),
    ("Access-Control-Max-Age", "600"),
)
_CORS = (
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        (
            "Retry-After, X-Rate-Limit-Group, X-Rate-Limit-Limit, X-Rate-Limit-Remaining,"
            " X-Rate-Limit-Window, RCRequestId, ETag"
        ),
    ),
)

_encode = msgspec.json.Encoder().encode


class Exchange:
    """One request on its way, and the headers its answer will carry whatever happens."""

    __slots__ = ("headers", "now_ms", "request_headers", "request_id", "route", "scope")

    def __init__(self, scope: Scope, now_ms: int) -> None:
        self.scope = scope
        self.now_ms = now_ms
        self.request_id = str(uuid4())
        self.headers: list[tuple[str, str]] = []
        self.request_headers: dict[str, str] = {}
        self.route: Route | None = None


def preflight(match: Match) -> WireResponse:
    headers = (("Allow", match.allowed()), *_CORS_PREFLIGHT)
    return WireResponse(None, 204, headers)


def error_response(exchange: Exchange, error: WireError) -> WireResponse:
    full_stop = exchange.route is not None and exchange.route.is_a2p
    body = errors.render_error(error, full_stop=full_stop)
    return WireResponse(body, error.status, error.headers)


def unless_known(exchange: Exchange, response: WireResponse) -> WireResponse:
    """304 without a body where the client says that it has this very answer to a GET."""
    known = exchange.request_headers.get("if-none-match")
    tag = dict(response.headers).get("ETag")
    if known is None or tag is None or exchange.scope["method"] not in ("GET", "HEAD"):
        return response
    # Weak comparison, as RFC 9110 asks for: the same bytes or the same meaning.
    held = {one.strip().removeprefix("W/") for one in known.split(",")}
    if "*" not in held and tag.removeprefix("W/") not in held:
        return response
    return WireResponse(None, 304, (("ETag", tag),))


def encode_body(response: WireResponse) -> bytes | AsyncIterator[bytes]:
    """The body's bytes, or an iterator of them."""
    body = response.body
    if isinstance(body, bytes | AsyncIterator):
        return body
    return b"" if body is None else _encode(body)


def own_headers(exchange: Exchange, response: WireResponse) -> list[tuple[str, str]]:
    """The headers that say something about this request."""
    return [("RCRequestId", exchange.request_id), *exchange.headers, *response.headers]


async def send_response(exchange: Exchange, response: WireResponse, send: Send) -> None:
    body = encode_body(response)
    streamed = not isinstance(body, bytes)
    raw = body if isinstance(body, bytes) else b""
    headers = [
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        *own_headers(exchange, response),
    ]
    bodiless = response.status in (204, 304)
    if not bodiless:
        headers.append(("Content-Type", response.content_type))
        headers += () if streamed else (("Content-Length", str(len(raw))),)
    if "origin" in exchange.request_headers:
        headers += _CORS
    encoded = [(name.lower().encode("latin-1"), _header_value(value)) for name, value in headers]
    await send({"type": "http.response.start", "status": response.status, "headers": encoded})
    head_only = exchange.scope["method"] == "HEAD" or bodiless
    if not isinstance(body, bytes) and not head_only:
        async for piece in body:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b"" if head_only else raw})


def _header_value(value: str) -> bytes:
    if "\r" in value or "\n" in value or "\0" in value:
        raise ValueError("a header value holds a line break")
    return value.encode("latin-1")
