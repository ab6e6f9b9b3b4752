"""Delivery receipts: the text form of SMPP 3.4 appendix B, and its parameters."""

import re
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.encoding import UCS2_CODING, decode_ucs2
from stopline.carriers.smpp.failures import MESSAGE_STATES
from stopline.carriers.smpp.pdu import Message

# Longest id and longest remembered raw text: section 5.2.23 allows 65 bytes of id.
MAX_ID_CHARS = 65
MAX_RAW_CHARS = 400
QUARTER_HOUR_MS = 900_000

_usual = re.compile(
    rb"id:(\S{1,65}) sub:\d+ dlvrd:\d+ submit date:\S* done date:(\S*) stat:(\w+) err:(\w+)", re.I
).match
_id = re.compile(rb"\bid:\s*(\S{1,65})", re.I).search
_done = re.compile(rb"\bdone date:\s*(\d{10,15}[+-]?)", re.I).search
_absolute = re.compile(rb"(\d{12})\d(\d\d)([+-])").fullmatch
_stat = re.compile(rb"\bstat:\s*([A-Za-z]+)", re.I).search
_err = re.compile(rb"\berr:\s*(\w+)", re.I).search


class IdForm(Enum):
    """How a carrier writes message ids; the same id is often hexadecimal in the answer to a
    submit and decimal in its receipt, or the other way round."""

    TEXT = "text"
    DECIMAL = "decimal"
    HEXADECIMAL = "hexadecimal"


class ReceiptForm(NamedTuple):
    """What a receipt says. `state` is a word of appendix B, `error` the network's code."""

    reference: str
    state: str
    error: str
    done_ms: int | None
    raw: str


def plain_id(text: str, form: IdForm) -> str:
    """The id in the one form in which answers and receipts are compared."""
    if form is IdForm.TEXT:
        return text
    try:
        return str(int(text, 16 if form is IdForm.HEXADECIMAL else 10))
    except ValueError:
        return text


def read_receipt(message: Message, form: IdForm) -> ReceiptForm | None:
    """The receipt in a deliver_sm; None when it is none, whatever esm_class says: a person's
    text that is marked as a receipt by mistake must still be read."""
    tlvs = message.tlvs
    marked = message.esm_class & commands.ESM_TYPE_MASK
    if not marked and commands.RECEIPTED_MESSAGE_ID not in tlvs:
        return None
    text = message.content
    if message.data_coding == UCS2_CODING and b"\0" in text:
        text = decode_ucs2(text).encode("latin-1", "replace")
    if (usual := _usual(text)) and not tlvs:
        reference, done, state, error = usual.groups()
    else:
        reference, done, state, error = _search(message, text)
    if not reference or not state:
        return None
    return ReceiptForm(
        plain_id(reference.decode("latin-1"), form),
        state.decode("latin-1").upper(),
        error.decode("latin-1"),
        _parse_date(done),
        text[:MAX_RAW_CHARS].decode("latin-1"),
    )


def is_intermediate(message: Message) -> bool:
    """A notification that ends nothing."""
    return message.esm_class & commands.ESM_TYPE_MASK == commands.ESM_INTERMEDIATE


def _search(message: Message, text: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Parameters are stronger than the text: they are not typed by hand."""
    tlvs = message.tlvs
    reference = tlvs.get(commands.RECEIPTED_MESSAGE_ID, b"").rstrip(b"\0")[:MAX_ID_CHARS]
    state = MESSAGE_STATES.get(int.from_bytes(tlvs.get(commands.MESSAGE_STATE, b"\xff")[:1], "big"))
    network = tlvs.get(commands.NETWORK_ERROR_CODE, b"")
    error = b"%d" % int.from_bytes(network[1:3], "big") if len(network) == 3 else b""
    return (
        reference or _group(_id(text)),
        _group(_done(text)),
        state.encode() if state else _group(_stat(text)),
        _group(_err(text)) or error,
    )


def _group(found: re.Match[bytes] | None) -> bytes:
    return found[1] if found else b""


# Receipts that come together were made in the same minute.
@lru_cache(maxsize=256)
def _parse_date(digits: bytes) -> int | None:
    """YYMMDDhhmm, with or without seconds and century, taken as UTC; or SMPP's absolute time
    (section 7.1.1.1), whose tenth of a second and quarter-hours from UTC follow."""
    quarters = 0
    if absolute := _absolute(digits):
        digits, sign = absolute[1], -1 if absolute[3] == b"-" else 1
        quarters = sign * int(absolute[2])
    if len(digits) == 14:
        digits = digits.removeprefix(b"20")
    if len(digits) not in (10, 12):
        return None
    try:
        parts = [int(digits[i : i + 2]) for i in range(0, len(digits), 2)]
        moment = datetime(2000 + parts[0], *parts[1:], tzinfo=UTC)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    return int(moment.timestamp() * 1_000) - quarters * QUARTER_HOUR_MS
