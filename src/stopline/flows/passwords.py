"""Passwords: Argon2id, slow on purpose, so never inside a transaction or on the event loop."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's second setting for Argon2id: 19 MiB, two passes, one lane; about 21 ms on one core.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Longer texts only cost time.
MAX_PASSWORD_CHARS = 256

# Verified where there is no user, so that the answer takes as long.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$c3RvcGxpbmUgbm9ib2R5ICE$"
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def hash_password(password: str) -> str:
    """What the store keeps of a password."""
    return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether this is the password; takes as long when there is none."""
    if len(password) > MAX_PASSWORD_CHARS:
        password, stored = "", None
    try:
        _hasher.verify(stored or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None
