"""Authorization codes: where they may be sent, and who may exchange them. Pure."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import IntEnum

from stopline.core.errors import InvalidField

# A browser's redirect and the exchange behind it take a second or two.
CODE_LIFE_MS = 60_000
# The longest URI that browsers, proxies and clients all take.
MAX_REDIRECT_URI_CHARS = 2_000
MAX_REDIRECT_URIS = 20

_URI = re.compile(r"([a-z][a-z0-9+.-]*):(?://([^/?]*))?[!$-;=?-_a-z~]*", re.ASCII)
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?", re.ASCII)
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
# RFC 7636, 4.1: what a verifier is made of.
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


class ChallengeMethod(IntEnum):
    """How a challenge is made of its verifier (RFC 7636). The numbers are what the store keeps."""

    NONE = 0
    PLAIN = 1
    S256 = 2


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the exchange must prove to know; with NONE nothing is asked."""

    method: ChallengeMethod = ChallengeMethod.NONE
    text: str = ""


NO_CHALLENGE = Challenge()


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """What an app asked for. `named_uri` is the redirect URI as the request named it, empty when
    it named none; the exchange must name the same."""

    app_id: int
    named_uri: str
    challenge: Challenge


def is_challenge(text: str) -> bool:
    """Whether a text can be a challenge: it is made of the same as a verifier."""
    return _VERIFIER.fullmatch(text) is not None


def proves(challenge: Challenge, verifier: str) -> bool:
    """Whether the verifier is the one behind the challenge.

    One that comes although no challenge was given proves nothing: somebody took the challenge out
    of the request (RFC 9700, 4.8.2).
    """
    if challenge.method is ChallengeMethod.NONE:
        return not verifier
    if not is_challenge(verifier):
        return False
    made = verifier if challenge.method is ChallengeMethod.PLAIN else _hashed(verifier)
    return hmac.compare_digest(made, challenge.text)


def _hashed(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def check_redirect_uri(uri: str) -> None:
    """Raises InvalidField for an address that no code may be sent to.

    HTTPS anywhere, HTTP on this machine alone, and schemes that name an application of their
    owner by a reversed domain (RFC 8252, 7.1); no fragment, no user, nothing that is a script.
    """
    if len(uri) > MAX_REDIRECT_URI_CHARS or not (match := _URI.fullmatch(uri)):
        raise InvalidField("redirect_uri", "an absolute URI without a fragment")
    scheme, authority = match[1], match[2]
    host = _HOST.fullmatch(authority or "")
    if scheme == "https" and host:
        return
    if scheme == "http" and host and host[1].lower() in _LOOPBACK:
        return
    if scheme not in ("http", "https") and "." in scheme:
        return
    raise InvalidField("redirect_uri", "https, http on localhost, or a scheme with a dot in it")


def redirect_origin(uri: str) -> str:
    """What a content security policy calls the target of a checked redirect URI."""
    scheme, _, rest = uri.partition(":")
    if scheme in ("http", "https"):
        return f"{scheme}://{re.split('[/?]', rest[2:], maxsplit=1)[0]}"
    return f"{scheme}:"
