"""Subscriptions as the wire asks for and shows them."""

import re
from typing import Any

import msgspec

from stopline.core.subscriptions import Subscription, SubscriptionStatus
from stopline.ringcentral.filters import render_label
from stopline.ringcentral.formats import render_millis
from stopline.ringcentral.ids import subscription_uuid
from stopline.ringcentral.request import WireRequest

PATH = "/restapi/v1.0/subscription"
WEBHOOK = "WebHook"
WEBSOCKET = "WebSocket"
_STATUS = re.compile(r"(\d{3}) ?(.*)")


class DeliveryModeWish(msgspec.Struct, rename="camel", kw_only=True):
    """Where events go. The two tokens are the same thing under its newer and its older name."""

    transport_type: str
    address: str | None = None
    verification_token: str | None = None
    validation_token: str | None = None


class SubscriptionWish(msgspec.Struct, rename="camel", kw_only=True):
    """A subscription as it is asked for; `expires_in` in seconds."""

    event_filters: list[str]
    delivery_mode: DeliveryModeWish
    expires_in: int | None = None


class SubscriptionChange(msgspec.Struct, rename="camel", kw_only=True):
    """What an update may change; other members are ignored."""

    event_filters: list[str] | None = None
    expires_in: int | None = None


class DeliveryMode(msgspec.Struct, rename="camel", kw_only=True):
    """Where events go; a WebSocket has no address."""

    transport_type: str
    address: str | msgspec.UnsetType = msgspec.UNSET
    encryption: bool = False


class BlacklistedData(msgspec.Struct, rename="camel", kw_only=True):
    """Since when an address gets nothing, and why."""

    blacklisted_at: str
    reason: str


class SubscriptionInfo(msgspec.Struct, rename="camel", kw_only=True, omit_defaults=True):
    """A subscription as it is shown; no token in it."""

    uri: str
    id: str
    creation_time: str
    status: str
    event_filters: list[str]
    expiration_time: str
    expires_in: int
    delivery_mode: DeliveryMode
    blacklisted_data: BlacklistedData | None = None


class SubscriptionList(msgspec.Struct):
    """All live subscriptions of a user and app."""

    uri: str
    records: list[SubscriptionInfo]


def render_subscription(
    request: WireRequest[Any, Any], subscription: Subscription
) -> SubscriptionInfo:
    """A subscription as it is now."""
    uuid = subscription_uuid(subscription.id)
    # Counted down from the first moment on, as the original does: 604799 right after 604800.
    remaining_s = max(0, (subscription.expires_ms - request.now_ms - 1) // 1_000)
    # Clients of the WebSocket expect a path.
    path = f"{PATH}/{uuid}"
    return SubscriptionInfo(
        uri=path if subscription.is_socket else request.link(path),
        id=uuid,
        creation_time=render_millis(subscription.created_ms),
        status="Active" if _is_active(subscription) else "Blacklisted",
        event_filters=[render_label(i.label, subscription.id) for i in subscription.interests],
        expiration_time=render_millis(subscription.expires_ms),
        expires_in=min(remaining_s, subscription.lifetime_s - 1),
        delivery_mode=_render_mode(subscription),
        blacklisted_data=_render_blacklisting(subscription),
    )


def _render_mode(subscription: Subscription) -> DeliveryMode:
    if subscription.is_socket:
        return DeliveryMode(transport_type=WEBSOCKET)
    return DeliveryMode(transport_type=WEBHOOK, address=subscription.address)


def _is_active(subscription: Subscription) -> bool:
    return subscription.health.status is SubscriptionStatus.ACTIVE


def _render_blacklisting(subscription: Subscription) -> BlacklistedData | None:
    if _is_active(subscription):
        return None
    health = subscription.health
    return BlacklistedData(
        blacklisted_at=render_millis(health.status_since_ms), reason=render_reason(health.reason)
    )


def render_reason(reason: str) -> str:
    """A failure in the words of the original: an HTTP status, or what went wrong before one."""
    if match := _STATUS.fullmatch(reason):
        return f"Webhook responses with code: [{match[1]}], reason: [{match[2]}]"
    detail = _DETAILS.get(reason, reason)
    return f"I/O operation is failed. Details: [{detail}]"


_DETAILS = {
    "timeout": "Read timed out",
    "unreachable": "Connection failed",
    "certificate": "Certificate is not valid",
    "refused_address": "Address is not allowed",
    "broken_answer": "Response is invalid",
}
