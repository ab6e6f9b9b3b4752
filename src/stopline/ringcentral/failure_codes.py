"""Why a message failed, in the wire's codes, and the wire's names for statuses.

The prefix says who reports (RC the platform, UP the upstream provider, CAR the recipient's
carrier); codes and meanings are those of the contract's section 11.
"""

from dataclasses import dataclass

from stopline.core.messages import Direction, FailureCode, MessageStatus


@dataclass(frozen=True, slots=True)
class WireFailure:
    """One code of the wire with its text."""

    code: str
    description: str


_F = FailureCode
WIRE_FAILURES: dict[FailureCode, WireFailure] = {
    _F.LIMIT_EXCEEDED: WireFailure("SMS-RC-403", "The sending limit is exceeded"),
    _F.INVALID_RECIPIENT: WireFailure("SMS-RC-410", "The recipient number is invalid"),
    _F.OPTED_OUT: WireFailure("SMS-RC-413", "The recipient has opted out"),
    _F.PLATFORM_SPAM: WireFailure("SMS-RC-430", "The message was filtered as spam"),
    _F.INTERNAL: WireFailure("SMS-RC-500", "Internal error"),
    _F.INVALID_UPSTREAM_CALL: WireFailure("SMS-RC-501", "The upstream call was invalid"),
    _F.SENDER_NOT_PROVISIONED: WireFailure("SMS-RC-503", "The sender is not provisioned"),
    _F.INVALID_PROVIDER_CONFIGURATION: WireFailure(
        "SMS-RC-504", "The provider configuration is invalid"
    ),
    _F.UPSTREAM_INVALID_RECIPIENT: WireFailure("SMS-UP-410", "The destination is invalid"),
    _F.UPSTREAM_OPTED_OUT: WireFailure("SMS-UP-413", "The recipient has opted out upstream"),
    _F.UPSTREAM_SENDER_NOT_SET_UP: WireFailure("SMS-UP-414", "The sender is not set up"),
    _F.UPSTREAM_SPAM: WireFailure("SMS-UP-430", "The upstream provider filtered it as spam"),
    _F.UPSTREAM_SENDER_BLOCKED: WireFailure("SMS-UP-431", "The sender is blocked"),
    _F.UPSTREAM_TEXT_TOO_LONG: WireFailure("SMS-UP-432", "The text is too long"),
    _F.UPSTREAM_UNDELIVERABLE_TEXT: WireFailure(
        "SMS-UP-433", "The text can not be delivered as written"
    ),
    _F.UPSTREAM_FAULT: WireFailure("SMS-UP-500", "The upstream provider failed"),
    _F.NO_RECEIPT: WireFailure("SMS-CAR-104", "No receipt arrived"),
    _F.CARRIER_UNKNOWN: WireFailure("SMS-CAR-199", "The carrier's status is not understood"),
    _F.CARRIER_UNSUPPORTED: WireFailure("SMS-CAR-400", "The carrier has no such messaging"),
    _F.CARRIER_EXPIRED: WireFailure("SMS-CAR-410", "The message expired before delivery"),
    _F.CARRIER_INVALID_RECIPIENT: WireFailure(
        "SMS-CAR-411", "The destination is invalid, unallocated or a landline"
    ),
    _F.CARRIER_UNAVAILABLE: WireFailure("SMS-CAR-412", "The subscriber is unavailable"),
    _F.CARRIER_OPTED_OUT: WireFailure("SMS-CAR-413", "The recipient has opted out at the carrier"),
    _F.CARRIER_INVALID_SENDER: WireFailure("SMS-CAR-414", "The source number is invalid"),
    _F.CARRIER_SPAM: WireFailure("SMS-CAR-430", "The carrier filtered it as spam"),
    _F.CARRIER_REFUSED: WireFailure("SMS-CAR-431", "The carrier refused it without a reason"),
    _F.CARRIER_TEXT_TOO_LONG: WireFailure("SMS-CAR-432", "The text is too long"),
    _F.CARRIER_MALFORMED: WireFailure("SMS-CAR-433", "The message is malformed"),
    _F.CARRIER_MEDIA_TOO_LARGE: WireFailure("SMS-CAR-434", "The media is too large"),
    _F.CARRIER_SHORTENED_LINK: WireFailure("SMS-CAR-435", "The text holds a shortened link"),
    _F.CARRIER_BRAND_LIMIT: WireFailure("SMS-CAR-450", "The brand's daily limit is reached"),
    _F.CARRIER_CAMPAIGN_LIMIT: WireFailure("SMS-CAR-451", "The campaign's limit is reached"),
    _F.CARRIER_OTHER_LIMIT: WireFailure("SMS-CAR-452", "A limit of the carrier is reached"),
    _F.CARRIER_SHORT_CODE_REFUSED: WireFailure("SMS-CAR-460", "The short code is refused"),
    _F.CARRIER_TOLL_FREE_UNVERIFIED: WireFailure(
        "SMS-CAR-461", "The toll-free number is not verified"
    ),
    _F.CARRIER_FAULT: WireFailure("SMS-CAR-500", "The carrier failed"),
}
FAILURES_BY_CODE = {wire.code: failure for failure, wire in WIRE_FAILURES.items()}

# Claimed and uncertain messages are still queued to the outside.
STATUS_NAMES: dict[MessageStatus, str] = {
    MessageStatus.QUEUED: "Queued",
    MessageStatus.CLAIMED: "Queued",
    MessageStatus.UNCERTAIN: "Queued",
    MessageStatus.SENT: "Sent",
    MessageStatus.DELIVERED: "Delivered",
    MessageStatus.DELIVERY_FAILED: "DeliveryFailed",
    MessageStatus.SENDING_FAILED: "SendingFailed",
}
DIRECTION_NAMES: dict[Direction, str] = {
    Direction.OUTBOUND: "Outbound",
    Direction.INBOUND: "Inbound",
}


def failure_code(failure: FailureCode) -> str:
    """The wire's code, `SMS-RC-413` and the like."""
    return WIRE_FAILURES[failure].code
