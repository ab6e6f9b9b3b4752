"""Logging in and staying in: sessions, their tokens, and who a token stands for.

A fault is returned, not raised, where something must be kept nevertheless: a wrong password is
counted, a refresh token used twice ends its session.
"""

from dataclasses import dataclass

from stopline.core.access import (
    ABSOLUTE_MS,
    LOCKOUT_MS,
    MAX_SESSIONS,
    MAX_WRONG_PASSWORDS,
    AccessFault,
    Principal,
    TokenKind,
    TokenLives,
    derive_keys,
    derive_successor,
    login_bucket,
    login_hash,
    make_token,
    may_replay,
    owner_bucket,
    token_bucket,
    token_hash,
)
from stopline.core.accounts import App, User
from stopline.core.ids import BUCKET_COUNT
from stopline.store.sessions import LoginFailures, Session, TokenRow
from stopline.store.tx import Tx

# Ended sessions stay this long, so that a token of theirs is told apart from an unknown one.
KEEP_ENDED_MS = 7 * 86_400_000
KEEP_FAILURES_MS = 86_400_000
# Used codes stay this long, so that a second exchange is noticed.
KEEP_CODES_MS = 86_400_000
# Counts of requests are worth nothing after a minute.
KEEP_COUNTS_MS = 5 * 60_000
# Rows of a bucket that one transaction of upkeep deletes, so that no STOP waits for it.
TIDY_ROWS = 100


@dataclass(frozen=True, slots=True)
class TokenWishes:
    """What the client asks for; None where it does not care."""

    access_ttl_s: int | None = None
    refresh_ttl_s: int | None = None
    endpoint_id: str | None = None


@dataclass(frozen=True, slots=True)
class IssuedTokens:
    """What a client gets: the only place where the texts of tokens stand."""

    access_token: str
    refresh_token: str
    access_expires_ms: int
    refresh_expires_ms: int
    session_id: int
    user_id: int
    endpoint_id: str


@dataclass(frozen=True, slots=True)
class Login:
    """Who a login name is (nobody, perhaps) and whether it is locked."""

    username: str
    extension: str
    user: User | None
    locked: bool


def find_app(tx: Tx, client_id: str) -> App | None:
    """The app with this client id, if it and its account may be used."""
    app = tx.accounts.find_app(client_id)
    if app is None or app.disabled_ms is not None:
        return None
    account = tx.accounts.find_account(app.account_id)
    return app if account is not None and account.disabled_ms is None else None


def find_login(tx: Tx, app: App, username: str, extension: str) -> Login:
    """Who logs in with this name, within the app's account."""
    hashed = login_hash(username, extension)
    failures = tx.sessions.find_failures(login_bucket(hashed), hashed)
    found = tx.accounts.find_logins(username, extension)
    user = found[0] if len(found) == 1 else None
    if user is not None and (user.account_id != app.account_id or user.disabled_ms is not None):
        user = None
    return Login(username, extension, user, tx.now_ms < failures.locked_until_ms)


def find_person_login(tx: Tx, username: str, extension: str) -> Login:
    """The same for somebody who signs in to the console, whatever the account."""
    hashed = login_hash(username, extension)
    failures = tx.sessions.find_failures(login_bucket(hashed), hashed)
    found = tx.accounts.find_logins(username, extension)
    user = found[0] if len(found) == 1 else None
    if user is not None and user.disabled_ms is not None:
        user = None
    return Login(username, extension, user, tx.now_ms < failures.locked_until_ms)


def record_wrong_password(tx: Tx, login: Login) -> None:
    """Count it; too many in a row lock the name, whether somebody has it or not."""
    hashed = login_hash(login.username, login.extension)
    bucket = login_bucket(hashed)
    tx.hold(f"login {hashed}")
    failures = tx.sessions.find_failures(bucket, hashed).failures + 1
    locked = failures >= MAX_WRONG_PASSWORDS
    counted = LoginFailures(0 if locked else failures, tx.now_ms + LOCKOUT_MS if locked else 0)
    tx.sessions.put_failures(bucket, hashed, counted, tx.now_ms)


