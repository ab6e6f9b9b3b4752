"""Operations on consent in bulk: what lists from elsewhere say, and the own list page by page."""

from collections import Counter
from typing import Any

from stopline.control.access import Arguments
from stopline.control.operations import Operation
from stopline.core.consent_facts import Fact, Verdict
from stopline.core.consent_file import ALONE_SLICE_LINES
from stopline.core.errors import LimitReached
from stopline.flows.consent_export import export_page
from stopline.flows.consent_import import find_target, import_facts, weigh_facts
from stopline.flows.consent_records import ScanPlace
from stopline.store.tx import Tx


class Facts(Arguments):
    """Facts about one sender, or about all numbers of an account; each of another scope."""

    sender: str
    facts: list[Fact]
    account_id: int | None = None
    actor: str = ""


class Numbers(Arguments):
    """Numbers as a file names them."""

    numbers: list[str]
    account_id: int | None = None


class ExportAsked(Arguments):
    """A page of an account's records, or of those of one of its numbers."""

    account_id: int
    sender: str | None = None
    after: ScanPlace = ScanPlace()


class OfSender(Arguments):
    """Whose number it is."""

    number: str


def weigh(tx: Tx, asked: Facts) -> dict[str, int]:
    """What an import would do with these now, counted by verdict."""
    target = find_target(tx, asked.sender, asked.account_id)
    return _count(weigh_facts(tx, target, asked.facts))


def take(tx: Tx, asked: Facts) -> dict[str, int]:
    """Take the facts over; counts by verdict."""
    if len(asked.facts) > ALONE_SLICE_LINES:
        raise LimitReached(f"at most {ALONE_SLICE_LINES} facts at once")
    target = find_target(tx, asked.sender, asked.account_id)
    return _count(import_facts(tx, target, asked.actor, asked.facts))


def _count(verdicts: list[Verdict]) -> dict[str, int]:
    return {verdict.value: count for verdict, count in Counter(verdicts).items()}


def known_senders(tx: Tx, asked: Numbers) -> list[str]:
    """Which of them are numbers of this installation, or of one account of it."""
    found = tx.senders.find(asked.numbers)
    return [
        number for number, owner in found.items() if asked.account_id in (None, owner.account_id)
    ]


def owner_of(tx: Tx, asked: OfSender) -> int:
    """The account of a number. Raises NotFound."""
    return find_target(tx, asked.number).account_id


def export(tx: Tx, asked: ExportAsked) -> dict[str, Any]:
    """The records as facts; `after` is null behind the last page."""
    page = export_page(tx, asked.account_id, asked.sender, asked.after)
    return {"facts": page.facts, "after": page.after}


OPERATIONS = (
    Operation("consent.weigh", Facts, weigh, writes=False),
    Operation("consent.import", Facts, take),
    Operation("consent.export", ExportAsked, export, writes=False),
    Operation("senders.known", Numbers, known_senders, writes=False),
    Operation("senders.owner", OfSender, owner_of, writes=False),
)
