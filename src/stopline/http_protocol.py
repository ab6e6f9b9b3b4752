"""Bounds on what a client may send before any of our code runs.

The parser itself keeps a request line or a header of any length; these are the published limits.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAX_REQUEST_LINE_BYTES = 8 * 1024
MAX_HEADER_BYTES = 32 * 1024
MAX_HEADERS = 100
# A client that opens a connection and dawdles must not hold it for long.
HEADER_TIMEOUT_SECONDS = 10.0
# Between two pieces of a body, and for all of it.
BODY_PAUSE_SECONDS = 30.0
BODY_TIMEOUT_SECONDS = 120.0
# What may still come after the answer: a client that sends all before it reads must get to hear
# its 413 also for a body of twice the largest limit; one that goes on for ever must not be served.
MAX_UNWANTED_BYTES = 100 * 1024 * 1024

_REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    414: "URI Too Long",
    431: "Request Header Fields Too Large",
}

# (status, reason) to the body of the answer, JSON.
RenderRefusal = Callable[[int, str], bytes]


def _render_plain(status: int, reason: str) -> bytes:
    return json.dumps({"status": status, "message": reason}).encode()


class BoundedProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP protocol with limits on the request line, headers and slow senders."""

    render_refusal: RenderRefusal = staticmethod(_render_plain)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._phase = "head"
        self._refused_status = 400
        self._unparsed_bytes = 0
        self._header_bytes = 0
        self._host_count = 0
        self._unwanted_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._body_deadline = 0.0

    # -- connection ------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_within(HEADER_TIMEOUT_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._stop_timer()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        if self._phase == "body":
            self._expect_body()
            self._bound_unwanted(len(data))
        super().data_received(data)
        # A piece that ends the head was checked by the callbacks; one that does not only grows.
        if self._phase == "head":
            self._unparsed_bytes += len(data)
            if self._unparsed_bytes > MAX_REQUEST_LINE_BYTES + MAX_HEADER_BYTES:
                self._refuse(431)

    def _bound_unwanted(self, count: int) -> None:
        if self._is_answered():
            self._unwanted_bytes += count
            if self._unwanted_bytes > MAX_UNWANTED_BYTES:
                self.transport.close()

    # -- parser callbacks ------------------------------------------------------------------
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._phase = "head"
        self._unparsed_bytes = self._header_bytes = self._host_count = 0
        self._unwanted_bytes = 0
        self._expect_within(HEADER_TIMEOUT_SECONDS)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        if len(self.url) > MAX_REQUEST_LINE_BYTES:
            self._raise(414)

    def on_header(self, name: bytes, value: bytes) -> None:
        super().on_header(name, value)
        self._header_bytes += len(name) + len(value) + len(b": \r\n")
        self._host_count += name.lower() == b"host"
        if len(self.headers) > MAX_HEADERS or self._header_bytes > MAX_HEADER_BYTES:
            self._raise(431)

    def on_headers_complete(self) -> None:
        # RFC 9112, 3.2: none (in HTTP/1.1) or two of them is a bad request.
        if self._host_count > 1 or (
            self._host_count == 0 and self.parser.get_http_version() == "1.1"
        ):
            self._raise(400)
        self._phase = "body"
        self._body_deadline = self.loop.time() + BODY_TIMEOUT_SECONDS
        self._expect_body()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._phase = "idle"
        self._stop_timer()
        super().on_message_complete()

    # -- refusing --------------------------------------------------------------------------
    def _raise(self, status: int) -> None:
        """Inside a parser callback: the parser hands this on as a parse error."""
        self._refused_status = status
        raise httptools.HttpParserError(_REASONS[status])

    def send_400_response(self, msg: str) -> None:
        """Uvicorn's answer to a parse error; ours names the limit that was passed."""
        self._refuse(self._refused_status)

    def _refuse(self, status: int) -> None:
        self._stop_timer()
        # An answer that has begun can not be told from ours, and one request has one answer:
        # then only the cut remains.
        if not (self.transport.is_closing() or self._is_answering() or self._is_answered()):
            self.transport.write(self._render(status))
        self._phase = "refused"
        self.transport.close()

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is not None and cycle.response_started and not cycle.response_complete

    def _is_answered(self) -> bool:
        """Whether the body that comes in belongs to a request that has its answer already."""
        return self._phase == "body" and self.cycle.response_complete

    def _render(self, status: int) -> bytes:
        body = self.render_refusal(status, _REASONS[status])
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        return head.encode() + body

    # -- slow clients ----------------------------------------------------------------------
    def _expect_body(self) -> None:
        left = self._body_deadline - self.loop.time()
        self._expect_within(min(BODY_PAUSE_SECONDS, max(0.0, left)))

    def _expect_within(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self.loop.call_later(seconds, self._refuse, 408)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def bounded_protocol(render_refusal: RenderRefusal) -> type[BoundedProtocol]:
    """The protocol whose refusals have the body that `render_refusal` makes."""
    namespace = {"render_refusal": staticmethod(render_refusal)}
    return type("BoundedProtocol", (BoundedProtocol,), namespace)
