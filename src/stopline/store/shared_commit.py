"""Flows that wait for the one writer share a commit, each in a savepoint of its own.

A commit waits for the disk; under load several flows wait for it at a time. What one flow does
is still all or nothing, and its caller hears of it only after the commit that holds it.
"""

import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import apsw

from stopline.core.errors import StoreUnavailable
from stopline.core.hints import Hint
from stopline.store.base import PENDING, Job
from stopline.store.tx import Tx

UNAVAILABLE = (
    apsw.FullError,
    apsw.IOError,
    apsw.ReadOnlyError,
    apsw.CantOpenError,
    apsw.BusyError,
    apsw.LockedError,
    apsw.CorruptError,
    apsw.NotADBError,
    apsw.NoMemError,
)


class SharedCommit:
    """One transaction of the writer with the flows that run in it."""

    def __init__(
        self,
        connection: apsw.Connection,
        tell: Callable[[set[Hint]], None],
        keep: Callable[[Sequence[Tx]], None],
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._keep = keep
        self._done: list[tuple[Job, Tx, Any]] = []

    @property
    def is_broken(self) -> bool:
        """Whether SQLite rolled everything back by itself, as it does when the disk fails."""
        return not self._connection.in_transaction

    def add(self, job: Job, tx: Tx) -> None:
        """Run a flow. What it raises goes to its caller at once, and nothing of it stays."""
        job.run(partial(self._run, tx))

    def _run(self, tx: Tx, job: Job) -> Any:
        with contextlib.ExitStack() as undo:
            undo.callback(self._undo, tx)
            try:
                if not self._connection.in_transaction:
                    self._connection.execute("begin immediate")
                self._connection.execute("savepoint flow")
                result = job.call(tx)
                self._connection.execute("release flow")
            except UNAVAILABLE as error:
                raise StoreUnavailable(f"the database refused: {error}") from error
            undo.pop_all()
        self._done.append((job, tx, result))
        return PENDING

    def _undo(self, tx: Tx) -> None:
        tx.abandon_claims()
        if self._connection.in_transaction:
            with contextlib.suppress(apsw.SQLError, *UNAVAILABLE):
                self._connection.execute("rollback to flow")
                self._connection.execute("release flow")

    def commit(self) -> None:
        """Sync everything to the disk, then tell the callers; or tell all that nothing stays."""
        try:
            if self._done and not self._connection.in_transaction:
                raise StoreUnavailable("the database rolled everything back")
            if self._connection.in_transaction:
                self._connection.execute("commit")
        except UNAVAILABLE as error:
            self._fail(StoreUnavailable(f"the database refused: {error}"))
        except StoreUnavailable as error:
            self._fail(error)
        else:
            self._succeed()

    def _fail(self, error: StoreUnavailable) -> None:
        if self._connection.in_transaction:
            with contextlib.suppress(*UNAVAILABLE):
                self._connection.execute("rollback")
        for job, tx, _ in self._done:
            tx.abandon_claims()
            job.future.set_exception(error)

    def _succeed(self) -> None:
        self._tell({hint for _, tx, _ in self._done for hint in tx.hints})
        error = self._journal_error()
        for job, tx, result in self._done:
            if error is not None and tx.ledger.has_grown:
                job.future.set_exception(error)
            else:
                job.future.set_result(result)

    def _journal_error(self) -> StoreUnavailable | None:
        """Everything is committed; what the journal does not hold is acknowledged to nobody."""
        try:
            self._keep([tx for _, tx, _ in self._done])
        except StoreUnavailable as error:
            return error
        return None
