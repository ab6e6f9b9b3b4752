"""How an app proves itself without a secret: an assertion signed with its private key (RFC 7523).

Only its public keys are kept here, so nothing that leaks from here lets anybody speak for it.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from stopline.core.accounts import App
from stopline.core.errors import InvalidField

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Signatures alone: a shared key would be a secret again.
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
MAX_ASSERTION_CHARS = 4_096
MAX_KEYS = 8
MAX_KEY_SET_CHARS = 16_384
# A client makes one for each request; one that lives longer is worth stealing.
MAX_LIFE_S = 600
# Its clock may be ahead of ours, or behind.
SKEW_S = 60


@dataclass(frozen=True, slots=True)
class Assertion:
    """A genuine one: its own name, empty if it has none, and when it ends."""

    jti: str
    expires_ms: int


def check_public_keys(text: str) -> None:
    """Raises InvalidField unless the text is a JSON Web Key Set of public keys."""
    try:
        keys = KeySet.import_key_set(json.loads(text)) if len(text) <= MAX_KEY_SET_CHARS else None
    except (JoseError, ValueError, TypeError, KeyError):
        keys = None
    if keys is None or not 1 <= len(keys.keys) <= MAX_KEYS:
        raise InvalidField("public_keys", f"is no set of 1 to {MAX_KEYS} JSON Web Keys")
    if any(key.key_type == "oct" or key.is_private for key in keys.keys):
        raise InvalidField("public_keys", "holds a key that is not public")
    if not all(_may_verify(key) for key in keys.keys):
        raise InvalidField("public_keys", "holds a key that says it is not for verifying")


def _may_verify(key: Key) -> bool:
    try:
        key.check_key_op("verify")
    except JoseError:
        return False
    return True


def claimed_client(assertion: str) -> str | None:
    """Whom an assertion says it is of; it is not checked yet."""
    parts = assertion.split(".")
    if len(assertion) > MAX_ASSERTION_CHARS or len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(urlsafe_b64decode(padded.encode()))
    except (ValueError, RecursionError):
        return None
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return subject if isinstance(subject, str) else None


def read_client_assertion(
    app: App, assertion: str, audiences: Collection[str], now_ms: int
) -> Assertion | None:
    """What a genuine assertion of the app says, made for one of the audiences; None for others."""
    if not app.public_keys or len(assertion) > MAX_ASSERTION_CHARS:
        return None
    try:
        keys = KeySet.import_key_set(json.loads(app.public_keys))
        claims = jwt.decode(assertion, keys, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    now_s = now_ms // 1_000
    if not _is_for(claims, app, audiences) or not _is_timely(claims, now_s):
        return None
    jti = claims.get("jti")
    return Assertion(jti if isinstance(jti, str) else "", int(claims["exp"]) * 1_000)


def _is_for(claims: dict[str, Any], app: App, audiences: Collection[str]) -> bool:
    said = claims.get("aud")
    listed = said if isinstance(said, list) else [said]
    is_own = claims.get("iss") == claims.get("sub") == app.client_id
    return is_own and any(one in audiences for one in listed)


def _is_timely(claims: dict[str, Any], now_s: int) -> bool:
    expires, begins = claims.get("exp"), claims.get("nbf", 0)
    if not isinstance(expires, int | float) or not isinstance(begins, int | float):
        return False
    return now_s - SKEW_S < expires <= now_s + MAX_LIFE_S + SKEW_S and begins <= now_s + SKEW_S
