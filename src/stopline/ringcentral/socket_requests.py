"""A request that came over a WebSocket, put to the wire as if it had come by HTTP."""

import json
from collections.abc import AsyncIterator, Mapping, MutableMapping
from typing import Any
from urllib.parse import quote, urlencode

import msgspec

from stopline.ringcentral.answering import encode_body, own_headers
from stopline.ringcentral.application import WireApplication
from stopline.ringcentral.errors import UnknownPath, WireError, render_error
from stopline.ringcentral.request import JSON_TYPE, SOCKET_CALLER, SocketCaller
from stopline.ringcentral.socket_frames import ClientRequest

# A reply is one frame; what is larger (an export) is for HTTP.
MAX_REPLY_BYTES = 4 << 20
SOCKET_JSON_TYPE = "application/json;charset=UTF-8"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
# The edge says who asks, and what the body is; the rest of a client's headers is passed on.
_OWN = frozenset(
    {"authorization", "connection", "content-length", "content-type", "host", "transfer-encoding"}
)


class Reply(msgspec.Struct, frozen=True):
    """An answer; `body` is JSON or empty."""

    status: int
    headers: dict[str, str]
    body: bytes


async def perform(
    application: WireApplication, caller: SocketCaller, request: ClientRequest
) -> Reply:
    """The answer to a request, counted by the rate limits as any other."""
    path, _, query = request.path.partition("?")
    if request.method not in _METHODS or path.startswith("/restapi/oauth/"):
        return _refusal(UnknownPath())
    body = [request.body]

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body.pop(), "more_body": False}

    scope = {
        "type": "http",
        "method": request.method,
        "path": path,
        "raw_path": quote(path, safe="/~%!$&'()*+,;=:@").encode(),
        "query_string": _query_string(query, request.query),
        "headers": _headers(request),
        SOCKET_CALLER: caller,
    }
    exchange, response = await application.perform(scope, receive)
    try:
        raw = await _collect(encode_body(response))
    except WireError as error:
        return _refusal(error)
    headers = dict(own_headers(exchange, response))
    if response.status != 204:
        headers["Content-Type"] = SOCKET_JSON_TYPE
    if raw and response.content_type != JSON_TYPE:
        headers["Content-Type"] = response.content_type
        raw = msgspec.json.encode(raw.decode("utf-8", "replace"))
    return Reply(response.status, headers, raw)


def _refusal(error: WireError) -> Reply:
    headers = {"Content-Type": SOCKET_JSON_TYPE}
    return Reply(error.status, headers, render_error(error, full_stop=False))


async def _collect(body: bytes | AsyncIterator[bytes]) -> bytes:
    if isinstance(body, bytes):
        return body
    pieces: list[bytes] = []
    async for piece in body:
        pieces.append(piece)
        if sum(map(len, pieces)) > MAX_REPLY_BYTES:
            raise WireError(400, "CMN-101", "The answer is too large for a WebSocket")
    return b"".join(pieces)


def _query_string(query: str, members: Mapping[str, Any]) -> bytes:
    """The path's own query and the members of the frame's, arrays as repeated names."""
    pairs = [
        (name, _text(value))
        for name, values in members.items()
        for value in (values if isinstance(values, list) else [values])
        if value is not None
    ]
    # Phone numbers: a plus in the path's own query is a plus, as everywhere on the wire.
    parts = [query, urlencode(pairs)] if pairs else [query]
    return "&".join(part for part in parts if part).encode("utf-8", "replace")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _headers(request: ClientRequest) -> list[tuple[bytes, bytes]]:
    given = [
        (name.lower().encode("latin-1", "replace"), _text(value).encode("latin-1", "replace"))
        for name, value in request.headers.items()
        if name.lower() not in _OWN and not isinstance(value, list | dict)
    ]
    if request.body:
        given.append((b"content-type", b"application/json"))
    return [*given, (b"content-length", str(len(request.body)).encode())]
