"""A message's life: its statuses, how they may follow each other, and why it failed."""

from enum import Enum, IntEnum

# Stands where the number of a person was, once it is erased.
ERASED = "erased"


class Direction(IntEnum):
    """Seen from the application: out to the handset (MT) or in from it (MO)."""

    OUTBOUND = 0
    INBOUND = 1


class Purpose(IntEnum):
    """Why an outbound message exists. Replies have no batch and go ahead of bulk."""

    BULK = 0
    CONSENT_REPLY = 1
    HELP_REPLY = 2


class MessageStatus(IntEnum):
    """Where a message is. The first three are not final and all read "queued" outside."""

    QUEUED = 0
    CLAIMED = 1
    UNCERTAIN = 2
    SENT = 3
    DELIVERED = 4
    DELIVERY_FAILED = 5
    SENDING_FAILED = 6


# What may follow what. Anything not listed is ignored, so that receipts that come twice, late
# or out of order never move a message backwards. A late receipt may still turn a failed
# delivery into a delivered one.
NEXT_STATUSES: dict[MessageStatus, frozenset[MessageStatus]] = {
    # Queued again after an uncertain attempt, a message may still hear of that attempt.
    MessageStatus.QUEUED: frozenset(
        {
            MessageStatus.CLAIMED,
            MessageStatus.SENT,
            MessageStatus.DELIVERED,
            MessageStatus.DELIVERY_FAILED,
            MessageStatus.SENDING_FAILED,
        }
    ),
    MessageStatus.CLAIMED: frozenset(
        {
            MessageStatus.QUEUED,
            MessageStatus.UNCERTAIN,
            MessageStatus.SENT,
            MessageStatus.DELIVERED,
            MessageStatus.DELIVERY_FAILED,
            MessageStatus.SENDING_FAILED,
        }
    ),
    MessageStatus.UNCERTAIN: frozenset(
        {
            MessageStatus.QUEUED,
            MessageStatus.SENT,
            MessageStatus.DELIVERED,
            MessageStatus.DELIVERY_FAILED,
            MessageStatus.SENDING_FAILED,
        }
    ),
    MessageStatus.SENT: frozenset({MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED}),
    MessageStatus.DELIVERED: frozenset(),
    MessageStatus.DELIVERY_FAILED: frozenset({MessageStatus.DELIVERED}),
    MessageStatus.SENDING_FAILED: frozenset(),
}

FINAL_STATUSES = frozenset(
    {MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED, MessageStatus.SENDING_FAILED}
)


def may_advance(current: MessageStatus, following: MessageStatus) -> bool:
    """Whether a message in `current` may become `following`."""
    return following in NEXT_STATUSES[current]


class FailureCode(Enum):
    """Why a message failed: one member for each code of the contract's section 11.

    The prefix names who reports: RC the platform (here: Stopline), UP the upstream provider,
    CAR the recipient's carrier. The value is what the store keeps.
    """

    LIMIT_EXCEEDED = "limit_exceeded"
    INVALID_RECIPIENT = "invalid_recipient"
    OPTED_OUT = "opted_out"
    PLATFORM_SPAM = "platform_spam"
    INTERNAL = "internal"
    INVALID_UPSTREAM_CALL = "invalid_upstream_call"
    SENDER_NOT_PROVISIONED = "sender_not_provisioned"
    INVALID_PROVIDER_CONFIGURATION = "invalid_provider_configuration"
    UPSTREAM_INVALID_RECIPIENT = "upstream_invalid_recipient"
    UPSTREAM_OPTED_OUT = "upstream_opted_out"
    UPSTREAM_SENDER_NOT_SET_UP = "upstream_sender_not_set_up"
    UPSTREAM_SPAM = "upstream_spam"
    UPSTREAM_SENDER_BLOCKED = "upstream_sender_blocked"
    UPSTREAM_TEXT_TOO_LONG = "upstream_text_too_long"
    UPSTREAM_UNDELIVERABLE_TEXT = "upstream_undeliverable_text"
    UPSTREAM_FAULT = "upstream_fault"
    NO_RECEIPT = "no_receipt"
    CARRIER_UNKNOWN = "carrier_unknown"
    CARRIER_UNSUPPORTED = "carrier_unsupported"
    CARRIER_EXPIRED = "carrier_expired"
    CARRIER_INVALID_RECIPIENT = "carrier_invalid_recipient"
    CARRIER_UNAVAILABLE = "carrier_unavailable"
    CARRIER_OPTED_OUT = "carrier_opted_out"
    CARRIER_INVALID_SENDER = "carrier_invalid_sender"
    CARRIER_SPAM = "carrier_spam"
    CARRIER_REFUSED = "carrier_refused"
    CARRIER_TEXT_TOO_LONG = "carrier_text_too_long"
    CARRIER_MALFORMED = "carrier_malformed"
    CARRIER_MEDIA_TOO_LARGE = "carrier_media_too_large"
    CARRIER_SHORTENED_LINK = "carrier_shortened_link"
    CARRIER_BRAND_LIMIT = "carrier_brand_limit"
    CARRIER_CAMPAIGN_LIMIT = "carrier_campaign_limit"
    CARRIER_OTHER_LIMIT = "carrier_other_limit"
    CARRIER_SHORT_CODE_REFUSED = "carrier_short_code_refused"
    CARRIER_TOLL_FREE_UNVERIFIED = "carrier_toll_free_unverified"
    CARRIER_FAULT = "carrier_fault"
