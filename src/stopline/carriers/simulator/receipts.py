"""Delivery receipts on their way to Stopline: when due, again until acknowledged."""

import heapq
from collections.abc import Collection
from dataclasses import dataclass

from stopline.carriers.simulator.frames import ReceiptPart
from stopline.carriers.simulator.journal import SubmitLine

# Receipts sent and not yet acknowledged: a text waits behind them on its connection.
RECEIPT_WINDOW = 500
# Refused for now: sent again after this pause.
RESEND_MS = 1_000
# Receipts that are owed at all. Beyond it the simulator throttles, as a full centre does; without
# a bound an application that never acknowledges would fill the memory.
MAX_OWED = 200_000
# A receipt's id is its message's sequence times this, plus its place in the plan.
RECEIPTS_PER_MESSAGE = 8


@dataclass(frozen=True, slots=True)
class _Owed:
    due_ms: int
    receipt: ReceiptPart


class ReceiptQueue:
    """Every receipt is waiting for its time or in flight until it is acknowledged."""

    def __init__(self) -> None:
        self._owed: dict[int, _Owed] = {}
        self._due: list[tuple[int, int]] = []
        self._in_flight: set[int] = set()
        self._early: list[ReceiptPart] = []

    def is_full(self) -> bool:
        """Whether no further message should be taken."""
        return len(self._owed) >= MAX_OWED

    def owe(self, line: SubmitLine, answer_delay_ms: int = 0) -> list[int]:
        """Remember the receipts of a message that was taken; `resume` or `plan` sends them."""
        ids = []
        for place, planned in enumerate(line.receipts):
            receipt_id = line.sequence * RECEIPTS_PER_MESSAGE + place
            wait_ms = 0 if planned.early else answer_delay_ms
            due_ms = line.time_ms + wait_ms + planned.delay_ms
            receipt = ReceiptPart(
                receipt_id,
                reference_of(line.sequence),
                line.message_id,
                line.sender,
                line.recipient,
                planned.status,
                planned.failure,
                due_ms - planned.age_ms,
                planned.raw,
            )
            self._owed[receipt_id] = _Owed(due_ms, receipt)
            ids.append(receipt_id)
        return ids

    def plan(self, line: SubmitLine, answer_delay_ms: int) -> None:
        """Owe the receipts of a message and send each when it is due."""
        ids = self.owe(line, answer_delay_ms)
        for receipt_id, planned in zip(ids, line.receipts, strict=True):
            owed = self._owed[receipt_id]
            if planned.early:
                self._early.append(owed.receipt)
                self._in_flight.add(receipt_id)
            else:
                heapq.heappush(self._due, (owed.due_ms, receipt_id))

    def take_early(self) -> list[ReceiptPart]:
        """Receipts that overtake the answer to their message; they are in flight already."""
        early, self._early = self._early, []
        return early

    def take(self, now_ms: int, limit: int) -> list[ReceiptPart]:
        """The receipts to send now, at most `limit`; they are in flight from now on."""
        taken: list[ReceiptPart] = []
        room = min(limit, RECEIPT_WINDOW - len(self._in_flight))
        while self._due and self._due[0][0] <= now_ms and len(taken) < room:
            _, receipt_id = heapq.heappop(self._due)
            owed = self._owed.get(receipt_id)
            if owed is not None and receipt_id not in self._in_flight:
                self._in_flight.add(receipt_id)
                taken.append(owed.receipt)
        return taken

    def is_owed(self, receipt_id: int) -> bool:
        """Whether it was not stored yet."""
        return receipt_id in self._owed

    def settle(self, receipt_id: int, stored: bool, now_ms: int) -> None:
        """One that is owed was acknowledged or refused."""
        self._in_flight.discard(receipt_id)
        if stored:
            self._owed.pop(receipt_id, None)
        elif receipt_id in self._owed:
            heapq.heappush(self._due, (now_ms + RESEND_MS, receipt_id))

    def next_due_ms(self) -> int | None:
        """When the next one is due, None while none is or the window is full."""
        if not self._due or len(self._in_flight) >= RECEIPT_WINDOW:
            return None
        return self._due[0][0]

    def disconnected(self, receipt_ids: Collection[int]) -> None:
        """A connection is gone: what it did not acknowledge is due again."""
        for receipt_id in receipt_ids:
            if (owed := self._owed.get(receipt_id)) is not None:
                self._in_flight.discard(receipt_id)
                heapq.heappush(self._due, (owed.due_ms, receipt_id))

    def resume(self) -> None:
        """Another start: whatever is owed is sent when it is due."""
        self._in_flight.clear()
        self._early.clear()
        self._due = sorted((owed.due_ms, receipt_id) for receipt_id, owed in self._owed.items())


def reference_of(sequence: int) -> str:
    """The simulator's own id of a message it took."""
    return f"sim-{sequence}"
