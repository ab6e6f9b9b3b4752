"""Signatures of webhooks after the specification Standard Webhooks, version 1.

Every subscription has a secret of its own, derived from the installation's key, so none is
stored. https://www.standardwebhooks.com
"""

import hmac
from base64 import b64encode
from functools import lru_cache

from stopline.core.subscriptions import Subscription

SECRET_PREFIX = "whsec_"
# After a change of the secret deliveries carry both signatures for this long.
ROTATION_MS = 24 * 3_600_000
# Secrets that are kept derived; deriving one takes 2 µs.
_KEPT = 4_096


@lru_cache(maxsize=_KEPT)
def derive_secret(key: bytes, subscription_id: int, version: int) -> bytes:
    """The 32 bytes that sign a subscription's deliveries."""
    message = f"signing {subscription_id} {version}".encode()
    return hmac.digest(key, message, "sha256")


def secret_text(secret: bytes) -> str:
    """A secret as receivers' libraries take it."""
    return SECRET_PREFIX + b64encode(secret).decode()


def sign(secret: bytes, event_id: str, time_s: int, body: bytes) -> str:
    """One signature over id, time and body."""
    code = _keyed(secret).copy()
    code.update(f"{event_id}.{time_s}.".encode() + body)
    return "v1," + b64encode(code.digest()).decode()


@lru_cache(maxsize=_KEPT)
def _keyed(secret: bytes) -> hmac.HMAC:
    # hmac.digest would let other threads run for each signature, and wait for its turn after it.
    return hmac.new(secret, digestmod="sha256")


def signature_headers(
    key: bytes, subscription: Subscription, event_id: str, now_ms: int, body: bytes
) -> dict[str, str]:
    """The three headers of a delivery. The id is the same for each attempt, the time is not."""
    time_s = now_ms // 1_000
    signatures = [
        sign(derive_secret(key, subscription.id, version), event_id, time_s, body)
        for version in _valid_versions(subscription, now_ms)
    ]
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(time_s),
        "webhook-signature": " ".join(signatures),
    }


def _valid_versions(subscription: Subscription, now_ms: int) -> tuple[int, ...]:
    current = subscription.secret_version
    is_old_valid = current > 1 and now_ms < subscription.secret_changed_ms + ROTATION_MS
    return (current, current - 1) if is_old_valid else (current,)


def is_signed(
    key: bytes, subscription: Subscription, event_id: str, time_s: int, signature: str, body: bytes
) -> bool:
    """Whether one of the signatures (divided by spaces) is the subscription's, made with its
    present secret or the one before."""
    version = subscription.secret_version
    return any(
        hmac.compare_digest(given.encode(), sign(secret, event_id, time_s, body).encode())
        for secret in (
            derive_secret(key, subscription.id, number)
            for number in (version, version - 1)
            if number
        )
        for given in signature.split(" ")
    )
