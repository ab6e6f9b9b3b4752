"""The store of many processes: PostgreSQL, a few threads with a connection each."""

import itertools
import queue
import random
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg

from stopline.core.errors import StoreUnavailable
from stopline.core.ids import BUCKET_COUNT, IdSequence, id_time_ms
from stopline.store import postgres_partitions
from stopline.store.base import BaseStore, Job
from stopline.store.database import Row
from stopline.store.installation import GATE_PROTOCOL, Installation
from stopline.store.nodes import Node
from stopline.store.postgres_checks import (
    check_clock,
    check_keys,
    check_settings,
    read_identity,
)
from stopline.store.postgres_connection import (
    BEGIN,
    BEGIN_READ,
    REPEATABLE,
    REPLAN_SECONDS,
    UNAVAILABLE,
    DatabaseAddress,
    PostgresDatabase,
    connect,
    roll_back,
    unavailable,
)
from stopline.store.postgres_gate import (
    HAND_OVERS,
    PostgresDoor,
    PostgresGate,
    Recheck,
    raise_protocol,
)
from stopline.store.postgres_migration import migrate
from stopline.store.priority import Priority, priority_of
from stopline.store.sqlite import wall_clock_ms
from stopline.store.tx import Keys, Tx

# Only STOPs and other changes of consent: no list, no batch and no slow disk of others keeps one
# waiting for a connection.
CONSENT_THREADS = 3
# More waits than this on a database are queued better here than there.
WRITE_THREADS = 5
READ_THREADS = 4
# A queue longer than this means the database does not keep up: callers are told so.
QUEUE_LIMIT = 10_000
# A transaction that the database undid is tried so often.
ATTEMPTS = 5
# After everything that is queued.
_LAST = 2**62
# Between two tries, so that two transactions in each other's way part.
PAUSE_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Connections:
    """How many connections of each kind a process opens at most."""

    consent: int = CONSENT_THREADS
    write: int = WRITE_THREADS
    read: int = READ_THREADS
    gate: int = HAND_OVERS


class _SharedIds:
    """Ids for several threads. The node's number may change when its lease was lost."""

    def __init__(self, node: Node, floor_ms: int) -> None:
        self._node = node
        self._mutex = threading.Lock()
        self._sequence = IdSequence(node.number, floor_ms)

    @property
    def node(self) -> int:
        """See `Ids.node`."""
        return self._node.number

    def take(self, bucket: int, count: int, now_ms: int) -> list[int]:
        """See `Ids.take`."""
        with self._mutex:
            self._sequence.node = self._node.number
            return self._sequence.take(bucket, count, now_ms)


@dataclass(slots=True)
class _Link:
    """A thread's connection: opened when it is needed, again when it was lost."""

    address: DatabaseAddress
    purpose: str
    begin: str
    connection: psycopg.Connection[Row] | None = None
    planned: float = 0.0

    def open(self) -> psycopg.Connection[Row]:
        if self.connection is None or self.connection.closed:
            self.connection = connect(self.address, self.purpose)
            self.planned = time.monotonic()
        elif time.monotonic() - self.planned > REPLAN_SECONDS:
            self.connection.execute("discard plans", prepare=False)
            self.planned = time.monotonic()
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()


class _Lane:
    """Threads that run jobs of one kind, the most urgent first."""

    def __init__(self) -> None:
        self._order = itertools.count()
        self._jobs: queue.PriorityQueue[tuple[int, int, Job | None]] = queue.PriorityQueue()
        self._threads: list[threading.Thread] = []

    def start(self, count: int, name: str, loop: Callable[["_Lane"], None]) -> None:
        """Begin to run jobs in `count` threads."""
        for number in range(count):
            thread = threading.Thread(
                target=loop, args=(self,), name=f"stopline-{name}-{number}", daemon=True
            )
            thread.start()
            self._threads.append(thread)

    def put(self, job: Job, due_ms: int) -> None:
        """Queue a job. Raises StoreUnavailable when too many wait."""
        if self._jobs.qsize() > QUEUE_LIMIT:
            raise StoreUnavailable("too many transactions wait for the database")
        self._jobs.put((due_ms, next(self._order), job))

    def get(self) -> Job | None:
        """The next job; None: end."""
        return self._jobs.get()[2]

    def close(self) -> None:
        """Run what is queued, then end the threads."""
        for _ in self._threads:
            self._jobs.put((_LAST, next(self._order), None))
        for thread in self._threads:
            thread.join()