def forget_wrong_passwords(tx: Tx, login: Login) -> None:
    """The right password came."""
    hashed = login_hash(login.username, login.extension)
    tx.sessions.forget_failures(login_bucket(hashed), hashed)


def authenticate_password(
    tx: Tx, app: App, login: Login, lives: TokenLives, wishes: TokenWishes
) -> IssuedTokens | AccessFault:
    """A session for a login whose password was found right; earlier failures are forgotten."""
    forget_wrong_passwords(tx, login)
    user = tx.accounts.find_user(login.user.id) if login.user else None
    if user is None or user.disabled_ms is not None:
        return AccessFault.WRONG_CREDENTIALS
    return open_session(tx, app, user, lives, wishes)


def exchange_jwt(
    tx: Tx, app: App, credential_id: int, lives: TokenLives, wishes: TokenWishes
) -> IssuedTokens | AccessFault:
    """A session for a credential whose assertion was found genuine."""
    credential = tx.accounts.find_credential(credential_id)
    if credential is None or credential.disabled_ms is not None or credential.app_id != app.id:
        return AccessFault.WRONG_CREDENTIALS
    user = tx.accounts.find_user(credential.user_id)
    if user is None or user.disabled_ms is not None or user.account_id != app.account_id:
        return AccessFault.WRONG_CREDENTIALS
    return open_session(tx, app, user, lives, wishes)


def refresh_session(
    tx: Tx, app: App, refresh_token: str, lives: TokenLives, wishes: TokenWishes
) -> IssuedTokens | AccessFault:
    """The successors of a refresh token.

    The former tokens of the session die at once. The same refresh token again gives the same
    successors for a while; later it ends the session, because somebody else may have it.
    """
    tx.hold(f"token {token_hash(refresh_token)}")
    row = find_token(tx, refresh_token)
    if row is None or row.kind is not TokenKind.REFRESH or row.app_id != app.id:
        return AccessFault.UNKNOWN_TOKEN
    if row.ended_ms is not None or row.disabled_ms is not None:
        return AccessFault.REVOKED_TOKEN
    if row.replaced_ms is not None:
        return _replay_refresh(tx, app, row, refresh_token)
    if tx.now_ms >= row.expires_ms:
        return AccessFault.EXPIRED_TOKEN
    keys = derive_keys(tx.keys.server)
    access_token = derive_successor(keys, refresh_token, TokenKind.ACCESS)
    successor = derive_successor(keys, refresh_token, TokenKind.REFRESH)
    tx.sessions.replace_tokens(row.bucket, row.session_id, tx.now_ms)
    issued = IssuedTokens(
        access_token,
        successor,
        tx.now_ms + lives.access(wishes.access_ttl_s) * 1000,
        tx.now_ms + lives.refresh(wishes.refresh_ttl_s) * 1000,
        row.session_id,
        row.user_id,
        row.endpoint_id,
    )
    _keep_tokens(tx, row.bucket, issued)
    tx.sessions.extend(row.bucket, row.session_id, issued.refresh_expires_ms)
    return issued


def _replay_refresh(
    tx: Tx, app: App, row: TokenRow, refresh_token: str
) -> IssuedTokens | AccessFault:
    keys = derive_keys(tx.keys.server)
    access_token = derive_successor(keys, refresh_token, TokenKind.ACCESS)
    successor = derive_successor(keys, refresh_token, TokenKind.REFRESH)
    access_row, refresh_row = find_token(tx, access_token), find_token(tx, successor)
    if app.refresh_replay and access_row is not None and refresh_row is not None:
        used = access_row.used_ms is not None or refresh_row.replaced_ms is not None
        if may_replay(row.replaced_ms or 0, used, tx.now_ms):
            return IssuedTokens(
                access_token,
                successor,
                access_row.expires_ms,
                refresh_row.expires_ms,
                row.session_id,
                row.user_id,
                row.endpoint_id,
            )
    tx.sessions.end(row.bucket, row.session_id, tx.now_ms)
    return AccessFault.REVOKED_TOKEN


def revoke_session(tx: Tx, app: App, token: str) -> int | None:
    """End the session of a token of this app, access or refresh; others are left alone.

    Returns the session's id, None when there was nothing to end.
    """
    row = find_token(tx, token)
    if row is None or row.app_id != app.id:
        return None
    tx.sessions.end(row.bucket, row.session_id, tx.now_ms)
    return row.session_id


