"""A database that is a restored copy: what waits in it may have been sent since it was made.

`stopline backup` marks the copies it makes. A database of PostgreSQL knows which one it is, so
that a dump that was restored into another is seen as well. Until somebody decides what becomes of
the messages that wait, no server sends anything.
"""

from dataclasses import dataclass

from stopline.core.errors import StoplineError
from stopline.core.ids import BUCKET_COUNT
from stopline.flows.endings import UNKNOWN, end_messages
from stopline.flows.upkeep import TIDY_ROWS, UncertainPolicy, recover_start, review_uncertain
from stopline.store.priority import Priority, runs_as
from stopline.store.tx import Tx

# Names in the table of what all processes agree on: when a copy was made, and which database the
# data was last used in.
COPIED_MS = "copied_ms"
DATABASE = "database"


class RestoredCopy(StoplineError):
    """The database is a restored copy and nobody has decided yet; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a copy holds that may have been sent since."""

    is_copy: bool
    queued: int


def adopt_database(tx: Tx, identity: int | None) -> None:
    """Note which database this is, on its first start. Raises RestoredCopy.

    `identity` is what tells this database from every other; None where nothing does.
    """
    if _is_copy(tx, identity):
        raise RestoredCopy(
            "this database is a restored copy: what waits in it may have been sent since the copy "
            "was made. Decide with `stopline restored --close` (it ends as unknown) or `stopline "
            "restored --send` (it is sent, perhaps a second time), then start again"
        )
    # Written once: processes that start together would wait for each other, and for those that
    # were killed while they started.
    if identity is not None and tx.installation.get(DATABASE) is None:
        tx.installation.put(DATABASE, identity)


def _is_copy(tx: Tx, identity: int | None) -> bool:
    if tx.installation.get(COPIED_MS) is not None:
        return True
    last = tx.installation.get(DATABASE)
    return last is not None and identity is not None and last != identity


def look_at_copy(tx: Tx, identity: int | None) -> Waiting:
    """What there is to decide about."""
    counted = [one.messages for n in range(BUCKET_COUNT) for one in tx.waiting.queued(n)]
    return Waiting(_is_copy(tx, identity), sum(counted))


def begin_close(tx: Tx) -> bool:
    """What was claimed becomes uncertain, half-accepted batches go; True when more is left."""
    return recover_start(tx)


@runs_as(Priority.SETTLE)
def close_waiting(tx: Tx, bucket: int) -> int:
    """Close a slice of what waits in a bucket as unknown; returns how many messages."""
    closed = review_uncertain(tx, bucket, UncertainPolicy(wait_ms=0, resend=False))
    queued = tx.messages.list_queued(bucket, TIDY_ROWS)
    return closed + end_messages(tx, bucket, queued, UNKNOWN)


def accept_copy(tx: Tx, identity: int | None) -> None:
    """Somebody decided: from now on this is the database."""
    tx.installation.drop(COPIED_MS)
    if identity is not None:
        tx.installation.put(DATABASE, identity)
