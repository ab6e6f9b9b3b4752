"""What clients ask about the OAuth endpoints, and about the user a token stands for.

No id_token is issued, so the key set is empty; the members that speak of signatures are those the
contract requires.
"""

from typing import Any

import msgspec

from stopline.flows import administration
from stopline.flows.client_assertions import ALGORITHMS
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import APP_PERMISSION_NAMES, Handler, Route

Bare = WireRequest[NoQuery, NoBody]


class OpenIdConfiguration(msgspec.Struct):
    """The 13 members of OpenID Connect Discovery that the contract requires."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    response_types_supported: list[str]
    subject_types_supported: list[str]
    userinfo_signing_alg_values_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    code_challenge_methods_supported: list[str]


class ServerMetadata(msgspec.Struct):
    """RFC 8414: what this server does, no more."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    code_challenge_methods_supported: list[str]


class KeySet(msgspec.Struct):
    """RFC 7517; empty."""

    keys: list[dict[str, str]]


class UserInfo(msgspec.Struct, omit_defaults=True):
    """Who the token stands for."""

    sub: str
    name: str
    given_name: str
    family_name: str
    email: str | None = None


async def read_configuration(request: Bare) -> OpenIdConfiguration:
    """OpenID Connect Discovery."""
    return OpenIdConfiguration(
        issuer=request.wire.public_url,
        authorization_endpoint=request.link("/restapi/oauth/authorize"),
        token_endpoint=request.link("/restapi/oauth/token"),
        revocation_endpoint=request.link("/restapi/oauth/revoke"),
        userinfo_endpoint=request.link("/restapi/oauth/userinfo"),
        jwks_uri=request.link("/restapi/oauth/jwks"),
        scopes_supported=["openid", "email", "profile"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "private_key_jwt"],
        response_types_supported=["code"],
        subject_types_supported=["public"],
        userinfo_signing_alg_values_supported=["none"],
        id_token_signing_alg_values_supported=["RS256"],
        code_challenge_methods_supported=["plain", "S256"],
    )


async def read_metadata(request: Bare) -> ServerMetadata:
    """RFC 8414: the same for OAuth alone."""
    methods = ["client_secret_basic", "private_key_jwt", "none"]
    return ServerMetadata(
        issuer=request.wire.public_url,
        authorization_endpoint=request.link("/restapi/oauth/authorize"),
        token_endpoint=request.link("/restapi/oauth/token"),
        revocation_endpoint=request.link("/restapi/oauth/revoke"),
        jwks_uri=request.link("/restapi/oauth/jwks"),
        scopes_supported=sorted(APP_PERMISSION_NAMES.values()),
        response_types_supported=["code"],
        grant_types_supported=[
            "authorization_code",
            "refresh_token",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "client_credentials",
            "password",
        ],
        token_endpoint_auth_methods_supported=methods,
        revocation_endpoint_auth_methods_supported=methods,
        token_endpoint_auth_signing_alg_values_supported=ALGORITHMS,
        code_challenge_methods_supported=["S256"],
    )


async def read_keys(request: Bare) -> KeySet:
    """The keys that sign id_tokens: none."""
    return KeySet([])


async def read_user_info(request: Bare) -> UserInfo:
    """The user of the token."""
    user = await request.store.read(administration.find_user, request.user_id)
    name = f"{user.first_name} {user.last_name}".strip()
    return UserInfo(str(user.id), name, user.first_name, user.last_name, user.email or None)


def _route(path: str, handler: Handler, summary: str, **more: Any) -> Route:
    chosen = {"group": RateGroup.NONE, "authenticated": False, **more}
    return Route("GET", path, handler, summary, "OAuth", **chosen)


ROUTES = (
    _route("/.well-known/openid-configuration", read_configuration, "OpenID Connect discovery"),
    _route("/.well-known/oauth-authorization-server", read_metadata, "OAuth server metadata"),
    _route("/restapi/oauth/jwks", read_keys, "Signing keys"),
    _route(
        "/restapi/oauth/userinfo",
        read_user_info,
        "The user of a token",
        group=RateGroup.AUTH,
        authenticated=True,
    ),
)