def find_bearer(tx: Tx, token: str) -> Principal | AccessFault:
    """Who an access token stands for."""
    row = find_token(tx, token)
    if row is None or row.kind is not TokenKind.ACCESS:
        return AccessFault.UNKNOWN_TOKEN
    if row.ended_ms is not None or row.replaced_ms is not None or row.disabled_ms is not None:
        return AccessFault.REVOKED_TOKEN
    if tx.now_ms >= row.expires_ms:
        return AccessFault.EXPIRED_TOKEN
    return principal_of(row)


def principal_of(row: TokenRow) -> Principal:
    """Who a live token stands for."""
    return Principal(
        account_id=row.account_id,
        country=row.country,
        user_id=row.user_id,
        app_id=row.app_id,
        client_id=row.client_id,
        session_id=row.session_id,
        app_permissions=row.app_permissions,
        user_permissions=row.user_permissions,
        expires_at_ms=row.expires_ms,
        first_use=row.used_ms is None,
        request_limits=row.request_limits,
    )


def mark_token_used(tx: Tx, token: str) -> None:
    """The first use of an access token: the grace of the refresh token before it ends."""
    bucket = token_bucket(token)
    if bucket is not None:
        tx.sessions.mark_used(bucket, token_hash(token), tx.now_ms)


def tidy_access(tx: Tx) -> bool:
    """Delete sessions and failure counts past use. True when a bucket has more than one round
    took."""
    more = False
    for bucket in range(BUCKET_COUNT):
        sessions = tx.sessions.delete_old(bucket, tx.now_ms - KEEP_ENDED_MS, TIDY_ROWS)
        failures = tx.sessions.delete_old_failures(bucket, tx.now_ms - KEEP_FAILURES_MS, TIDY_ROWS)
        codes = tx.authorizations.delete_old_codes(bucket, tx.now_ms - KEEP_CODES_MS, TIDY_ROWS)
        consoles = tx.console.delete_old_sessions(bucket, tx.now_ms - ABSOLUTE_MS, TIDY_ROWS)
        counts = tx.request_counts.delete_old(bucket, tx.now_ms - KEEP_COUNTS_MS, TIDY_ROWS)
        more |= TIDY_ROWS in (sessions, failures, codes, consoles, counts)
    return more


def find_token(tx: Tx, token: str) -> TokenRow | None:
    """A token of any kind, dead or alive."""
    bucket = token_bucket(token)
    return None if bucket is None else tx.sessions.find_token(bucket, token_hash(token))


def open_session(
    tx: Tx, app: App, user: User, lives: TokenLives, wishes: TokenWishes
) -> IssuedTokens:
    """A new session of a user through an app; the oldest one too many ends."""
    bucket = owner_bucket(user.id)
    issued = IssuedTokens(
        make_token(bytes.fromhex(tx.random_hex(32)), bucket),
        make_token(bytes.fromhex(tx.random_hex(32)), bucket),
        tx.now_ms + lives.access(wishes.access_ttl_s) * 1000,
        tx.now_ms + lives.refresh(wishes.refresh_ttl_s) * 1000,
        tx.new_id(bucket),
        user.id,
        wishes.endpoint_id or tx.random_hex(11),
    )
    session = Session(
        bucket,
        issued.session_id,
        user.account_id,
        user.id,
        app.id,
        issued.endpoint_id,
        issued.refresh_expires_ms,
    )
    tx.sessions.add(session, tx.now_ms)
    _keep_tokens(tx, bucket, issued)
    tx.sessions.end_surplus(bucket, user.id, app.id, MAX_SESSIONS, tx.now_ms)
    return issued


def _keep_tokens(tx: Tx, bucket: int, issued: IssuedTokens) -> None:
    for token, kind, expires_ms in (
        (issued.access_token, TokenKind.ACCESS, issued.access_expires_ms),
        (issued.refresh_token, TokenKind.REFRESH, issued.refresh_expires_ms),
    ):
        tx.sessions.add_token(
            bucket, token_hash(token), kind, issued.session_id, tx.now_ms, expires_ms
        )
