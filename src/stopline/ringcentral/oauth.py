"""The token endpoint and its companion: `POST /restapi/oauth/token` and `/revoke`.

Clients differ in how they say who they are and in what they ask for; see the contract's 4.1.
"""

import re
from typing import Literal, assert_never

import msgspec

from stopline.core.access import AccessFault, Grant, ServerKeys, TokenLives
from stopline.core.accounts import App
from stopline.flows import access, authorization
from stopline.flows.access import IssuedTokens, TokenWishes
from stopline.flows.assertions import read_assertion
from stopline.flows.authorization import CodeProof
from stopline.flows.ports import Store
from stopline.ringcentral.bearers import Bearers
from stopline.ringcentral.clients import UsedAssertions, authenticate_client, read_claim
from stopline.ringcentral.errors import OAuthError, bad_media_type
from stopline.ringcentral.forms import FormFields
from stopline.ringcentral.passwords import LockedOut, PasswordChecks
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery, Query
from stopline.ringcentral.request import Form, WireRequest, WireResponse
from stopline.ringcentral.routing import APP_PERMISSION_NAMES, Route

_GRANTS = {
    "password": Grant.PASSWORD,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": Grant.JWT,
    "refresh_token": Grant.REFRESH,
    "authorization_code": Grant.CODE,
    "client_credentials": Grant.CLIENT,
}
_ENDPOINT_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)


