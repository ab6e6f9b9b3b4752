"""One request to the console: who makes it, whether it may, and what becomes of errors."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from stopline.console.parts import ConsoleParts
from stopline.console.views import HEADERS, page
from stopline.core.access import Role
from stopline.core.errors import (
    Conflict,
    InvalidField,
    InvalidNumber,
    LimitReached,
    NotAllowed,
    NotFound,
    StoplineError,
    StoreUnavailable,
)
from stopline.flows import operators
from stopline.flows.operators import Operator
from stopline.flows.ports import Store

COOKIE = "stopline_console"
COOKIE_PATH = "/console"
# A pasted list of some ten thousand people; longer ones go through the command line.
MAX_FORM_BYTES = 2 << 20
MAX_FORM_FIELDS = 100

# Which error is shown with which status.
_STATUSES: tuple[tuple[type[StoplineError], int], ...] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (InvalidField, 400),
    (InvalidNumber, 400),
    (Conflict, 409),
    (LimitReached, 409),
    (StoreUnavailable, 503),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in. `form` is empty for GET."""

    request: Request
    parts: ConsoleParts
    operator: Operator
    form: dict[str, str]

    @property
    def store(self) -> Store:
        """The store."""
        return self.parts.store

    @property
    def query(self) -> QueryParams:
        """The query of the address."""
        return self.request.query_params

    @property
    def now_ms(self) -> int:
        """The time of the request."""
        return self.parts.clock_ms()

    def page(self, name: str, status: int = 200, **values: Any) -> Response:
        """A whole page for this operator."""
        shown: dict[str, Any] = {"has_simulator": self.parts.handsets is not None, **values}
        return page(self.request, name, self.operator, status, **shown)

    def number(self, name: str) -> int:
        """A whole number of the path. Raises NotFound."""
        return read_id(str(self.request.path_params[name]), name)


def read_id(text: str, name: str) -> int:
    """An id as addresses hold it. Raises NotFound."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19) or int(text) >= 1 << 63:
        raise NotFound(name)
    return int(text)


Handler = Callable[[Visit], Awaitable[Response]]


class Visits:
    """Makes routes of handlers."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts

    def get(self, path: str, handler: Handler) -> Route:
        """A page for everybody who is signed in."""
        return Route(path, self._guard(handler, reads_form=False), methods=["GET"])

    def post(self, path: str, handler: Handler) -> Route:
        """A change: only with the form's token. What it may change its flow decides."""
        return Route(path, self._guard(handler, reads_form=True), methods=["POST"])

    def _guard(self, handler: Handler, *, reads_form: bool) -> Callable[[Request], object]:
        async def guarded(request: Request) -> Response:
            try:
                return await self._answer(request, handler, reads_form=reads_form)
            except StoplineError as error:
                return show_error(request, None, error)

        return guarded

    async def _answer(self, request: Request, handler: Handler, *, reads_form: bool) -> Response:
        token = request.cookies.get(COOKIE, "")
        operator = await self._parts.store.read(operators.find_operator, token)
        if operator is None:
            return _to_sign_in(request)
        try:
            form = await read_form(request) if reads_form else {}
            if reads_form:
                check_origin(request)
                _check_csrf(form, operator)
            if operator.is_stale:
                await self._parts.store.transact(operators.touch_session, token)
            return await handler(Visit(request, self._parts, operator, form))
        except StoplineError as error:
            return show_error(request, operator, error)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a bounded form; of a name given twice the last. Raises InvalidField."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise InvalidField("form", "is larger than 2 MB")
    try:
        values = parse_qs(
            body.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS,
            errors="replace",
        )  # fmt: skip
    except ValueError:
        raise InvalidField("form", "is none") from None
    return {name: found[-1].replace("\r\n", "\n") for name, found in values.items()}


def check_origin(request: Request) -> None:
    """A browser says where a form comes from; another site's is refused. Raises NotAllowed."""
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    host = request.headers.get("host", "")
    foreign = origin is not None and urlsplit(origin).netloc != host
    if foreign or site not in ("same-origin", "none"):
        raise NotAllowed("this form came from another site")


def _check_csrf(form: dict[str, str], operator: Operator) -> None:
    if not hmac.compare_digest(form.get("csrf", "").encode(), operator.csrf.encode()):
        raise NotAllowed("this form is too old; load the page again")


def _to_sign_in(request: Request) -> Response:
    path = request.url.path
    if request.method == "GET" and request.url.query:
        path += f"?{request.url.query}"
    target = "/console/sign-in"
    if request.method == "GET":
        target += f"?next={quote(path)}"
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={**HEADERS, "hx-redirect": "/console/sign-in"})
    return RedirectResponse(target, 303, headers=HEADERS)


def show_error(request: Request, operator: Operator | None, error: StoplineError) -> Response:
    """What went wrong, in words, on a page of its own."""
    status = next((code for kind, code in _STATUSES if isinstance(error, kind)), 400)
    return page(
        request,
        "error.html",
        operator,
        status,
        has_simulator=False,
        code=status,
        message=str(error),
    )


def redirect(path: str) -> Response:
    """To another page of the console, by GET."""
    return RedirectResponse(path, 303, headers=HEADERS)


def may(visit: Visit, role: Role) -> bool:
    """Whether to offer something; the flow decides."""
    return visit.operator.role >= role
