"""PDUs to bytes and back, packed by hand: a codec of objects costs ten times as much.

Named tuples stand where one is made for each PDU; they take a fifth of a frozen dataclass's time.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from stopline.carriers.smpp import commands
from stopline.core.errors import StoplineError

HEADER_BYTES = 16
# A message_payload of 65,536 bytes, the mandatory part and some optional parameters.
MAX_PDU_BYTES = 70_000
# sm_length is one byte; SMPP 3.4 allows 254 (section 5.2.21).
MAX_SHORT_MESSAGE_BYTES = 254

_header = struct.Struct(">IIII")
_tlv = struct.Struct(">HH")
_unpack_header = _header.unpack_from
_pack_header = _header.pack
_NO_TLVS: Mapping[int, bytes] = {}


class BadPdu(StoplineError):
    """The body of a PDU can not be read; the stream around it is whole."""


class Pdu(NamedTuple):
    """One PDU; `body` is everything after the header."""

    command: int
    status: int
    sequence: int
    body: bytes


class Message(NamedTuple):
    """The body of submit_sm, deliver_sm or data_sm. `content` is the text's bytes as sent, from
    short_message or message_payload."""

    service_type: bytes
    source_ton: int
    source_npi: int
    source: bytes
    destination_ton: int
    destination_npi: int
    destination: bytes
    esm_class: int
    registered_delivery: int
    data_coding: int
    content: bytes
    tlvs: Mapping[int, bytes]


@dataclass(slots=True)
class PduStream:
    """Cuts a stream of bytes into PDUs. `broken` is set when the framing is lost for good."""

    broken: bool = False
    _chunks: list[bytes] = field(default_factory=list)
    _have: int = 0
    _need: int = HEADER_BYTES

    @property
    def waiting_bytes(self) -> int:
        """Bytes of a PDU that is not complete."""
        return self._have

    def feed(self, data: bytes) -> list[Pdu]:
        """The PDUs that are complete now, up to a length that can not be."""
        if self.broken:
            return []
        self._chunks.append(data)
        self._have += len(data)
        if self._have < self._need:
            return []
        whole = b"".join(self._chunks) if len(self._chunks) > 1 else data
        found: list[Pdu] = []
        start, end = 0, len(whole)
        self._need = HEADER_BYTES
        while end - start >= HEADER_BYTES:
            length, command, status, sequence = _unpack_header(whole, start)
            if not HEADER_BYTES <= length <= MAX_PDU_BYTES:
                self.broken = True
                break
            if end - start < length:
                self._need = length
                break
            body = whole[start + HEADER_BYTES : start + length]
            found.append(Pdu(command, status, sequence, body))
            start += length
        self._chunks = [whole[start:]] if start < end and not self.broken else []
        self._have = 0 if self.broken else end - start
        return found


def encode_pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """One PDU."""
    return _pack_header(HEADER_BYTES + len(body), command, status, sequence) + body


def encode_submit(sequence: int, body: bytes) -> bytes:
    """A submit_sm whose body is ready."""
    return _pack_header(HEADER_BYTES + len(body), commands.SUBMIT_SM, 0, sequence) + body


def encode_tlvs(values: Mapping[int, bytes]) -> bytes:
    """Optional parameters in the mapping's order."""
    return b"".join([_tlv.pack(tag, len(value)) + value for tag, value in values.items()])


def decode_tlvs(data: bytes, start: int) -> Mapping[int, bytes]:
    """Optional parameters up to the first that does not fit: what came before it counts."""
    if start >= len(data):
        return _NO_TLVS
    found: dict[int, bytes] = {}
    end = len(data)
    while start + 4 <= end:
        tag, length = _tlv.unpack_from(data, start)
        start += 4
        if start + length > end:
            break
        found[tag] = data[start : start + length]
        start += length
    return found


@dataclass(frozen=True, slots=True)
class BindRequest:
    """What a bind says about us (section 4.1)."""

    system_id: str
    password: str
    system_type: str = ""
    address_range: str = ""
    address_ton: int = 0
    address_npi: int = 0


def encode_bind(command: int, sequence: int, bind: BindRequest) -> bytes:
    """bind_transceiver, bind_transmitter or bind_receiver."""
    body = b"".join(
        (
            bind.system_id.encode("latin-1") + b"\0",
            bind.password.encode("latin-1") + b"\0",
            bind.system_type.encode("latin-1") + b"\0",
            bytes((commands.INTERFACE_VERSION, bind.address_ton, bind.address_npi)),
            bind.address_range.encode("latin-1") + b"\0",
        )
    )
    return encode_pdu(command, 0, sequence, body)


def decode_answer(body: bytes) -> str:
    """The message id of a submit_sm_resp, "" when there is none."""
    end = body.find(0)
    return body[: len(body) if end < 0 else end].decode("latin-1")


def encode_message(message: Message, schedule: bytes = b"", validity: bytes = b"") -> bytes:
    """The body of a submit_sm or deliver_sm. Longer content belongs into message_payload."""
    if len(message.content) > MAX_SHORT_MESSAGE_BYTES:
        raise ValueError("a short_message has at most 254 bytes")
    return b"".join(
        (
            message.service_type + b"\0",
            bytes((message.source_ton, message.source_npi)) + message.source + b"\0",
            bytes((message.destination_ton, message.destination_npi)),
            message.destination + b"\0",
            bytes((message.esm_class, 0, 0)) + schedule + b"\0" + validity + b"\0",
            bytes((message.registered_delivery, 0, message.data_coding, 0, len(message.content))),
            message.content,
            encode_tlvs(message.tlvs),
        )
    )


def decode_message(body: bytes) -> Message:
    """The body of a submit_sm or deliver_sm. Raises BadPdu."""
    try:
        index = body.index
        service = index(0)
        source = index(0, service + 3)
        destination = index(0, source + 3)
        schedule = index(0, destination + 4)
        validity = index(0, schedule + 1)
        registered, _, coding, _, length = body[validity + 1 : validity + 6]
    except ValueError:
        raise BadPdu("a field of the mandatory part has no end") from None
    start = validity + 6
    if start + length > len(body):
        raise BadPdu("the text is longer than its PDU")
    tlvs = decode_tlvs(body, start + length)
    content = body[start : start + length]
    if not content and commands.MESSAGE_PAYLOAD in tlvs:
        content = tlvs[commands.MESSAGE_PAYLOAD]
    return Message(
        body[:service],
        body[service + 1],
        body[service + 2],
        body[service + 3 : source],
        body[source + 1],
        body[source + 2],
        body[source + 3 : destination],
        body[destination + 1],
        registered,
        coding,
        content,
        tlvs,
    )


def decode_data_message(body: bytes) -> Message:
    """The body of a data_sm, whose text is a message_payload. Raises BadPdu."""
    try:
        index = body.index
        service = index(0)
        source = index(0, service + 3)
        destination = index(0, source + 3)
        esm_class, registered, coding = body[destination + 1 : destination + 4]
    except ValueError:
        raise BadPdu("a field of the mandatory part has no end") from None
    tlvs = decode_tlvs(body, destination + 4)
    return Message(
        body[:service],
        body[service + 1],
        body[service + 2],
        body[service + 3 : source],
        body[source + 1],
        body[source + 2],
        body[source + 3 : destination],
        esm_class,
        registered,
        coding,
        tlvs.get(commands.MESSAGE_PAYLOAD, b""),
        tlvs,
    )
