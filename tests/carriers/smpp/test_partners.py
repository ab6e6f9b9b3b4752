"""Independent implementations at the other end: our codec is not only tested against itself."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
import smpp34
import smpplib.client
import smpplib.consts

from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.carriers.smpp.encoding import Alphabet
from stopline.carriers.smpp.segments import LongForm, TextRule
from stopline.core.carriage import SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus
from support.carrier_events import RecordingEvents
from support.smpp_mutations import RECEIPT
from support.smpp_world import DEADLINE_MS, bind_rule, submission
from support.smsc import Smsc, text_message


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


class Partner:
    """smpp34's message centre with one bound carrier of ours."""

    def __init__(self, server: smpp34.Server, carrier: SmppCarrier, events: RecordingEvents):
        self.server = server
        self.carrier = carrier
        self.events = events
        self.esme: smpp34.Esme | None = None

    async def take(self, count: int, reject: int | None = None) -> list[smpp34.SubmitSmEvent]:
        """Answer so many submits."""
        taken = []
        while len(taken) < count:
            event = await asyncio.wait_for(self.server.next(), 5)
            if isinstance(event, smpp34.SubmitSmEvent):
                taken.append(event)
                if reject is None:
                    event.accept(f"id-{len(taken)}")
                else:
                    event.reject(reject)
        return taken

    async def bound(self) -> None:
        event = await asyncio.wait_for(self.server.next(), 5)
        assert isinstance(event, smpp34.Esme)
        self.esme = event


@asynccontextmanager
async def partner(text: TextRule | None = None, separate: bool = False) -> AsyncIterator[Partner]:
    port = free_port()
    server = smpp34.Server("127.0.0.1", port)
    await server.start()
    rule = bind_rule(port)
    rule = replace(rule, submit=rule.submit._replace(text=text or TextRule()))
    events = RecordingEvents(lambda found: found.text != "LATER")
    carrier = SmppCarrier(rule, separate=separate)
    await carrier.start(events)
    made = Partner(server, carrier, events)
    try:
        for _ in carrier.binds:
            await made.bound()
        await asyncio.wait_for(carrier.ready(), 5)
        yield made
    finally:
        await carrier.stop(500)
        await server.stop()


@pytest.mark.parametrize(
    "text, rule, contents",
    [
        ("Your order is ready.", TextRule(), [b"Your order is ready."]),
        ("€uro {x}", TextRule(), [b"\x1beuro \x1b(x\x1b)"]),
        ("ë", TextRule(latin1=True), [b"\xeb"]),
        ("я", TextRule(), ["я".encode("utf-16-be")]),
        ("hellohello", TextRule(Alphabet.GSM_PACKED), [bytes.fromhex("e8329bfd4697d9ec37")]),
        ("a" * 161, TextRule(), [b"\5\0\3\1\2\1" + b"a" * 153, b"\5\0\3\1\2\2" + b"a" * 8]),
        ("a" * 161, TextRule(long_form=LongForm.SAR), [b"a" * 153, b"a" * 8]),
        ("a" * 400, TextRule(long_form=LongForm.PAYLOAD), [b""]),
    ],
)
def test_smpp34_reads_our_messages(text, rule, contents):
    """Texts in each alphabet and form arrive as they were meant, and its answers as ours."""

    async def scenario() -> None:
        async with partner(rule) as p:
            await p.carrier.write([submission(1, text)], DEADLINE_MS)
            found = await p.take(len(contents))
            # It hands them on in no particular order.
            assert sorted(event.short_message for event in found) == sorted(contents)
            assert found[0].source_addr == "12025550142"
            assert found[0].dest_addr_ton == 1
            tlvs = {t.tag: t.value for t in found[0].tlvs}
            if rule.long_form is LongForm.PAYLOAD:
                assert tlvs[smpp34.TLV_MESSAGE_PAYLOAD] == b"a" * 400
            await p.events.until(lambda: p.events.answered)
            assert p.events.answered[0].outcome is SubmitOutcome.ACCEPTED
            last = [event.registered_delivery for event in found].index(1)
            assert p.events.answered[0].reference == f"id-{last + 1}"

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "status, outcome, failure",
    [
        (smpp34.ESME_RTHROTTLED, SubmitOutcome.NOT_NOW, None),
        (smpp34.ESME_RINVDSTADR, SubmitOutcome.REFUSED, FailureCode.UPSTREAM_INVALID_RECIPIENT),
    ],
)
def test_smpp34_refuses(status, outcome, failure):
    """Its statuses mean to us what they mean to it."""

    async def scenario() -> None:
        async with partner() as p:
            await p.carrier.write([submission(1)], DEADLINE_MS)
            await p.take(1, reject=status)
            await p.events.until(lambda: p.events.answered)
            assert (p.events.answered[0].outcome, p.events.answered[0].failure) == (
                outcome,
                failure,
            )

    asyncio.run(scenario())


