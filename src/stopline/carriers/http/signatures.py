"""How providers prove that a callback is theirs. Every comparison takes the same time whatever
differs, and is made before anything of the callback is read."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stopline.carriers.http.provider import NotGenuine

# A signed moment further away than this is a replay; clocks differ by seconds.
TOLERANCE_MS = 300_000


def check_equal(given: str, expected: str, what: str) -> None:
    """Raises NotGenuine unless both are the same and not empty."""
    same = hmac.compare_digest(given.encode(), expected.encode())
    if not (expected and same):
        raise NotGenuine(f"wrong {what}")


def check_basic(given: str, user: str, password: str) -> None:
    """HTTP Basic (RFC 7617). Raises NotGenuine, which asks for it."""
    expected = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotGenuine("wrong name or password", 'Basic realm="stopline"')


def check_fresh(text: str, now_ms: int, tolerance_ms: int = TOLERANCE_MS) -> None:
    """A signed moment in seconds since 1970. Raises NotGenuine when it is not about now."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 12):
        raise NotGenuine("no time")
    if abs(int(text) * 1_000 - now_ms) > tolerance_ms:
        raise NotGenuine("signed too long ago")


def sign_form(secret: str, url: str, fields: Iterable[tuple[str, str]]) -> str:
    """Base64 of HMAC-SHA1 over an address and the sorted fields of a form."""
    text = url + "".join(name + value for name, value in sorted(set(fields)))
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def read_public_key(text: str) -> Ed25519PublicKey:
    """A raw Ed25519 key in base64. Raises ValueError."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def check_ed25519(key: Ed25519PublicKey, signature: str, message: bytes) -> None:
    """A signature in base64. Raises NotGenuine."""
    try:
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, binascii.Error, ValueError):
        raise NotGenuine("wrong signature") from None


def check_hmac(given: str, secret: str, message: bytes, algorithm: str, encoding: str) -> None:
    """An HMAC in hexadecimal or base64, with or without its algorithm before it
    (`sha256=…`). Raises NotGenuine."""
    digest = hmac.new(secret.encode(), message, algorithm).digest()
    text = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    bare = given.removeprefix(f"{algorithm}=")
    check_equal(bare.lower() if encoding == "hex" else bare, text, "signature")


# Digits of the proof that an id in an address is one of ours.
MARK_DIGITS = 32


def seal_id(secret: str, message_id: int) -> str:
    """An id for an address that nobody signs: who does not have the secret can give no other."""
    digest = hmac.new(secret.encode(), str(message_id).encode(), hashlib.sha256).hexdigest()
    return f"{message_id}.{digest[:MARK_DIGITS]}"


def open_id(secret: str, text: str) -> int | None:
    """The id that was sealed; None for anything else."""
    digits = text.partition(".")[0]
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 19):
        return None
    sealed = seal_id(secret, int(digits))
    return int(digits) if hmac.compare_digest(text.encode(), sealed.encode()) else None
