"""How a client of the OAuth endpoints says who it is."""

from base64 import b64decode
from binascii import Error as BadBase64
from dataclasses import dataclass
from typing import Any

from stopline.core.access import is_secret
from stopline.core.accounts import App
from stopline.flows.access import find_app
from stopline.ringcentral.errors import OAuthError, WireError
from stopline.ringcentral.request import Form, WireRequest

# Client ids are 22 characters or what an operator brought along.
MAX_CLIENT_ID_CHARS = 128


@dataclass(frozen=True, slots=True)
class ClientClaim:
    """Who the client says it is. An empty secret is none, as public clients send it."""

    client_id: str
    secret: str


def client_refused() -> WireError:
    """400: unknown client, wrong secret, or none where one is needed; which one is not told."""
    return OAuthError("invalid_client", "OAU-123", "Client authentication is required")


def read_claim(authorization: str, form_client_id: str | None) -> ClientClaim | None:
    """The claim in Basic, in the form, or in both when they agree; None when there is none."""
    basic = _read_basic(authorization)
    if basic is None:
        return ClientClaim(form_client_id, "") if form_client_id else None
    if form_client_id and form_client_id != basic.client_id:
        return None
    return basic


def _read_basic(authorization: str) -> ClientClaim | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = b64decode(encoded.strip(), validate=True).decode()
    except (BadBase64, ValueError):
        return None
    client_id, colon, secret = text.partition(":")
    return ClientClaim(client_id, secret) if colon and client_id else None


async def authenticate_client(request: WireRequest[Any, Form], claim: ClientClaim | None) -> App:
    """The app that makes the request. Raises the one refusal there is."""
    if claim is None or len(claim.client_id) > MAX_CLIENT_ID_CHARS:
        raise client_refused()
    app = await request.store.read(find_app, claim.client_id)
    if app is None or not _proves(app, claim):
        raise client_refused()
    return app


def _proves(app: App, claim: ClientClaim) -> bool:
    if app.secret_hash is None:
        return claim.secret == ""
    return is_secret(claim.secret, app.secret_hash)
