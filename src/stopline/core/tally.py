"""What a transaction did, in counts for those who watch: no number of a person is in them."""

from collections import Counter
from dataclasses import dataclass, field

from stopline.core.consent import ConsentSource
from stopline.core.ledger import LedgerKind
from stopline.core.messages import FailureCode, MessageStatus


@dataclass(frozen=True, slots=True)
class Tallies:
    """Counts by account: messages that came to a status, with the failure if it is one; texts of
    persons that were stored; records of consent that turned, by who turned them."""

    messages: Counter[tuple[int, MessageStatus, FailureCode | None]] = field(
        default_factory=Counter
    )
    texts: Counter[int] = field(default_factory=Counter)
    consents: Counter[tuple[int, LedgerKind, ConsentSource]] = field(default_factory=Counter)
