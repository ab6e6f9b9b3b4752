"""The real workers over a carrier that a test directs, and texts that come in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from stopline.flows.inbound import receive_messages
from stopline.flows.replies import InboundPolicy
from stopline.workers.outstanding import Outstanding
from stopline.workers.receiver import Receiver
from stopline.workers.sender import Sender
from support.carriers import StagedCarrier
from support.world import CARRIER, World, make_inbound, real_clock_ms

POLICY = InboundPolicy()


@asynccontextmanager
async def sending(
    world: World, carrier: StagedCarrier, stop_ms: int = 2_000
) -> AsyncIterator[Receiver]:
    """The real sender and receiver at work; at the end what the carrier held up may pass."""
    outstanding = Outstanding()
    receiver = Receiver(world.store, {CARRIER: outstanding}, POLICY)
    sender = Sender(world.store, carrier, outstanding)
    await receiver.start()
    await carrier.start(receiver)
    await sender.start()
    try:
        yield receiver
    finally:
        carrier.may_pass.set()
        await sender.stop(stop_ms)
        await receiver.stop(stop_ms)


async def text_in(world: World, recipient: str, text: str) -> None:
    """A person's text is stored, with all it causes."""
    inbound = make_inbound(recipient, text, received_ms=real_clock_ms())
    await world.store.transact(receive_messages, [inbound], POLICY)
