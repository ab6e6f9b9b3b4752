"""What carriers said of persons and numbers, beyond why a message failed."""

from collections.abc import Sequence

from stopline.core.carriage import NetworkWord
from stopline.core.network import NetworkReport
from stopline.core.numbers import Pair
from stopline.store.database import Database, rows


class NetworkReports:
    """Statements on reports. Each names one bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, bucket: int, reports: Sequence[NetworkReport], now_ms: int) -> None:
        """Keep them; what was said of a message before adds nothing."""
        items = [
            (r.pair.sender, r.pair.recipient, r.word.value, r.evidence, r.account_id, r.carrier,
             r.failure, r.raw)
            for r in reports
        ]  # fmt: skip
        self._db.run("add_network_reports", bucket=bucket, items=rows(items), now_ms=now_ms)

    def count(
        self, bucket: int, pairs: Sequence[Pair], word: NetworkWord, since_ms: int
    ) -> dict[Pair, int]:
        """How often a word was said of each pair since a moment."""
        found = self._db.all(
            "count_network_reports",
            bucket=bucket,
            pairs=_pairs(pairs),
            word=word.value,
            since_ms=since_ms,
        )
        return {Pair(row[0], row[1]): row[2] for row in found}

    def drop(self, bucket: int, pairs: Sequence[Pair], word: NetworkWord) -> None:
        """Forget a word about these pairs."""
        self._db.run("drop_network_reports", bucket=bucket, pairs=_pairs(pairs), word=word.value)

    def list_page(
        self, bucket: int, sender: str, after: tuple[str, str, str], limit: int
    ) -> list[NetworkReport]:
        """What was said of a sender's recipients, after a place in their order."""
        found = self._db.all(
            "list_network_reports",
            bucket=bucket,
            sender=sender,
            recipient=after[0],
            word=after[1],
            evidence=after[2],
            limit=limit,
        )
        return [
            NetworkReport(Pair(row[0], row[1]), 0, NetworkWord(row[2]), *row[3:]) for row in found
        ]

    def erase(self, bucket: int, account_id: int, recipient: str) -> int:
        """Forget a person of an account."""
        return self._db.run(
            "erase_network_reports", bucket=bucket, recipient=recipient, account_id=account_id
        )

    def purge(self, bucket: int, before_ms: int, limit: int) -> int:
        """Delete a slice of what was said before a moment."""
        return self._db.run(
            "purge_network_reports", bucket=bucket, before_ms=before_ms, limit=limit
        )


def _pairs(pairs: Sequence[Pair]) -> str:
    return rows([(pair.sender, pair.recipient) for pair in pairs])
