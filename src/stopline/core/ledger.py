"""The consent ledger's entries and the chain that makes every edit visible.

`hash = SHA-256(previous hash ‖ fields)`, every field length-prefixed, in the order of
`FIELD_NAMES`. Phone numbers enter only as HMAC under the number key, texts only as HMAC under a
salt of their row, so that an erasure can delete the plain values and the chain still verifies.
The encoding is fixed in docs/ledger.md.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from functools import lru_cache
from operator import attrgetter

_NONE = b"\xff\xff\xff\xff"
FIRST_HASH = "0" * 64
EXPORT_FORMAT = "stopline-ledger/1"


class LedgerKind(Enum):
    """What an entry records."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    ERASURE = "erasure"
    # These two leave consent as it is: somebody has to decide, and decided that it was no request.
    HOLD = "hold"
    RELEASE = "release"


class Channel(Enum):
    """How the word reached us."""

    SMS = "sms"
    API = "api"
    COMMAND = "command"
    IMPORT = "import"
    CONSOLE = "console"
    CARRIER = "carrier"
    # A text that was read later, or decided on by a person.
    REVIEW = "review"


# An opt-out that came as a text, whoever read it.
TEXT_CHANNELS = frozenset({Channel.SMS, Channel.REVIEW})
# Entries that change no consent.
SILENT_KINDS = frozenset({LedgerKind.HOLD, LedgerKind.RELEASE})


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One record: final from the moment it is written.

    `changed` 0 means the word changed nothing; `standing` then names why. `word` is the list's
    form of the keyword; `message_id` the inbound message, 0 when there is none. MACs and hashes
    are lower-case hexadecimal; times epoch milliseconds UTC.
    """

    bucket: int
    position: int
    account_id: int
    kind: str
    changed: int
    scope_kind: int
    sender_mac: str
    recipient_mac: str
    source: str
    channel: str
    actor: str
    carrier: str
    layer: str
    rule_set: str
    word: str
    standing: str
    message_id: int
    received_ms: int
    carrier_ms: int | None
    honoured_ms: int
    raw_mac: str
    normalised_mac: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class LedgerPersonal:
    """The plain values of one entry: the only part an erasure deletes."""

    bucket: int
    position: int
    sender: str
    recipient: str
    raw_text: str
    normalised_text: str
    salt: str


FIELD_NAMES = tuple(
    field.name for field in fields(LedgerEntry) if field.name not in ("previous_hash", "hash")
)


hashed_values = attrgetter(*FIELD_NAMES)


def encode_fields(values: Iterable[str | int | None]) -> bytes:
    """Each value as UTF-8 text after its length in 4 bytes; None is the length 0xFFFFFFFF."""
    return b"".join([_NONE if value is None else _prefixed(str(value)) for value in values])


# Most fields of a group of entries are the same in each.
@lru_cache(maxsize=4_096)
def _prefixed(text: str) -> bytes:
    data = text.encode()
    return len(data).to_bytes(4, "big") + data


def chain_hash(previous_hash: str, values: Iterable[str | int | None]) -> str:
    """The hash of an entry whose fields, in order of FIELD_NAMES, are `values`."""
    return hashlib.sha256(bytes.fromhex(previous_hash) + encode_fields(values)).hexdigest()


# What is an entry's own where a group of entries is alike otherwise; in the order of FIELD_NAMES.
OWN_NAMES = ("position", "recipient_mac", "received_ms", "raw_mac", "normalised_mac")


class AlikeLink:
    """Links entries that differ in OWN_NAMES only: what they share is encoded once."""

    def __init__(self, values: Sequence[str | int | None]) -> None:
        """`values` are those of any of them, in the order of FIELD_NAMES."""
        places = [FIELD_NAMES.index(name) for name in OWN_NAMES]
        starts = [0, *(place + 1 for place in places)]
        self._encoded = [encode_fields(values[a:b]) for a, b in zip(starts, places, strict=False)]

    def hash(self, previous_hash: str, own: Sequence[str | int]) -> str:
        """The hash of the entry that follows and whose own values are these."""
        data = [bytes.fromhex(previous_hash)]
        for encoded, value in zip(self._encoded, own, strict=True):
            text = str(value).encode()
            data += (encoded, len(text).to_bytes(4, "big"), text)
        return hashlib.sha256(b"".join(data)).hexdigest()


def entry_hash(entry: LedgerEntry) -> str:
    """What the entry's hash must be."""
    return chain_hash(entry.previous_hash, hashed_values(entry))


# The sender of a group, and persons who text twice: not worth more than some megabytes.
@lru_cache(maxsize=16_384)
def number_mac(key: bytes, number: str) -> str:
    """The keyed hash of a phone number: a plain one would be undone in minutes."""
    return hmac.digest(key, number.encode(), "sha256").hex()


def text_mac(salt: str, text: str) -> str:
    """The keyed hash of a text under its row's salt."""
    return hmac.digest(bytes.fromhex(salt), text.encode("utf-8", "surrogatepass"), "sha256").hex()


@dataclass(frozen=True, slots=True)
class LedgerFault:
    """A place where the chain does not hold."""

    bucket: int
    position: int
    reason: str


def check_entries(
    bucket: int, entries: Iterable[LedgerEntry], position: int = 0, previous: str = FIRST_HASH
) -> tuple[list[LedgerFault], int, str]:
    """Faults of entries in order that follow (position, hash); and where they end."""
    faults = []
    for entry in entries:
        if entry.position != position + 1:
            faults.append(LedgerFault(bucket, position + 1, "missing"))
        elif entry.previous_hash != previous:
            faults.append(
                LedgerFault(bucket, entry.position, "does not follow the entry before it")
            )
        if entry_hash(entry) != entry.hash:
            faults.append(LedgerFault(bucket, entry.position, "edited"))
        position, previous = entry.position, entry.hash
    return faults, position, previous


def check_head(
    bucket: int, position: int, last_hash: str, head: tuple[int, str]
) -> list[LedgerFault]:
    """The fault of a chain that ends with (position, hash) and not at its head."""
    if position < head[0]:
        return [LedgerFault(bucket, position + 1, "missing")]
    if position > head[0]:
        return [LedgerFault(bucket, head[0] + 1, "after the head of its chain")]
    if last_hash != head[1]:
        return [LedgerFault(bucket, position, "not what the head of its chain says")]
    return []
