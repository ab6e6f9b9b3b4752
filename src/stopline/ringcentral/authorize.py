"""`/restapi/oauth/authorize`: from an app's request to a code at one of its own addresses.

Nothing is redirected before client and address are known to belong together; whatever is wrong
afterwards is told to the app at that address.
"""

import secrets
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from stopline.core.access import Grant, ServerKeys
from stopline.core.accounts import App, User
from stopline.core.authorization import (
    CODE_LIFE_MS,
    NO_CHALLENGE,
    Challenge,
    ChallengeMethod,
    is_challenge,
)
from stopline.flows import authorization as flows
from stopline.flows.access import find_app
from stopline.ringcentral.clients import MAX_CLIENT_ID_CHARS, client_refused
from stopline.ringcentral.errors import OAuthError
from stopline.ringcentral.forms import FormFields
from stopline.ringcentral.passwords import LockedOut, PasswordChecks
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery, Query
from stopline.ringcentral.request import Form, NoBody, WireRequest, WireResponse
from stopline.ringcentral.routing import Handler, Route
from stopline.ringcentral.sign_in import (
    PAGE_LIFE_MS,
    SIGN_IN_LIFE_MS,
    Browser,
    PendingRequest,
    SignedIn,
)
from stopline.ringcentral.sign_in_page import PageState, render_dead_end, render_page

_METHODS = {"plain": ChallengeMethod.PLAIN, "S256": ChallengeMethod.S256}
_WRONG = "Phone number, extension or password is wrong."
_LOCKED = "Too many wrong passwords: try again in a quarter of an hour."


class AuthorizeQuery(Query, rename=None, frozen=True, kw_only=True):
    """An app's request. What is not here (scope, display, ui_locales and more) is not needed."""

    response_type: str | None = None
    client_id: str | None = None
    redirect_uri: str | None = None
    state: str | None = None
    code_challenge: str | None = None
    code_challenge_method: str | None = None
    prompt: str | None = None


class SignInForm(msgspec.Struct, omit_defaults=True):
    """What the page sends."""

    request: str
    decision: Literal["allow", "deny", "other"]
    username: str | None = None
    extension: str | None = None
    password: str | None = None


class _Refused(Exception):
    """An error to be told to the app at its own address; the word is OAuth's."""


class AuthorizeEndpoints:
    """The endpoint and its page."""

    def __init__(self, checks: PasswordChecks, browser: Browser) -> None:
        self._checks = checks
        self._browser = browser

    def routes(self) -> list[Route]:
        """The routes of this resource."""
        authorize = "/restapi/oauth/authorize"
        return [
            _route("GET", authorize, self.authorize, "Ask a user to let an app act for him"),
            _route("POST", authorize, self.authorize_by_form, "The same, as a form"),
            _route(
                "POST",
                "/restapi/oauth/sign-in",
                self.sign_in,
                "The user's answer",
                form=SignInForm,
            ),
        ]

    async def authorize(self, request: WireRequest[AuthorizeQuery, NoBody]) -> WireResponse:
        """Redirect with a code when the user is known and agreed before; else the page."""
        return await self._authorize(request, request.query)

    async def authorize_by_form(self, request: WireRequest[AuthorizeQuery, Form]) -> WireResponse:
        """The same; what stands in the form goes before the query."""
        fields = FormFields(request.body)
        fields.refuse_duplicates()
        given = msgspec.structs.asdict(request.query)
        merged = {name: fields.get(name) or value for name, value in given.items()}
        return await self._authorize(request, AuthorizeQuery(**merged))

    async def _authorize(
        self, request: WireRequest[Any, Any], query: AuthorizeQuery
    ) -> WireResponse:
        request.count_rate((request.remote, "authorize"))
        app = await _find_app(request, query.client_id or "")
        redirect_uri = _choose_redirect(app, query.redirect_uri)
        try:
            challenge = _read_challenge(app, query)
            return await self._ask(request, app, query, redirect_uri, challenge)
        except _Refused as error:
            return _redirect(redirect_uri, query.state or "", error=str(error))

    async def _ask(
        self,
        request: WireRequest[Any, Any],
        app: App,
        query: AuthorizeQuery,
        redirect_uri: str,
        challenge: Challenge,
    ) -> WireResponse:
        cookies = request.header("cookie")
        browser = self._browser.read_browser(cookies) or secrets.token_urlsafe(16)
        pending = PendingRequest(
            client_id=app.client_id,
            redirect_uri=redirect_uri,
            named_uri=query.redirect_uri or "",
            state=query.state or "",
            challenge=challenge,
            browser=browser,
            until_ms=request.now_ms + PAGE_LIFE_MS,
        )
        prompts = frozenset((query.prompt or "").split())
        # Clients send `login sso` when they want nothing in particular.
        user = None if prompts == {"login"} else await self._signed_in(request, app)
        if user is not None and "consent" not in prompts:
            asked = pending.code_request(app.id)
            if await request.store.read(flows.is_approved, user.id, app.id):
                code = await request.store.transact(flows.issue_code, user.id, asked)
                return _redirect(redirect_uri, pending.state, code=code)
        if "none" in prompts:
            raise _Refused("login_required" if user is None else "consent_required")
        state = PageState(user_name=_full_name(user) if user else "")
        headers = (self._browser.browser_cookie(browser),)
        return render_page(app, redirect_uri, self._browser.close_request(pending), state, headers)

    async def _signed_in(self, request: WireRequest[Any, Any], app: App) -> User | None:
        held = self._browser.read_user(request.header("cookie"), request.now_ms)
        if held is None:
            return None
        keys = request.wire.keys
        return await request.store.read(flows.find_signed_in, app, held.user_id, held.mark, keys)

    async def sign_in(self, request: WireRequest[NoQuery, Form]) -> WireResponse:
        """The user's answer: back to the app with a code or a refusal, or the page once more."""
        request.count_rate((request.remote, "sign-in"))
        fields = FormFields(request.body)
        sealed = fields.get("request") or ""
        cookies = request.header("cookie")
        pending = self._browser.open_request(sealed, cookies, request.now_ms)
        if pending is None:
            return render_dead_end()
        app = await _find_app(request, pending.client_id)
        _choose_redirect(app, pending.redirect_uri)
        match fields.get("decision"):
            case "deny":
                return _redirect(
                    pending.redirect_uri, pending.state, status=303, error="access_denied"
                )
            case "allow":
                return await self._allow(request, app, pending, sealed, fields)
        forget = (self._browser.no_user_cookie(),)
        return render_page(app, pending.redirect_uri, sealed, PageState(), forget)

    async def _allow(
        self,
        request: WireRequest[NoQuery, Form],
        app: App,
        pending: PendingRequest,
        sealed: str,
        fields: FormFields,
    ) -> WireResponse:
        problem = _WRONG
        try:
            user = await self._identify(request, app, fields)
        except LockedOut:
            user, problem = None, _LOCKED
        if user is None:
            state = PageState(
                problem=problem,
                username=fields.get("username") or "",
                extension=fields.get("extension") or "",
            )
            return render_page(app, pending.redirect_uri, sealed, state, status=400)
        code = await request.store.transact(
            flows.approve_app, user.id, pending.code_request(app.id)
        )
        cookie = self.sign_in_cookie(request.wire.keys, user, request.now_ms)
        return _redirect(pending.redirect_uri, pending.state, (cookie,), 303, code=code)

    async def _identify(
        self, request: WireRequest[NoQuery, Form], app: App, fields: FormFields
    ) -> User | None:
        """By the password if there is one, else by the browser's earlier sign-in."""
        password = fields.get("password")
        if password is None:
            return await self._signed_in(request, app)
        login = await self._checks.check(
            request.store, app, fields.get("username") or "", fields.get("extension"), password
        )
        return None if login is None else await request.store.transact(flows.sign_in, login)

    def sign_in_cookie(self, keys: ServerKeys, user: User, now_ms: int) -> tuple[str, str]:
        """The header that keeps this user signed in."""
        mark = flows.password_mark(keys, user)
        return self._browser.user_cookie(SignedIn(user.id, mark, now_ms + SIGN_IN_LIFE_MS))


