"""The simulator's memory: an append-only file of JSON lines, outside Stopline's store.

A group of lines is written with one call before anything of it is answered, so that after any
crash of Stopline the file still tells what was handed over and what was acknowledged.
"""

import fcntl
import os
import time
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from stopline.carriers.simulator.behaviours import PlannedReceipt
from stopline.core.carriage import SubmitOutcome
from stopline.core.errors import StoplineError
from stopline.core.messages import FailureCode

# One remembered file position for so many lines: 4 bytes a line would be too many for millions.
LINES_PER_MARK = 4_096
_READ_BYTES = 1 << 20


class JournalDamaged(StoplineError):
    """A line in the middle of the file is not one of ours; the message names file and line."""


class JournalInUse(StoplineError):
    """Another simulator writes this file; the message names it."""


class Line(msgspec.Struct, kw_only=True, tag_field="kind", omit_defaults=True, gc=False):
    """Base of every line. `sequence` rises strictly, by one, over the whole file.

    `monotonic_ns` is CLOCK_MONOTONIC, which a restart of a process does not set back.
    """

    sequence: int = -1
    monotonic_ns: int = -1
    time_ms: int = -1


class SubmitLine(Line, tag="submit", kw_only=True, omit_defaults=True, gc=False):
    """A message handed over, with the answer that was decided for it."""

    message_id: int
    attempt: int
    sender: str
    recipient: str
    text: str
    outcome: SubmitOutcome
    failure: FailureCode | None = None
    receipts: tuple[PlannedReceipt, ...] = ()


class InboundLine(Line, tag="inbound", kw_only=True, omit_defaults=True, gc=False):
    """A handset's text: `sender` is the person. Its reference is made of its sequence."""

    sender: str
    recipient: str
    text: str


class InboundAcknowledgedLine(Line, tag="inbound_acknowledged", kw_only=True, gc=False):
    """Stopline stored the text of this sequence for good."""

    inbound: int


class InboundRefusedLine(Line, tag="inbound_refused", kw_only=True, gc=False):
    """Stopline refused it for now; it will be delivered again."""

    inbound: int


class ReceiptsAcknowledgedLine(Line, tag="receipts_acknowledged", kw_only=True, gc=False):
    """Stopline stored these receipts."""

    receipts: list[int]


AnyLine = (
    SubmitLine
    | InboundLine
    | InboundAcknowledgedLine
    | InboundRefusedLine
    | ReceiptsAcknowledgedLine
)

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)


class Journal:
    """Appends lines; remembers where in the file which sequence stands."""

    def __init__(self, path: Path, *, sync: bool = False) -> None:
        """`sync`: wait for the disk with each group, to survive a power cut as well."""
        self.path = path
        self._sync = sync
        self._marks = _Marks()
        self._next = 1
        self._descriptor = -1
        self.size = 0

    def open(self, on_line: Callable[[AnyLine], None]) -> None:
        """Read what is there, then be ready to append.

        Raises JournalDamaged, JournalInUse, OSError.
        The last line may be torn by a crash; it was never answered and is cut off.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(self.path, flags, 0o600)
        self._lock()
        for start, end, line in read_lines(self.path):
            self._marks.note(line.sequence, start)
            self._next = line.sequence + 1
            self.size = end
            on_line(line)
        os.ftruncate(self._descriptor, self.size)

    def append(self, lines: Sequence[AnyLine]) -> None:
        """Stamp the lines and write them with one call. Raises OSError when the disk is full."""
        if not lines:
            return
        self._stamp(lines)
        start = self.size
        self._write(_ENCODER.encode_lines(lines))
        self._next += len(lines)
        for line in lines:
            self._marks.note(line.sequence, start)

    def close(self) -> None:
        """Nothing is buffered; the descriptor is given back."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def offset_before(self, sequence: int) -> int:
        """A file position from which every line with this or a higher sequence follows."""
        return self._marks.offset_before(sequence)

    def _lock(self) -> None:
        """Two writers would number lines alike. The kernel drops the lock with the process."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise JournalInUse(f"{self.path} is in use by another simulator") from None

    def _stamp(self, lines: Sequence[AnyLine]) -> None:
        monotonic_ns = time.monotonic_ns()
        time_ms = time.time_ns() // 1_000_000
        for number, line in enumerate(lines, self._next):
            line.sequence = number
            line.monotonic_ns = monotonic_ns
            line.time_ms = time_ms

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError:
            # Half a group must not stand in the middle of the file.
            os.ftruncate(self._descriptor, self.size)
            raise
        self.size += len(data)
        if self._sync:
            os.fdatasync(self._descriptor)


class _Marks:
    """A few sequences with a file position at or before each."""

    def __init__(self) -> None:
        self._sequences = array("q")
        self._offsets = array("q")
        self._lines = 0

    def note(self, sequence: int, offset: int) -> None:
        if self._lines % LINES_PER_MARK == 0:
            self._sequences.append(sequence)
            self._offsets.append(offset)
        self._lines += 1

    def offset_before(self, sequence: int) -> int:
        at = bisect_right(self._sequences, sequence) - 1
        return self._offsets[at] if at >= 0 else 0


def read_lines(
    path: Path,
    offset: int = 0,
    keep: Callable[[bytes], bool] | None = None,
) -> Iterator[tuple[int, int, AnyLine]]:
    """Each complete line from a file position, with where it starts and ends.

    `keep` sees the raw line first; those it refuses are passed over undecoded. A last line
    without its end is not given. Raises JournalDamaged.
    """
    with path.open("rb", buffering=_READ_BYTES) as file:
        file.seek(offset)
        for raw in file:
            if not raw.endswith(b"\n"):
                return
            start, offset = offset, offset + len(raw)
            if keep is None or keep(raw):
                yield start, offset, _decode(path, start, raw)


def _decode(path: Path, start: int, raw: bytes) -> AnyLine:
    try:
        return _DECODER.decode(raw)
    except msgspec.MsgspecError as error:
        raise JournalDamaged(f"{path} at byte {start}: {error}") from None
