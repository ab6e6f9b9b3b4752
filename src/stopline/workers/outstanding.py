"""What one carrier was handed and has not answered, and how fast it takes more.

Lost with the process: the store knows the claims, and what a restart finds claimed is uncertain.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence

from stopline.core.carriage import Submission, SubmitAnswer, SubmitOutcome
from stopline.workers.pace import Pace


class Outstanding:
    """Message ids between hand-over and answer; at most the carrier's window."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self.pace = Pace()
        # Answered, but the answer is not in the store yet: a crash now makes these uncertain too,
        # so they count against the window like those without an answer.
        self.unsettled = 0
        self._has_settled = asyncio.Event()
        self._handed_over = 0
        self._answered: Counter[SubmitOutcome] = Counter()

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, submissions: Iterable[Submission]) -> None:
        """These are being handed over."""
        self._ids.update(s.message_id for s in submissions)

    def handed_over(self, count: int) -> None:
        """So many are with the kernel."""
        self._handed_over += count

    def answered(self, answers: Iterable[SubmitAnswer]) -> None:
        """What the carrier said."""
        counted = Counter(answer.outcome for answer in answers)
        self._answered += counted
        throttled = counted[SubmitOutcome.NOT_NOW]
        self.pace.note(counted.total() - throttled, throttled)

    def counts(self) -> tuple[int, int, int, int]:
        """Since the start: handed over, accepted, refused, not now."""
        counted = self._answered
        return (
            self._handed_over,
            counted[SubmitOutcome.ACCEPTED],
            counted[SubmitOutcome.REFUSED],
            counted[SubmitOutcome.NOT_NOW],
        )

    def all_answered(self) -> bool:
        """Whether no answer is on its way: to wait for more of them is to wait for nothing."""
        return self.unsettled >= len(self._ids)

    def settled(self, answers: Sequence[SubmitAnswer]) -> None:
        """These answers are in the store."""
        self.remove(answer.message_id for answer in answers)
        self.unsettled -= len(answers)
        self._has_settled.set()

    async def until_settled(self, timeout_ms: int) -> None:
        """Wait until some more answers are in the store, or for this long."""
        self._has_settled.clear()
        try:
            async with asyncio.timeout(timeout_ms / 1_000):
                await self._has_settled.wait()
        except TimeoutError:
            pass

    def remove(self, message_ids: Iterable[int]) -> None:
        """These were answered, or never left."""
        self._ids.difference_update(message_ids)

    def take(self, message_ids: Iterable[int] | None) -> list[int]:
        """A connection is gone: those of these (None: of all) that wait will not be answered."""
        lost = self._ids.copy() if message_ids is None else self._ids.intersection(message_ids)
        self._ids -= lost
        return sorted(lost)