async def _find_app(request: WireRequest[Any, Any], client_id: str) -> App:
    if not 0 < len(client_id) <= MAX_CLIENT_ID_CHARS:
        raise client_refused()
    app = await request.store.read(find_app, client_id)
    if app is None:
        raise client_refused()
    return app


def _choose_redirect(app: App, named_uri: str | None) -> str:
    """The address to answer to. Raises OAuthError: without one nobody is sent anywhere."""
    if not app.redirect_uris:
        raise OAuthError("invalid_request", "OAU-113", "No redirect uri is registered")
    if named_uri is None and len(app.redirect_uris) == 1:
        return app.redirect_uris[0]
    if named_uri not in app.redirect_uris:
        raise OAuthError("invalid_request", "OAU-109", "Redirect URIs do not match")
    return named_uri


def _read_challenge(app: App, query: AuthorizeQuery) -> Challenge:
    if Grant.CODE not in app.grants:
        raise _Refused("unauthorized_client")
    if query.response_type != "code":
        raise _Refused("unsupported_response_type")
    if query.code_challenge is None:
        if app.is_public:
            # Without a secret the challenge is all that ties the code to who asked for it.
            raise _Refused("invalid_request")
        return NO_CHALLENGE
    method = _METHODS.get(query.code_challenge_method or "plain")
    if method is None or not is_challenge(query.code_challenge):
        raise _Refused("invalid_request")
    if method is ChallengeMethod.PLAIN and not app.plain_challenge:
        raise _Refused("invalid_request")
    return Challenge(method, query.code_challenge)


def _redirect(
    uri: str,
    state: str,
    headers: tuple[tuple[str, str], ...] = (),
    status: int = 302,
    *,
    code: str = "",
    error: str = "",
) -> WireResponse:
    values = {"code": code} if code else {"error": error}
    if state:
        values["state"] = state
    if code:
        values["expires_in"] = str(CODE_LIFE_MS // 1000)
    joint = "&" if "?" in uri else "?"
    location = ("Location", uri + joint + urlencode(values))
    return WireResponse(None, status, (location, ("Referrer-Policy", "no-referrer"), *headers))


def _full_name(user: User) -> str:
    name = f"{user.first_name} {user.last_name}".strip()
    return name or f"{user.username} extension {user.extension}"


def _route(method: str, path: str, handler: Handler, summary: str, **more: Any) -> Route:
    return Route(
        method,
        path,
        handler,
        summary,
        "OAuth",
        group=RateGroup.AUTH,
        authenticated=False,
        errors=(400,),
        redirects=True,
        **more,
    )
