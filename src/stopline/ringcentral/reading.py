"""What is read of a request before its handler: headers, path, method, and the body it takes."""

import asyncio
from typing import Any
from urllib.parse import unquote_to_bytes

from stopline.ringcentral import errors
from stopline.ringcentral.answering import Exchange, Scope
from stopline.ringcentral.bodies import Receive, check_media_type, decode_json, read_body
from stopline.ringcentral.errors import WireError
from stopline.ringcentral.forms import FORM_TYPE, parse_form
from stopline.ringcentral.query import last_value
from stopline.ringcentral.request import NoBody
from stopline.ringcentral.routing import Route

# Bounds of the request line and of headers; what is over them is no client of ours.
MAX_TARGET_BYTES = 8 << 10
MAX_HEADER_BYTES = 32 << 10
MAX_HEADERS = 100
# Above this a body is decoded in a thread, so that other requests go on.
_DECODE_IN_THREAD_BYTES = 64 << 10

_OVERRIDABLE = frozenset({"GET", "PUT", "PATCH", "DELETE"})


def read_headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; one that comes twice is joined by a comma (RFC 9110, 5.3)."""
    raw = scope["headers"]
    if len(raw) > MAX_HEADERS or sum(len(k) + len(v) for k, v in raw) > MAX_HEADER_BYTES:
        raise WireError(431, "CMN-407", "Request headers are too large")
    headers: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name, value = name_bytes.decode("latin-1"), value_bytes.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def read_segments(scope: Scope) -> list[str]:
    """The decoded segments of the path; a slash at the end is nothing. Raises UnknownPath."""
    raw_path = scope.get("raw_path")
    raw: bytes = scope["path"].encode() if raw_path is None else raw_path.partition(b"?")[0]
    if len(raw) + len(scope["query_string"]) > MAX_TARGET_BYTES:
        raise WireError(414, "CMN-101", "Request URI is too long")
    return [_decode_segment(segment) for segment in raw.strip(b"/").split(b"/")]


def _decode_segment(segment: bytes) -> str:
    try:
        return unquote_to_bytes(segment).decode() if b"%" in segment else segment.decode()
    except UnicodeDecodeError as error:
        raise errors.UnknownPath from error


def effective_method(exchange: Exchange) -> str:
    """The method meant: a POST may stand for another one, with the rights that one needs."""
    method: str = exchange.scope["method"]
    if method != "POST":
        return "GET" if method == "HEAD" else method
    in_header = exchange.request_headers.get("x-http-method-override", "").upper()
    in_query = (last_value(exchange.scope["query_string"], "_method") or "").upper()
    if in_header and in_query and in_header != in_query:
        raise errors.bad_parameter("_method")
    override = in_header or in_query or "POST"
    if override != "POST" and override not in _OVERRIDABLE:
        raise errors.bad_parameter("_method" if in_query else "X-HTTP-Method-Override")
    return override


async def read_request_body(
    route: Route, headers: dict[str, str], receive: Receive
) -> tuple[Any, bytes]:
    """The body as the route takes it, and its bytes. Refuses by header before it reads."""
    if route.body is NoBody:
        return NoBody(), b""
    announced = _announced_size(headers)
    raw = b""
    if announced or "transfer-encoding" in headers:
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise errors.bad_media_type()
        if route.takes_json:
            check_media_type(headers.get("content-type", ""), "application/json")
        raw = await read_body(receive, announced, route.body_limit)
    if route.takes_form:
        is_form = headers.get("content-type", "").lower().startswith(FORM_TYPE)
        return parse_form(raw, is_form=is_form), raw
    return await _decode_body(route, raw), raw


def _announced_size(headers: dict[str, str]) -> int | None:
    text = headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        raise WireError(400, "CMN-407", "Parameter in header is invalid")
    return int(text)


async def _decode_body(route: Route, raw: bytes) -> Any:
    unparsable = "CMN-104" if route.is_a2p else "CMN-103"
    if not raw:
        if route.body_optional:
            return None
        raise errors.unparsable_body(unparsable)
    if len(raw) > _DECODE_IN_THREAD_BYTES:
        return await asyncio.to_thread(decode_json, raw, route.decoder, unparsable)
    return decode_json(raw, route.decoder, unparsable)
