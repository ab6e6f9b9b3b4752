"""The store that workers and edges get: each transaction is measured, counted and traced.

A flow knows nothing of it; what a transaction did is looked at after its commit.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from prometheus_client import generate_latest

from stopline.core.carriage import Claim, Passage
from stopline.core.hints import Hint
from stopline.core.tally import Tallies
from stopline.figures import Figures, flow_name
from stopline.flows.ports import Gate, Store
from stopline.flows.submissions import claim_submissions
from stopline.flows.waiting import read_backlogs
from stopline.store.tx import Tx
from stopline.tracing import NoTraces, Traces

P = ParamSpec("P")
R = TypeVar("R")

# Counting what waits walks through indexes: however often somebody asks, it is done so often.
BACKLOG_FRESH_S = 10.0


@cache
def _tallied(flow: Callable[..., Any]) -> Callable[..., tuple[Any, Tallies]]:
    """The flow, giving what its transaction did as well. A flow that is run twice counts once:
    each run has a transaction of its own."""

    @wraps(flow)
    def tallied(tx: Tx, *args: Any, **kwargs: Any) -> tuple[Any, Tallies]:
        return flow(tx, *args, **kwargs), tx.tallies

    return tallied


class MeasuredStore:
    """A store whose transactions are measured; everything else is as it was."""

    def __init__(self, store: Store, figures: Figures, traces: Traces | None = None) -> None:
        self._store = store
        self._figures = figures
        self._traces = traces or NoTraces()
        self._gate = MeasuredGate(store.gate, figures, self._traces)

    async def transact(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As the store's; measured after the commit."""
        began = time.perf_counter()
        with self._traces.span(f"transaction {flow_name(flow)}"):
            result: R
            result, tallies = await self._store.transact(_tallied(flow), *args, **kwargs)
            if flow is claim_submissions:
                self._traces.keep()
        self._figures.record(flow, args, result, time.perf_counter() - began)
        self._figures.count(tallies)
        return result

    async def read(
        self, flow: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """As the store's."""
        return await self._store.read(flow, *args, **kwargs)

    def on_commit(self, listener: Callable[[frozenset[Hint]], None]) -> None:
        """As the store's."""
        self._store.on_commit(listener)

    def gone_nodes(self) -> dict[int, int]:
        """As the store's."""
        return self._store.gone_nodes()

    def tend_parts(self, keep_ms: int) -> bool:
        """As the store's."""
        return self._store.tend_parts(keep_ms)

    def forget_nodes(self, nodes: list[int]) -> None:
        """As the store's."""
        self._store.forget_nodes(nodes)

    @property
    def gate(self) -> Gate:
        """The store's, measured."""
        return self._gate


class MeasuredGate:
    """A gate that tells how long it was waited for, and for how long it was held open."""

    def __init__(self, gate: Gate, figures: Figures, traces: Traces) -> None:
        self._gate = gate
        self._figures = figures
        self._traces = traces

    def hand_over(self, claim: Claim) -> AbstractAsyncContextManager[Passage]:
        """As the gate's."""
        return self._measured(claim)

    @asynccontextmanager
    async def _measured(self, claim: Claim) -> AsyncIterator[Passage]:
        came = time.perf_counter()
        with self._traces.follow("hand-over") as span:
            span.note("stopline.messages", len(claim.submissions))
            async with self._gate.hand_over(claim) as passage:
                entered = time.perf_counter()
                self._figures.gate_waits.observe(entered - came)
                span.note("stopline.allowed", sum(passage.allowed))
                yield passage
            self._figures.gate_holds.observe(time.perf_counter() - entered)

    def end_claim(self, claim: int) -> None:
        """As the gate's."""
        self._gate.end_claim(claim)


class Metrics:
    """Renders what was measured; what waits is counted at most every ten seconds."""

    def __init__(self, store: Store, figures: Figures) -> None:
        self._store = store
        self._figures = figures
        self._fresh_until = 0.0

    async def render(self) -> bytes:
        """The text that Prometheus reads."""
        if time.monotonic() >= self._fresh_until:
            self._fresh_until = time.monotonic() + BACKLOG_FRESH_S
            self._figures.show_backlogs(await self._store.read(read_backlogs))
        return generate_latest(self._figures.registry)
