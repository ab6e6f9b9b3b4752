"""Submissions as submit_sm: everything that repeats from one to the next is made once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.addresses import AddressRule, render_address
from stopline.carriers.smpp.pdu import encode_tlvs
from stopline.carriers.smpp.segments import Segment, TextRule, count_submits, split_text
from stopline.core.carriage import Submission

# Senders of one carrier, and texts under way; an entry takes some hundred bytes.
_CACHE_SIZE = 4_096
_RECEIPT_WANTED = 1
_NO_TLVS: Mapping[int, bytes] = {}


class SubmitRule(NamedTuple):
    """What a carrier wants in a submit_sm.

    `validity_s`: how long the carrier may keep trying, 0 for its own time. `tlvs` go with every
    message (campaign and brand ids), `sender_tlvs` with those of one sender.
    """

    service_type: str = ""
    protocol_id: int = 0
    priority: int = 0
    receipts: bool = True
    validity_s: int = 0
    message_reference: bool = False
    text: TextRule = TextRule()
    address: AddressRule = AddressRule()
    tlvs: Mapping[int, bytes] = _NO_TLVS
    sender_tlvs: Mapping[str, Mapping[int, bytes]] = {}


class SubmitEncoder:
    """Makes the bodies of submit_sm for one carrier."""

    def __init__(self, rule: SubmitRule) -> None:
        self._rule = rule
        self._chain_reference = 0
        self._validity = render_validity(rule.validity_s)
        self._head = lru_cache(maxsize=_CACHE_SIZE)(self._make_head)
        self._tail = lru_cache(maxsize=_CACHE_SIZE)(self._make_tail)

    def count(self, submission: Submission) -> int:
        """How many submit_sm, and slots of the window, the submission takes."""
        return count_submits(submission.text, self._rule.text)

    def bodies(self, submission: Submission) -> list[bytes]:
        """One body a segment. Only the last asks for a receipt: it stands for the message."""
        rule = self._rule
        start = self._head(submission.sender) + render_address(submission.recipient, rule.address)
        if count_submits(submission.text, rule.text) == 1:
            bodies = [start + self._tail(submission.text)]
        else:
            bodies = [start + tail for tail in self._chain_tails(submission.text)]
        optional = self._optional(submission)
        return [body + optional for body in bodies] if optional else bodies

    def _chain_tails(self, text: str) -> list[bytes]:
        self._chain_reference += 1
        segments = split_text(text, self._rule.text, self._chain_reference)
        last = len(segments) - 1
        return [self._render(segment, place == last) for place, segment in enumerate(segments)]

    def _make_head(self, sender: str) -> bytes:
        service = self._rule.service_type.encode("ascii") + b"\0"
        return service + render_address(sender, self._rule.address)

    def _make_tail(self, text: str) -> bytes:
        return self._render(split_text(text, self._rule.text, 0)[0], True)

    def _render(self, segment: Segment, wants_receipt: bool) -> bytes:
        rule = self._rule
        receipt = _RECEIPT_WANTED if rule.receipts and wants_receipt else 0
        return b"".join(
            (
                bytes((segment.esm_class, rule.protocol_id, rule.priority)),
                b"\0",  # schedule_delivery_time: at once
                self._validity,
                bytes((receipt, 0, segment.data_coding, 0, len(segment.content))),
                segment.content,
                encode_tlvs(segment.tlvs),
            )
        )

    def _optional(self, submission: Submission) -> bytes:
        rule = self._rule
        if not (rule.tlvs or rule.sender_tlvs or rule.message_reference):
            return b""
        own = rule.sender_tlvs.get(submission.sender, _NO_TLVS)
        tlvs = {**rule.tlvs, **own}
        if rule.message_reference:
            reference = submission.message_id & 0xFFFF
            tlvs[commands.USER_MESSAGE_REFERENCE] = reference.to_bytes(2, "big")
        return encode_tlvs(tlvs)


def render_validity(seconds: int) -> bytes:
    """A relative time (SMPP 3.4 section 7.1.1.2), with its closing zero; 0 leaves it out."""
    if not seconds:
        return b"\0"
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return b"%04d%02d%02d%02d%02d000R\0" % (0, days, hour, minute, second)
