"""The built-in test receiver: whose address it is, and who signed what came to it."""

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from stopline.core.access import derive_keys
from stopline.core.signing import is_signed
from stopline.core.subscriptions import Subscription
from stopline.flows.endpoints import list_endpoints
from stopline.store.tx import Tx

# Enough that nobody finds an address by trying.
_MAC_CHARS = 32


@dataclass(frozen=True, slots=True)
class Signature:
    """What a request says about its signature: three headers, and the bytes they are about."""

    event_id: str
    time_s: int
    signatures: str
    body: bytes


def receiver_name(tx: Tx, account_id: int) -> str:
    """The secret part of the address of an account's test receiver."""
    key = derive_keys(tx.keys.server).console
    mac = hmac.digest(key, f"receiver {account_id}".encode(), "sha256").hex()
    return f"{account_id}-{mac[:_MAC_CHARS]}"


def find_receiver(tx: Tx, name: str) -> int | None:
    """The account whose receiver has this name."""
    number = name.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    expected = receiver_name(tx, int(number))
    return int(number) if hmac.compare_digest(expected.encode(), name.encode()) else None


def find_signer(tx: Tx, account_id: int, path: str, given: Signature) -> Subscription | None:
    """Which of the account's subscriptions to this path signed a request; None when none did."""
    key = derive_keys(tx.keys.server).webhooks
    for subscription in list_endpoints(tx, account_id):
        if urlsplit(subscription.address).path == path and is_signed(
            key, subscription, given.event_id, given.time_s, given.signatures, given.body
        ):
            return subscription
    return None
