"""How Stopline's own calls read requests and answer them: JSON, small bodies, one form of error."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from stopline.api.bearers import find_caller
from stopline.core.access import AppPermission, Principal
from stopline.core.errors import Conflict, InvalidField, NotFound, StoplineError
from stopline.core.ids import MAX_ID
from stopline.flows.ports import Store

# No call of Stopline's own takes a list of any length.
MAX_BODY_BYTES = 128 * 1_024
_MILLIS = 1_000
NO_STORE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

Body = TypeVar("Body")
Work = Callable[[Request, Principal], Awaitable[Any]]


class Refused(Exception):
    """The request is answered with this status and error."""

    def __init__(self, status: HTTPStatus, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code

    def render(self) -> Response:
        """The answer."""
        error = {"errorCode": self.code, "message": str(self)}
        return JSONResponse({**error, "errors": [error]}, self.status, headers=NO_STORE)


def endpoint(
    store: Store, permission: AppPermission, work: Work
) -> Callable[[Request], Awaitable[Response]]:
    """A handler that asks for a bearer token and the app's permission, then does the work."""

    async def handle(request: Request) -> Response:
        try:
            caller = await find_caller(store, request)
            if caller is None:
                raise Refused(HTTPStatus.UNAUTHORIZED, "Unauthorized", "a bearer token is needed")
            if permission not in caller.app_permissions:
                message = f"the application lacks the permission {permission.value}"
                raise Refused(HTTPStatus.FORBIDDEN, "Forbidden", message)
            return _render(await work(request, caller))
        except Refused as refused:
            return refused.render()
        except StoplineError as error:
            return _from_core(error).render()

    return handle


def _render(answer: Any) -> Response:
    if answer is None:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=NO_STORE)
    body = msgspec.json.encode(answer)
    return Response(body, media_type="application/json", headers=NO_STORE)


def _from_core(error: StoplineError) -> Refused:
    match error:
        case NotFound():
            return Refused(HTTPStatus.NOT_FOUND, "NotFound", str(error))
        case Conflict():
            return Refused(HTTPStatus.CONFLICT, "Conflict", str(error))
        case InvalidField():
            return Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", str(error))
    raise error


async def read_json(request: Request, kind: type[Body]) -> Body:
    """The body. Raises Refused."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY_BYTES:
            reason = f"the body is larger than {MAX_BODY_BYTES} bytes"
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "BodyTooLarge", reason)
    try:
        return msgspec.json.decode(bytes(body), type=kind)
    except msgspec.ValidationError as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        reason = "the body is not valid JSON"
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidBody", reason) from None


def read_id(request: Request, name: str) -> int:
    """An id of the path. Raises Refused: 404 for what can be none."""
    text: str = request.path_params[name]
    if text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) < MAX_ID:
        return int(text)
    raise Refused(HTTPStatus.NOT_FOUND, "NotFound", f"{name}Id is not found")


def render_time(epoch_ms: int | None) -> str | None:
    """A moment as these calls show it: UTC with milliseconds."""
    if epoch_ms is None:
        return None
    text = datetime.fromtimestamp(epoch_ms / _MILLIS, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def read_number(request: Request, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number of the query. Raises Refused."""
    text = request.query_params.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", f"{name}: a whole number")
    value = int(text)
    if not lowest <= value <= highest:
        reason = f"{name}: between {lowest} and {highest}"
        raise Refused(HTTPStatus.BAD_REQUEST, "InvalidParameter", reason)
    return value
