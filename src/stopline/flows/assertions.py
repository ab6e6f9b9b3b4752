"""Signed assertions: what `stopline credentials add` prints and the JWT grant takes.

HS256 under a key of this installation: nobody else signs or reads them, so there is no key to
publish, and a token that names its own key or algorithm is refused unread.
"""

import re

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from stopline.core.access import ServerKeys
from stopline.core.accounts import Credential

ISSUER = "stopline"
_ID = re.compile(r"[0-9]{1,18}", re.ASCII)
_ALGORITHMS = ["HS256"]
# Ours are about 250 characters; the bound keeps a parser from long texts.
MAX_ASSERTION_CHARS = 4096


def issue_assertion(keys: ServerKeys, credential: Credential) -> str:
    """The assertion of a credential. It does not end by itself: disable the credential."""
    claims = {
        "iss": ISSUER,
        "sub": str(credential.user_id),
        "jti": str(credential.id),
        "iat": credential.created_ms // 1000,
    }
    header = {"alg": _ALGORITHMS[0], "typ": "JWT"}
    return jwt.encode(header, claims, OctKey.import_key(keys.assertions), algorithms=_ALGORITHMS)


def read_assertion(keys: ServerKeys, assertion: str) -> int | None:
    """The credential a genuine assertion is of; None for anything else."""
    if len(assertion) > MAX_ASSERTION_CHARS:
        return None
    try:
        key = OctKey.import_key(keys.assertions)
        token = jwt.decode(assertion, key, algorithms=_ALGORITHMS)
    except (JoseError, ValueError):
        return None
    identifier = token.claims.get("jti")
    if token.claims.get("iss") != ISSUER or not isinstance(identifier, str):
        return None
    return int(identifier) if _ID.fullmatch(identifier) else None
