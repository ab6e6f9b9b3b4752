"""A stand-in for Stopline's queues: keeps what a carrier brings and acknowledges as told."""

import asyncio
from collections.abc import Callable, Sequence

from stopline.core.carriage import Inbound, Receipt, SubmitAnswer

Acknowledge = Callable[[Sequence[bool]], None]


class RecordingEvents:
    """`store_inbound` decides whether a text is stored; `hold` keeps everything unacknowledged."""

    def __init__(self, store_inbound: Callable[[Inbound], bool] = lambda _text: True) -> None:
        self.answered: list[SubmitAnswer] = []
        self.reported: list[Receipt] = []
        self.texts: list[Inbound] = []
        self.disconnections = 0
        self.lost: list[int] = []
        self.hold = False
        self.arrived: list[str] = []
        self._store_inbound = store_inbound
        self._changed = asyncio.Condition()

    async def answers(self, carrier: str, answers: Sequence[SubmitAnswer]) -> None:
        self.answered += answers
        await self._note("answers")

    async def receipts(self, receipts: Sequence[Receipt], acknowledge: Acknowledge) -> None:
        self.reported += receipts
        if not self.hold:
            acknowledge([True] * len(receipts))
        await self._note("receipts")

    async def inbounds(self, inbounds: Sequence[Inbound], acknowledge: Acknowledge) -> None:
        self.texts += inbounds
        if not self.hold:
            acknowledge([self._store_inbound(text) for text in inbounds])
        await self._note("inbounds")

    async def disconnected(
        self, carrier: str, session: str | None = None, lost: Sequence[int] | None = None
    ) -> None:
        self.disconnections += 1
        self.lost += lost or ()
        await self._note("disconnected")

    async def until(self, check: Callable[[], object], seconds: float = 10) -> None:
        """Wait until `check` is true; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: bool(check()))

    async def _note(self, kind: str) -> None:
        self.arrived.append(kind)
        async with self._changed:
            self._changed.notify_all()
