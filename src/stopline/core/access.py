"""Who may call: grants, permissions, tokens and their lives. Pure; the clock and keys are given."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum

from stopline.core.ids import BUCKET_COUNT

# Clients ask for -1 and NaN; below ten minutes they would do little but refresh.
MIN_TTL_S = 600
MAX_REFRESH_TTL_S = 2_592_000

# Several workers of one client refresh at once, and an answer may get lost on the way: the old
# refresh token gives the very same successors for this long, or until they are first used.
REPLAY_WINDOW_MS = 10_000
UNUSED_REPLAY_WINDOW_MS = 3_600_000

# Parallel sessions of one user in one app; the oldest goes when one more comes.
MAX_SESSIONS = 5

# Ten guesses a quarter of an hour leave a six-digit password safe for years, and a person who
# mistypes is not shut out.
MAX_WRONG_PASSWORDS = 10
LOCKOUT_MS = 900_000

# A console left open ends after half an hour, and nobody stays signed in over a working day:
# what OWASP asks of applications with personal data.
IDLE_MS = 1_800_000
ABSOLUTE_MS = 43_200_000

# 43 characters of base64url are 256 bits; one more names the bucket.
_TOKEN_CHARS = 44
_BUCKET_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Grant(Enum):
    """The ways an app may get tokens."""

    PASSWORD = "password"
    JWT = "jwt"
    REFRESH = "refresh"
    CODE = "code"
    CLIENT = "client"


class AppPermission(Enum):
    """What an app may do."""

    A2P_SMS = "a2p_sms"
    SMS = "sms"
    READ_ACCOUNTS = "read_accounts"
    WEBHOOKS = "webhooks"
    WEBSOCKETS = "websockets"


class UserPermission(Enum):
    """What a user may do."""

    READ_COMPANY = "read_company"
    READ_EXTENSION = "read_extension"
    READ_COMPANY_NUMBERS = "read_company_numbers"
    READ_USER_NUMBERS = "read_user_numbers"
    CONSOLE_READ = "console_read"
    CONSOLE_OPERATE = "console_operate"
    CONSOLE_ADMIN = "console_admin"


class Role(IntEnum):
    """What somebody may do in the console; each includes those before it.

    AUDITOR reads, OPERATOR changes consent and sends, ADMIN changes settings and users.
    """

    AUDITOR = 1
    OPERATOR = 2
    ADMIN = 3


ROLE_PERMISSIONS = {
    Role.AUDITOR: UserPermission.CONSOLE_READ,
    Role.OPERATOR: UserPermission.CONSOLE_OPERATE,
    Role.ADMIN: UserPermission.CONSOLE_ADMIN,
}


# What a user may do over the API; the rest is the console's.
API_PERMISSIONS = frozenset(UserPermission) - frozenset(ROLE_PERMISSIONS.values())


def role_of(permissions: frozenset[UserPermission]) -> Role | None:
    """The highest role that the permissions give; None keeps somebody out of the console."""
    held = [role for role, permission in ROLE_PERMISSIONS.items() if permission in permissions]
    return max(held, default=None)


class TokenKind(Enum):
    """Kinds of token; one is never taken for the other."""

    ACCESS = 0
    REFRESH = 1
    SOCKET = 2


class AccessFault(Enum):
    """Why no token is given, or a token is not taken."""

    WRONG_CREDENTIALS = "wrong_credentials"
    LOCKED_OUT = "locked_out"
    UNKNOWN_TOKEN = "unknown_token"
    EXPIRED_TOKEN = "expired_token"
    REVOKED_TOKEN = "revoked_token"
    UNKNOWN_CODE = "unknown_code"
    EXPIRED_CODE = "expired_code"
    FOREIGN_CODE = "foreign_code"
    OTHER_REDIRECT = "other_redirect"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever makes a request: a user through an app, in a session.

    `request_limits`: requests a minute by group of calls, where the app has its own; 0 is none.
    """

    account_id: int
    country: str
    user_id: int
    app_id: int
    client_id: str
    session_id: int
    app_permissions: frozenset[AppPermission]
    user_permissions: frozenset[UserPermission]
    expires_at_ms: int
    first_use: bool = False
    request_limits: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerKeys:
    """Keys derived from the installation's one secret, each for one purpose."""

    tokens: bytes
    pages: bytes
    assertions: bytes
    webhooks: bytes
    sign_in: bytes
    console: bytes


