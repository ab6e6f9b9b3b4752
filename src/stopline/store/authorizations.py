"""Authorization codes, and which apps users let act for them."""

from dataclasses import dataclass

from stopline.core.authorization import Challenge, ChallengeMethod, CodeRequest
from stopline.store.database import Database


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code as it was given; `session_id` once it was exchanged."""

    user_id: int
    asked: CodeRequest
    expires_ms: int
    session_id: int | None


class Authorizations:
    """Statements on codes and approvals; the bucket is the user's."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add_code(
        self, bucket: int, code_hash: str, user_id: int, asked: CodeRequest, expires_ms: int
    ) -> None:
        """Keep a new code by its hash."""
        self._db.run(
            "add_authorization_code",
            bucket=bucket,
            hash=code_hash,
            user_id=user_id,
            app_id=asked.app_id,
            redirect_uri=asked.named_uri,
            challenge_method=asked.challenge.method,
            challenge=asked.challenge.text,
            expires_ms=expires_ms,
        )

    def find_code(self, bucket: int, code_hash: str) -> CodeRow | None:
        """A code, used or not."""
        row = self._db.first("find_authorization_code", bucket=bucket, hash=code_hash)
        if row is None:
            return None
        challenge = Challenge(ChallengeMethod(row[3]), row[4])
        return CodeRow(row[0], CodeRequest(row[1], row[2], challenge), row[5], row[6])

    def use_code(self, bucket: int, code_hash: str, session_id: int) -> bool:
        """Take a code for a session. False when another exchange was first."""
        return (
            self._db.run(
                "use_authorization_code", bucket=bucket, hash=code_hash, session_id=session_id
            )
            > 0
        )

    def delete_old_codes(self, bucket: int, before_ms: int, limit: int) -> int:
        """Delete at most `limit` codes that ended before; returns how many."""
        return self._db.run(
            "delete_old_authorization_codes", bucket=bucket, before_ms=before_ms, limit=limit
        )

    def approve(self, bucket: int, user_id: int, app_id: int, now_ms: int) -> None:
        """The user lets the app act for him."""
        self._db.run(
            "put_app_approval", bucket=bucket, user_id=user_id, app_id=app_id, now_ms=now_ms
        )

    def is_approved(self, bucket: int, user_id: int, app_id: int) -> bool:
        """Whether he did."""
        row = self._db.first("find_app_approval", bucket=bucket, user_id=user_id, app_id=app_id)
        return row is not None
