"""Parts of long texts that wait for the others."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import NamedTuple

from stopline.store.database import Database, rows


class ChainKey(NamedTuple):
    """One long text: whose, to which number, over which carrier, and its mark."""

    source: str
    destination: str
    carrier: str
    chain: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part. `body` and `readings` are JSON, `raw_text` hexadecimal."""

    source: str
    destination: str
    carrier: str
    chain: str
    number: int
    total: int
    body: str
    readings: str
    raw_text: str
    session: str
    received_ms: int
    carrier_ms: int | None

    @property
    def key(self) -> ChainKey:
        """The text it belongs to."""
        return ChainKey(self.source, self.destination, self.carrier, self.chain)


@dataclass(frozen=True, slots=True)
class OpenChain:
    """An unfinished text: parts that are there, parts in all, when the first came."""

    key: ChainKey
    count: int
    total: int
    began_ms: int


class InboundParts:
    """Statements on parts. Each names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, bucket: int, parts: Sequence[PartRow]) -> None:
        """Keep parts; copies of one that is there add nothing."""
        self._db.run("add_inbound_parts", bucket=bucket, items=rows(list(map(astuple, parts))))

    def chains_of(self, bucket: int, sources: Sequence[str]) -> list[OpenChain]:
        """Every text of these persons of which a part is there."""
        found = self._db.all(
            "list_chains_of_sources", bucket=bucket, sources=rows([(s,) for s in sources])
        )
        return [OpenChain(ChainKey(*row[:4]), *row[4:]) for row in found]

    def count(self, bucket: int) -> int:
        """Parts that wait."""
        row = self._db.first("count_inbound_parts", bucket=bucket)
        return row[0] if row else 0

    def oldest(self, bucket: int, before_ms: int, limit: int) -> list[ChainKey]:
        """The texts of the parts that wait longest, among those received before a moment."""
        found = self._db.all("list_oldest_parts", bucket=bucket, before_ms=before_ms, limit=limit)
        return list(dict.fromkeys(ChainKey(*row) for row in found))

    def take(self, bucket: int, chains: Sequence[ChainKey]) -> list[PartRow]:
        """Remove and return the parts of these texts."""
        if not chains:
            return []
        found = self._db.all("take_inbound_parts", bucket=bucket, chains=rows(chains))
        return [PartRow(*row) for row in found]

    def erase(self, bucket: int, source: str) -> int:
        """Remove a person's parts."""
        return self._db.run("erase_inbound_parts", bucket=bucket, source=source)
