"""Handsets' texts on their way to Stopline: in order per person, again until acknowledged."""

import heapq
from collections import deque
from collections.abc import Collection, Iterable

from stopline.carriers.simulator.frames import InboundPart

# Texts sent and not yet acknowledged, as a carrier's window would bound them.
INBOUND_WINDOW = 1_000
# Refused for now: delivered again after this pause.
REDELIVERY_MS = 1_000
# Beyond this the handsets' network is congested: further texts are refused at the handset.
MAX_WAITING = 100_000


class InboundQueue:
    """Every text is waiting, held back or in flight until it is acknowledged.

    When one is refused, the person's later texts that have not left yet wait behind it.
    """

    def __init__(self) -> None:
        self._waiting: deque[InboundPart] = deque()
        self._in_flight: dict[int, InboundPart] = {}
        self._held: dict[str, list[InboundPart]] = {}
        self._releases: list[tuple[int, str]] = []

    def __len__(self) -> int:
        held = sum(map(len, self._held.values()))
        return len(self._waiting) + len(self._in_flight) + held

    def is_full(self, more: int) -> bool:
        """Whether so many more texts are too many."""
        return len(self) + more > MAX_WAITING

    def add(self, texts: Iterable[InboundPart]) -> None:
        """New texts, to be sent after all others."""
        self._waiting.extend(texts)

    def take(self, now_ms: int, limit: int) -> list[InboundPart]:
        """The next texts to send, at most `limit`; they are in flight from now on."""
        self._release(now_ms)
        taken: list[InboundPart] = []
        room = min(limit, INBOUND_WINDOW - len(self._in_flight))
        while self._waiting and len(taken) < room:
            text = self._waiting.popleft()
            if text.sender in self._held:
                self._held[text.sender].append(text)
            else:
                taken.append(text)
                self._in_flight[text.sequence] = text
        return taken

    def is_in_flight(self, sequence: int) -> bool:
        """Whether it was sent and not settled yet."""
        return sequence in self._in_flight

    def settle(self, sequence: int, stored: bool, now_ms: int) -> None:
        """One in flight was acknowledged or refused."""
        text = self._in_flight.pop(sequence)
        if not stored:
            self._hold(text, now_ms + REDELIVERY_MS)

    def next_release_ms(self) -> int | None:
        """When held texts are to be sent again."""
        return self._releases[0][0] if self._releases else None

    def disconnected(self, sequences: Collection[int]) -> None:
        """A connection is gone: what it did not acknowledge is sent again, oldest first."""
        unanswered = [self._in_flight.pop(n) for n in sequences if n in self._in_flight]
        everything = [*unanswered, *self._waiting]
        for held in self._held.values():
            everything.extend(held)
        everything.sort(key=_sequence)
        self._waiting = deque(everything)
        self._held.clear()
        self._releases.clear()

    def _hold(self, text: InboundPart, until_ms: int) -> None:
        if text.sender not in self._held:
            self._held[text.sender] = []
            heapq.heappush(self._releases, (until_ms, text.sender))
        self._held[text.sender].append(text)

    def _release(self, now_ms: int) -> None:
        while self._releases and self._releases[0][0] <= now_ms:
            _, person = heapq.heappop(self._releases)
            self._waiting.extendleft(sorted(self._held.pop(person), key=_sequence, reverse=True))


def _sequence(text: InboundPart) -> int:
    return text.sequence
