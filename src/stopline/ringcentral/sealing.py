"""Texts that must be given out again and therefore can not be stored as a hash: sealed.

JSON Web Encryption (`dir`, A256GCM) under a key that lies outside the database.
"""

import hmac
from functools import lru_cache

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}
_KEPT = 4_096  # opened texts; opening one takes 60 µs, and each delivery needs it


class Seal:
    """Seals and opens texts with a key derived from the one given."""

    def __init__(self, key: bytes) -> None:
        self._key = OctKey.import_key(hmac.digest(key, b"seal", "sha256"))
        self.open = lru_cache(maxsize=_KEPT)(self._open)

    def close(self, text: str) -> str:
        """The sealed form; a different one each time. An empty text stays empty."""
        return jwe.encrypt_compact(_HEADER, text.encode(), self._key) if text else ""

    def read(self, sealed: str) -> str | None:
        """The text of what may or may not have been sealed here; None for anything else."""
        try:
            return self._open(sealed)
        except (JoseError, ValueError):
            return None

    def _open(self, sealed: str) -> str:
        if not sealed:
            return ""
        plain = jwe.decrypt_compact(sealed, self._key).plaintext
        return plain.decode() if plain else ""