class TokenAnswer(msgspec.Struct):
    """What a client gets; expiries are integers because one SDK reads a missing one as expired."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str
    refresh_token_expires_in: int
    scope: str
    owner_id: str
    endpoint_id: str
    session_id: str


class TokenForm(msgspec.Struct, omit_defaults=True):
    """What the token endpoint takes; which fields it needs depends on the grant."""

    grant_type: Literal[
        "password",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "authorization_code",
        "client_credentials",
    ]
    client_id: str | None = None
    client_assertion_type: str | None = None
    client_assertion: str | None = None
    username: str | None = None
    extension: str | None = None
    password: str | None = None
    assertion: str | None = None
    refresh_token: str | None = None
    code: str | None = None
    redirect_uri: str | None = None
    code_verifier: str | None = None
    account_id: str | None = None
    access_token_ttl: int | None = None
    refresh_token_ttl: int | None = None
    endpoint_id: str | None = None


class RevokeForm(msgspec.Struct, omit_defaults=True):
    """What the revoke endpoint takes."""

    token: str | None = None
    client_id: str | None = None
    client_assertion_type: str | None = None
    client_assertion: str | None = None


class RevokeQuery(Query, rename=None, frozen=True, kw_only=True):
    """The token may stand in the query instead of the form."""

    token: str | None = None


_FAULTS = {
    AccessFault.WRONG_CREDENTIALS: ("OAU-140", "Invalid resource owner credentials."),
    AccessFault.UNKNOWN_TOKEN: ("OAU-213", "Token not found"),
    AccessFault.EXPIRED_TOKEN: ("OAU-213", "Token not found"),
    AccessFault.REVOKED_TOKEN: ("OAU-213", "Token not found"),
    AccessFault.UNKNOWN_CODE: ("OAU-106", "Authorization code is invalid"),
    AccessFault.EXPIRED_CODE: ("OAU-108", "Authorization code is expired"),
    AccessFault.FOREIGN_CODE: ("OAU-110", "Authorization code is issued for another application"),
    AccessFault.OTHER_REDIRECT: ("OAU-109", "Redirect URIs do not match"),
}


class OAuthEndpoints:
    """The endpoints with what they share: the memory of bearers and the bound on passwords."""

    def __init__(self, bearers: Bearers, lives: TokenLives, checks: PasswordChecks) -> None:
        self._bearers = bearers
        self._lives = lives
        self._checks = checks
        self._used = UsedAssertions()

    def routes(self) -> list[Route]:
        """The routes of this resource."""
        return [
            Route(
                "POST",
                "/restapi/oauth/token",
                self.token,
                summary="Log in or refresh",
                tag="OAuth",
                group=RateGroup.AUTH,
                authenticated=False,
                errors=(400, 415),
                form=TokenForm,
            ),
            Route(
                "POST",
                "/restapi/oauth/revoke",
                self.revoke,
                summary="End a session",
                tag="OAuth",
                group=RateGroup.AUTH,
                authenticated=False,
                errors=(400,),
                form=RevokeForm,
            ),
        ]

    async def token(self, request: WireRequest[NoQuery, Form]) -> TokenAnswer:
        """Tokens for a password, an assertion, a refresh token, a code, or the app itself."""
        fields = FormFields(request.body)
        claim = read_claim(request.header("authorization"), fields)
        request.count_rate(
            (claim.client_id[:64] if claim else "", (fields.get("username") or "")[:64])
        )
        if request.body.other_type:
            raise bad_media_type()
        fields.refuse_duplicates()
        app = await authenticate_client(request, claim, self._used)
        grant = _GRANTS.get(fields.require("grant_type"))
        if grant is None:
            message = "Grant type is not allowed for application."
            raise OAuthError("unsupported_grant_type", "OAU-125", message)
        if grant not in app.grants:
            raise _unauthorized_grant()
        issued = await self._grant(request, app, grant, fields)
        return _render_tokens(issued, app, request.now_ms)

    async def _grant(
        self, request: WireRequest[NoQuery, Form], app: App, grant: Grant, fields: FormFields
    ) -> IssuedTokens:
        wishes = _read_wishes(fields)
        outcome: IssuedTokens | AccessFault
        match grant:
            case Grant.PASSWORD:
                outcome = await self._password(request.store, app, fields, wishes)
            case Grant.JWT:
                outcome = await self._assertion(request, app, fields, wishes)
            case Grant.REFRESH:
                token = fields.require("refresh_token")
                outcome = await request.store.transact(
                    access.refresh_session, app, token, self._lives, wishes
                )
            case Grant.CODE:
                outcome = await self._code(request.store, app, fields, wishes)
            case Grant.CLIENT:
                outcome = await self._client(request.store, app, fields, wishes)
            case _:
                assert_never(grant)
        if isinstance(outcome, AccessFault):
            code, message = _FAULTS[outcome]
            raise OAuthError("invalid_grant", code, message)
        # A refresh kills the former tokens of its session.
        self._bearers.forget(outcome.session_id)
        return outcome

    async def _password(
        self, store: Store, app: App, fields: FormFields, wishes: TokenWishes
    ) -> IssuedTokens | AccessFault:
        username, password = fields.require("username"), fields.require("password")
        try:
            login = await self._checks.check(
                store, app, username, fields.get("extension"), password
            )
        except LockedOut as error:
            message = "Login is locked after too many wrong passwords"
            raise OAuthError("invalid_grant", "OAU-147", message) from error
        if login is None:
            return AccessFault.WRONG_CREDENTIALS
        return await store.transact(access.authenticate_password, app, login, self._lives, wishes)

    async def _assertion(
        self,
        request: WireRequest[NoQuery, Form],
        app: App,
        fields: FormFields,
        wishes: TokenWishes,
    ) -> IssuedTokens | AccessFault:
        keys: ServerKeys = request.wire.keys
        credential_id = read_assertion(keys, fields.require("assertion"))
        if credential_id is None:
            return AccessFault.WRONG_CREDENTIALS
        return await request.store.transact(
            access.exchange_jwt, app, credential_id, self._lives, wishes
        )

    async def _code(
        self, store: Store, app: App, fields: FormFields, wishes: TokenWishes
    ) -> IssuedTokens | AccessFault:
        exchanged = CodeProof(
            fields.require("code"),
            fields.get("redirect_uri") or "",
            fields.get("code_verifier") or "",
        )
        return await store.transact(
            authorization.exchange_code, app, exchanged, self._lives, wishes
        )

    async def _client(
        self, store: Store, app: App, fields: FormFields, wishes: TokenWishes
    ) -> IssuedTokens | AccessFault:
        if app.is_public:
            # A client id alone is no secret: anybody may know it.
            raise _unauthorized_grant()
        account_id = fields.get("account_id")
        return await store.transact(
            authorization.open_app_session, app, account_id, self._lives, wishes
        )

    async def revoke(self, request: WireRequest[RevokeQuery, Form]) -> WireResponse:
        """End the whole session of a token. A token that is none of ours is no error."""
        fields = FormFields(request.body)
        claim = read_claim(request.header("authorization"), fields)
        request.count_rate((claim.client_id[:64] if claim else "", "revoke"))
        app = await authenticate_client(request, claim, self._used)
        token = fields.get("token") or request.query.token
        if token is None:
            message = "Parameter [token] value is invalid"
            raise OAuthError("invalid_request", "CMN-101", message)
        session_id = await request.store.transact(access.revoke_session, app, token)
        if session_id is not None:
            self._bearers.forget(session_id)
        return WireResponse()


def _unauthorized_grant() -> OAuthError:
    return OAuthError("unauthorized_client", "OAU-251", "Unauthorized for this grant type")


def _read_wishes(fields: FormFields) -> TokenWishes:
    endpoint_id = fields.get("endpoint_id")
    if endpoint_id is not None and not _ENDPOINT_ID.fullmatch(endpoint_id):
        endpoint_id = None
    return TokenWishes(
        fields.seconds("access_token_ttl"), fields.seconds("refresh_token_ttl"), endpoint_id
    )


def _render_tokens(issued: IssuedTokens, app: App, now_ms: int) -> TokenAnswer:
    return TokenAnswer(
        access_token=issued.access_token,
        token_type="bearer",
        expires_in=max(0, issued.access_expires_ms - now_ms) // 1000,
        refresh_token=issued.refresh_token,
        refresh_token_expires_in=max(0, issued.refresh_expires_ms - now_ms) // 1000,
        scope=" ".join(sorted(APP_PERMISSION_NAMES[granted] for granted in app.permissions)),
        owner_id=str(issued.user_id),
        endpoint_id=issued.endpoint_id,
        session_id=f"s-{issued.session_id}",
    )
