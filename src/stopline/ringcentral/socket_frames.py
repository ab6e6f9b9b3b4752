"""The WebSocket's protocol without a socket: frames read and written, and when they are due.

A frame is a text, a JSON array of an envelope and perhaps a body, without blanks: one client
searches it for `"type":"ServerNotification"`. Every frame that may be lost carries its number.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import msgspec

from stopline.core.sockets import (
    ABSOLUTE_MS,
    IDLE_MS,
    MAX_ACTIVE_REQUESTS,
    MAX_SOCKETS_PER_USER,
    RECOVERY_FRAMES,
    RECOVERY_MS,
    recovery_token,
)
from stopline.ringcentral.formats import render_millis

# A request's envelope; its body has the limits of any request.
MAX_FRAME_CHARS = 1 << 20
RECOVERY_FAILED = "WSG-1005"
IDLE_EXPIRED = ("WSG-902", "Idle timeout expired")
ABSOLUTE_EXPIRED = ("WSG-903", "Absolute timeout expired")

Headers = Mapping[str, str]
_encode = msgspec.json.Encoder().encode


class BadFrame(Exception):
    """A text that is no frame of this protocol."""


class Envelope(msgspec.Struct, rename="camel"):
    """What a client's frame begins with; other members are ignored."""

    type: str
    message_id: str = ""
    method: str = "GET"
    path: str = ""
    headers: dict[str, Any] | None = None
    query: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """A request over the socket; `body` is JSON, empty when there is none."""

    message_id: str
    method: str
    path: str
    headers: Mapping[str, Any]
    query: Mapping[str, Any]
    body: bytes


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """Asks for the same frame back."""

    message_id: str


_parts = msgspec.json.Decoder(list[msgspec.Raw])
_envelopes = msgspec.json.Decoder(Envelope)


def parse_frame(text: str) -> ClientRequest | Heartbeat:
    """A client's frame: an envelope alone, or with a body that may be `""`. Raises BadFrame."""
    if len(text) > MAX_FRAME_CHARS:
        raise BadFrame
    try:
        parts = _parts.decode(text)
        envelope = _envelopes.decode(parts[0])
    except (msgspec.DecodeError, IndexError, ValueError, RecursionError) as error:
        raise BadFrame from error
    if envelope.type == "Heartbeat":
        return Heartbeat(envelope.message_id)
    if envelope.type != "ClientRequest" or not envelope.path.startswith("/"):
        raise BadFrame
    return ClientRequest(
        message_id=envelope.message_id,
        method=envelope.method.upper(),
        path=envelope.path,
        headers=envelope.headers or {},
        query=envelope.query or {},
        body=_body_of(parts),
    )


def _body_of(parts: list[msgspec.Raw]) -> bytes:
    body = bytes(parts[1]) if len(parts) > 1 else b""
    return b"" if body in (b'""', b"null") else body


class SocketFrames:
    """Writes one connection's frames, numbered from the last one of the connection before it."""

    def __init__(self, base: str, sequence: int, now_ms: int) -> None:
        self._base = base
        self.sequence = sequence
        self._opened_ms = now_ms
        self._heard_ms = now_ms

    def heard(self, now_ms: int) -> None:
        """The client sent something."""
        self._heard_ms = now_ms

    def overdue(self, now_ms: int) -> tuple[str, str] | None:
        """The code and message with which the connection has to end now."""
        if now_ms - self._opened_ms >= ABSOLUTE_MS:
            return ABSOLUTE_EXPIRED
        return IDLE_EXPIRED if now_ms - self._heard_ms >= IDLE_MS else None

    def greeting(self, now_ms: int, recovered: bool | None) -> str:
        """ConnectionDetails: the first frame. `recovered` is None when nobody asked."""
        message_id = str(uuid4())
        body: dict[str, Any] = {
            "creationTime": render_millis(now_ms).replace("Z", "+0000"),
            "maxConnectionsPerSession": MAX_SOCKETS_PER_USER,
            "recoveryBufferSize": RECOVERY_FRAMES,
            "recoveryTimeout": RECOVERY_MS // 1_000,
            "idleTimeout": IDLE_MS // 1_000,
            "absoluteTimeout": ABSOLUTE_MS // 1_000,
            "maxActiveRequests": MAX_ACTIVE_REQUESTS,
        }
        if recovered is not None:
            body["recoveryState"] = "Successful" if recovered else "Failed"
        if recovered is False:
            body["recoveryErrorCode"] = RECOVERY_FAILED
        headers = {"RCRequestId": message_id}
        return self._numbered("ConnectionDetails", message_id, 200, headers, _encode(body))

    def reply(self, message_id: str, status: int, headers: Headers, body: bytes) -> str:
        """The answer to a request."""
        return self._numbered("ClientRequest", message_id, status, headers, body)

    def notification(self, event_id: str, body: bytes) -> str:
        """An event; its envelope is the body."""
        headers = {"RCRequestId": str(uuid4())}
        return self._numbered("ServerNotification", event_id, 200, headers, body)

    def _numbered(
        self, kind: str, message_id: str, status: int, headers: Headers, body: bytes
    ) -> str:
        self.sequence += 1
        token = recovery_token(self._base, self.sequence)
        envelope = {
            "type": kind,
            "messageId": message_id,
            "status": status,
            "wsc": {"token": token, "sequence": self.sequence},
            "headers": headers,
        }
        return _join(envelope, body)


def heartbeat(message_id: str) -> str:
    """The echo of a heartbeat."""
    return _join({"type": "Heartbeat", "messageId": message_id}, b"")


def error(code: str, message: str, status: int = 403) -> str:
    """An error of the connection itself."""
    envelope = {"type": "Error", "messageId": str(uuid4()), "status": status, "headers": {}}
    return _join(envelope, _encode({"errorCode": code, "message": message}))


def _join(envelope: Mapping[str, Any], body: bytes) -> str:
    tail = b"," + body if body else b""
    return (b"[" + _encode(envelope) + tail + b"]").decode()
