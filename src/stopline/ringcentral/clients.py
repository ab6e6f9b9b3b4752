"""How a client of the OAuth endpoints says who it is."""

from base64 import b64decode
from binascii import Error as BadBase64
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from stopline.core.access import is_secret
from stopline.core.accounts import App
from stopline.flows.access import find_app
from stopline.flows.client_assertions import (
    ASSERTION_TYPE,
    Assertion,
    claimed_client,
    read_client_assertion,
)
from stopline.ringcentral.errors import OAuthError, WireError
from stopline.ringcentral.forms import FormFields
from stopline.ringcentral.request import Form, WireRequest

# Client ids are 22 characters or what an operator brought along.
MAX_CLIENT_ID_CHARS = 128


# Assertions that were used and have not ended; beyond it the oldest are forgotten. Each lives ten
# minutes at most, so this is some hundred log-ins a second.
MAX_REMEMBERED = 65_536


@dataclass(frozen=True, slots=True)
class ClientClaim:
    """Who the client says it is. An empty secret is none, as public clients send it."""

    client_id: str
    secret: str = ""
    assertion: str = ""


class UsedAssertions:
    """Assertions that were taken by this process: each is good once. Used on one event loop."""

    def __init__(self) -> None:
        self._used: OrderedDict[tuple[int, str], int] = OrderedDict()

    def take(self, app_id: int, assertion: Assertion) -> bool:
        """Whether it was not used before. One without a name of its own may be used again."""
        key = (app_id, assertion.jti)
        if assertion.jti and key in self._used:
            return False
        if assertion.jti:
            self._used[key] = assertion.expires_ms
            if len(self._used) > MAX_REMEMBERED:
                self._used.popitem(last=False)
        return True


def client_refused() -> WireError:
    """400: unknown client, wrong secret, or none where one is needed; which one is not told."""
    return OAuthError("invalid_client", "OAU-123", "Client authentication is required")


def read_claim(authorization: str, fields: FormFields) -> ClientClaim | None:
    """The claim in Basic, in the form, in an assertion, or in several when they agree; None when
    there is none or they do not."""
    claims = [
        claim
        for claim in (_read_basic(authorization), _read_assertion(fields))
        if claim is not None
    ]
    form_client_id = fields.get("client_id")
    if not claims:
        return ClientClaim(form_client_id) if form_client_id else None
    if len(claims) > 1 or form_client_id not in (None, claims[0].client_id):
        return None
    return claims[0]


def _read_assertion(fields: FormFields) -> ClientClaim | None:
    assertion = fields.get("client_assertion")
    if assertion is None or fields.get("client_assertion_type") != ASSERTION_TYPE:
        return None
    client_id = claimed_client(assertion)
    return ClientClaim(client_id, assertion=assertion) if client_id else None


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


async def authenticate_client(
    request: WireRequest[Any, Form], claim: ClientClaim | None, used: UsedAssertions
) -> App:
    """The app that makes the request. Raises the one refusal there is."""
    if claim is None or len(claim.client_id) > MAX_CLIENT_ID_CHARS:
        raise client_refused()
    app = await request.store.read(find_app, claim.client_id)
    if app is None or not _proves(request, app, claim, used):
        raise client_refused()
    return app


def _proves(
    request: WireRequest[Any, Form], app: App, claim: ClientClaim, used: UsedAssertions
) -> bool:
    if claim.assertion:
        audiences = (request.wire.public_url, request.link("/restapi/oauth/token"))
        found = read_client_assertion(app, claim.assertion, audiences, request.now_ms)
        return found is not None and used.take(app.id, found)
    if app.secret_hash is not None:
        return is_secret(claim.secret, app.secret_hash)
    return app.is_public and claim.secret == ""
