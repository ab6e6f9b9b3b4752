"""Who is signed in to the console, and what operators changed."""

from dataclasses import dataclass

from stopline.core.access import UserPermission
from stopline.store.accounts import read_user_permissions
from stopline.store.database import Database


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """A session with its user; times are epoch ms."""

    created_ms: int
    seen_ms: int
    account_id: int
    user_id: int
    username: str
    first_name: str
    last_name: str
    permissions: frozenset[UserPermission]
    account_name: str
    country: str
    disabled_ms: int | None


@dataclass(frozen=True, slots=True)
class ConsoleAction:
    """One change; its id says when. `actor` is what the user was called then."""

    id: int
    user_id: int
    actor: str
    action: str
    subject: str
    detail: str


class Console:
    """Statements on the console's own tables; hashes are lower-case hexadecimal."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add_session(
        self, bucket: int, token_hash: str, account_id: int, user_id: int, now_ms: int
    ) -> None:
        """Add a session; its hash must be new."""
        self._db.run(
            "add_console_session",
            bucket=bucket,
            hash=token_hash,
            account_id=account_id,
            user_id=user_id,
            now_ms=now_ms,
        )

    def find_session(self, bucket: int, token_hash: str) -> ConsoleSession | None:
        """A session, however old."""
        row = self._db.first("find_console_session", bucket=bucket, hash=token_hash)
        if row is None:
            return None
        created_ms, seen_ms, account_id, user_id, *names, permissions, account, country, off = row
        username, first_name, last_name = names
        return ConsoleSession(
            created_ms,
            seen_ms,
            account_id,
            user_id,
            username,
            first_name,
            last_name,
            read_user_permissions(permissions),
            account,
            country,
            off,
        )

    def touch_session(self, bucket: int, token_hash: str, now_ms: int) -> None:
        """It was used now."""
        self._db.run("touch_console_session", bucket=bucket, hash=token_hash, now_ms=now_ms)

    def delete_session(self, bucket: int, token_hash: str) -> None:
        """It is over; harmless when there is none."""
        self._db.run("delete_console_session", bucket=bucket, hash=token_hash)

    def delete_sessions_of_user(self, bucket: int, user_id: int) -> None:
        """All of the user are over."""
        self._db.run("delete_console_sessions_of_user", bucket=bucket, user_id=user_id)

    def delete_old_sessions(self, bucket: int, before_ms: int, limit: int) -> int:
        """Delete at most `limit` that began before; returns how many."""
        return self._db.run(
            "delete_old_console_sessions", bucket=bucket, before_ms=before_ms, limit=limit
        )

    def add_action(self, bucket: int, account_id: int, action: ConsoleAction) -> None:
        """Keep a change."""
        self._db.run(
            "add_console_action",
            bucket=bucket,
            id=action.id,
            account_id=account_id,
            user_id=action.user_id,
            actor=action.actor,
            action=action.action,
            subject=action.subject,
            detail=action.detail,
        )

    def list_actions(
        self, bucket: int, account_id: int, before_id: int, limit: int
    ) -> list[ConsoleAction]:
        """A page of an account's changes below an id, newest first."""
        found = self._db.all(
            "list_console_actions",
            bucket=bucket,
            account_id=account_id,
            before_id=before_id,
            limit=limit,
        )
        return [ConsoleAction(*row) for row in found]
