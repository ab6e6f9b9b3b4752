"""Statements about WebSockets; the bucket is the user's, or that of deliveries."""

from collections.abc import Sequence

from stopline.core.deliveries import Delivery
from stopline.core.sockets import SocketRef, SocketRow
from stopline.store.database import Database, Row, rows


class Sockets:
    """Which connection holds which socket, and what left in which frame."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(
        self,
        ref: SocketRef,
        token_hash: str,
        owner: tuple[int, int, int],
        held_until_ms: int,
        now_ms: int,
        node: int,
    ) -> None:
        """Keep a new one of an owner (account, user, app), held by the process of this number."""
        account_id, user_id, app_id = owner
        self._db.run(
            "add_socket",
            bucket=ref.bucket,
            id=ref.id,
            token_hash=token_hash,
            account_id=account_id,
            user_id=user_id,
            app_id=app_id,
            held_until_ms=held_until_ms,
            now_ms=now_ms,
            node=node,
        )

    def find(self, bucket: int, token_hash: str) -> SocketRow | None:
        """The one a client wants to come back to."""
        row = self._db.first("find_socket", bucket=bucket, token_hash=token_hash)
        return _socket(bucket, row) if row else None

    def find_by_id(self, bucket: int, socket_id: int) -> SocketRow | None:
        """One socket."""
        row = self._db.first("find_socket_by_id", bucket=bucket, id=socket_id)
        return _socket(bucket, row) if row else None

    def count(self, bucket: int, user_id: int, app_id: int, now_ms: int) -> int:
        """Those of a user and app that are held now."""
        row = self._db.first(
            "count_sockets", bucket=bucket, user_id=user_id, app_id=app_id, now_ms=now_ms
        )
        return int(row[0]) if row else 0

    def take(self, ref: SocketRef, sequence: int, held_until_ms: int, node: int) -> bool:
        """Hold it in a new epoch, in the process of this number. False when somebody else did so
        at the same time."""
        return (
            self._db.run(
                "take_socket",
                bucket=ref.bucket,
                id=ref.id,
                epoch=ref.epoch,
                sequence=sequence,
                held_until_ms=held_until_ms,
                node=node,
            )
            > 0
        )

    def hold(self, ref: SocketRef, sequence: int, held_until_ms: int) -> bool:
        """Go on holding it, and keep anybody from taking it until this transaction ends. False
        when it is another connection's now."""
        return (
            self._db.run(
                "hold_socket",
                bucket=ref.bucket,
                id=ref.id,
                epoch=ref.epoch,
                sequence=sequence,
                held_until_ms=held_until_ms,
            )
            > 0
        )

    def set_subscription(self, bucket: int, socket_id: int, subscription_id: int | None) -> None:
        """What it tells its client about from now on."""
        self._db.run(
            "set_socket_subscription", bucket=bucket, id=socket_id, subscription_id=subscription_id
        )

    def gone(self, bucket: int, before_ms: int, limit: int) -> list[SocketRow]:
        """Those that were last held before."""
        found = self._db.all("list_gone_sockets", bucket=bucket, before_ms=before_ms, limit=limit)
        return [_socket(bucket, row) for row in found]

    def delete(self, bucket: int, socket_id: int, before_ms: int) -> bool:
        """Forget one unless it was held since."""
        return self._db.run("delete_socket", bucket=bucket, id=socket_id, before_ms=before_ms) > 0

    def number(self, bucket: int, sent: Sequence[tuple[Delivery, int]]) -> None:
        """Keep the frames in which deliveries of one bucket left."""
        items = [(delivery.id, delivery.attempt, sequence) for delivery, sequence in sent]
        self._db.run("number_deliveries", bucket=bucket, items=rows(items))

    def resend(self, bucket: int, subscription_id: int, sequence: int, now_ms: int) -> int:
        """Make due what left after a frame, and what an earlier connection had claimed; returns
        how many are sent once more."""
        found = {"bucket": bucket, "subscription_id": subscription_id, "now_ms": now_ms}
        self._db.run("reclaim_deliveries", **found)
        return self._db.run("resend_deliveries", sequence=sequence, **found)


def _socket(bucket: int, row: Row) -> SocketRow:
    identifier, epoch, *rest = row
    return SocketRow(SocketRef(bucket, identifier, epoch), *rest)
