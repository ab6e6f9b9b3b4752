"""Events as subscribers read them: the envelope, a body for each kind, and the headers."""

from collections.abc import Callable
from typing import Any

import msgspec

from stopline.core.deliveries import Delivery, Webhook
from stopline.core.events import (
    BatchChanged,
    ConsentChanged,
    Event,
    EventKind,
    MessageChanged,
    ReviewChanged,
    SpendingStopped,
    SubscriptionExpires,
)
from stopline.core.messages import Direction
from stopline.core.scopes import Category
from stopline.core.signing import signature_headers
from stopline.core.spending import DAY_MS
from stopline.core.subscriptions import Subscription, TokenName
from stopline.ringcentral.consent_bodies import CATEGORY_NAMES
from stopline.ringcentral.failure_codes import DIRECTION_NAMES, STATUS_NAMES, failure_code
from stopline.ringcentral.filters import render_label
from stopline.ringcentral.formats import render_cost, render_micros, render_millis
from stopline.ringcentral.ids import batch_uuid, message_id_text, subscription_uuid
from stopline.ringcentral.sealing import Seal

USER_AGENT = "RingCentral-Webhook/8.3"
TOKEN_HEADERS = {
    TokenName.VERIFICATION: "Verification-Token",
    TokenName.VALIDATION: "Validation-Token",
}
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "application/json",
    "Content-Type": "application/json;charset=UTF-8",
}
_SOURCE_NAMES = {
    "recipient": "Recipient",
    "account": "Api",
    "upstream": "Upstream",
    "carrier": "Carrier",
    # The contract has no word for it: it is what the person is taken to have asked for.
    "timeout": "Recipient",
}

_encoder = msgspec.json.Encoder()
_DECODERS: dict[EventKind, msgspec.json.Decoder[Any]] = {
    EventKind.OPT_OUT: msgspec.json.Decoder(ConsentChanged),
    EventKind.CONSENT: msgspec.json.Decoder(ConsentChanged),
    EventKind.MESSAGE: msgspec.json.Decoder(MessageChanged),
    EventKind.BATCH: msgspec.json.Decoder(BatchChanged),
    EventKind.REMINDER: msgspec.json.Decoder(SubscriptionExpires),
    EventKind.REVIEW: msgspec.json.Decoder(ReviewChanged),
    EventKind.SPENDING: msgspec.json.Decoder(SpendingStopped),
}


def render_body(kind: EventKind, event: Event) -> dict[str, Any]:
    """What changed, JSON-ready."""
    return _BODIES[kind](event)


def render_envelope(delivery: Delivery, subscription: Subscription) -> bytes:
    """The whole event as JSON; the same bytes for each attempt."""
    event = _DECODERS[delivery.kind].decode(delivery.payload)
    return _encoder.encode(
        {
            "uuid": str(delivery.id),
            "event": render_label(delivery.label, subscription.id),
            "timestamp": render_millis(delivery.created_ms),
            "subscriptionId": subscription_uuid(subscription.id),
            "ownerId": str(subscription.user_id),
            "body": render_body(delivery.kind, event),
        }
    )


def token_headers(name: TokenName, token: str) -> dict[str, str]:
    """The client's own token under the name by which it gave it; nothing unasked, because many
    receivers take any `Validation-Token` for a handshake."""
    return {TOKEN_HEADERS[name]: token} if name in TOKEN_HEADERS and token else {}


class EventRenderer:
    """Renders deliveries for webhooks; `signing_key` is the key that secrets are derived from."""

    def __init__(self, signing_key: bytes, seal: Seal) -> None:
        self._signing_key = signing_key
        self._seal = seal

    def __call__(self, delivery: Delivery, subscription: Subscription, now_ms: int) -> Webhook:
        """The envelope, the contract's headers, and beside them Standard Webhooks' signature."""
        body = render_envelope(delivery, subscription)
        headers = (
            _HEADERS
            | token_headers(subscription.token_name, self._seal.open(subscription.token))
            | signature_headers(self._signing_key, subscription, str(delivery.id), now_ms, body)
        )
        return Webhook(headers, body)


def _opt_out_body(event: ConsentChanged) -> dict[str, Any]:
    return {"from": event.sender, "to": event.recipient, "active": event.is_opted_out}


def _consent_body(event: ConsentChanged) -> dict[str, Any]:
    record = {
        "from": event.sender,
        "to": event.recipient,
        "optStatus": "OptOut" if event.is_opted_out else "OptIn",
        "source": _SOURCE_NAMES[event.source],
        "lastModifiedTime": render_micros(event.changed_ms),
    }
    if event.category is not None:
        campaign = CATEGORY_NAMES[Category(event.category)]
        record |= {"coverage": "CampaignType", "campaignType": campaign}
    return {"records": [record]}


def _message_body(event: MessageChanged) -> dict[str, Any]:
    is_inbound = event.direction is Direction.INBOUND
    source, target = event.sender, event.recipient
    if is_inbound:
        source, target = target, source
    body = {
        "id": message_id_text(event.message_id),
        "from": source,
        "to": [target],
        "text": event.text,
        "creationTime": render_micros(event.created_ms),
        "lastModifiedTime": render_micros(event.updated_ms),
        "messageStatus": "Delivered" if is_inbound else STATUS_NAMES[event.status],
        "segmentCount": event.segment_count,
        "cost": render_cost(event.cost_micros),
        "direction": DIRECTION_NAMES[event.direction],
    }
    if event.batch_id is not None:
        body["batchId"] = batch_uuid(event.batch_id)
    if event.failure is not None:
        body["errorCode"] = failure_code(event.failure)
    return body


def _batch_body(event: BatchChanged) -> dict[str, Any]:
    return {
        "id": batch_uuid(event.batch_id),
        "from": event.sender,
        "batchSize": event.batch_size,
        "processedCount": event.processed_count,
        "lastModifiedTime": render_micros(event.updated_ms),
        "status": "Completed" if event.is_completed else "Processing",
        "creationTime": render_micros(event.created_ms),
        "cost": render_cost(event.cost_micros),
    }


def _reminder_body(event: SubscriptionExpires) -> dict[str, Any]:
    return {
        "id": subscription_uuid(event.subscription_id),
        "expirationTime": render_millis(event.expires_ms),
        "expiresIn": event.remaining_s,
    }


def _review_body(event: ReviewChanged) -> dict[str, Any]:
    """Stopline's own: the contract knows no reviews."""
    return {
        "id": message_id_text(event.review_id),
        "from": event.sender,
        "to": event.recipient,
        "state": event.state,
        "asks": event.asks,
        "readBy": event.read_by,
        "score": event.score,
        "ruleSet": event.rule_set,
        "receivedTime": render_micros(event.received_ms),
        "lastModifiedTime": render_micros(event.changed_ms),
        "actor": event.actor or None,
    }


def _spending_body(event: SpendingStopped) -> dict[str, Any]:
    return {
        "day": render_millis(event.day * DAY_MS)[:10],
        "cap": render_cost(event.cap_micros),
        "spent": render_cost(event.spent_micros),
        "stoppedTime": render_micros(event.stopped_ms),
    }


_BODIES: dict[EventKind, Callable[[Any], dict[str, Any]]] = {
    EventKind.OPT_OUT: _opt_out_body,
    EventKind.CONSENT: _consent_body,
    EventKind.MESSAGE: _message_body,
    EventKind.BATCH: _batch_body,
    EventKind.REMINDER: _reminder_body,
    EventKind.REVIEW: _review_body,
    EventKind.SPENDING: _spending_body,
}
