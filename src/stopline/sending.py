"""The parts that move messages, joined: upkeep, what carriers report, carriers, senders."""

import time
from collections.abc import Sequence

from stopline.carriers.protocol import Carrier, CarrierEvents
from stopline.carriers.registry import carrier_limits
from stopline.config import Settings
from stopline.core.replies import ReplyTexts
from stopline.core.routing import RoutingTable
from stopline.flows.ports import Store
from stopline.flows.replies import InboundPolicy
from stopline.flows.retention import DAY_MS, RetentionPolicy
from stopline.flows.upkeep import HOUR_MS, UncertainPolicy, UpkeepPolicy
from stopline.services import Service
from stopline.workers.carrier_watch import CarrierWatch, Show, show_nobody
from stopline.workers.janitor import Janitor
from stopline.workers.outstanding import Outstanding
from stopline.workers.quota import Quota
from stopline.workers.receiver import Receiver
from stopline.workers.sender import Sender
from stopline.workers.switchboard import Switchboard


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
    settings: Settings,
    store: Store,
    carriers: Sequence[Carrier],
    routing: RoutingTable,
    show: Show = show_nobody,
) -> list[Service]:
    """In starting order, so that stopping goes the other way: no new claims, then the answers
    that are due, then what was received is written."""
    names = [carrier.name for carrier in carriers]
    outstanding = {name: Outstanding() for name in names}
    limits = carrier_limits(settings.carriers)
    quotas = {name: Quota(store, name, limits.get(name, 0)) for name in names}
    now_ms = time.time_ns() // 1_000_000
    board = Switchboard(routing, names, settings.failover_seconds * 1_000, now_ms)
    inbound = inbound_policy(settings)
    receiver = Receiver(store, outstanding, inbound)
    return [
        # Recovers what an earlier run had claimed, before anything new is sent.
        Janitor(
            store,
            upkeep_policy(settings),
            retention_policy(settings),
            inbound=inbound,
            carriers=names,
        ),
        receiver,
        *(CarrierService(carrier, receiver) for carrier in carriers),
        CarrierWatch(store, carriers, board, outstanding, quotas, show),
        *(
            Sender(store, carrier, outstanding[carrier.name], board, quotas[carrier.name])
            for carrier in carriers
        ),
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
