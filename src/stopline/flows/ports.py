"""What edges need of the store, so that they never import it."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from stopline.store.tx import Tx

P = ParamSpec("P")
R = TypeVar("R")


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
