"""Request bodies: read within bounds, then decoded strictly.

JSON is UTF-8 without a byte order mark, at most 32 deep, without duplicate keys, NaN or lone
surrogates. Unknown members are ignored.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import msgspec

from stopline.ringcentral.errors import (
    WireError,
    bad_media_type,
    bad_parameter,
    too_large,
    unparsable_body,
)
from stopline.ringcentral.query import error_parameter

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

MAX_DEPTH = 32
# How long a client may pause between pieces of a body, and take in all: slow clients hold
# memory and a connection.
PIECE_TIMEOUT_S = 30.0
BODY_TIMEOUT_S = 120.0

_IN_STRINGS = re.compile(rb'"[^"]*"')
_ESCAPE = re.compile(rb"\\.", re.DOTALL)
_NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'"[]{}')
_ONE_BRACKET = bytes.maketrans(b"{}", b"[]")


class ClientGone(Exception):
    """The client closed the connection before its body was complete."""


async def read_body(receive: Receive, announced: int | None, limit: int) -> bytes:
    """The whole body, at most `limit` bytes. Raises WireError 413 or 408, or ClientGone."""
    if announced is not None and announced > limit:
        raise too_large()
    pieces: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            while True:
                async with asyncio.timeout(PIECE_TIMEOUT_S):
                    event = await receive()
                if event["type"] == "http.disconnect":
                    raise ClientGone
                piece = event.get("body", b"")
                size += len(piece)
                if size > limit:
                    raise too_large()
                pieces.append(piece)
                if not event.get("more_body", False):
                    return b"".join(pieces)
    except TimeoutError as error:
        raise WireError(408, "CMN-104", "Request body did not arrive in time") from error


def check_media_type(content_type: str, allowed: str) -> None:
    """Raises WireError 415 unless the media type is the allowed one (in UTF-8)."""
    media_type, _, parameters = content_type.partition(";")
    if media_type.strip().lower() != allowed:
        raise bad_media_type()
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if "charset=" in charset and "charset=utf-8" not in charset:
        raise bad_media_type()


def decode_json(raw: bytes, decoder: msgspec.json.Decoder[Any], unparsable: str) -> Any:
    """The struct a JSON body stands for.

    Raises WireError 400: `unparsable` when it is no JSON we accept, CMN-101 naming the field
    when a value is not what the call takes.
    """
    try:
        _refuse_loose_json(raw)
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        raise bad_parameter(error_parameter(error)) from error
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise unparsable_body(unparsable) from error


def _refuse_loose_json(raw: bytes) -> None:
    """Raises ValueError for what the typed decoder would let pass."""
    if _is_deep(raw):
        raise ValueError("too deep")
    json.loads(raw.decode(), object_pairs_hook=_refuse_duplicates, parse_constant=_refuse)


def _refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("duplicate key")
    return members


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _is_deep(raw: bytes) -> bool:
    """Whether brackets outside strings nest deeper than MAX_DEPTH; linear, before any parsing."""
    if b"\\" in raw:
        raw = _ESCAPE.sub(b"", raw)
    structure = raw.translate(_ONE_BRACKET, _NOT_STRUCTURE).replace(b'""', b"")
    brackets = _IN_STRINGS.sub(b"", structure)
    for _ in range(MAX_DEPTH):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)
