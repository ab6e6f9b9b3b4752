"""Events out, as a part of the process: the guarded client, and the notifier that uses it."""

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


class Notifying:
    """Sends events while it runs; its client closes last."""

    name = "notifier"

    def __init__(self, notifier: Notifier, webhooks: Webhooks) -> None:
        self.notifier = notifier
        self.webhooks = webhooks

    async def start(self) -> None:
        """Returns at once."""
        await self.notifier.start()

    async def stop(self, timeout_ms: int) -> None:
        """Posts that run may end within `timeout_ms`."""
        await self.notifier.stop(timeout_ms)
        await self.webhooks.client.close()


def build_notifying(
    settings: Settings, store: Store, server_key: bytes, traces: Traces
) -> Notifying:
    """Join client, renderer and notifier; nothing runs yet, but a loop must."""
    key = derive_keys(server_key).webhooks
    policy = AddressPolicy(
        allow_loopback=settings.is_loopback,
        trusted_networks=parse_networks(settings.webhook_trusted_networks),
    )
    webhooks = Webhooks(traced_client(policy, traces), Seal(key))
    notifier = Notifier(
        store,
        webhooks.client,
        EventRenderer(key, webhooks.seal),
        kept_ms=settings.event_retention_hours * _HOUR_MS,
    )
    return Notifying(notifier, webhooks)
