"""`/simulator/messages`: be a handset, and see what handsets got. For this machine only."""

import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from stopline.carriers.simulator.control import SimulatorControl, SimulatorUnavailable
from stopline.carriers.simulator.frames import (
    MAX_ADDRESS_CHARS,
    MAX_TEXT_CHARS,
    MessageRecord,
    TextPart,
)

MAX_TEXTS = 1_000
# A thousand texts of 2,000 characters at 4 bytes are 8 MB; no test needs that at once.
MAX_BODY_BYTES = 4 << 20
MAX_QUERY_BYTES = 1_024
DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
_MAX_SEQUENCE = (1 << 63) - 1
_NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

# A carrier may name a party in any spelling, so only control characters are refused.
_Address = Annotated[
    str, msgspec.Meta(min_length=1, max_length=MAX_ADDRESS_CHARS, pattern=r"^[^\x00-\x1f\x7f]+\Z")
]


class HandsetText(msgspec.Struct, frozen=True):
    """The person `from` texts our number `to`."""

    sender: _Address = msgspec.field(name="from")
    recipient: _Address = msgspec.field(name="to")
    text: Annotated[str, msgspec.Meta(max_length=MAX_TEXT_CHARS)]


_Texts = Annotated[list[HandsetText], msgspec.Meta(min_length=1, max_length=MAX_TEXTS)]
_TEXTS: msgspec.json.Decoder[list[HandsetText]] = msgspec.json.Decoder(_Texts)
_TEXT = msgspec.json.Decoder(HandsetText)


class _Refused(Exception):
    """The request is answered with this status and error."""

    def __init__(self, status: int, code: str, message: str, parameter: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.parameter = parameter

    def render(self) -> Response:
        error: dict[str, str] = {"errorCode": self.code, "message": self.message}
        if self.parameter:
            error["parameterName"] = self.parameter
        body = {"errorCode": self.code, "message": self.message, "errors": [error]}
        return JSONResponse(body, self.status, headers=_NO_STORE)


def simulator_routes(control: SimulatorControl) -> list[Route]:
    """The two calls. Mount them only where the simulated carrier is configured."""

    @_guarded
    async def text_in(request: Request) -> Response:
        """Let handsets text us: one object, or a list of them."""
        texts = parse_texts(await _read_json_body(request))
        parts = [TextPart(text.sender, text.recipient, text.text) for text in texts]
        results = await control.text_in(parts)
        records = [
            {"sequence": one.sequence, "acknowledged": one.acknowledged, "error": one.error}
            for one in results
        ]
        return JSONResponse({"records": records}, headers=_NO_STORE)

    @_guarded
    async def list_messages(request: Request) -> Response:
        """What was handed to the simulated carrier and what handsets sent."""
        query = parse_query(request.scope["query_string"])
        records = await control.list_messages(**query)
        body = {"records": [render_record(record) for record in records]}
        return JSONResponse(body, headers=_NO_STORE)

    return [
        Route("/simulator/messages", text_in, methods=["POST"]),
        Route("/simulator/messages", list_messages, methods=["GET"]),
    ]


Endpoint = Callable[[Request], Awaitable[Response]]


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Only from this machine and by its name; errors become answers."""

    async def guarded(request: Request) -> Response:
        try:
            _check_loopback(request)
            return await endpoint(request)
        except _Refused as refused:
            return refused.render()
        except SimulatorUnavailable as error:
            return _Refused(503, "Unavailable", str(error)).render()

    return guarded


def _check_loopback(request: Request) -> None:
    """A page in a browser can reach loopback under a name of its own: hence the Host header."""
    peer = request.client.host if request.client else "127.0.0.1"
    if not (_is_loopback(peer) and _is_loopback(_host_of(request.headers.get("host", "")))):
        raise _Refused(403, "Forbidden", "the simulator answers on loopback only")


def _host_of(header: str) -> str:
    if header.startswith("["):
        return header[1:].partition("]")[0]
    return header.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _read_json_body(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise _Refused(415, "UnsupportedMediaType", "the body must be application/json")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            raise _Refused(413, "BodyTooLarge", f"the body is larger than {MAX_BODY_BYTES} bytes")
    return bytes(body)


def parse_texts(body: bytes) -> list[HandsetText]:
    """One text or a list of 1 to MAX_TEXTS. Raises _Refused 400 naming the field."""
    try:
        if body.lstrip()[:1] == b"{":
            return [_TEXT.decode(body)]
        return _TEXTS.decode(body)
    except msgspec.ValidationError as error:
        raise _Refused(400, "InvalidParameter", str(error), _field_of(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise _Refused(400, "InvalidBody", "the body is not valid JSON") from None


def _field_of(error: msgspec.ValidationError) -> str | None:
    return str(error).partition("`$")[2].strip("`.") or None


def parse_query(raw: bytes) -> dict[str, Any]:
    """Arguments of `list_messages`. A raw plus is a plus. Raises _Refused 400."""
    if len(raw) > MAX_QUERY_BYTES:
        raise _Refused(400, "InvalidParameter", "the query is too long")
    values: dict[str, str] = {}
    for pair in raw.split(b"&"):
        name, _, value = pair.partition(b"=")
        if value:
            values[name.decode("latin-1")] = _decode(name.decode("latin-1"), value)
    return {
        "recipient": values.get("recipient"),
        "sender": values.get("sender"),
        "after": _integer(values, "after", 0, 0),
        "limit": min(_integer(values, "limit", DEFAULT_LIMIT, 1), MAX_LIMIT),
    }


def _decode(name: str, value: bytes) -> str:
    try:
        return unquote_to_bytes(value).decode()
    except UnicodeDecodeError:
        raise _invalid(name, "is not UTF-8") from None


def _integer(values: dict[str, str], name: str, default: int, least: int) -> int:
    text = values.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise _invalid(name, "is no whole number")
    value = int(text)
    if not least <= value <= _MAX_SEQUENCE:
        raise _invalid(name, f"is outside {least} to {_MAX_SEQUENCE}")
    return value


def _invalid(name: str, reason: str) -> _Refused:
    return _Refused(400, "InvalidParameter", f"parameter {name} {reason}", name)


def render_record(record: MessageRecord) -> dict[str, object]:
    """One text as the list shows it; `time` is UTC with milliseconds."""
    moment = datetime.fromtimestamp(record.time_ms // 1000, UTC)
    return {
        "sequence": record.sequence,
        "direction": record.direction,
        "sender": record.sender,
        "recipient": record.recipient,
        "text": record.text,
        "time": f"{moment:%Y-%m-%dT%H:%M:%S}.{record.time_ms % 1000:03d}Z",
        "messageId": None if record.message_id is None else str(record.message_id),
        "outcome": record.outcome.value if record.outcome else None,
    }
