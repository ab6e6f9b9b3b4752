"""What waits in a lane that is no more: the settings changed. It goes on by the table of today."""

from collections.abc import Collection, Sequence

from stopline.core.routing import is_pinned
from stopline.flows.endings import UNKNOWN, end_messages
from stopline.flows.queues import wake
from stopline.store.priority import Priority, runs_as
from stopline.store.queues import Queue
from stopline.store.tx import Tx

# Another process may still run with the settings that know the lane: it gets this time.
STALE_MS = 60_000
# Queues and messages of one transaction, so that no STOP waits for it.
QUEUES_AT_ONCE = 8
MESSAGES_AT_ONCE = 500


@runs_as(Priority.CLAIM)
def reroute(tx: Tx, carriers: Collection[str]) -> bool:
    """Give what waits in lanes that nobody serves a new lane. True when there is more.

    What its carrier may have already, and that carrier is gone, is closed as unknown. Where the
    number's own carrier is gone nothing can be done: it waits for its carrier or its time limit.
    """
    known = tx.routing.lanes(carriers)
    stale = tx.queues.list_stale(tx.now_ms - STALE_MS, known, QUEUES_AT_ONCE)
    emptied = [_empty(tx, queue) for queue in stale]
    return any(emptied)


def _empty(tx: Tx, queue: Queue) -> bool:
    """Take a slice out of a queue; whether anything changed."""
    waiting = tx.queues.list_waiting(queue, MESSAGES_AT_ONCE)
    if not waiting:
        tx.queues.drop(queue)
    elif is_pinned(queue.lane):
        end_messages(tx, queue.bucket, [id_ for id_, _, _ in waiting], UNKNOWN)
    else:
        return _move(tx, queue, waiting)
    return True


def _move(tx: Tx, queue: Queue, waiting: Sequence[tuple[int, int, str]]) -> bool:
    owner = tx.senders.find([queue.sender])[queue.sender]
    ways = {
        account_id: tx.routing.ways(account_id, queue.sender, owner.carrier)
        for account_id in {account_id for _, account_id, _ in waiting}
    }
    lanes = [(id_, ways[account_id].lane(recipient)) for id_, account_id, recipient in waiting]
    moved = [(id_, lane) for id_, lane in lanes if lane != queue.lane]
    if moved:
        tx.queues.move(queue.bucket, moved)
        wake(tx, queue.bucket, [id_ for id_, _ in moved])
    return bool(moved)
