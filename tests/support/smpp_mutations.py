"""PDUs as carriers send them, and the ways in which they can be bent."""

import random
import struct

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.pdu import BindRequest, Message, encode_bind, encode_message, encode_pdu

RECEIPT = (
    b"id:1a2b3c sub:001 dlvrd:001 submit date:2603021700 done date:2603021701 "
    b"stat:DELIVRD err:000 text:-"
)


def deliver(content: bytes, esm_class: int = 0, data_coding: int = 0, **tlvs: bytes) -> bytes:
    """The body of a deliver_sm from a person to our number; parameters as `t0424=...`."""
    found = {int(name[1:], 16): value for name, value in tlvs.items()}
    return encode_message(
        Message(
            b"", 1, 1, b"13125550100", 1, 1, b"12025550142", esm_class, 0, data_coding, content,
            found,
        )
    )  # fmt: skip


def seeds() -> list[bytes]:
    """One of everything that an ESME meets."""
    bodies = [
        (commands.DELIVER_SM, deliver(b"STOP")),
        (commands.DELIVER_SM, deliver("СТОП".encode("utf-16-be"), data_coding=8)),
        (commands.DELIVER_SM, deliver(b"\5\0\3\7\2\1ST", esm_class=0x40)),
        (commands.DELIVER_SM, deliver(b"\6\x08\4\0\7\2\2OP", esm_class=0x40)),
        (commands.DELIVER_SM, deliver(b"ST", t020c=b"\0\1", t020e=b"\2", t020f=b"\1")),
        (commands.DELIVER_SM, deliver(b"", t0424=b"STOP " * 100)),
        (commands.DELIVER_SM, deliver(RECEIPT, esm_class=4)),
        (commands.DELIVER_SM, deliver(b"", esm_class=4, t001e=b"1a2b\0", t0427=b"\2")),
        (commands.DATA_SM, b"\0\1\1" + b"1\0\1\1" + b"2\0" + b"\0\0\0" + b"\x04\x24\0\4STOP"),
        (commands.SUBMIT_SM_RESP, b"1a2b3c\0"),
        (commands.ENQUIRE_LINK, b""),
        (commands.UNBIND, b""),
        (commands.GENERIC_NACK, b""),
        (commands.ALERT_NOTIFICATION, b"\1\x011\0\1\x012\0"),
    ]
    whole = [encode_pdu(command, 0, at + 1, body) for at, (command, body) in enumerate(bodies)]
    return [
        *whole,
        encode_bind(commands.BIND_TRANSCEIVER | commands.RESPONSE, 1, BindRequest("a", "b")),
    ]


def mutate(choose: random.Random, originals: list[bytes]) -> bytes:
    """One or two PDUs, bent in one to four places; half of them keep a true length."""
    data = bytearray(choose.choice(originals))
    for _ in range(choose.randint(1, 4)):
        choose.choice(_BENDS)(choose, data)
    if choose.random() < 0.5 and len(data) >= 4:
        data[:4] = struct.pack(">I", len(data))
    if choose.random() < 0.2:
        data += choose.choice(originals)
    return bytes(data)


def _flip(choose: random.Random, data: bytearray) -> None:
    if data:
        data[choose.randrange(len(data))] ^= 1 << choose.randrange(8)


def _extreme(choose: random.Random, data: bytearray) -> None:
    if data:
        data[choose.randrange(len(data))] = choose.choice((0, 1, 0x7F, 0x80, 0xFE, 0xFF))


def _cut(choose: random.Random, data: bytearray) -> None:
    del data[choose.randrange(len(data) + 1) :]


def _remove(choose: random.Random, data: bytearray) -> None:
    if data:
        at = choose.randrange(len(data))
        del data[at : at + choose.randint(1, 8)]


def _insert(choose: random.Random, data: bytearray) -> None:
    at = choose.randrange(len(data) + 1)
    data[at:at] = choose.randbytes(choose.randint(1, 12))


def _length(choose: random.Random, data: bytearray) -> None:
    data[:4] = struct.pack(">I", choose.choice((0, 15, 16, 17, 70_000, 70_001, 2**32 - 1)))


_BENDS = (_flip, _flip, _extreme, _cut, _remove, _insert, _length)
