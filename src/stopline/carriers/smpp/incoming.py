"""What a carrier delivers, in Stopline's words: receipts and texts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.addresses import read_address
from stopline.carriers.smpp.encoding import (
    USUAL_CODINGS,
    Alphabet,
    Codings,
    Writing,
    declared_alphabet,
    read_text,
)
from stopline.carriers.smpp.failures import FailureTable
from stopline.carriers.smpp.pdu import BadPdu, Message, decode_data_message, decode_message
from stopline.carriers.smpp.receipts import (
    IdForm,
    ReceiptForm,
    is_intermediate,
    read_receipt,
)
from stopline.carriers.smpp.segments import Chain, read_content
from stopline.carriers.smpp.session import Delivered
from stopline.core.carriage import Inbound, Receipt, TextPart

# A text of more parts is none that a person typed; its parts are read one by one.
MAX_PARTS = 10


@dataclass(frozen=True, slots=True)
class IncomingRule:
    """How one carrier writes what it delivers."""

    carrier: str
    country: str = "US"
    default_alphabet: Alphabet = Alphabet.GSM
    codings: Codings = USUAL_CODINGS
    receipt_ids: IdForm = IdForm.TEXT
    failures: FailureTable = field(default_factory=FailureTable)


class Moment(NamedTuple):
    """When and over which session something came; epoch milliseconds."""

    session: str
    now_ms: int


@dataclass(slots=True)
class Incoming:
    """One group, sorted. `needless` is answered at once: there is nothing to store."""

    receipts: list[Receipt] = field(default_factory=list)
    receipted: list[Delivered] = field(default_factory=list)
    inbounds: list[Inbound] = field(default_factory=list)
    texted: list[Delivered] = field(default_factory=list)
    # For each text whether it could be read: what could not is stored and refused for now.
    readable: list[bool] = field(default_factory=list)
    needless: list[Delivered] = field(default_factory=list)


def sort_delivered(delivered: Sequence[Delivered], rule: IncomingRule, moment: Moment) -> Incoming:
    """Tell receipts from texts. Nothing is dropped: what can not be read is kept as it came."""
    found = Incoming()
    for one in delivered:
        try:
            message = _decode(one)
        except BadPdu:
            found.inbounds.append(_unreadable(one, rule, moment))
            found.texted.append(one)
            found.readable.append(False)
            continue
        receipt = read_receipt(message, rule.receipt_ids)
        if receipt is not None:
            _sort_receipt(one, message, receipt, rule, found)
        else:
            found.inbounds.append(_inbound(message, rule, moment))
            found.texted.append(one)
            found.readable.append(True)
    return found


def _decode(one: Delivered) -> Message:
    decode = decode_data_message if one.command == commands.DATA_SM else decode_message
    return decode(one.body)


def _sort_receipt(
    one: Delivered, message: Message, receipt: ReceiptForm, rule: IncomingRule, found: Incoming
) -> None:
    report = rule.failures.report(receipt.state, receipt.error)
    if report is None or is_intermediate(message):
        found.needless.append(one)
        return
    status, failure = report
    found.receipted.append(one)
    found.receipts.append(
        Receipt(
            carrier=rule.carrier,
            reference=receipt.reference,
            sender=read_address(message.destination_ton, message.destination, rule.country),
            recipient=read_address(message.source_ton, message.source, rule.country),
            status=status,
            failure=failure,
            carrier_time_ms=receipt.done_ms,
            raw=receipt.raw,
            word=rule.failures.report_word(receipt.state, receipt.error) if failure else None,
        )
    )


def _inbound(message: Message, rule: IncomingRule, moment: Moment) -> Inbound:
    content = read_content(message)
    alphabet = declared_alphabet(message.data_coding, rule.default_alphabet, rule.codings)
    reading = read_text(content.data, Writing(alphabet, content.fill_bits, content.language))
    return Inbound(
        carrier=rule.carrier,
        source=read_address(message.source_ton, message.source, rule.country),
        destination=read_address(message.destination_ton, message.destination, rule.country),
        text=reading.text,
        raw=message.content,
        reference=None,
        session=moment.session,
        received_at_ms=moment.now_ms,
        readings=reading.others,
        part=_part(content.chain),
    )


def _part(chain: Chain | None) -> TextPart | None:
    if chain is None or chain.total > MAX_PARTS:
        return None
    return TextPart(chain.key, chain.number, chain.total)


def _unreadable(one: Delivered, rule: IncomingRule, moment: Moment) -> Inbound:
    """For nobody, so that it lies in quarantine with its bytes."""
    return Inbound(
        carrier=rule.carrier,
        source="",
        destination="",
        text="",
        raw=one.body,
        reference=None,
        session=moment.session,
        received_at_ms=moment.now_ms,
    )
