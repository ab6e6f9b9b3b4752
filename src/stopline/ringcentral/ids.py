"""Our 63-bit ids as the wire shows them: digit strings, and UUIDs for batches and subscriptions."""

from stopline.core.uuids import (
    batch_uuid,
    read_batch_uuid,
    read_subscription_uuid,
    subscription_uuid,
)

__all__ = [
    "batch_uuid",
    "message_id_text",
    "read_batch_uuid",
    "read_message_id",
    "read_subscription_uuid",
    "subscription_uuid",
]


def message_id_text(message_id: int) -> str:
    """A message id as the wire shows it: a string of digits that fits 64 signed bits."""
    return str(message_id)


def read_message_id(text: str) -> int | None:
    """The message id in a path or query; None when it can not be one."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        return None
    value = int(text)
    return value if value < 1 << 63 and str(value) == text else None
