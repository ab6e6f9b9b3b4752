"""The parts that move messages, joined: upkeep, what carriers report, carriers, senders."""

from collections.abc import Sequence

from stopline.carriers.protocol import Carrier, CarrierEvents
from stopline.config import Settings
from stopline.core.replies import ReplyTexts
from stopline.flows.ports import Store
from stopline.flows.replies import InboundPolicy
from stopline.flows.retention import DAY_MS, RetentionPolicy
from stopline.flows.upkeep import HOUR_MS, UncertainPolicy, UpkeepPolicy
from stopline.services import Service
from stopline.workers.janitor import Janitor
from stopline.workers.outstanding import Outstanding
from stopline.workers.receiver import Receiver
from stopline.workers.sender import Sender


class CarrierService:
    """A carrier's connection as a part of the process."""

    def __init__(self, carrier: Carrier, events: CarrierEvents) -> None:
        self.name = f"carrier {carrier.name}"
        self._carrier = carrier
        self._events = events

    async def start(self) -> None:
        await self._carrier.start(self._events)

    async def stop(self, timeout_ms: int) -> None:
        await self._carrier.stop(timeout_ms)


def sending_services(
    settings: Settings, store: Store, carriers: Sequence[Carrier]
) -> list[Service]:
    """In starting order, so that stopping goes the other way: no new claims, then the answers
    that are due, then what was received is written."""
    outstanding = {carrier.name: Outstanding() for carrier in carriers}
    inbound = inbound_policy(settings)
    receiver = Receiver(store, outstanding, inbound)
    return [
        # Recovers what an earlier run had claimed, before anything new is sent.
        Janitor(store, upkeep_policy(settings), retention_policy(settings), inbound=inbound),
        receiver,
        *(CarrierService(carrier, receiver) for carrier in carriers),
        *(Sender(store, carrier, outstanding[carrier.name]) for carrier in carriers),
    ]


def inbound_policy(settings: Settings) -> InboundPolicy:
    """What a text from a handset is answered with, and what the answer costs."""
    return InboundPolicy(
        replies=ReplyTexts(
            enabled=settings.consent_replies,
            brand=settings.help_brand or None,
            contact=settings.help_contact or None,
        ),
        price_micros=settings.price_per_segment_millionths,
    )


def retention_policy(settings: Settings) -> RetentionPolicy:
    """How long things are kept."""
    return RetentionPolicy(messages_ms=settings.message_retention_days * DAY_MS)


def upkeep_policy(settings: Settings) -> UpkeepPolicy:
    """How long messages wait for what may never come."""
    return UpkeepPolicy(
        uncertain=UncertainPolicy(
            wait_ms=settings.uncertain_wait_ms, resend=settings.uncertain_policy == "resend"
        ),
        receipt_wait_ms=settings.receipt_wait_hours * HOUR_MS,
    )
