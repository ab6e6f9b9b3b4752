"""Sessions, their tokens, and wrong passwords: the growing tables of access."""

from collections.abc import Mapping
from dataclasses import dataclass

from stopline.core.access import AppPermission, TokenKind, UserPermission
from stopline.store.accounts import read_app_permissions, read_limits, read_user_permissions
from stopline.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Session:
    """One login of a user through an app."""

    bucket: int
    id: int
    account_id: int
    user_id: int
    app_id: int
    endpoint_id: str
    expires_ms: int


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token with its session, and what decides whether it is taken."""

    bucket: int
    kind: TokenKind
    created_ms: int
    expires_ms: int
    used_ms: int | None
    replaced_ms: int | None
    session_id: int
    account_id: int
    user_id: int
    app_id: int
    endpoint_id: str
    ended_ms: int | None
    country: str
    client_id: str
    app_permissions: frozenset[AppPermission]
    user_permissions: frozenset[UserPermission]
    disabled_ms: int | None
    request_limits: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LoginFailures:
    """Wrong passwords in a row of one login name."""

    failures: int = 0
    locked_until_ms: int = 0


def _token_row(bucket: int, row: Row) -> TokenRow:
    return TokenRow(
        bucket=bucket,
        kind=TokenKind(row[0]),
        created_ms=row[1],
        expires_ms=row[2],
        used_ms=row[3],
        replaced_ms=row[4],
        session_id=row[5],
        account_id=row[6],
        user_id=row[7],
        app_id=row[8],
        endpoint_id=row[9],
        ended_ms=row[10],
        country=row[11],
        client_id=row[12],
        app_permissions=read_app_permissions(row[13]),
        user_permissions=read_user_permissions(row[14]),
        disabled_ms=row[15],
        request_limits=read_limits(row[16]),
    )


class Sessions:
    """Statements on sessions and tokens; hashes are lower-case hexadecimal."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, session: Session, now_ms: int) -> None:
        """Add a session; its id must be new."""
        self._db.run(
            "add_session",
            bucket=session.bucket,
            id=session.id,
            account_id=session.account_id,
            user_id=session.user_id,
            app_id=session.app_id,
            endpoint_id=session.endpoint_id,
            now_ms=now_ms,
            expires_ms=session.expires_ms,
        )

    def extend(self, bucket: int, session_id: int, expires_ms: int) -> None:
        """Its newest refresh token ends then."""
        self._db.run("extend_session", bucket=bucket, id=session_id, expires_ms=expires_ms)

    def end(self, bucket: int, session_id: int, now_ms: int) -> None:
        """No token of the session is taken from now on."""
        self._db.run("end_session", bucket=bucket, id=session_id, now_ms=now_ms)

    def end_surplus(self, bucket: int, user_id: int, app_id: int, keep: int, now_ms: int) -> None:
        """Keep the `keep` newest sessions of the user in the app and end the others."""
        self._db.run(
            "end_surplus_sessions",
            bucket=bucket,
            user_id=user_id,
            app_id=app_id,
            keep=keep,
            now_ms=now_ms,
        )

    def add_token(
        self,
        bucket: int,
        token_hash: str,
        kind: TokenKind,
        session_id: int,
        now_ms: int,
        expires_ms: int,
    ) -> None:
        """Add a token of a session."""
        self._db.run(
            "add_token",
            bucket=bucket,
            hash=token_hash,
            kind=kind.value,
            session_id=session_id,
            now_ms=now_ms,
            expires_ms=expires_ms,
        )

    def find_token(self, bucket: int, token_hash: str) -> TokenRow | None:
        """A token, dead or alive."""
        row = self._db.first("find_token", bucket=bucket, hash=token_hash)
        if row is None:
            return None
        return _token_row(bucket, row)

    def mark_used(self, bucket: int, token_hash: str, now_ms: int) -> None:
        """The token was used for the first time."""
        self._db.run("mark_token_used", bucket=bucket, hash=token_hash, now_ms=now_ms)

    def replace_tokens(self, bucket: int, session_id: int, now_ms: int) -> None:
        """Every live token of the session is dead from now on."""
        self._db.run("replace_tokens", bucket=bucket, session_id=session_id, now_ms=now_ms)

    def delete_old(self, bucket: int, before_ms: int, limit: int) -> int:
        """Delete at most `limit` sessions whose tokens all ended before; returns how many."""
        self._db.run("delete_old_tokens", bucket=bucket, before_ms=before_ms, limit=limit)
        return self._db.run("delete_old_sessions", bucket=bucket, before_ms=before_ms, limit=limit)

    def find_failures(self, bucket: int, login_hash: str) -> LoginFailures:
        """Wrong passwords in a row of a login name."""
        row = self._db.first("find_login_failures", bucket=bucket, login_hash=login_hash)
        return LoginFailures(*row) if row else LoginFailures()

    def put_failures(
        self, bucket: int, login_hash: str, failures: LoginFailures, now_ms: int
    ) -> None:
        """Keep the count."""
        self._db.run(
            "put_login_failures",
            bucket=bucket,
            login_hash=login_hash,
            failures=failures.failures,
            locked_until_ms=failures.locked_until_ms,
            now_ms=now_ms,
        )

    def forget_failures(self, bucket: int, login_hash: str) -> None:
        """The right password came."""
        self._db.run("delete_login_failures", bucket=bucket, login_hash=login_hash)

    def delete_old_failures(self, bucket: int, before_ms: int, limit: int) -> int:
        """Delete at most `limit` counts not touched since; returns how many."""
        return self._db.run(
            "delete_old_login_failures", bucket=bucket, before_ms=before_ms, limit=limit
        )
