"""What travels on the socket between Stopline and the simulator, and how it is cut into frames.

A frame is four bytes of length (big endian) and a MessagePack body. Each body holds a group:
one frame for many messages is what makes tens of thousands a second possible.
"""

import struct
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from stopline.core.carriage import SubmitOutcome
from stopline.core.errors import StoplineError
from stopline.core.messages import FailureCode, MessageStatus

# A group of MAX_GROUP texts of 2,000 characters at 4 bytes each is 4 MB.
MAX_FRAME_BYTES = 8 << 20
# Larger groups are cut into several frames: the far side answers each by itself.
MAX_GROUP = 500
# The longest text a handset sends here: a chain of 10 segments is shorter (1,530 septets).
MAX_TEXT_CHARS = 2_000
MAX_ADDRESS_CHARS = 40

_LENGTH = struct.Struct(">I")


class FrameError(StoplineError):
    """The bytes are no frame of ours; the connection can not be used any further."""


class Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Base of what stands in a group."""


class Frame(msgspec.Struct, frozen=True, array_like=True, tag_field="type"):
    """Base of every frame."""


class SubmitPart(Part, frozen=True, array_like=True, gc=False):
    """One attempt to hand one message over."""

    message_id: int
    attempt: int
    sender: str
    recipient: str
    text: str


class AnswerPart(Part, frozen=True, array_like=True, gc=False):
    """How one attempt was answered."""

    message_id: int
    attempt: int
    outcome: SubmitOutcome
    reference: str | None
    failure: FailureCode | None
    retry_after_ms: int | None


class ReceiptPart(Part, frozen=True, array_like=True, gc=False):
    """A delivery receipt; `receipt_id` is what its acknowledgement names."""

    receipt_id: int
    reference: str
    message_id: int
    sender: str
    recipient: str
    status: MessageStatus
    failure: FailureCode | None
    time_ms: int
    raw: str


class InboundPart(Part, frozen=True, array_like=True, gc=False):
    """A text from a handset; `sequence` is what its acknowledgement names."""

    sequence: int
    sender: str
    recipient: str
    text: str
    time_ms: int


class AckPart(Part, frozen=True, array_like=True, gc=False):
    """Whether one receipt or inbound text was stored for good."""

    number: int
    stored: bool


class Hello(Frame, frozen=True, array_like=True, tag="hello"):
    """The first frame of whoever connects: "carrier" for traffic, "control" for handsets."""

    role: str


class Submits(Frame, frozen=True, array_like=True, tag="submits"):
    """To the simulator: messages handed over."""

    group: list[SubmitPart]


class ReceiptAcks(Frame, frozen=True, array_like=True, tag="receipt_acks"):
    """To the simulator: which receipts are stored."""

    group: list[AckPart]


class InboundAcks(Frame, frozen=True, array_like=True, tag="inbound_acks"):
    """To the simulator: which handsets' texts are stored."""

    group: list[AckPart]


class Answers(Frame, frozen=True, array_like=True, tag="answers"):
    """From the simulator: answers to submissions."""

    group: list[AnswerPart]


class Receipts(Frame, frozen=True, array_like=True, tag="receipts"):
    """From the simulator: delivery receipts."""

    group: list[ReceiptPart]


class Inbounds(Frame, frozen=True, array_like=True, tag="inbounds"):
    """From the simulator: texts from handsets."""

    group: list[InboundPart]


class TextPart(Part, frozen=True, array_like=True, gc=False):
    """A person (`sender`) texts one of our numbers (`recipient`)."""

    sender: str
    recipient: str
    text: str


class TextResult(Part, frozen=True, array_like=True, gc=False):
    """What became of one text: stored by Stopline, or why not."""

    sequence: int
    acknowledged: bool
    error: str | None


class MessageRecord(Part, frozen=True, array_like=True, gc=False):
    """One text of the journal. `direction` is seen from the application: outbound or inbound.

    `sender` sent it and `recipient` gets it, in both directions. `outcome` says how a hand-over
    was answered; it and `message_id` are None for a handset's text.
    """

    sequence: int
    direction: str
    sender: str
    recipient: str
    text: str
    time_ms: int
    message_id: int | None
    outcome: SubmitOutcome | None


class TextIn(Frame, frozen=True, array_like=True, tag="text_in"):
    """Control: handsets send these texts; answered once all are stored or refused."""

    request_id: int
    texts: list[TextPart]
    timeout_ms: int


class ListMessages(Frame, frozen=True, array_like=True, tag="list"):
    """Control: texts after a sequence, oldest first."""

    request_id: int
    recipient: str | None
    sender: str | None
    after: int
    limit: int


class InjectFault(Frame, frozen=True, array_like=True, tag="fault"):
    """Control: misbehave. `kind` is a value of `faults.Fault`, `amount` what it needs."""

    request_id: int
    kind: str
    amount: int


class Done(Frame, frozen=True, array_like=True, tag="done"):
    """Control's answer; `error` says why the request was refused."""

    request_id: int
    results: list[TextResult] = []
    records: list[MessageRecord] = []
    error: str | None = None


ToSimulator = Hello | Submits | ReceiptAcks | InboundAcks | TextIn | ListMessages | InjectFault
ToStopline = Answers | Receipts | Inbounds | Done

TO_SIMULATOR: msgspec.msgpack.Decoder[ToSimulator] = msgspec.msgpack.Decoder(ToSimulator)
TO_STOPLINE: msgspec.msgpack.Decoder[ToStopline] = msgspec.msgpack.Decoder(ToStopline)
_ENCODER = msgspec.msgpack.Encoder()

F = TypeVar("F")
T = TypeVar("T")


def encode_frame(frame: Frame) -> bytes:
    """The frame with its length in front."""
    body = _ENCODER.encode(frame)
    return _LENGTH.pack(len(body)) + body


def groups_of(parts: list[T]) -> Iterator[list[T]]:
    """The list in pieces of at most MAX_GROUP."""
    return (parts[at : at + MAX_GROUP] for at in range(0, len(parts), MAX_GROUP))


class FrameBuffer(Generic[F]):
    """Bytes as they come in, frames as they get complete."""

    def __init__(self, decoder: "msgspec.msgpack.Decoder[F]") -> None:
        self._decoder = decoder
        self._bytes = bytearray()

    def feed(self, data: bytes) -> list[F]:
        """The frames that `data` completes. Raises FrameError."""
        self._bytes += data
        frames = []
        at = 0
        while (end := self._frame_end(at)) <= len(self._bytes):
            frames.append(self._decode(bytes(self._bytes[at + _LENGTH.size : end])))
            at = end
        del self._bytes[:at]
        return frames

    def _frame_end(self, at: int) -> int:
        if len(self._bytes) - at < _LENGTH.size:
            return at + _LENGTH.size
        (size,) = _LENGTH.unpack_from(self._bytes, at)
        if size > MAX_FRAME_BYTES:
            raise FrameError(f"a frame of {size} bytes, more than {MAX_FRAME_BYTES}")
        return at + _LENGTH.size + int(size)

    def _decode(self, body: bytes) -> F:
        try:
            return self._decoder.decode(body)
        except msgspec.MsgspecError as error:
            raise FrameError(f"not a frame: {error}") from None
