"""Page tokens and the two paging objects of the wire.

A token is opaque and signed: it holds the key of a row and when it ends, and its signature
covers the account, the path and the filters, so that no token reads another list's rows.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from typing import Any

import msgspec

from stopline.core.pages import Key, Page, PageAsk, Toward

MAX_PAGE_SIZE = 1000
# The published bound; our own tokens are shorter than 200 characters.
MAX_TOKEN_CHARS = 512
TOKEN_LIFE_MS = 86_400_000
_MAC_BYTES = 16


class PagingInfo(msgspec.Struct, rename="camel", omit_defaults=True):
    """`paging` of lists read by token. Absent tokens mean that there is no such page."""

    per_page: int
    page_token: str | None = None
    next_page_token: str | None = None
    previous_page_token: str | None = None
    first_page_token: str | None = None


class BadPageToken(ValueError):
    """The token is not ours, is older than a day, or belongs to another list."""


def list_scope(account_id: int, path: str, filters: msgspec.Struct) -> bytes:
    """What a token is bound to: the account, the path, and every filter but the paging itself."""
    values = msgspec.to_builtins(filters)
    values.pop("pageToken", None)
    values.pop("perPage", None)
    return msgspec.json.encode([account_id, path, values], order="deterministic")


def sign_page_token(secret: bytes, scope: bytes, ask: PageAsk, now_ms: int) -> str:
    """The token that leads to the page `ask` names."""
    content = [(now_ms + TOKEN_LIFE_MS) // 1000, ask.toward.value, *ask.key]
    payload = msgspec.msgpack.encode(content)
    return urlsafe_b64encode(_mac(secret, scope, payload) + payload).decode().rstrip("=")


def read_page_token(secret: bytes, scope: bytes, token: str, size: int, now_ms: int) -> PageAsk:
    """The page a token leads to. Raises BadPageToken."""
    payload = _verified(secret, scope, token)
    expires_s, toward, *key = msgspec.msgpack.decode(payload)
    if now_ms >= expires_s * 1000:
        raise BadPageToken("too old")
    return PageAsk(size, tuple(key), Toward(toward))


def _verified(secret: bytes, scope: bytes, token: str) -> bytes:
    if len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise BadPageToken("no token")
    try:
        raw = urlsafe_b64decode(token.rstrip("=") + "=" * (-len(token.rstrip("=")) % 4))
    except (BadBase64, ValueError) as error:
        raise BadPageToken("no token") from error
    mac, payload = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(secret, scope, payload)):
        raise BadPageToken("not signed by us for this list")
    return payload


def _mac(secret: bytes, scope: bytes, payload: bytes) -> bytes:
    message = len(scope).to_bytes(4, "big") + scope + payload
    return hmac.digest(secret, message, "sha256")[:_MAC_BYTES]


def paging_info(
    secret: bytes, scope: bytes, ask: PageAsk, page: Page[Any], now_ms: int
) -> PagingInfo:
    """`paging` for a page just read. An empty list has no tokens."""

    def token(key: Key | None, toward: Toward) -> str | None:
        if key is None:
            return None
        return sign_page_token(secret, scope, PageAsk(ask.size, key, toward), now_ms)

    if not page.rows and not ask.key:
        return PagingInfo(ask.size)
    return PagingInfo(
        ask.size,
        page_token=token(ask.key, ask.toward),
        next_page_token=token(page.next_key, Toward.FORWARD),
        previous_page_token=token(page.previous_key, Toward.BACKWARD),
        first_page_token=token((), Toward.FORWARD),
    )
