"""Traces by OpenTelemetry, sent over HTTP in its own protocol (OTLP) by a thread of its own."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from stopline import __version__
from stopline.tracing import Span

# A collector that is away costs nothing but its own spans: so many wait in memory.
QUEUE_SPANS = 4_096
EXPORT_SECONDS = 5
_KINDS = {
    "internal": trace.SpanKind.INTERNAL,
    "server": trace.SpanKind.SERVER,
    "client": trace.SpanKind.CLIENT,
}


class _OpenSpan:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def note(self, name: str, value: str | int) -> None:
        """See `Span`."""
        self._span.set_attribute(name, value)


class OpenTelemetryTraces:
    """See `Traces`. `url` is the collector's address for traces; `share` (0 to 1) of those that
    begin here are taken, those that come with a request as their caller decided."""

    def __init__(self, url: str, share: float) -> None:
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(share)),
            resource=Resource.create({"service.name": "stopline", "service.version": __version__}),
            shutdown_on_exit=False,
        )
        exporter = OTLPSpanExporter(endpoint=url, timeout=EXPORT_SECONDS)
        self._provider.add_span_processor(BatchSpanProcessor(exporter, max_queue_size=QUEUE_SPANS))
        self._tracer = self._provider.get_tracer("stopline", __version__)
        self._names = TraceContextTextMapPropagator()
        self._kept: ContextVar[Context | None] = ContextVar("stopline_kept_span", default=None)

    def span(
        self, name: str, kind: str = "internal", carrier: Mapping[str, str] | None = None
    ) -> AbstractContextManager[Span]:
        """See `Traces`."""
        parent = self._names.extract(carrier) if carrier else None
        return self._open(name, kind, parent)

    def follow(self, name: str) -> AbstractContextManager[Span]:
        """See `Traces`."""
        return self._open(name, "internal", self._kept.get())

    def keep(self) -> None:
        """See `Traces`."""
        self._kept.set(trace.set_span_in_context(trace.get_current_span()))

    def close(self) -> None:
        """See `Traces`."""
        self._provider.shutdown()

    @contextmanager
    def _open(self, name: str, kind: str, parent: Context | None) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name, context=parent, kind=_KINDS[kind], record_exception=False
        ) as span:
            yield _OpenSpan(span)
