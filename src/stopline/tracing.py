"""Traces, where the settings name a collector: requests, transactions, hand-overs, webhooks.

Nothing of OpenTelemetry is imported unless traces are on. No span holds a number, a text, an
address of a webhook beyond its host, or an identifier of a request's path.
"""

import asyncio
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stopline.config import Settings
from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import ANSWER_LIMIT, TOTAL_MS, EgressAnswer, EgressClient

# A part of a path with so many digits in a row, or a long one, names something.
_NAMES_SOMETHING = re.compile(r"\d{3}|%2B|.{33}", re.IGNORECASE)


class Span(Protocol):
    """What is known of an open span."""

    def note(self, name: str, value: str | int) -> None:
        """Add an attribute."""
        ...


class Traces(Protocol):
    """Opens spans; the one that is open in the same task is the parent."""

    def span(
        self, name: str, kind: str = "internal", carrier: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """`kind`: internal, server or client. `carrier`: headers that may name a parent."""
        ...

    def follow(self, name: str) -> AbstractContextManager[Span]:
        """A span under the last one that `keep` saw in this task."""
        ...

    def keep(self) -> None:
        """What follows in this task belongs to the span that is open now."""
        ...

    def close(self) -> None:
        """Send what is left. Blocks for a few seconds at most."""
        ...


class _Nothing:
    def note(self, name: str, value: str | int) -> None:
        """Traces are off."""


class NoTraces:
    """Traces are off: nothing is opened, nothing is kept."""

    _span = nullcontext(_Nothing())

    def span(
        self, name: str, kind: str = "internal", carrier: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """See `Traces`."""
        return self._span

    def follow(self, name: str) -> AbstractContextManager[Span]:
        """See `Traces`."""
        return self._span

    def keep(self) -> None:
        """See `Traces`."""

    def close(self) -> None:
        """See `Traces`."""


def open_traces(settings: Settings) -> Traces:
    """What the settings ask for. Raises ImportError without the extra stopline[traces]."""
    if not settings.traces_url:
        return NoTraces()
    from stopline.opentelemetry_traces import OpenTelemetryTraces

    return OpenTelemetryTraces(settings.traces_url, settings.traces_share)


class TracesService:
    """Sends what is left when the process stops; first of all parts, so that it stops last."""

    name = "traces"

    def __init__(self, traces: Traces) -> None:
        self._traces = traces

    async def start(self) -> None:
        """They are open already: the other parts are built with them."""

    async def stop(self, timeout_ms: int) -> None:
        """A collector that does not answer holds nothing up for longer than `timeout_ms`."""
        closing = asyncio.to_thread(self._traces.close)
        await asyncio.wait([asyncio.ensure_future(closing)], timeout=timeout_ms / 1_000)


def traced_app(app: ASGIApp, traces: Traces) -> ASGIApp:
    """The application with a span around each request; itself when traces are off."""
    if isinstance(traces, NoTraces):
        return app

    async def traced(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = masked_path(scope["path"])
        headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
        with traces.span(f"{scope['method']} {path}", "server", headers) as span:
            span.note("http.request.method", scope["method"])
            span.note("url.path", path)

            async def noted(message: Message) -> None:
                if message["type"] == "http.response.start":
                    span.note("http.response.status_code", message["status"])
                await send(message)

            await app(scope, receive, noted)

    return traced


def masked_path(path: str) -> str:
    """The path with everything that names something replaced: few different ones are left."""
    parts = [_masked(part) for part in path.split("/")]
    return "/".join(parts)


def _masked(part: str) -> str:
    return "{}" if _NAMES_SOMETHING.search(part) or part.startswith("+") else part


class TracedClient(EgressClient):
    """The client with a span around each request that only names the host."""

    def __init__(self, policy: AddressPolicy, traces: Traces) -> None:
        super().__init__(policy)
        self._traces = traces

    async def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        *,
        total_ms: int = TOTAL_MS,
        answer_limit: int = ANSWER_LIMIT,
    ) -> EgressAnswer:
        """As EgressClient's."""
        with self._traces.span(f"{method} webhook", "client") as span:
            span.note("server.address", urlsplit(url).hostname or "")
            answer = await super().request(
                method, url, headers, body, total_ms=total_ms, answer_limit=answer_limit
            )
            span.note("http.response.status_code", answer.status)
            return answer


def traced_client(policy: AddressPolicy, traces: Traces) -> EgressClient:
    """The way out; the plain one when traces are off."""
    return EgressClient(policy) if isinstance(traces, NoTraces) else TracedClient(policy, traces)
