"""The gate of many processes: advisory locks of PostgreSQL, one for each person.

A hand-over opens a READ COMMITTED transaction, takes the locks of its recipients shared, and then,
in a second statement, reads its messages and their consent again. A denial holds the same locks
exclusively, so either the hand-over is over when the denial begins, or the second statement sees
the denial. With lock and look in one statement 94 messages left after their STOP in 20 s when it
was measured, because a statement's view of the data is older than the lock it waited for.
"""

import asyncio
import queue
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

import psycopg

from stopline.core.carriage import Claim, Passage
from stopline.core.errors import StoreUnavailable
from stopline.store.database import Row
from stopline.store.gate import passage_end_ns
from stopline.store.installation import GATE_PROTOCOL, Installation
from stopline.store.postgres_connection import (
    BEGIN,
    LOCK_EXCLUSIVE,
    LOCK_SHARED,
    DatabaseAddress,
    PostgresDatabase,
    connect,
    end_reading,
    lock_keys,
    roll_back,
    unavailable,
)
from stopline.store.tx import Tx

# Hand-overs at once, each on a connection of its own: about one for each carrier.
HAND_OVERS = 4
# Shared by all who keep the gate, held alone by who changes how it is kept.
PROTOCOL_NAME = "the gate's protocol"
# The persons of a full group (256), a batch for each that is just being accepted, and the buckets;
# PostgreSQL has a table of some thousand for all transactions.
MAX_LOCKS = 640


# Makes the transaction in which `Recheck` looks at a claim once more: which of its submissions may
# leave, in their order.
MakeTx = Callable[[PostgresDatabase, "PostgresDoor"], Tx]
Recheck = Callable[[Tx, Claim], Sequence[bool]]


class PostgresDoor:
    """The gate as one transaction sees it."""

    def __init__(self, connection: psycopg.Connection[Row], protocol: int = GATE_PROTOCOL) -> None:
        self._connection = connection
        self._protocol = protocol
        self._held: set[str] = set()

    def hold(self, names: Sequence[str]) -> None:
        """See `Door.hold`; at most MAX_LOCKS names in one transaction, in one rising order."""
        missing = set(names) - self._held
        if not missing:
            return
        self._held |= missing
        if len(self._held) > MAX_LOCKS:
            raise StoreUnavailable(f"more than {MAX_LOCKS} persons or names in one transaction")
        self._connection.execute(LOCK_EXCLUSIVE, {"keys": lock_keys(list(missing))})

    def share(self, name: str) -> None:
        """See `Door.share`."""
        self._connection.execute(LOCK_SHARED, {"keys": lock_keys([name])})

    def close(self, recipients: Sequence[str]) -> None:
        """See `Door.close`: whoever holds a person exclusively has no hand-over beside it, if all
        hold persons in the same way."""
        self.hold(recipients)
        self.share(PROTOCOL_NAME)
        Installation(PostgresDatabase(self._connection), self._protocol).require_protocol()

    def open_claim(self) -> int:
        """Claims are known by their rows."""
        return 0

    def end_claim(self, claim: int) -> None:
        """Nothing is kept for a claim."""


@dataclass(frozen=True, slots=True)
class _Open:
    connection: psycopg.Connection[Row]
    passage: Passage


class PostgresGate:
    """Opens hand-overs on connections of its own, in threads of its own."""

    def __init__(
        self,
        address: DatabaseAddress,
        make_tx: MakeTx,
        recheck: Recheck,
        protocol: int = GATE_PROTOCOL,
        hand_overs: int = HAND_OVERS,
    ) -> None:
        self._protocol = protocol
        self._address = address
        self._make_tx = make_tx
        self._recheck = recheck
        self._threads = ThreadPoolExecutor(hand_overs, "stopline-gate")
        self._idle: queue.SimpleQueue[psycopg.Connection[Row]] = queue.SimpleQueue()

    def end_claim(self, claim: int) -> None:
        """Nothing is kept for a claim."""

    @asynccontextmanager
    async def hand_over(self, claim: Claim) -> AsyncIterator[Passage]:
        """See `Gate.hand_over` in flows/ports."""
        entering = self._threads.submit(self._enter, claim)
        try:
            opened = await asyncio.shield(asyncio.wrap_future(entering))
        except asyncio.CancelledError:
            entering.add_done_callback(self._leave_unused)
            raise
        try:
            yield opened.passage
        finally:
            leaving = self._threads.submit(self._leave, opened)
            await asyncio.shield(asyncio.wrap_future(leaving))

    def close(self) -> None:
        """Close the connections; no hand-over is open."""
        self._threads.shutdown()
        while not self._idle.empty():
            self._idle.get().close()

    def _enter(self, claim: Claim) -> _Open:
        connection = self._take()
        try:
            connection.execute(BEGIN)
            recipients = [s.recipient for s in claim.submissions]
            names = [*recipients, PROTOCOL_NAME]
            connection.execute(LOCK_SHARED, {"keys": lock_keys(names)})
            until_ns = passage_end_ns()
            database = PostgresDatabase(connection)
            Installation(database, self._protocol).require_open()
            allowed = self._recheck(self._make_tx(database, PostgresDoor(connection)), claim)
        except psycopg.Error as error:
            self._give_back(connection)
            raise unavailable(error) from error
        except StoreUnavailable:
            self._give_back(connection)
            raise
        return _Open(connection, Passage(tuple(allowed), until_ns))

    def _take(self) -> psycopg.Connection[Row]:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return connect(self._address, "gate")

    def _give_back(self, connection: psycopg.Connection[Row]) -> None:
        roll_back(connection)
        self._keep(connection)

    def _keep(self, connection: psycopg.Connection[Row]) -> None:
        if not connection.closed:
            self._idle.put(connection)

    def _leave(self, opened: _Open) -> None:
        """Nothing was written: ending the transaction is what lets denials in. By a commit, for
        after a rollback psycopg forgets what is prepared, and each hand-over would plan anew."""
        end_reading(opened.connection)
        self._keep(opened.connection)

    def _leave_unused(self, entering: "Future[_Open]") -> None:
        if not entering.cancelled() and entering.exception() is None:
            self._leave(entering.result())


def raise_protocol(connection: psycopg.Connection[Row], protocol: int) -> None:
    """Let the installation keep its gate the way this program does, if that is a newer one.

    No hand-over and no denial of the older way is open then, and none begins. Raises
    StoreUnavailable.
    """
    database = PostgresDatabase(connection)
    try:
        if Installation(database).protocol >= protocol:
            return
        with connection.transaction():
            connection.execute(LOCK_EXCLUSIVE, {"keys": lock_keys([PROTOCOL_NAME])})
            Installation(database).protocol = protocol
    except psycopg.Error as error:
        raise unavailable(error) from error
