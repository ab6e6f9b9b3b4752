"""The seam between Stopline and any carrier. A carrier never sees the database.

A hand-over is: the gate is entered for the pairs, `write` gives the bytes to the kernel, the
gate is left. So `write` returns only when every byte is with the kernel, within its deadline,
or it raises and says which of the two things is true: nothing was written, or it is uncertain.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from stopline.core.carriage import Inbound, Receipt, Submission, SubmitAnswer
from stopline.core.errors import StoplineError


class NotWritten(StoplineError):
    """No byte of these messages was given to the kernel: they are simply due again.

    `unwritten` names them when the others of the group were written, None stands for all.
    """

    def __init__(self, reason: str, unwritten: Sequence[Submission] | None = None) -> None:
        super().__init__(reason)
        self.unwritten = unwritten


class WriteUncertain(StoplineError):
    """Some bytes may have left; the connection was aborted. Never treat these as not sent.

    `unwritten` are messages of the group that were held back: only these did not leave.
    """

    def __init__(self, reason: str, unwritten: Sequence[Submission] = ()) -> None:
        super().__init__(reason)
        self.unwritten = unwritten


@dataclass(frozen=True, slots=True)
class CarrierCapabilities:
    """What a carrier can do; the documentation's feature table is checked against it."""

    receipts: bool
    redelivers_inbound: bool
    echoes_message_id: bool


@dataclass(frozen=True, slots=True)
class LinkFigures:
    """One connection of a carrier as it is now. `window`: submissions that may be outstanding on
    it, 0 where nothing can be submitted; `in_use`: those that are. `error` is the last reason why
    it was lost or could not be made, "" when there was none; it names no person and no secret.
    """

    name: str
    state: str
    is_up: bool
    window: int
    in_use: int
    error: str = ""


class CarrierEvents(Protocol):
    """Where a carrier puts what comes in. Each call waits while Stopline's queue is full.

    `acknowledge` is called once, on the event loop, after the durable commit, with one flag for
    each entry: true means stored (answer success), false means not now (answer a temporary
    error). It is never called with true before the commit.
    """

    async def answers(self, carrier: str, answers: Sequence[SubmitAnswer]) -> None: ...

    async def receipts(
        self, receipts: Sequence[Receipt], acknowledge: Callable[[Sequence[bool]], None]
    ) -> None: ...

    async def inbounds(
        self, inbounds: Sequence[Inbound], acknowledge: Callable[[Sequence[bool]], None]
    ) -> None: ...

    async def disconnected(
        self, carrier: str, session: str | None = None, lost: Sequence[int] | None = None
    ) -> None:
        """A connection is gone: submissions without an answer are uncertain from now on.

        A carrier with several connections names the `session` of its inbounds and the message
        ids that are `lost` with it; None stands for everything.
        """
        ...


class Carrier(Protocol):
    """One way to the mobile world."""

    @property
    def name(self) -> str: ...

    @property
    def capabilities(self) -> CarrierCapabilities: ...

    async def start(self, events: CarrierEvents) -> None:
        """Connect and keep connected (with back-off) until `stop`; returns without waiting."""
        ...

    async def stop(self, timeout_ms: int) -> None:
        """Wait for answers that are due, at most `timeout_ms`, then close."""
        ...

    async def ready(self) -> int:
        """Wait until connected with room in the window; returns the free slots (at least 1)."""
        ...

    def free_slots(self) -> int:
        """Free slots in the window now; 0 when not connected. Every written submission holds
        at least one slot until its answer (or the loss of the connection)."""
        ...

    @property
    def count_segments(self) -> Callable[[str], int] | None:
        """How many segments this carrier makes of a text, where each has a slot of the window;
        None: as many as anywhere, and a message has one slot."""
        ...

    def links(self) -> Sequence[LinkFigures]:
        """Every connection as it is now. The carrier is up while one with a window is; one without
        connections of its own, such as an HTTP provider, shows a single one that is down after
        failures which only another try can end."""
        ...

    async def write(self, submissions: Sequence[Submission], deadline_ms: int) -> None:
        """Give the whole group to the kernel within `deadline_ms` (a duration).

        Writes only when nothing of ours is still waiting for the kernel. Raises NotWritten, also
        for the part of the group that found no room in the window, or WriteUncertain.
        """
        ...
