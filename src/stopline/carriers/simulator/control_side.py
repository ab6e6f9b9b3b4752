"""What the control connections ask: handsets' texts, the list, faults."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from stopline.carriers.simulator.frames import (
    Done,
    FrameError,
    InjectFault,
    ListMessages,
    MessageRecord,
    TextIn,
    TextResult,
)
from stopline.carriers.simulator.world import World

if TYPE_CHECKING:
    from stopline.carriers.simulator.server import Peer

MAX_TEXTS = 1_000
MAX_LIST = 1_000
MAX_WAIT_MS = 60_000

REFUSED = "refused for now; it will be delivered again"
NO_ANSWER = "no answer in time; it will be delivered again"
CONGESTED = "the network is congested: too many texts are waiting"


class _Waiting:
    """One request of texts until each is acknowledged or refused, or time is up."""

    def __init__(self, sequences: list[int], send: Callable[[list[TextResult]], None]) -> None:
        self._results = dict.fromkeys(sequences, NO_ANSWER)
        self._open = set(sequences)
        self._send = send
        self.timer: asyncio.TimerHandle | None = None

    def settle(self, sequence: int, stored: bool) -> None:
        self._results[sequence] = "" if stored else REFUSED
        self._open.discard(sequence)
        if not self._open:
            self.finish()

    def finish(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self._send(
            [
                TextResult(number, not error, error or None)
                for number, error in self._results.items()
            ]
        )


class ControlSide:
    """Answers control frames on the simulator's loop."""

    def __init__(self, world: World, inject: Callable[[str, int], None]) -> None:
        self._world = world
        self._inject = inject
        self._waiting: dict[int, _Waiting] = {}
        self._readers: set[asyncio.Task[None]] = set()

    def take(self, peer: "Peer", frame: TextIn | ListMessages | InjectFault) -> None:
        """Start answering. Raises FrameError for a request beyond its bounds."""
        match frame:
            case TextIn():
                self._text_in(peer, frame)
            case ListMessages():
                self._list(peer, frame)
            case InjectFault():
                self._fault(peer, frame)

    def settled(self, sequence: int, stored: bool) -> None:
        """Stopline acknowledged or refused a text."""
        waiting = self._waiting.pop(sequence, None)
        if waiting is not None:
            waiting.settle(sequence, stored)

    def _text_in(self, peer: "Peer", frame: TextIn) -> None:
        if not 0 < len(frame.texts) <= MAX_TEXTS:
            raise FrameError("too many texts in one request")
        if self._world.inbounds.is_full(len(frame.texts)):
            peer.post(Done(frame.request_id, error=CONGESTED))
            return
        texts = [(text.sender, text.recipient, text.text) for text in frame.texts]
        sequences = [part.sequence for part in self._world.text_in(texts)]
        waiting = _Waiting(sequences, lambda done: peer.post(Done(frame.request_id, done)))
        self._waiting.update(dict.fromkeys(sequences, waiting))
        delay_s = min(frame.timeout_ms, MAX_WAIT_MS) / 1000
        loop = asyncio.get_running_loop()
        waiting.timer = loop.call_later(delay_s, self._give_up, waiting, sequences)

    def _give_up(self, waiting: _Waiting, sequences: list[int]) -> None:
        for sequence in sequences:
            self._waiting.pop(sequence, None)
        waiting.finish()

    def _list(self, peer: "Peer", frame: ListMessages) -> None:
        messages = self._world.messages
        query = (frame.recipient, frame.sender, frame.after, max(1, min(frame.limit, MAX_LIST)))
        if messages.reaches(frame.after):
            peer.post(Done(frame.request_id, records=messages.read_recent(*query)))
            return
        task = asyncio.create_task(self._list_older(peer, frame.request_id, query))
        self._readers.add(task)
        task.add_done_callback(self._readers.discard)

    async def _list_older(
        self, peer: "Peer", request_id: int, query: tuple[str | None, str | None, int, int]
    ) -> None:
        records: list[MessageRecord] = await asyncio.to_thread(
            self._world.messages.read_older, *query
        )
        peer.post(Done(request_id, records=records))

    def _fault(self, peer: "Peer", frame: InjectFault) -> None:
        try:
            self._inject(frame.kind, frame.amount)
        except ValueError as error:
            peer.post(Done(frame.request_id, error=str(error)))
        else:
            peer.post(Done(frame.request_id))
