"""The checkpoints of the ledger as a part of the process, built from the settings."""

from stopline.config import Settings
from stopline.egress.addresses import AddressPolicy, parse_networks
from stopline.egress.client import EgressClient
from stopline.store.base import BaseStore
from stopline.workers.checkpoints import CheckpointPolicy, Checkpoints


def build_checkpoints(settings: Settings, store: BaseStore) -> Checkpoints:
    """Starts after the store and stops before it, so that the last entries are noted too."""
    policy = CheckpointPolicy(settings.checkpoint_path, settings.checkpoint_url)
    client = None
    if settings.checkpoint_url:
        addresses = AddressPolicy(
            allow_loopback=settings.is_loopback,
            trusted_networks=parse_networks(settings.webhook_trusted_networks),
        )
        client = EgressClient(addresses)
    return Checkpoints(store, store.keys.checkpoint, policy, client)
