"""The numbers of processes on one PostgreSQL: leased rows, each with its owner's session lock.

A number is part of every id its process makes. A process that died is known by two signs: its
session is gone (its lock is free), and its row was not renewed for 30 s. A clock alone never
decides: the owner may only have been standing still.
"""

import os
import secrets
import threading
from collections.abc import Sequence

import psycopg
import structlog

from stopline.core.errors import StoreUnavailable
from stopline.core.ids import NODE_COUNT
from stopline.store.database import Row
from stopline.store.postgres_connection import DatabaseAddress, connect, unavailable

# First half of the keys of the session locks; the second is the node's number.
_LOCK_CLASS = 0x53544F50
RENEW_SECONDS = 5.0
GONE_MS = 30_000

# Told to the database, so that its lists show which process has which number.
_PURPOSE = f"node {os.getpid()}"

_NOW = "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
_TAKE = f"""
insert into nodes (number, owner, seen_ms) values (%s, %s, {_NOW})
on conflict (number) do nothing returning number
"""  # noqa: S608 - constants
_RENEW = f"update nodes set seen_ms = {_NOW} where number = %s and owner = %s"  # noqa: S608
_LOCK = "select pg_try_advisory_lock(cast(%s as integer), cast(%s as integer))"
_UNLOCK = "select pg_advisory_unlock(cast(%s as integer), cast(%s as integer))"
# As if its lease had ended this moment: nobody waits for one that ended in order.
_RELEASE = f"update nodes set seen_ms = {_NOW} - %s where number = %s and owner = %s"  # noqa: S608
_DELETE = "delete from nodes where number = %s and owner = %s"
_GONE = f"""
select n.number, n.seen_ms from nodes n
where n.seen_ms < {_NOW} - %s
  and not exists (select 1 from pg_locks l
                  where l.locktype = 'advisory' and l.database = (
                            select d.oid from pg_database d where d.datname = current_database())
                    and l.classid = %s and l.objid = cast(n.number as integer)
                    and l.objsubid = 2 and l.granted)
order by n.number
"""  # noqa: S608 - constants

_RUNNING = """
select count(*) from pg_locks l
where l.locktype = 'advisory' and l.classid = %s and l.objsubid = 2 and l.granted
  and l.database = (select d.oid from pg_database d where d.datname = current_database())
"""

log = structlog.get_logger(__name__)


def count_running(address: DatabaseAddress) -> int:
    """How many processes have a number of this database now. Raises StoreUnavailable."""
    connection = connect(address, "start")
    try:
        row = connection.execute(_RUNNING, (_LOCK_CLASS,)).fetchone()
    except psycopg.Error as error:
        raise unavailable(error) from error
    finally:
        connection.close()
    return int(row[0]) if row else 0


class Node:
    """The number of this process, kept alive by a session and a thread of its own."""

    def __init__(self, address: DatabaseAddress, *, transient: bool = False) -> None:
        """`transient`: it claims and stages nothing, so that nothing of it is ever left."""
        self._address = address
        self._transient = transient
        self._owner = secrets.token_hex(16)
        self._mutex = threading.Lock()
        self._closing = threading.Event()
        self._connection = connect(address, _PURPOSE)
        self.number = self._take()
        self._thread = threading.Thread(target=self._renew_loop, name="stopline-node", daemon=True)
        self._thread.start()

    def gone(self) -> dict[int, int]:
        """Numbers of processes that ended, in order or not, and when each was last seen. Raises
        StoreUnavailable."""
        with self._mutex:
            return dict(self._ask(_GONE, (GONE_MS, _LOCK_CLASS)))

    def forget(self, numbers: Sequence[int]) -> None:
        """These numbers may be taken again. Raises StoreUnavailable."""
        with self._mutex:
            self._ask(
                "delete from nodes where number = any(%s) and number <> %s returning number",
                (list(numbers), self.number),
            )

    def close(self) -> None:
        """Give the number back: what is left of it is settled by whoever looks next."""
        self._closing.set()
        self._thread.join()
        with self._mutex:
            try:
                if self._transient:
                    self._connection.execute(_DELETE, (self.number, self._owner))
                else:
                    self._connection.execute(_RELEASE, (GONE_MS + 1, self.number, self._owner))
            except psycopg.Error as error:
                log.warning("the node's number ends with its lease", reason=type(error).__name__)
            self._connection.close()

    def _ask(self, text: str, parameters: Sequence[object]) -> list[Row]:
        try:
            if self._connection.closed:
                self._reconnect()
            return self._connection.execute(text, parameters).fetchall()
        except psycopg.Error as error:
            raise unavailable(error) from error

    def _take(self) -> int:
        for number in range(NODE_COUNT):
            if self._lock(number):
                if self._ask(_TAKE, (number, self._owner)):
                    return number
                self._ask(_UNLOCK, (_LOCK_CLASS, number))
        raise StoreUnavailable(
            f"all {NODE_COUNT} numbers of processes are taken; those of processes that ended are "
            "free once a running process has settled what they left"
        )

    def _lock(self, number: int) -> bool:
        found = self._ask(_LOCK, (_LOCK_CLASS, number))
        return bool(found[0][0])

    def _reconnect(self) -> None:
        """The session was lost: take the same number again, or a new one if it was given away."""
        self._connection = connect(self._address, _PURPOSE)
        renewed = self._connection.execute(_RENEW, (self.number, self._owner)).rowcount
        if renewed and self._lock(self.number):
            return
        log.warning("the node's number was given away", number=self.number)
        self._owner = secrets.token_hex(16)
        self.number = self._take()

    def _renew_loop(self) -> None:
        while not self._closing.wait(RENEW_SECONDS):
            with self._mutex:
                try:
                    if self._connection.closed:
                        self._reconnect()
                    self._connection.execute(_RENEW, (self.number, self._owner))
                except (psycopg.Error, StoreUnavailable) as error:
                    self._connection.close()
                    log.warning("the node's lease is not renewed", reason=type(error).__name__)
