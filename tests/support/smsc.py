"""A message centre for tests: answers, misbehaves and remembers as it is told."""

import asyncio
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.pdu import (
    BadPdu,
    Message,
    Pdu,
    PduStream,
    decode_message,
    encode_message,
    encode_pdu,
)

Answer = Callable[[int, Message], int | None]


def accept(_place: int, _message: Message) -> int | None:
    """The usual answer to a submit: taken."""
    return commands.OK


@dataclass(frozen=True, slots=True)
class Seen:
    """A submit_sm and the monotonic moment when its bytes were read."""

    moment_ns: int
    sequence: int
    message: Message


@dataclass
class Smsc:
    """Settings may be changed at any time.

    `answer` gives the status for the n-th submit, None to keep silent; `receipt` the state that
    the receipt of an accepted one reports, "" for no receipt. `cut_after`: the connection is cut
    when so many more submits were read, before any of them is answered.
    """

    answer: Answer = accept
    receipt: str = ""
    answer_delay_s: float = 0.0
    cut_after: int | None = None
    bind_status: int = 0
    silent: bool = False
    hexadecimal: bool = False
    seen: list[Seen] = field(default_factory=list)
    heard: list[Pdu] = field(default_factory=list)
    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    sessions: list["SmscSession"] = field(default_factory=list)
    # Who sent the deliver_sm of each sequence number; numbers are those of all sessions.
    sources: dict[int, bytes] = field(default_factory=dict)
    sequence: int = 0
    binds: int = 0
    cuts: int = 0
    next_id: int = 100_000

    async def start(self, tls: ssl.SSLContext | None = None) -> int:
        """Listen on loopback; returns the port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SmscSession(self), "127.0.0.1", 0, ssl=tls)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def stop(self) -> None:
        self._server.close()
        for session in list(self.sessions):
            session.cut()
        await asyncio.sleep(0)

    def texts(self) -> list[Message]:
        """Every submit that was read, in order."""
        return [seen.message for seen in self.seen]

    def bound(self) -> list["SmscSession"]:
        return [session for session in self.sessions if session.is_bound]

    async def until(self, check: Callable[[], object], seconds: float = 10) -> None:
        """Wait until `check` is true; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not check():
                await asyncio.sleep(0.005)

    async def deliver(self, message: Message, seconds: float = 10) -> int:
        """Send a deliver_sm over the first session that receives; returns the answer's status."""
        receiving = [session for session in self.bound() if session.receives]
        return await asyncio.wait_for(receiving[0].deliver(message), seconds)


