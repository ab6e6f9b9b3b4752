"""What edges need of the store, so that they never import it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from stopline.core.carriage import Claim, Passage
from stopline.core.hints import Hint
from stopline.store.tx import Tx

P = ParamSpec("P")
R = TypeVar("R")


# Locks one transaction takes at most: the database has a table of some thousand for all.
MAX_HELD = 256


class Gate(Protocol):
    """Keeps hand-overs and denials of one recipient apart, whatever the database is."""

    def hand_over(self, claim: Claim) -> AbstractAsyncContextManager[Passage]:
        """Hold the recipients that may leave while their bytes go into the kernel.

        Tells for each submission whether it may; no denial of those that may commits meanwhile.
        At most MAX_HELD submissions. Raises StoreUnavailable: then nothing may leave.
        """
        ...

    def end_claim(self, claim: int) -> None:
        """The claim's hand-over is over."""
        ...


class Store(Protocol):
    """Runs flows. A flow is a plain function of a `Tx`; it may be run twice."""

    async def transact(
        self,
        flow: Callable[Concatenate[Tx, P], R],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> R:
        """Run a flow in one durable transaction; returns after its commit.

        Raises what the flow raises (nothing was stored then), or StoreUnavailable.
        """
        ...

    async def read(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Run a flow that only reads, on a connection of its own, in one snapshot."""
        ...

    def on_commit(self, listener: Callable[[frozenset[Hint]], None]) -> None:
        """Call the listener, from any thread, after commits that made something due."""
        ...

    def gone_nodes(self) -> dict[int, int]:
        """Numbers of processes that ended without settling what they had claimed, each with a
        moment when it was still there (epoch ms UTC; 0: nobody knows).

        Asks the database: call it in a thread. Raises StoreUnavailable.
        """
        ...

    def tend_parts(self, keep_ms: int) -> bool:
        """Whether messages lie in parts by time: then those that ended before `keep_ms` ago were
        dropped. As `gone_nodes`."""
        ...

    def forget_nodes(self, nodes: list[int]) -> None:
        """What these had claimed is settled. As `gone_nodes`."""
        ...

    @property
    def gate(self) -> Gate:
        """The gate that every hand-over passes."""
        ...
