"""Events out: the guarded client, and the notifier that uses it."""

from stopline.config import Settings
from stopline.core.access import derive_keys
from stopline.egress.addresses import AddressPolicy, parse_networks
from stopline.flows.ports import Store
from stopline.ringcentral.events import EventRenderer
from stopline.ringcentral.sealing import Seal
from stopline.ringcentral.webhooks import Webhooks
from stopline.tracing import Traces, traced_client
from stopline.workers.notifier import Notifier

_HOUR_MS = 3_600_000


class WayOut:
    """The guarded client for handshakes and events, as the part that closes last."""

    name = "egress"

    def __init__(self, settings: Settings, server_key: bytes, traces: Traces) -> None:
        key = derive_keys(server_key).webhooks
        policy = AddressPolicy(
            allow_loopback=settings.is_loopback,
            trusted_networks=parse_networks(settings.webhook_trusted_networks),
        )
        self.webhooks = Webhooks(traced_client(policy, traces), Seal(key))
        self.renderer = EventRenderer(key, self.webhooks.seal)

    async def start(self) -> None:
        """Connects when it is used."""

    async def stop(self, timeout_ms: int) -> None:
        """Nobody uses it any more."""
        await self.webhooks.client.close()


def build_notifier(settings: Settings, store: Store, way_out: WayOut) -> Notifier:
    """Sends events while it runs."""
    return Notifier(
        store,
        way_out.webhooks.client,
        way_out.renderer,
        kept_ms=settings.event_retention_hours * _HOUR_MS,
    )
