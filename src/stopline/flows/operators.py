"""People at the console: signed in by password, kept by a session, held to a role.

A page is shown only with an `Operator`, and every flow that changes something asks again, in its
own transaction, what the operator may do.
"""

import hmac
from dataclasses import dataclass

from stopline.core.access import (
    ABSOLUTE_MS,
    IDLE_MS,
    Role,
    derive_keys,
    make_token,
    owner_bucket,
    role_of,
    token_bucket,
    token_hash,
)
from stopline.core.errors import NotAllowed
from stopline.core.ids import BUCKET_COUNT, MAX_ID
from stopline.flows.access import Login, forget_wrong_passwords
from stopline.store.console import ConsoleAction, ConsoleSession
from stopline.store.tx import Tx

# A use is written down when the last one is older: not one write a page.
TOUCH_MS = 60_000


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at the console. `csrf` is what their forms must bring back."""

    account_id: int
    account_name: str
    country: str
    user_id: int
    name: str
    role: Role
    csrf: str
    is_stale: bool

    @property
    def actor(self) -> str:
        """What the ledger calls them."""
        return f"user:{self.user_id}"


def sign_in(tx: Tx, login: Login, former_token: str) -> str | None:
    """A new session for a login whose password was right; None when it opens no console.

    The session that the browser had before is over: its token may be known to somebody else.
    """
    forget_wrong_passwords(tx, login)
    sign_out(tx, former_token)
    user = tx.accounts.find_user(login.user.id) if login.user else None
    if user is None or user.disabled_ms is not None or role_of(user.permissions) is None:
        return None
    bucket = owner_bucket(user.id)
    token = make_token(bytes.fromhex(tx.random_hex(32)), bucket)
    tx.console.add_session(bucket, token_hash(token), user.account_id, user.id, tx.now_ms)
    return token


def find_operator(tx: Tx, token: str) -> Operator | None:
    """Who a session stands for, if it may still be used."""
    bucket = token_bucket(token)
    session = None if bucket is None else tx.console.find_session(bucket, token_hash(token))
    if session is None or not _is_alive(session, tx.now_ms):
        return None
    role = role_of(session.permissions)
    if role is None:
        return None
    return Operator(
        account_id=session.account_id,
        account_name=session.account_name,
        country=session.country,
        user_id=session.user_id,
        name=f"{session.first_name} {session.last_name}".strip() or session.username,
        role=role,
        csrf=_csrf(tx, token),
        is_stale=tx.now_ms - session.seen_ms >= TOUCH_MS,
    )


def _is_alive(session: ConsoleSession, now_ms: int) -> bool:
    return (
        session.disabled_ms is None
        and now_ms - session.seen_ms < IDLE_MS
        and now_ms - session.created_ms < ABSOLUTE_MS
    )


def _csrf(tx: Tx, token: str) -> str:
    key = derive_keys(tx.keys.server).console
    return hmac.digest(key, token.encode(), "sha256").hex()


def touch_session(tx: Tx, token: str) -> None:
    """The session is used now."""
    bucket = token_bucket(token)
    if bucket is not None:
        tx.console.touch_session(bucket, token_hash(token), tx.now_ms)


def sign_out(tx: Tx, token: str) -> None:
    """The session is over; a text that is no session is no error."""
    bucket = token_bucket(token)
    if bucket is not None:
        tx.console.delete_session(bucket, token_hash(token))


def require_role(tx: Tx, operator: Operator, least: Role) -> None:
    """Raises NotAllowed unless the operator has the role now, whatever the page believed."""
    user = tx.accounts.find_user(operator.user_id)
    role = role_of(user.permissions) if user and user.disabled_ms is None else None
    if role is None or role < least:
        raise NotAllowed(f"this needs the role {least.name.lower()}")


def record_action(tx: Tx, operator: Operator, action: str, subject: str, detail: str = "") -> None:
    """Write a change into the account's log. Never a secret, never a person's whole number."""
    bucket = operator.account_id % BUCKET_COUNT
    made = ConsoleAction(
        tx.new_id(bucket), operator.user_id, operator.name, action, subject, detail
    )
    tx.console.add_action(bucket, operator.account_id, made)


def list_actions(
    tx: Tx, operator: Operator, before_id: int = MAX_ID, limit: int = 100
) -> list[ConsoleAction]:
    """The account's log, newest first, below an id."""
    bucket = operator.account_id % BUCKET_COUNT
    return tx.console.list_actions(bucket, operator.account_id, before_id, limit)
