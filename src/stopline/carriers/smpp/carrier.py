"""A carrier reached by SMPP: one or more binds behind the `Carrier` protocol."""

import asyncio
from collections.abc import Sequence

from stopline.carriers.protocol import CarrierCapabilities, CarrierEvents, LinkFigures
from stopline.carriers.smpp import commands
from stopline.carriers.smpp.bind import Bind, BindRule
from stopline.carriers.smpp.segments import count_segments
from stopline.core.carriage import Submission


class SmppCarrier:
    """A `Carrier` over SMPP 3.4. Lives on one event loop.

    `binds`: how many at once. `separate`: each is a transmitter and a receiver instead of one
    transceiver.
    """

    def __init__(self, rule: BindRule, binds: int = 1, separate: bool = False) -> None:
        self._rule = rule
        self._room = asyncio.Event()
        kinds = (
            (commands.BIND_TRANSMITTER, commands.BIND_RECEIVER)
            if separate
            else (commands.BIND_TRANSCEIVER,)
        )
        self.binds = [Bind(rule, kind, self._room.set) for _ in range(binds) for kind in kinds]

    @property
    def name(self) -> str:
        return self._rule.carrier

    @property
    def capabilities(self) -> CarrierCapabilities:
        return CarrierCapabilities(
            receipts=self._rule.submit.receipts, redelivers_inbound=True, echoes_message_id=False
        )

    async def start(self, events: CarrierEvents) -> None:
        """See `Carrier.start`."""
        for bind in self.binds:
            bind.start(events)

    async def stop(self, timeout_ms: int) -> None:
        """See `Carrier.stop`."""
        await asyncio.gather(*(bind.stop(timeout_ms) for bind in self.binds))

    async def ready(self) -> int:
        """See `Carrier.ready`."""
        while not (free := self.free_slots()):
            self._room.clear()
            await self._room.wait()
        return free

    def free_slots(self) -> int:
        """See `Carrier.free_slots`: those of the bind that the next write will use."""
        return self._freest().free()

    def count_segments(self, text: str) -> int:
        """See `Carrier.count_segments`."""
        return count_segments(text, self._rule.submit.text)

    def links(self) -> Sequence[LinkFigures]:
        """See `Carrier.links`: one for each bind."""
        return [bind.figures(f"bind {n}") for n, bind in enumerate(self.binds, start=1)]

    async def write(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        """See `Carrier.write`."""
        await self._freest().hand_over(submissions, deadline_ms)

    def _freest(self) -> Bind:
        return max(self.binds, key=Bind.free)