def test_smpp34_delivers_texts_and_receipts():
    """A text is answered as it was stored, a receipt is one; TLVs of its making are read."""

    async def scenario() -> None:
        async with partner() as p:
            assert p.esme is not None
            ours = {"source_addr": "13125550100", "source_addr_ton": 1}
            stored = await p.esme.deliver_sm("12025550142", b"STOP", **ours)
            later = await p.esme.deliver_sm("12025550142", b"LATER", **ours)
            assert (stored.command_status, later.command_status) == (0, smpp34.ESME_RSYSERR)
            await p.esme.deliver_sm("12025550142", RECEIPT, esm_class=4, **ours)
            state = [
                smpp34.Tlv(smpp34.TLV_RECEIPTED_MESSAGE_ID, b"77\0"),
                smpp34.Tlv(smpp34.TLV_MESSAGE_STATE, b"\5"),
            ]
            await p.esme.deliver_sm("12025550142", b"", esm_class=4, tlvs=state, **ours)
            assert [t.text for t in p.events.texts] == ["STOP", "LATER"]
            assert [(r.reference, r.status) for r in p.events.reported] == [
                ("1a2b3c", MessageStatus.DELIVERED),
                ("77", MessageStatus.DELIVERY_FAILED),
            ]

    asyncio.run(scenario())


def test_smpp34_sees_our_unbind_and_our_separate_binds():
    """A transmitter and a receiver; stopping says so."""

    async def scenario() -> None:
        async with partner(separate=True) as p:
            await p.carrier.write([submission(1)], DEADLINE_MS)
            await p.take(1)
            await p.events.until(lambda: p.events.answered)
            await p.carrier.stop(1_000)
            events = [await asyncio.wait_for(p.server.next(), 5) for _ in range(2)]
            assert all(isinstance(event, smpp34.Unbound) for event in events)

    asyncio.run(scenario())


def _smpplib_session(port: int) -> tuple[list[object], list[object]]:
    """Bind, submit and listen as an ordinary client does; returns answers and texts."""
    answers: list[object] = []
    texts: list[object] = []
    client = smpplib.client.Client("127.0.0.1", port, timeout=5, allow_unknown_opt_params=True)
    client.set_message_sent_handler(lambda pdu: answers.append((pdu.status, pdu.message_id)))
    client.set_message_received_handler(
        lambda pdu: texts.append((pdu.short_message, pdu.receipted_message_id))
    )
    client.connect()
    client.bind_transceiver(system_id="partner", password="secret")
    client.send_message(
        source_addr_ton=1,
        source_addr="12025550142",
        dest_addr_ton=1,
        destination_addr="13125550100",
        short_message=b"hello",
        registered_delivery=True,
    )
    while len(texts) < 2:
        client.read_once()
    client.unbind()
    client.disconnect()
    return answers, texts


def test_smpplib_takes_our_message_centre_for_one():
    """The peer of these tests speaks SMPP to a client that is not ours."""

    async def scenario() -> None:
        smsc = Smsc(receipt="DELIVRD")
        port = await smsc.start()
        session = asyncio.create_task(asyncio.to_thread(_smpplib_session, port))
        await smsc.until(lambda: smsc.seen)
        assert await smsc.deliver(text_message("STOP")) == 0
        answers, texts = await session
        assert answers == [(0, str(smsc.next_id).encode())]
        assert [text for text, _ in texts][-1] == b"STOP"
        assert smsc.texts()[0].content == b"hello"
        await smsc.stop()

    asyncio.run(asyncio.wait_for(scenario(), 20))