class PostgresStore(BaseStore):
    """Runs flows on a PostgreSQL database, beside other processes that do.

    `recheck` decides at the gate once more; `transient`: for a command, which sends nothing;
    `protocol`: how this program keeps the gate.
    """

    def __init__(
        self,
        address: DatabaseAddress,
        keys: Keys,
        *,
        recheck: Recheck,
        transient: bool = False,
        protocol: int = GATE_PROTOCOL,
        connections: Connections = Connections(),
        clock_ms: Callable[[], int] = wall_clock_ms,
        random_hex: Callable[[int], str] = secrets.token_hex,
    ) -> None:
        super().__init__(keys)
        self._address = address
        self._protocol = protocol
        self._clock_ms = clock_ms
        self._random_hex = random_hex
        self._closed = False
        highest_ms = self._prepare()
        self._node = Node(address, transient=transient)
        self._ids = _SharedIds(self._node, highest_ms + 1)
        self._gate = PostgresGate(address, self._tx, recheck, protocol, connections.gate)
        self.gate = self._gate
        self._consent, self._writes, self._reads = _Lane(), _Lane(), _Lane()
        self._consent.start(connections.consent, "consent", partial(self._loop, "consent", BEGIN))
        self._writes.start(connections.write, "writer", partial(self._loop, "writer", BEGIN))
        self._reads.start(connections.read, "reader", partial(self._loop, "reader", BEGIN_READ))

    def close(self) -> None:
        """See `BaseStore.close`."""
        if self._closed:
            return
        self._closed = True
        for lane in (self._writes, self._consent, self._reads):
            lane.close()
        self._gate.close()
        self._node.close()

    def gone_nodes(self) -> dict[int, int]:
        """See `BaseStore.gone_nodes`."""
        return self._node.gone()

    def forget_nodes(self, nodes: list[int]) -> None:
        """See `BaseStore.forget_nodes`."""
        self._node.forget(nodes)

    def tend_parts(self, keep_ms: int) -> bool:
        """See `BaseStore.tend_parts`."""
        connection = connect(self._address, "partitions")
        try:
            postgres_partitions.tend(connection, self._clock_ms(), keep_ms)
            return postgres_partitions.is_cut(connection)
        finally:
            connection.close()

    # Inside.

    def _prepare(self) -> int:
        """Check the database, bring its schema up; the time of the highest id that is stored."""
        connection = connect(self._address, "start")
        try:
            check_settings(connection)
            if self._clock_ms is wall_clock_ms:
                check_clock(connection)
            migrate(connection, self._clock_ms())
            check_keys(connection, self.keys)
            raise_protocol(connection, self._protocol)
            self.identity = read_identity(connection)
            return _highest_id_ms(connection)
        finally:
            connection.close()

    def _tx(self, database: PostgresDatabase, door: PostgresDoor) -> Tx:
        tx = Tx(database, door, self._ids, self.keys, self._clock_ms(), self._random_hex)
        tx.installation = Installation(database, self._protocol)
        tx.routing = self.routing
        return tx

    def _submit_write(self, flow: Callable[..., Any], args: Any, kwargs: Any) -> Future[Any]:
        priority = priority_of(flow)
        lane = self._consent if priority is Priority.CONSENT else self._writes
        due_ms = time.monotonic_ns() // 1_000_000 + priority
        return self._submit(lane, Job(flow, args, kwargs), due_ms)

    def _submit_read(self, flow: Callable[..., Any], args: Any, kwargs: Any) -> Future[Any]:
        return self._submit(self._reads, Job(flow, args, kwargs), 0)

    def _submit(self, lane: _Lane, job: Job, due_ms: int) -> Future[Any]:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        lane.put(job, due_ms)
        return job.future

    def _loop(self, purpose: str, begin: str, lane: _Lane) -> None:
        link = _Link(self._address, purpose, begin)
        while (job := lane.get()) is not None:
            job.run(partial(self._run_job, link))
        link.close()

    def _run_job(self, link: _Link, job: Job) -> Any:
        """Run a job until it was committed, or certainly was not.

        What the database undid, and what a lost connection cut off before its commit, is run
        again. Raises StoreUnavailable also when nobody knows whether it was committed.
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._run_transaction(link, job)
            except (*REPEATABLE, *UNAVAILABLE) as error:
                connection = link.connection
                is_lost = connection is None or connection.closed
                may_repeat = is_lost or isinstance(error, REPEATABLE)
                if attempt == ATTEMPTS or not may_repeat:
                    raise unavailable(error) from error
            time.sleep(random.uniform(0.5, 1.5) * PAUSE_SECONDS * attempt)
        raise AssertionError("the last attempt returns or raises")

    def _run_transaction(self, link: _Link, job: Job) -> Any:
        connection = link.open()
        database = PostgresDatabase(connection)
        tx = self._tx(database, PostgresDoor(connection, self._protocol))
        with ExitStack() as undo:
            undo.callback(roll_back, connection)
            connection.execute(link.begin)
            result = job.call(tx)
            undo.pop_all()
        _commit(connection)
        self._tell(tx.hints)
        self._keep([tx])
        return result


def _commit(connection: psycopg.Connection[Row]) -> None:
    """Commit. Raises StoreUnavailable when the outcome is unknown: never a success by guess."""
    warnings: list[str] = []

    def note(notice: psycopg.errors.Diagnostic) -> None:
        if notice.severity_nonlocalized == "WARNING":
            warnings.append(notice.message_primary or "")

    connection.add_notice_handler(note)
    try:
        done = connection.execute("commit")
    except REPEATABLE:
        raise
    except psycopg.Error as error:
        connection.close()
        raise StoreUnavailable("nobody knows whether the database committed") from error
    finally:
        connection.remove_notice_handler(note)
    if warnings:
        # A wait for the standby that came to its time limit ends as a success that only warns.
        raise StoreUnavailable(f"committed, but perhaps not on the standby: {warnings[0]}")
    if done.statusmessage != "COMMIT":
        raise StoreUnavailable("the database undid the transaction instead of committing it")


def _highest_id_ms(connection: psycopg.Connection[Row]) -> int:
    database = PostgresDatabase(connection)
    highest = 0
    for bucket in range(BUCKET_COUNT):
        row = database.first("find_highest_id", bucket=bucket)
        highest = max(highest, row[0] or 0 if row else 0)
    return id_time_ms(highest)
