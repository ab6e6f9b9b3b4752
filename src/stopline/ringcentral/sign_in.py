"""What a browser holds while a user signs in: two cookies, and the sealed request in the page.

The page is bound to its browser: the request in it names the browser's cookie, so a form that
another site makes a browser send is refused.
"""

import hmac
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

import msgspec

from stopline.core.authorization import Challenge, CodeRequest
from stopline.ringcentral.sealing import Seal

PAGE_LIFE_MS = 600_000
# A user who signed in is not asked for the password again for this long.
SIGN_IN_LIFE_MS = 3_600_000
MAX_COOKIE_CHARS = 2_048
MAX_SEALED_CHARS = 16_384


class PendingRequest(msgspec.Struct, frozen=True):
    """An authorization request that waits for the user's answer."""

    client_id: str
    redirect_uri: str
    named_uri: str
    state: str
    challenge: Challenge
    browser: str
    until_ms: int

    def code_request(self, app_id: int) -> CodeRequest:
        """What the code will be kept with."""
        return CodeRequest(app_id, self.named_uri, self.challenge)


class SignedIn(msgspec.Struct, frozen=True):
    """Who signed in with this browser; `mark` ends with the password."""

    user_id: int
    mark: str
    until_ms: int


Sealed = TypeVar("Sealed", PendingRequest, SignedIn)


class Browser:
    """Reads and writes what browsers hold. Over HTTPS cookies are tied to this very host."""

    def __init__(self, seal: Seal, *, secure: bool) -> None:
        self._seal = seal
        self._suffix = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
        prefix = "__Host-" if secure else ""
        self.browser_name = f"{prefix}stopline-browser"
        self.user_name = f"{prefix}stopline-user"

    def read_browser(self, cookie_header: str) -> str:
        """The browser's own random text; empty when it has none."""
        return _read_cookie(cookie_header, self.browser_name)

    def read_user(self, cookie_header: str, now_ms: int) -> SignedIn | None:
        """Who signed in; None when nobody did, or too long ago."""
        return self._open(_read_cookie(cookie_header, self.user_name), SignedIn, now_ms)

    def browser_cookie(self, text: str) -> tuple[str, str]:
        """The header that gives a browser its random text."""
        return ("Set-Cookie", f"{self.browser_name}={text}{self._suffix}")

    def user_cookie(self, signed_in: SignedIn) -> tuple[str, str]:
        """The header that keeps a user signed in."""
        life = f"; Max-Age={SIGN_IN_LIFE_MS // 1000}"
        return ("Set-Cookie", f"{self.user_name}={self._close(signed_in)}{life}{self._suffix}")

    def no_user_cookie(self) -> tuple[str, str]:
        """The header that signs a user out."""
        return ("Set-Cookie", f"{self.user_name}=; Max-Age=0{self._suffix}")

    def close_request(self, pending: PendingRequest) -> str:
        """The request as the page carries it."""
        return self._close(pending)

    def open_request(self, sealed: str, cookie_header: str, now_ms: int) -> PendingRequest | None:
        """The request a page carried; None when it is not this browser's, or too old."""
        pending = self._open(sealed, PendingRequest, now_ms)
        browser = self.read_browser(cookie_header)
        if pending is None or not browser:
            return None
        return pending if hmac.compare_digest(pending.browser, browser) else None

    def _close(self, value: PendingRequest | SignedIn) -> str:
        text = msgspec.json.encode([type(value).__name__, value]).decode()
        return self._seal.close(text)

    def _open(self, sealed: str, kind: type[Sealed], now_ms: int) -> Sealed | None:
        if not sealed or len(sealed) > MAX_SEALED_CHARS:
            return None
        text = self._seal.read(sealed)
        if text is None:
            return None
        name, value = msgspec.json.decode(text, type=tuple[str, msgspec.Raw])
        if name != kind.__name__:
            return None
        opened = msgspec.json.decode(value, type=kind)
        return opened if now_ms < opened.until_ms else None


def _read_cookie(header: str, name: str) -> str:
    if len(header) > MAX_COOKIE_CHARS * 4:
        return ""
    try:
        morsel = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return "" if morsel is None else morsel.value[:MAX_COOKIE_CHARS]
