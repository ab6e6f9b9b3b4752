"""One HTTP/1.1 connection: one request at a time, one answer to it, within bounds.

It is written for many small requests to the same few hosts, where a general client spends most of
a request's time on what is not used here.
"""

import asyncio
from typing import cast

from stopline.egress.answers import (
    HEADER_LIMIT,
    AnswerReader,
    BrokenAnswer,
    EgressAnswer,
    EgressError,
    EgressFailure,
)

__all__ = ["HEADER_LIMIT", "Connection", "EgressAnswer", "EgressError", "EgressFailure"]


class Connection(asyncio.Protocol):
    """Sends a request and collects its answer; `is_open` while it may be used again."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._waiter: asyncio.Future[EgressAnswer] | None = None
        self._reader = AnswerReader(0)
        self._until = 0.0
        self.is_open = False

    @property
    def is_waiting(self) -> bool:
        """Whether an exchange is under way."""
        return self._waiter is not None

    def exchange(
        self, request: bytes, answer_limit: int, until: float
    ) -> asyncio.Future[EgressAnswer]:
        """Send a whole request; the future gives the answer or raises EgressError. It ends with
        a timeout soon after `until`, a moment of the loop's clock."""
        if self._transport is None or self._waiter is not None:
            raise RuntimeError("a connection takes one request at a time")
        self._waiter = asyncio.get_running_loop().create_future()
        self._reader.begin(answer_limit)
        self._until = until
        self._transport.write(request)
        return self._waiter

    def end_overdue(self, now: float) -> None:
        """End an exchange whose time is over."""
        if self._waiter is not None and now >= self._until:
            self._fail(EgressFailure.TIMEOUT)

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
        try:
            answer = self._reader.feed(data)
        except BrokenAnswer:
            self._fail(EgressFailure.BROKEN_ANSWER)
            return
        if answer is not None:
            self._finish(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_open = False
        if self._waiter is None:
            return
        answer = self._reader.end() if exc is None else None
        if answer is not None:
            self._finish(answer)
        else:
            is_broken = self._reader.received > 0
            self._fail(EgressFailure.BROKEN_ANSWER if is_broken else EgressFailure.UNREACHABLE)

    # Inside.

    def _finish(self, answer: EgressAnswer) -> None:
        if not self._reader.keeps_connection:
            self.abort()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(answer)

    def _fail(self, failure: EgressFailure) -> None:
        self.abort()
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_exception(EgressError(failure, f"request failed: {failure.value}"))
