"""What was submitted on one bind and has no answer yet: the window, slot by slot.

A slot is one submit_sm. A long message holds one for each of its segments, and is answered when
the last of them is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from stopline.core.carriage import SubmitAnswer, SubmitOutcome
from stopline.core.messages import FailureCode

# Pauses after "throttled" or "queue full": the first, and the longest they double to.
FIRST_PAUSE_MS = 250
LONGEST_PAUSE_MS = 10_000


@dataclass(slots=True)
class _Long:
    """A message of several segments: what its answers said so far."""

    left: int
    last_sequence: int
    reference: str | None = None
    outcome: SubmitOutcome = SubmitOutcome.ACCEPTED
    failure: FailureCode | None = None


class _Slot(NamedTuple):
    message_id: int
    attempt: int
    sent_ms: int
    long: _Long | None


# The worse of a message's answers decides; refused for good is worse than not now.
_BADNESS = {SubmitOutcome.ACCEPTED: 0, SubmitOutcome.NOT_NOW: 1, SubmitOutcome.REFUSED: 2}


class Window:
    """Slots by sequence number, and how many may be taken. Times are monotonic milliseconds."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._slots: dict[int, _Slot] = {}
        self._allowed = size
        self._pause_ms = FIRST_PAUSE_MS
        self._quiet_until_ms = 0

    def __len__(self) -> int:
        return len(self._slots)

    def free(self, now_ms: int) -> int:
        """Slots that may be taken now: none in a pause, few after one."""
        if now_ms < self._quiet_until_ms:
            return 0
        return max(0, self._allowed - len(self._slots))

    def fits(self, count: int, now_ms: int) -> bool:
        """Whether a message of `count` segments may go; one that is longer than the window goes
        when it is alone."""
        free = self.free(now_ms)
        return count <= free or (free > 0 and not self._slots)

    def take(self, message_id: int, attempt: int, sequences: Sequence[int], now_ms: int) -> None:
        """Hold a slot for each submit_sm of a message."""
        long = _Long(len(sequences), sequences[-1]) if len(sequences) > 1 else None
        for sequence in sequences:
            self._slots[sequence] = _Slot(message_id, attempt, now_ms, long)

    def give_back(self, sequences: Sequence[int]) -> None:
        """These were never written."""
        for sequence in sequences:
            self._slots.pop(sequence, None)

    def accept(self, sequence: int, reference: str | None) -> SubmitAnswer | None:
        """A submit_sm was taken; gives the message's answer when it is complete."""
        slot = self._slots.pop(sequence, None)
        if slot is None:
            return None
        if slot.long is None:
            return SubmitAnswer(slot.message_id, slot.attempt, SubmitOutcome.ACCEPTED, reference)
        if sequence == slot.long.last_sequence:
            slot.long.reference = reference
        return _settle(slot, slot.long)

    def refuse(
        self, sequence: int, outcome: SubmitOutcome, failure: FailureCode | None
    ) -> SubmitAnswer | None:
        """A submit_sm was not taken; gives the message's answer when it is complete."""
        slot = self._slots.pop(sequence, None)
        if slot is None:
            return None
        if slot.long is None:
            return SubmitAnswer(
                slot.message_id, slot.attempt, outcome, None, failure, self._retry_ms(outcome)
            )
        if _BADNESS[outcome] > _BADNESS[slot.long.outcome]:
            slot.long.outcome, slot.long.failure = outcome, failure
        return _settle(slot, slot.long)

    def slow_down(self, now_ms: int) -> None:
        """The carrier has had enough: pause, then go on with half as many."""
        if now_ms < self._quiet_until_ms:
            return
        self._quiet_until_ms = now_ms + self._pause_ms
        self._pause_ms = min(self._pause_ms * 2, LONGEST_PAUSE_MS)
        self._allowed = max(1, self._allowed // 2)

    def speed_up(self) -> None:
        """The carrier takes again what it is given."""
        self._pause_ms = FIRST_PAUSE_MS
        self._allowed = min(self.size, self._allowed * 2)

    def oldest_ms(self) -> int | None:
        """When the submit_sm that waits longest for its answer was handed over."""
        return next(iter(self._slots.values())).sent_ms if self._slots else None

    def take_all(self) -> list[int]:
        """The connection is gone: the messages that will not be answered any more."""
        lost = list(dict.fromkeys(slot.message_id for slot in self._slots.values()))
        self._slots.clear()
        return lost

    def _retry_ms(self, outcome: SubmitOutcome) -> int | None:
        return self._pause_ms if outcome is SubmitOutcome.NOT_NOW else None


def _settle(slot: _Slot, long: _Long) -> SubmitAnswer | None:
    long.left -= 1
    if long.left:
        return None
    reference = long.reference if long.outcome is SubmitOutcome.ACCEPTED else None
    return SubmitAnswer(slot.message_id, slot.attempt, long.outcome, reference, long.failure)
