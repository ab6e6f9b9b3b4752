"""What accounts spent each day."""

from typing import NamedTuple

from stopline.store.database import Database


class Spent(NamedTuple):
    """What is spent of a day, in millionths, and whether its cap was reached."""

    micros: int
    is_capped: bool


class Spending:
    """Statements on an account's days. Each names the account's own bucket."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def read(self, bucket: int, account_id: int, day: int) -> Spent:
        """What is spent so far."""
        row = self._db.first("find_spent", bucket=bucket, account_id=account_id, day=day)
        return Spent(row[0], bool(row[1])) if row else Spent(0, False)

    def write(self, bucket: int, account_id: int, day: int, spent: Spent) -> None:
        """What is spent now."""
        self._db.run(
            "set_spent",
            bucket=bucket,
            account_id=account_id,
            day=day,
            micros=spent.micros,
            is_capped=int(spent.is_capped),
        )
