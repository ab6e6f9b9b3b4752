"""What carriers say of persons and numbers: opted out, perhaps opted out, no such subscriber.

Only a sure word opts a person out by itself. A possible one is kept; three of them for a pair
within thirty days are taken for sure. What is said of the number is kept and changes no consent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stopline.core.carriage import NetworkWord, says_opted_out
from stopline.core.errors import InvalidField
from stopline.core.messages import ERASED, FailureCode
from stopline.core.network import NetworkReport
from stopline.core.numbers import Pair
from stopline.flows.consent import NetworkDenial, record_network_denials
from stopline.store.senders import Sender
from stopline.store.tx import Tx

DAY_MS = 86_400_000
# So many messages of a pair that perhaps failed because the person opted out, in this time.
POSSIBLE_DENIALS = 3
POSSIBLE_DAYS = 30
REPORTS_PAGE_LIMIT = 1_000
# What a carrier may write in a code; more is cut.
MAX_RAW_CHARS = 200


@dataclass(frozen=True, slots=True)
class NetworkSaying:
    """A failure as a carrier reports it. `evidence` is the same for all reports of a message."""

    sender: str
    recipient: str
    carrier: str
    evidence: str
    failure: FailureCode | None
    word: NetworkWord | None
    raw: str = ""

    @property
    def pair(self) -> Pair:
        """Whom it is about."""
        return Pair(self.sender, self.recipient)

    @property
    def may_deny(self) -> bool:
        """Whether the person may be opted out for it."""
        possible = self.word is NetworkWord.POSSIBLY_OPTED_OUT
        return possible or says_opted_out(self.failure, self.word)


def lock_persons(tx: Tx, recipients: Iterable[str]) -> None:
    """Take those whom a report may opt out."""
    if found := set(recipients):
        tx.lock_recipients(found)


def hear_network(tx: Tx, sayings: Sequence[NetworkSaying]) -> None:
    """Obey and keep what carriers say. The caller holds the persons it may deny."""
    heard = [s for s in sayings if s.recipient != ERASED and (s.word or s.may_deny)]
    if not heard:
        return
    owners = tx.senders.find({saying.sender for saying in heard})
    denials = [_denial(s) for s in heard if says_opted_out(s.failure, s.word)]
    by_bucket: dict[int, list[NetworkSaying]] = defaultdict(list)
    for saying in heard:
        kept = saying.word not in (None, NetworkWord.OPTED_OUT)
        if kept and saying.sender in owners:
            by_bucket[owners[saying.sender].bucket].append(saying)
    for bucket in sorted(by_bucket):
        denials += _keep(tx, bucket, by_bucket[bucket], owners)
    record_network_denials(tx, denials)


def _denial(saying: NetworkSaying) -> NetworkDenial:
    failure = saying.failure or FailureCode.CARRIER_OPTED_OUT
    return NetworkDenial(saying.sender, saying.recipient, saying.carrier, failure, saying.raw)


def _keep(
    tx: Tx, bucket: int, sayings: Sequence[NetworkSaying], owners: dict[str, Sender]
) -> list[NetworkDenial]:
    """Store the reports; gives the denials that the possible ones have become."""
    tx.network_reports.add(
        bucket,
        [
            NetworkReport(
                pair=saying.pair,
                account_id=owners[saying.sender].account_id,
                word=saying.word or NetworkWord.NOT_UNDERSTOOD,
                evidence=saying.evidence,
                carrier=saying.carrier,
                failure=saying.failure.value if saying.failure else "",
                raw=saying.raw[:MAX_RAW_CHARS],
            )
            for saying in sayings
        ],
        tx.now_ms,
    )
    possible = {s.pair: s for s in sayings if s.word is NetworkWord.POSSIBLY_OPTED_OUT}
    if not possible:
        return []
    since_ms = tx.now_ms - POSSIBLE_DAYS * DAY_MS
    word = NetworkWord.POSSIBLY_OPTED_OUT
    counts = tx.network_reports.count(bucket, list(possible), word, since_ms)
    sure = [pair for pair, count in counts.items() if count >= POSSIBLE_DENIALS]
    if sure:
        # After a START as many are needed again.
        tx.network_reports.drop(bucket, sure, word)
    return [_denial(possible[pair]) for pair in sure]


def list_reports(
    tx: Tx, account_id: int, sender: str, after: tuple[str, str, str], limit: int
) -> list[NetworkReport]:
    """What carriers said of the recipients of one of the account's numbers. Raises
    InvalidField."""
    owner = tx.senders.find([sender]).get(sender)
    if owner is None or owner.account_id != account_id:
        raise InvalidField("from", "is not a number of this account")
    return tx.network_reports.list_page(owner.bucket, sender, after, limit)
