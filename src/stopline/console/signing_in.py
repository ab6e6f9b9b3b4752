"""Signing in and out, and the theme."""

import asyncio

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stopline.console.parts import ConsoleParts
from stopline.console.views import THEME_COOKIE, THEMES, page
from stopline.console.visits import (
    COOKIE,
    COOKIE_PATH,
    Visit,
    Visits,
    check_origin,
    read_form,
    redirect,
    show_error,
)
from stopline.core.access import ABSOLUTE_MS
from stopline.core.errors import InvalidNumber, LimitReached, StoplineError
from stopline.core.numbers import parse_number
from stopline.flows import access, operators
from stopline.flows.passwords import is_password

# A password takes 20 ms and 19 MiB; more at once would starve everything else on two cores.
CHECKS_AT_ONCE = 2
MAX_WAITING_CHECKS = 50
MAX_LOGIN_CHARS = 64
_YEAR_SECONDS = 31_536_000

WRONG = "Wrong number, extension or password."
LOCKED = "Too many wrong passwords. Try again in 15 minutes."
NO_CONSOLE = "This user has no role in the console. An administrator can give one."


class SigningIn:
    """The sign-in page, with the bound on passwords that are checked at once."""

    def __init__(self, parts: ConsoleParts) -> None:
        self._parts = parts
        self._checks = asyncio.Semaphore(CHECKS_AT_ONCE)
        self._waiting = 0

    def routes(self) -> list[Route]:
        """The routes for who is not signed in."""
        return [
            Route("/console/sign-in", self.show, methods=["GET"]),
            Route("/console/sign-in", self.sign_in, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The form."""
        return _form(request, next_path=request.query_params.get("next", ""))

    async def sign_in(self, request: Request) -> Response:
        """Check the password; on success a new session, whatever the browser had before."""
        try:
            check_origin(request)
            form = await read_form(request)
            return await self._sign_in(request, form)
        except StoplineError as error:
            return show_error(request, None, error)

    async def _sign_in(self, request: Request, form: dict[str, str]) -> Response:
        store = self._parts.store
        login = await store.read(access.find_person_login, *_read_login(form))
        stored = login.user.password_hash if login.user else None
        right = await self._is_password(stored, form.get("password", ""))
        if login.locked:
            return _form(request, form, LOCKED, 429)
        if not right:
            await store.transact(access.record_wrong_password, login)
            return _form(request, form, WRONG, 403)
        token = await store.transact(operators.sign_in, login, request.cookies.get(COOKIE, ""))
        if token is None:
            return _form(request, form, NO_CONSOLE, 403)
        answer = redirect(safe_path(form.get("next", "")))
        answer.set_cookie(
            COOKIE,
            token,
            max_age=ABSOLUTE_MS // 1000,
            path=COOKIE_PATH,
            secure=self._parts.is_secure,
            httponly=True,
            samesite="lax",
        )
        return answer

    async def _is_password(self, stored: str | None, password: str) -> bool:
        if self._waiting >= MAX_WAITING_CHECKS:
            raise LimitReached("too many people sign in at once; try again")
        self._waiting += 1
        try:
            async with self._checks:
                return await asyncio.to_thread(is_password, stored, password)
        finally:
            self._waiting -= 1


def safe_path(path: str) -> str:
    """Where to go after signing in: a page of the console, or its start."""
    if path.startswith("/console/") and "\\" not in path and path.isprintable():
        return path
    return "/console/"


def _read_login(form: dict[str, str]) -> tuple[str, str]:
    """As for the password grant: `+1...*101`, or the number and the extension apart."""
    name, _, joined = form.get("username", "").strip().partition("*")
    try:
        name = parse_number(name)
    except InvalidNumber:
        name = name[:MAX_LOGIN_CHARS]
    return name, (form.get("extension", "").strip() or joined)[:MAX_LOGIN_CHARS]


def _form(
    request: Request,
    form: dict[str, str] | None = None,
    problem: str = "",
    status: int = 200,
    next_path: str = "",
) -> Response:
    given = form or {}
    return page(
        request,
        "sign_in.html",
        None,
        status,
        problem=problem,
        username=given.get("username", ""),
        extension=given.get("extension", ""),
        next_path=given.get("next", next_path),
    )


async def _sign_out(visit: Visit) -> Response:
    await visit.store.transact(operators.sign_out, visit.request.cookies.get(COOKIE, ""))
    answer = redirect("/console/sign-in")
    answer.delete_cookie(COOKIE, path=COOKIE_PATH)
    return answer


async def _set_theme(visit: Visit) -> Response:
    theme = visit.form.get("theme", "")
    answer = redirect(safe_path(visit.form.get("next", "")))
    if theme in THEMES:
        answer.set_cookie(
            THEME_COOKIE, theme, max_age=_YEAR_SECONDS, path=COOKIE_PATH, httponly=True,
            secure=visit.parts.is_secure, samesite="lax",
        )  # fmt: skip
    else:
        answer.delete_cookie(THEME_COOKIE, path=COOKIE_PATH)
    return answer


def routes(visits: Visits) -> list[Route]:
    """The routes for who is signed in."""
    return [
        visits.post("/console/sign-out", _sign_out),
        visits.post("/console/theme", _set_theme),
    ]
