"""A carrier bound to a test's message centre, alone or with a whole world behind it."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from stopline.carriers.protocol import CarrierEvents
from stopline.carriers.smpp import commands
from stopline.carriers.smpp.bind import BindRule, Endpoint
from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.carriers.smpp.incoming import IncomingRule
from stopline.carriers.smpp.pdu import BindRequest, decode_message
from stopline.carriers.smpp.session import SessionRule
from stopline.carriers.smpp.submits import SubmitRule
from stopline.core.carriage import Submission
from stopline.flows.replies import InboundPolicy
from stopline.workers.outstanding import Outstanding
from stopline.workers.quota import Quota
from stopline.workers.receiver import Receiver
from stopline.workers.sender import Sender
from support.carrier_events import RecordingEvents
from support.smsc import Smsc
from support.world import CARRIER, SENDER, World, person

DEADLINE_MS = 200


def bind_rule(port: int, **session: object) -> BindRule:
    """A rule for a peer on loopback; reconnects at once."""
    return BindRule(
        carrier=CARRIER,
        endpoint=Endpoint("127.0.0.1", port),
        session=replace(SessionRule(BindRequest("stopline", "secret")), **session),
        submit=SubmitRule(),
        incoming=IncomingRule(CARRIER),
        first_pause_ms=10,
        longest_pause_ms=20,
    )


def submission(number: int, text: str = "Your order is ready.") -> Submission:
    """A first attempt for one of many persons."""
    return Submission(number, 1, SENDER, person(number), text)


@dataclass
class Bound:
    """A bound carrier with its peer."""

    smsc: Smsc
    carrier: SmppCarrier
    events: RecordingEvents


@asynccontextmanager
async def bound(
    smsc: Smsc | None = None,
    change: Callable[[BindRule], BindRule] = lambda rule: rule,
    events: RecordingEvents | None = None,
    tls: ssl.SSLContext | None = None,
    **carrier: int,
) -> AsyncIterator[Bound]:
    """A carrier whose binds are up."""
    smsc, events = smsc or Smsc(), events or RecordingEvents()
    rule = change(bind_rule(await smsc.start(tls)))
    made = SmppCarrier(rule, **carrier)
    await made.start(events)
    try:
        await smsc.until(lambda: len(smsc.bound()) == len(made.binds))
        await asyncio.wait_for(made.ready(), 5)
        yield Bound(smsc, made, events)
    finally:
        await made.stop(200)
        await smsc.stop()


@dataclass
class Running:
    """A world that sends and receives over SMPP."""

    world: World
    smsc: Smsc
    carrier: SmppCarrier
    receiver: Receiver


@asynccontextmanager
async def running(
    world: World,
    smsc: Smsc | None = None,
    change: Callable[[BindRule], BindRule] = lambda rule: rule,
    wrap: Callable[[CarrierEvents], CarrierEvents] = lambda events: events,
    throughput: int = 0,
    **carrier: int,
) -> AsyncIterator[Running]:
    """Sender, receiver and carrier over the world's real store."""
    smsc = smsc or Smsc()
    outstanding = Outstanding()
    receiver = Receiver(world.store, {CARRIER: outstanding}, InboundPolicy())
    made = SmppCarrier(change(bind_rule(await smsc.start())), **carrier)
    quota = Quota(world.store, CARRIER, throughput)
    sender = Sender(world.store, made, outstanding, quota=quota)
    await receiver.start()
    await made.start(wrap(receiver))
    await smsc.until(lambda: len(smsc.bound()) == len(made.binds))
    await sender.start()
    try:
        yield Running(world, smsc, made, receiver)
    finally:
        await sender.stop(2_000)
        await made.stop(500)
        await receiver.stop(2_000)
        await smsc.stop()


def sends_after_stop(smsc: Smsc) -> list[bytes]:
    """Persons to whom something that is no reply left after their STOP was acknowledged."""
    stopped: set[bytes] = set()
    late = []
    for pdu in smsc.heard:
        if pdu.command == commands.DELIVER_SM_RESP and pdu.status == 0:
            stopped.add(smsc.sources.get(pdu.sequence, b""))
        elif pdu.command == commands.SUBMIT_SM:
            message = decode_message(pdu.body)
            if message.destination in stopped and not message.content.startswith(b"NETWORK"):
                late.append(message.destination)
    return late


def now_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000
