"""What both stores share: flows become jobs, threads run them, callers wait for their futures."""

from abc import ABC, abstractmethod
from asyncio import wrap_future
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from stopline.core.hints import Hint
from stopline.core.routing import NO_ROUTES, RoutingTable
from stopline.store.gate import HandOvers
from stopline.store.ledger import LedgerRecord
from stopline.store.tx import Keys, Tx

P = ParamSpec("P")
R = TypeVar("R")


# Writes entries of the ledger to its journal. Raises StoreUnavailable.
Keep = Callable[[Sequence[LedgerRecord]], None]

# What a transaction gives that is not committed yet: its store tells the caller later.
PENDING: Final = object()


class Job:
    """A flow with its arguments and the future its caller waits on."""

    __slots__ = ("arguments", "flow", "future", "keywords")

    def __init__(self, flow: Callable[..., Any], arguments: Any, keywords: Any) -> None:
        self.flow = flow
        self.arguments = arguments
        self.keywords = keywords
        self.future: Future[Any] = Future()

    def run(self, transaction: Callable[["Job"], Any]) -> None:
        """Give the caller what the transaction gives, or its error."""
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = transaction(self)
        except BaseException as error:  # noqa: BLE001 - top of a worker loop: the caller gets it
            self.future.set_exception(error)
        else:
            if result is not PENDING:
                self.future.set_result(result)

    def call(self, tx: Tx) -> Any:
        """The flow, and what it left for the end of its transaction."""
        result = self.flow(tx, *self.arguments, **self.keywords)
        tx.finish()
        return result


class BaseStore(ABC):
    """A store as flows, edges and commands see it."""

    gate: HandOvers
    # What tells this database from every other, also from a copy of it; None where nothing does.
    identity: int | None = None

    # How this installation's messages go; set before anything is sent.
    routing: RoutingTable = NO_ROUTES

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._journal: Keep | None = None
        self._listeners: list[Callable[[frozenset[Hint]], None]] = []

    async def transact(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a flow in one durable transaction; returns after its commit."""
        return await wrap_future(self._submit_write(flow, args, kwargs))

    async def read(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a flow that only reads, in one snapshot."""
        return await wrap_future(self._submit_read(flow, args, kwargs))

    def transact_now(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `transact`, for callers that have no event loop."""
        future: Future[R] = self._submit_write(flow, args, kwargs)
        return future.result()

    def read_now(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As `read`, for callers that have no event loop."""
        future: Future[R] = self._submit_read(flow, args, kwargs)
        return future.result()

    def on_commit(self, listener: Callable[[frozenset[Hint]], None]) -> None:
        """Call the listener, from a thread of the store, after commits that made something due."""
        self._listeners.append(listener)

    def keep_journal(self, keep: Keep) -> None:
        """From now on what is added to the ledger is given to `keep` after its commit, before the
        caller hears of it. When that raises StoreUnavailable, so does the call."""
        self._journal = keep

    def _keep(self, txs: Sequence[Tx]) -> None:
        """Journal what these committed. Raises StoreUnavailable."""
        if self._journal is None:
            return
        if records := [record for tx in txs for record in tx.ledger.appended()]:
            self._journal(records)

    def _tell(self, hints: set[Hint]) -> None:
        if hints:
            for listener in self._listeners:
                listener(frozenset(hints))

    @abstractmethod
    def close(self) -> None:
        """Finish what is queued, then close every connection. Idempotent."""

    @abstractmethod
    def gone_nodes(self) -> dict[int, int]:
        """Numbers of processes that ended without settling what they had claimed, each with a
        moment when it was still there (epoch ms UTC; 0: nobody knows)."""

    @abstractmethod
    def forget_nodes(self, nodes: list[int]) -> None:
        """What these had claimed is settled: their numbers may be given again."""

    def tend_parts(self, keep_ms: int) -> bool:
        """Whether messages lie in parts by time. Then old parts are dropped and new ones made here,
        and nobody deletes messages one by one. Asks the database: call it in a thread."""
        return False

    @abstractmethod
    def _submit_write(self, flow: Callable[..., Any], args: Any, kwargs: Any) -> Future[Any]: ...

    @abstractmethod
    def _submit_read(self, flow: Callable[..., Any], args: Any, kwargs: Any) -> Future[Any]: ...