class SmscSession(asyncio.Protocol):
    """One connection from an ESME."""

    def __init__(self, smsc: Smsc) -> None:
        self.smsc = smsc
        self.is_bound = False
        self.receives = False
        self.system_id = b""
        self._stream = PduStream()
        self._waiting: dict[int, asyncio.Future[int]] = {}
        self._out: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.smsc.sessions.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_bound = False
        if self in self.smsc.sessions:
            self.smsc.sessions.remove(self)
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionResetError("the ESME is gone"))

    def cut(self) -> None:
        """End the connection without a word."""
        self.is_bound = False
        self.smsc.cuts += 1
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        for pdu in self._stream.feed(data):
            self.smsc.heard.append(pdu)
            if not self.smsc.silent:
                self._handle(pdu)
        self._flush()

    async def deliver(self, message: Message) -> int:
        """Send a deliver_sm; returns the status it is answered with."""
        self.smsc.sources[self.smsc.sequence + 1] = message.source
        return await self.deliver_body(encode_message(message))

    async def deliver_body(self, body: bytes, command: int = commands.DELIVER_SM) -> int:
        self.smsc.sequence += 1
        sequence = self.smsc.sequence
        future = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = future
        self.transport.write(encode_pdu(command, 0, sequence, body))
        status: int = await future
        return status

    def say(self, command: int, sequence: int = 1, body: bytes = b"") -> None:
        """Send any PDU."""
        self.transport.write(encode_pdu(command, 0, sequence, body))

    def _handle(self, pdu: Pdu) -> None:
        binds = (commands.BIND_TRANSCEIVER, commands.BIND_RECEIVER, commands.BIND_TRANSMITTER)
        if pdu.command == commands.SUBMIT_SM:
            self._submit(pdu)
        elif pdu.command in binds:
            self.is_bound = self.smsc.bind_status == 0
            self.receives = pdu.command != commands.BIND_TRANSMITTER
            self.system_id = pdu.body.split(b"\0")[0]
            self.smsc.binds += self.is_bound
            self._answer(pdu, self.smsc.bind_status, b"smsc\0" if self.is_bound else b"")
        elif pdu.command == commands.ENQUIRE_LINK:
            self._answer(pdu, 0)
        elif pdu.command == commands.UNBIND:
            self._answer(pdu, 0)
            self.is_bound = False
        elif pdu.command & ~commands.RESPONSE in (commands.DELIVER_SM, commands.DATA_SM):
            self.smsc.acknowledged.append((pdu.sequence, pdu.status))
            future = self._waiting.pop(pdu.sequence, None)
            if future is not None and not future.done():
                future.set_result(pdu.status)

    def _submit(self, pdu: Pdu) -> None:
        smsc = self.smsc
        try:
            message = decode_message(pdu.body)
        except BadPdu:
            self._answer(pdu, commands.INVALID_LENGTH)
            return
        place = len(smsc.seen)
        smsc.seen.append(Seen(time.monotonic_ns(), pdu.sequence, message))
        if smsc.cut_after is not None:
            smsc.cut_after -= 1
            if smsc.cut_after <= 0:
                smsc.cut_after = None
                self._out.clear()
                self.cut()
                return
        status = smsc.answer(place, message)
        if status is None:
            return
        body = b""
        if status == 0:
            smsc.next_id += 1
            body = (b"%x\0" if smsc.hexadecimal else b"%d\0") % smsc.next_id
        self._later(pdu, status, body)
        if status == 0 and smsc.receipt and message.registered_delivery & 1:
            self.receipt(message, str(smsc.next_id), smsc.receipt)

    def _later(self, pdu: Pdu, status: int, body: bytes) -> None:
        if not self.smsc.answer_delay_s:
            self._answer(pdu, status, body)
            return
        answer = encode_pdu(pdu.command | commands.RESPONSE, status, pdu.sequence, body)
        loop = asyncio.get_running_loop()
        loop.call_later(self.smsc.answer_delay_s, self.transport.write, answer)

    def receipt(self, message: Message, reference: str, state: str, error: str = "000") -> None:
        """Report on a submit; the answer is remembered, not awaited."""
        text = (
            f"id:{reference} sub:001 dlvrd:001 submit date:2603021700 done date:2603021701 "
            f"stat:{state} err:{error} text:-"
        )
        self.smsc.sequence += 1
        body = encode_message(
            Message(
                b"", message.destination_ton, message.destination_npi, message.destination,
                message.source_ton, message.source_npi, message.source, 4, 0, 0, text.encode(), {},
            )
        )  # fmt: skip
        self._out.append(encode_pdu(commands.DELIVER_SM, 0, self.smsc.sequence, body))
        self._flush_soon()

    def _answer(self, pdu: Pdu, status: int, body: bytes = b"") -> None:
        self._out.append(encode_pdu(pdu.command | commands.RESPONSE, status, pdu.sequence, body))

    def _flush_soon(self) -> None:
        asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        if self._out and not self.transport.is_closing():
            self.transport.write(b"".join(self._out))
        self._out.clear()


def text_message(
    text: bytes | str,
    source: str = "13125550100",
    destination: str = "12025550142",
    *,
    esm_class: int = 0,
    data_coding: int = 0,
    source_ton: int = 1,
    tlvs: dict[int, bytes] | None = None,
) -> Message:
    """A deliver_sm from a person to our number."""
    data = text.encode("latin-1") if isinstance(text, str) else text
    return Message(
        b"", source_ton, 1, source.encode(), 1, 1, destination.encode(), esm_class, 0, data_coding,
        data, tlvs or {},
    )  # fmt: skip
