"""63-bit identifiers: 42 bits of milliseconds, 6 of bucket, 6 of node, 9 of counter.

An id names its bucket, so a read by id touches one shard; ids of one bucket rise with time.
"""

from dataclasses import dataclass

BUCKET_COUNT = 64
NODE_COUNT = 64
COUNTER_BITS = 9
NODE_BITS = 6
BUCKET_BITS = 6
_BUCKET_SHIFT = COUNTER_BITS + NODE_BITS
_TIME_SHIFT = _BUCKET_SHIFT + BUCKET_BITS
COUNTER_LIMIT = 1 << COUNTER_BITS
MAX_ID = (1 << 63) - 1


def pack_id(time_ms: int, bucket: int, node: int, counter: int) -> int:
    """The id made of these parts; each must fit its field."""
    return (time_ms << _TIME_SHIFT) | (bucket << _BUCKET_SHIFT) | (node << COUNTER_BITS) | counter


def id_bucket(identifier: int) -> int:
    """The bucket an id names, 0..63."""
    return (identifier >> _BUCKET_SHIFT) & (BUCKET_COUNT - 1)


def id_node(identifier: int) -> int:
    """The node that made an id, 0..63."""
    return (identifier >> COUNTER_BITS) & (NODE_COUNT - 1)


def id_time_ms(identifier: int) -> int:
    """The millisecond (epoch, UTC) an id was made for."""
    return identifier >> _TIME_SHIFT


def first_id_at(time_ms: int) -> int:
    """The lowest id any bucket can have at this millisecond: a bound for time ranges."""
    return max(0, time_ms) << _TIME_SHIFT


@dataclass(slots=True)
class IdSequence:
    """Hands out rising ids for one node; never below `floor_ms`, even when the clock goes back."""

    node: int
    floor_ms: int = 0
    _counter: int = 0

    def take(self, bucket: int, count: int, now_ms: int) -> list[int]:
        """`count` new ids of one bucket, rising. May run ahead of the clock in a burst."""
        if now_ms > self.floor_ms:
            self.floor_ms, self._counter = now_ms, 0
        ids: list[int] = []
        while len(ids) < count:
            room = min(count - len(ids), COUNTER_LIMIT - self._counter)
            base = pack_id(self.floor_ms, bucket, self.node, self._counter)
            ids.extend(range(base, base + room))
            self._counter += room
            if self._counter == COUNTER_LIMIT:
                self.floor_ms, self._counter = self.floor_ms + 1, 0
        return ids
