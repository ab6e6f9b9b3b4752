"""Signing in at a page: codes, their exchange, and sessions of an app on its own."""

import hashlib
import hmac
from dataclasses import dataclass

from stopline.core.access import (
    AccessFault,
    ServerKeys,
    TokenLives,
    make_token,
    owner_bucket,
    token_bucket,
    token_hash,
)
from stopline.core.accounts import App, User
from stopline.core.authorization import CODE_LIFE_MS, CodeRequest, proves
from stopline.flows.access import (
    IssuedTokens,
    Login,
    TokenWishes,
    forget_wrong_passwords,
    open_session,
)
from stopline.store.authorizations import CodeRow
from stopline.store.tx import Tx


@dataclass(frozen=True, slots=True)
class CodeProof:
    """What an app gives for a session; the redirect URI as its request named it."""

    code: str
    named_uri: str
    verifier: str


def password_mark(keys: ServerKeys, user: User) -> str:
    """What a browser's sign-in is bound to: it ends when the password changes."""
    text = f"{user.id} {user.password_hash}".encode()
    return hmac.new(keys.sign_in, text, hashlib.sha256).hexdigest()[:32]


def find_signed_in(tx: Tx, app: App, user_id: int, mark: str, keys: ServerKeys) -> User | None:
    """The user of a browser's sign-in, if he may still use this app."""
    user = tx.accounts.find_user(user_id)
    if user is None or user.disabled_ms is not None or user.account_id != app.account_id:
        return None
    return user if hmac.compare_digest(password_mark(keys, user), mark) else None


def is_approved(tx: Tx, user_id: int, app_id: int) -> bool:
    """Whether the user let the app act for him before."""
    return tx.authorizations.is_approved(owner_bucket(user_id), user_id, app_id)


def sign_in(tx: Tx, login: Login) -> User | None:
    """The user of a login whose password was found right; earlier failures are forgotten."""
    forget_wrong_passwords(tx, login)
    user = tx.accounts.find_user(login.user.id) if login.user else None
    return None if user is None or user.disabled_ms is not None else user


def issue_code(tx: Tx, user_id: int, asked: CodeRequest) -> str:
    """A code with which the app gets a session of the user, once and within a minute."""
    bucket = owner_bucket(user_id)
    code = make_token(bytes.fromhex(tx.random_hex(32)), bucket)
    expires_ms = tx.now_ms + CODE_LIFE_MS
    tx.authorizations.add_code(bucket, token_hash(code), user_id, asked, expires_ms)
    return code


def approve_app(tx: Tx, user_id: int, asked: CodeRequest) -> str:
    """The user lets the app act for him, from now on without being asked; gives the code."""
    tx.authorizations.approve(owner_bucket(user_id), user_id, asked.app_id, tx.now_ms)
    return issue_code(tx, user_id, asked)


def exchange_code(
    tx: Tx, app: App, proof: CodeProof, lives: TokenLives, wishes: TokenWishes
) -> IssuedTokens | AccessFault:
    """A session for a code. The same code again ends that session: somebody else has it."""
    bucket, hashed = token_bucket(proof.code), token_hash(proof.code)
    row = None if bucket is None else tx.authorizations.find_code(bucket, hashed)
    if row is None or bucket is None:
        return AccessFault.UNKNOWN_CODE
    if row.session_id is not None and row.asked.app_id == app.id:
        tx.sessions.end(bucket, row.session_id, tx.now_ms)
    fault = _code_fault(row, app, proof, tx.now_ms)
    if fault is not None:
        return fault
    user = tx.accounts.find_user(row.user_id)
    if user is None or user.disabled_ms is not None or user.account_id != app.account_id:
        return AccessFault.WRONG_CREDENTIALS
    issued = open_session(tx, app, user, lives, wishes)
    if not tx.authorizations.use_code(bucket, hashed, issued.session_id):
        tx.sessions.end(bucket, issued.session_id, tx.now_ms)
        return AccessFault.UNKNOWN_CODE
    return issued


def _code_fault(row: CodeRow, app: App, proof: CodeProof, now_ms: int) -> AccessFault | None:
    if row.asked.app_id != app.id:
        return AccessFault.FOREIGN_CODE
    if row.session_id is not None:
        return AccessFault.UNKNOWN_CODE
    if now_ms >= row.expires_ms:
        return AccessFault.EXPIRED_CODE
    named_before = row.asked.named_uri
    allowed = (named_before,) if named_before else ("", *app.redirect_uris)
    if proof.named_uri not in allowed:
        return AccessFault.OTHER_REDIRECT
    return None if proves(row.asked.challenge, proof.verifier) else AccessFault.UNKNOWN_CODE


def open_app_session(
    tx: Tx, app: App, account_id: str | None, lives: TokenLives, wishes: TokenWishes
) -> IssuedTokens | AccessFault:
    """A session of an app on its own, which acts as the account's first user.

    The wire knows no caller without a user, so there has to be one.
    """
    if account_id is not None and account_id != str(app.account_id):
        return AccessFault.WRONG_CREDENTIALS
    users = [user for user in tx.accounts.list_users(app.account_id) if user.disabled_ms is None]
    if not users:
        return AccessFault.WRONG_CREDENTIALS
    first = min(users, key=lambda user: (user.created_ms, user.id))
    return open_session(tx, app, first, lives, wishes)