def derive_keys(secret: bytes) -> ServerKeys:
    """The keys of an installation. `secret` must be at least 32 random bytes."""
    if len(secret) < 32:
        raise ValueError("the server's secret is shorter than 32 bytes")

    def derive(purpose: bytes) -> bytes:
        return hmac.digest(secret, b"stopline " + purpose, "sha256")

    return ServerKeys(
        derive(b"tokens"),
        derive(b"pages"),
        derive(b"assertions"),
        derive(b"webhooks"),
        derive(b"sign-in"),
        derive(b"console"),
    )


def account_handle(secret: bytes, account_id: int) -> str:
    """What an account is called where anybody may look, as on a wall of charts: eight letters that
    say nothing to whom they were not told."""
    digest = hmac.digest(secret, b"stopline account %d" % account_id, "sha256")
    return "".join(chr(ord("a") + (byte & 15)) for byte in digest[:8])


def make_token(entropy: bytes, bucket: int) -> str:
    """The text of a token: 256 bits and the bucket where its session lies."""
    if len(entropy) != 32:
        raise ValueError("a token is made of 32 bytes")
    text = urlsafe_b64encode(entropy).decode().rstrip("=")
    return text + _BUCKET_ALPHABET[bucket]


def token_bucket(token: str) -> int | None:
    """The bucket a token names; None when the text can be no token of ours."""
    if len(token) != _TOKEN_CHARS or not token.isascii():
        return None
    bucket = _BUCKET_ALPHABET.find(token[-1])
    return bucket if bucket >= 0 else None


def token_hash(token: str) -> str:
    """What the store keeps of a token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def derive_successor(keys: ServerKeys, refresh_token: str, kind: TokenKind) -> str:
    """The token that follows a refresh token: the same one whenever it is asked for."""
    bucket = token_bucket(refresh_token)
    if bucket is None:
        raise ValueError("no token of ours")
    message = kind.name.encode() + b"\0" + refresh_token.encode()
    return make_token(hmac.digest(keys.tokens, message, "sha256"), bucket)


def owner_bucket(user_id: int) -> int:
    """The bucket of a user's sessions."""
    digest = hashlib.blake2b(user_id.to_bytes(8, "big"), digest_size=1).digest()
    return digest[0] % BUCKET_COUNT


@dataclass(frozen=True, slots=True)
class TokenLives:
    """How long tokens live, in seconds: what a client gets when it asks for nothing."""

    access_s: int = 3600
    refresh_s: int = 604_800

    def access(self, asked_s: int | None) -> int:
        """The life of an access token; what is asked for is never refused, only cut."""
        return _clamp(asked_s, self.access_s, MIN_TTL_S, self.access_s)

    def refresh(self, asked_s: int | None) -> int:
        """The same for a refresh token, which may live up to 30 days."""
        highest = max(self.refresh_s, MAX_REFRESH_TTL_S)
        return _clamp(asked_s, self.refresh_s, MIN_TTL_S, highest)


def _clamp(asked: int | None, default: int, lowest: int, highest: int) -> int:
    return default if asked is None else min(max(asked, lowest), highest)


def login_hash(username: str, extension: str) -> str:
    """What wrong passwords are counted by; the name itself is not kept, it may be anybody's."""
    return hashlib.sha256(f"{username}*{extension}".encode()).hexdigest()


def login_bucket(hashed: str) -> int:
    """The bucket of a login name's hash."""
    return int(hashed[:2], 16) % BUCKET_COUNT


def may_replay(replaced_at_ms: int, successor_used: bool, now_ms: int) -> bool:
    """Whether a refresh token that was used before still gives its successors."""
    age_ms = now_ms - replaced_at_ms
    window_ms = REPLAY_WINDOW_MS if successor_used else UNUSED_REPLAY_WINDOW_MS
    return age_ms <= window_ms


def hash_secret(secret: str) -> str:
    """What the store keeps of a client secret. Only for secrets that a machine made at random."""
    return hashlib.sha256(b"stopline client secret\0" + secret.encode()).hexdigest()


def is_secret(secret: str, stored: str) -> bool:
    """Whether this is the client's secret, in time that does not depend on it."""
    return hmac.compare_digest(hash_secret(secret), stored)
