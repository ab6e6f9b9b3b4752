"""One HTTP/1.1 connection: one request at a time, one answer to it, within bounds.

Bytes are parsed by httptools (llhttp). It is written for many small requests to the same few
hosts, where a general client spends most of a request's time on what is not used here.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import cast

import httptools

from stopline.core.errors import StoplineError

HEADER_LIMIT = 16_384  # bytes of an answer before its body; the largest of real ones have 8,000
_FIRST_FINAL_STATUS = 200


class EgressFailure(Enum):
    """Why a request got no answer."""

    INVALID_TARGET = "invalid_target"
    REFUSED_ADDRESS = "refused_address"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    BROKEN_ANSWER = "broken_answer"


class EgressError(StoplineError):
    """A request ended without a usable answer; it may have reached the other side."""

    def __init__(self, failure: EgressFailure, detail: str) -> None:
        super().__init__(detail)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class EgressAnswer:
    """An answer: header names are in lower case; `body` holds at most the limit asked for, and
    `is_cut` says that there was more. `header_size` is what came before the body, in bytes."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    header_size: int


class Connection(asyncio.Protocol):
    """Sends a request and collects its answer; `is_open` while it may be used again."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[EgressAnswer] | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._limit = 0
        self.is_open = False
        self._headers: dict[str, str] = {}
        self._reason = ""
        self._body = bytearray()
        self._received = 0
        self._header_size = 0
        self._fields_size = 0

    def exchange(self, request: bytes, answer_limit: int) -> asyncio.Future[EgressAnswer]:
        """Send a whole request; the future gives the answer or raises EgressError."""
        if self._transport is None or self._waiter is not None:
            raise RuntimeError("a connection takes one request at a time")
        self._waiter = asyncio.get_running_loop().create_future()
        self._limit = answer_limit
        self._parser = httptools.HttpResponseParser(self)
        self._forget_answer()
        self._transport.write(request)
        return self._waiter

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        if self._waiter is None:
            self.abort()  # nobody asked: whatever it is, it answers no request of ours
            return
        self._received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(EgressFailure.BROKEN_ANSWER)
        else:
            if not self._header_size and self._received > HEADER_LIMIT:
                self._fail(EgressFailure.BROKEN_ANSWER)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiter is None:
            return
        if exc is None and self._header_size and self._ends_with_connection():
            self._finish(is_cut=False)
        else:
            is_broken = self._received > 0
            self._fail(EgressFailure.BROKEN_ANSWER if is_broken else EgressFailure.UNREACHABLE)

    # What the parser calls.

    def on_message_begin(self) -> None:
        if self._waiter is None:
            self.abort()  # a second answer to one request: the next would get a stranger's

    def on_status(self, status: bytes) -> None:
        self._reason += status.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.decode("latin-1").lower()
        text = value.decode("latin-1")
        self._headers[key] = f"{self._headers[key]}, {text}" if key in self._headers else text
        self._fields_size += len(name) + len(value) + 4

    def on_headers_complete(self) -> None:
        # The status line, the fields, and the empty line after them.
        self._header_size = len("HTTP/1.1 200 \r\n\r\n") + len(self._reason) + self._fields_size

    def on_body(self, data: bytes) -> None:
        room = self._limit - len(self._body)
        self._body += data[: max(0, room)]
        if len(data) > room and self._waiter is not None:
            self._finish(is_cut=True)

    def on_message_complete(self) -> None:
        if self._waiter is None:
            return
        if self._parser.get_status_code() < _FIRST_FINAL_STATUS:
            self._forget_answer()  # an interim answer: the real one follows
            return
        self._finish(is_cut=False)

    # Inside.

    def _forget_answer(self) -> None:
        self._headers = {}
        self._reason = ""
        self._body = bytearray()
        self._received = 0
        self._header_size = 0
        self._fields_size = 0

    def _ends_with_connection(self) -> bool:
        return "content-length" not in self._headers and "transfer-encoding" not in self._headers

    def _finish(self, *, is_cut: bool) -> None:
        answer = EgressAnswer(
            status=self._parser.get_status_code(),
            reason=self._reason,
            headers=self._headers,
            body=bytes(self._body),
            is_cut=is_cut,
            header_size=self._header_size,
        )
        if is_cut or not self._parser.should_keep_alive():
            self.abort()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(answer)

    def _fail(self, failure: EgressFailure) -> None:
        self.abort()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(EgressError(failure, f"request failed: {failure.value}"))
