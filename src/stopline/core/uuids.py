"""Our 63-bit ids as others see them: UUIDs for batches and subscriptions.

A UUID holds the whole id, so reading one needs no table: 60 bits before the variant, 3 after it,
and 59 bits of a checksum that tells our UUIDs from others. It is no secret: who may see the
thing is decided by the account, always.
"""

import hashlib
import re
from functools import lru_cache

_UUID = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}",
    re.ASCII,
)
_TAG_BITS = 59
_TAG_MASK = (1 << _TAG_BITS) - 1
# Events and rows that are rendered together are of few batches and subscriptions.
_KEPT = 4_096


def _tag(identifier: int, kind: bytes) -> int:
    digest = hashlib.blake2b(identifier.to_bytes(8, "big"), digest_size=8, person=kind).digest()
    return int.from_bytes(digest, "big") & _TAG_MASK


def _render(identifier: int, kind: bytes) -> str:
    high, low = identifier >> 15, identifier & 0x7FFF
    value = (high << 80) | (0x4 << 76) | ((low >> 3) << 64)
    value |= (0b10 << 62) | ((low & 0b111) << _TAG_BITS) | _tag(identifier, kind)
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _read(text: str, kind: bytes) -> int | None:
    if _UUID.fullmatch(text) is None:
        return None
    value = int(text.replace("-", ""), 16)
    low = (((value >> 64) & 0xFFF) << 3) | ((value >> _TAG_BITS) & 0b111)
    identifier = ((value >> 80) << 15) | low
    return identifier if value & _TAG_MASK == _tag(identifier, kind) else None


@lru_cache(maxsize=_KEPT)
def batch_uuid(batch_id: int) -> str:
    """The UUID of a batch; its sixth byte ends in the id's bucket."""
    return _render(batch_id, b"batch")


def read_batch_uuid(text: str) -> int | None:
    """The batch id a UUID stands for; None for a UUID that is not one of our batches'."""
    return _read(text, b"batch")


@lru_cache(maxsize=_KEPT)
def subscription_uuid(subscription_id: int) -> str:
    """The UUID of a subscription."""
    return _render(subscription_id, b"subscription")


def read_subscription_uuid(text: str) -> int | None:
    """The subscription id a UUID stands for; None for any other text."""
    return _read(text, b"subscription")
