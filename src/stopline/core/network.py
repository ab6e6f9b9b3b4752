"""What a carrier said of a person or a number, as it is kept."""

from dataclasses import dataclass

from stopline.core.carriage import NetworkWord
from stopline.core.numbers import Pair


@dataclass(frozen=True, slots=True)
class NetworkReport:
    """One carrier's word. `evidence` is the same for everything said of one message, `raw` the
    carrier's code, `failure` our class of it."""

    pair: Pair
    account_id: int
    word: NetworkWord
    evidence: str
    carrier: str
    failure: str
    raw: str
    reported_ms: int = 0

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the list of its sender."""
        return (self.pair.recipient, self.word.value, self.evidence)


# Before the first of a list.
FIRST_REPORT = ("", "", "")
