"""Answers to our requests: read from bytes as they come, within bounds.

Bytes are parsed by httptools (llhttp).
"""

from collections.abc import Mapping
from enum import Enum

import httptools
import msgspec

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


class EgressAnswer(msgspec.Struct, frozen=True):
    """An answer: header names are in lower case; `body` holds at most the limit asked for, and
    `is_cut` says that there was more. `header_size` is what came before the body, in bytes."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    is_cut: bool
    header_size: int


class BrokenAnswer(StoplineError):
    """What came is no answer, or too much of one."""


class AnswerReader:
    """Collects one answer; at most `limit` bytes of its body.

    `keeps_connection`: whether the connection may carry another request after it.
    """

    _header_size: int
    _fields_size: int

    def __init__(self, limit: int) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self.begin(limit)

    def begin(self, limit: int) -> None:
        """Be ready for the answer to the next request on the same connection."""
        self.answer: EgressAnswer | None = None
        self.keeps_connection = False
        self._limit = limit
        self._is_doubled = False
        self._forget()

    def feed(self, data: bytes) -> EgressAnswer | None:
        """Take bytes; the answer when it is complete. Raises BrokenAnswer."""
        self.received += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            raise BrokenAnswer("no HTTP answer") from None
        if not self._header_size and self.received > HEADER_LIMIT:
            raise BrokenAnswer("too many headers")
        if self._is_doubled:
            # A second answer to one request: the next would get a stranger's.
            self.keeps_connection = False
        return self.answer

    def end(self) -> EgressAnswer | None:
        """The connection was closed: the answer when its body ends with that."""
        is_open = "content-length" not in self._headers and "transfer-encoding" not in self._headers
        if self.answer is None and self._header_size and is_open:
            self._finish(is_cut=False)
        return self.answer

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._is_doubled = self._is_doubled or self.answer is not None

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
        if len(data) > room and self.answer is None:
            self._finish(is_cut=True)

    def on_message_complete(self) -> None:
        if self.answer is not None:
            return
        if self._parser.get_status_code() < _FIRST_FINAL_STATUS:
            self._forget()  # an interim answer: the real one follows
            return
        self._finish(is_cut=False)

    # Inside.

    def _forget(self) -> None:
        self._headers: dict[str, str] = {}
        self._reason = ""
        self._body = bytearray()
        self._header_size = 0
        self._fields_size = 0
        self.received = 0

    def _finish(self, *, is_cut: bool) -> None:
        self.answer = EgressAnswer(
            status=self._parser.get_status_code(),
            reason=self._reason,
            headers=self._headers,
            body=bytes(self._body),
            is_cut=is_cut,
            header_size=self._header_size,
        )
        self.keeps_connection = not is_cut and self._parser.should_keep_alive()
