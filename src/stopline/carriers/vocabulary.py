"""What providers' codes mean, in our words: one table for every carrier.

The table is `data/carrier-errors.json`. A code that is not in it is kept as it came and means
"unknown": it is never guessed from its neighbours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from stopline.core.carriage import NetworkWord
from stopline.core.messages import FailureCode


class Meaning(msgspec.Struct, frozen=True):
    """What one code means: why the message failed (None: it did not), what it says beyond that
    of the person or the number, and whether the same message may be tried again."""

    failure: FailureCode | None = None
    word: NetworkWord | None = msgspec.field(name="says", default=None)
    retry: bool = False
    name: str = ""


NOT_UNDERSTOOD = Meaning(FailureCode.CARRIER_UNKNOWN, NetworkWord.NOT_UNDERSTOOD)


class _Table(msgspec.Struct, frozen=True):
    about: str
    providers: dict[str, dict[str, Meaning]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One provider's codes."""

    rows: Mapping[str, Meaning]

    def read(self, code: str) -> Meaning:
        """The code's meaning; of one that nobody published, that we do not know."""
        return self.rows.get(code, NOT_UNDERSTOOD)

    def knows(self, code: str) -> bool:
        """Whether the code is published."""
        return code in self.rows


@cache
def _shipped() -> Mapping[str, Vocabulary]:
    text = files("stopline").joinpath("data", "carrier-errors.json").read_bytes()
    table = msgspec.json.decode(text, type=_Table)
    return {provider: Vocabulary(rows) for provider, rows in table.providers.items()}


def providers() -> list[str]:
    """The names of the vocabularies."""
    return sorted(_shipped())


def find(provider: str) -> Vocabulary:
    """A provider's vocabulary. Raises KeyError."""
    return _shipped()[provider]
