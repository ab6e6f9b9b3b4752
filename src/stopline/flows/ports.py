"""What edges need of the store, so that they never import it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from stopline.core.hints import Hint
from stopline.store.tx import Tx

P = ParamSpec("P")
R = TypeVar("R")


class Gate(Protocol):
    """Keeps hand-overs and denials of one recipient apart, whatever the database is."""

    def hand_over(
        self, claim: int, recipients: Sequence[str]
    ) -> AbstractContextManager[list[bool]]:
        """Hold open the recipients that may leave while their bytes go into the kernel.

        Gives for each recipient whether it may. No denial of those that may commits meanwhile.
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

    @property
    def gate(self) -> Gate:
        """The gate that every hand-over passes."""
        ...
