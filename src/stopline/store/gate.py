"""The gate, and how a single process keeps it.

Nothing leaves for a recipient while a denial is committed.

A denial closes its recipients before its commit and waits until no hand-over of them is open. A
hand-over asks, under the same mutex, whether one of its recipients was closed after its claim was
made. Claims and denials are put in order by the one writer thread, which draws the sequence
numbers: a claim that began after a denial has seen its rows, a claim that began before has not
and is turned back here. The mutex is never held while bytes are written.

Without the common mutex, 615 of 7.3 million sends left after the commit when threads switched
often; with it none did.
"""

import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from stopline.core.carriage import HAND_OVER_LIMIT_MS, Claim, Passage
from stopline.core.errors import StoreUnavailable

# How long a denial waits for open hand-overs: their limit, and as much again for a busy machine.
CLOSE_LIMIT_MS = 2 * HAND_OVER_LIMIT_MS


def passage_end_ns() -> int:
    """When a hand-over that begins now has to be over. Counts the time a machine sleeps."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) + HAND_OVER_LIMIT_MS * 1_000_000


class HandOvers(Protocol):
    """The gate as those see it who hand messages over; flows/ports says what it promises."""

    def hand_over(self, claim: Claim) -> AbstractAsyncContextManager[Passage]:
        """Hold the recipients that may leave while their bytes go into the kernel."""
        ...

    def end_claim(self, claim: int) -> None:
        """The claim's hand-over is over."""
        ...


class Door(Protocol):
    """The gate as a transaction sees it."""

    def hold(self, names: Sequence[str]) -> None:
        """Until the transaction ends no other holds any of these names."""
        ...

    def share(self, name: str) -> None:
        """Until the transaction ends nobody holds this name; others may share it."""
        ...

    def close(self, recipients: Sequence[str]) -> None:
        """No hand-over of these is open, and none begins before the transaction ends."""
        ...

    def open_claim(self) -> int:
        """The number under which the gate knows the transaction's claim."""
        ...

    def end_claim(self, claim: int) -> None:
        """The claim does not exist any more."""
        ...


class Gate:
    """Keeps hand-overs and denials of one recipient apart. Thread-safe."""

    def __init__(self) -> None:
        self._mutex = threading.Condition(threading.Lock())
        self._sequence = 0
        self._closed: dict[str, int] = {}
        self._passing: Counter[str] = Counter()
        self._claims: set[int] = set()

    def hold(self, names: Sequence[str]) -> None:
        """Transactions of the one writer follow each other: everything is held already."""

    def share(self, name: str) -> None:
        """As for `hold`."""

    def open_claim(self) -> int:
        """Draw the number of a claim; called by the writer inside the claiming transaction."""
        with self._mutex:
            self._sequence += 1
            self._claims.add(self._sequence)
            return self._sequence

    def end_claim(self, claim: int) -> None:
        """The claim's hand-over is over, or its transaction failed. Forgets what no claim needs."""
        with self._mutex:
            self._claims.discard(claim)
            oldest = min(self._claims, default=self._sequence + 1)
            if self._closed:
                self._closed = {
                    recipient: closed
                    for recipient, closed in self._closed.items()
                    if closed > oldest
                }

    def close(self, recipients: Sequence[str]) -> None:
        """Close recipients, then wait until no hand-over of them is open.

        Called by the writer before it commits a denial. Entries stay when the commit fails: a
        doubt keeps the gate shut. Raises StoreUnavailable when a hand-over does not end.
        """
        deadline = time.monotonic() + CLOSE_LIMIT_MS / 1000
        with self._mutex:
            self._sequence += 1
            if self._claims:  # one that comes later sees the rows
                self._closed.update(dict.fromkeys(recipients, self._sequence))
            while any(self._passing[recipient] for recipient in recipients):
                if not self._mutex.wait(deadline - time.monotonic()):
                    raise StoreUnavailable("a hand-over did not end in time; consent is not stored")

    def enter(self, claim: int, recipients: Sequence[str]) -> list[bool]:
        """Open the hand-over of a claim; tells for each recipient whether it may leave.

        Only those that may are held open: pass exactly them to `leave`.
        """
        with self._mutex:
            allowed = [self._closed.get(recipient, 0) < claim for recipient in recipients]
            self._passing.update(
                recipient for recipient, may in zip(recipients, allowed, strict=True) if may
            )
            return allowed

    def leave(self, recipients: Sequence[str]) -> None:
        """The bytes of these recipients are with the kernel, or their connection is aborted."""
        with self._mutex:
            self._passing.subtract(recipients)
            for recipient in recipients:
                if not self._passing[recipient]:
                    del self._passing[recipient]
            self._mutex.notify_all()

    @asynccontextmanager
    async def hand_over(self, claim: Claim) -> AsyncIterator[Passage]:
        """Enter and leave around the bytes' way into the kernel."""
        recipients = [s.recipient for s in claim.submissions]
        until_ns = passage_end_ns()
        allowed = self.enter(claim.gate_number, recipients)
        passing = [recipient for recipient, may in zip(recipients, allowed, strict=True) if may]
        try:
            yield Passage(tuple(allowed), until_ns)
        finally:
            self.leave(passing)
