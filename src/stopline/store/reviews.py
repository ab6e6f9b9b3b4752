"""What was read in texts beyond the sure keyword, and what waits for a decision."""

from collections.abc import Sequence

from stopline.core.numbers import Pair
from stopline.core.reviews import Review, ReviewState
from stopline.store.database import Database, Row, column, rows


def _review(row: Row) -> Review:
    identifier, account_id, sender, recipient, state, keyword_class, evidence, score, *rest = row
    return Review(
        identifier,
        account_id,
        Pair(sender, recipient),
        ReviewState(state),
        keyword_class,
        evidence,
        score / 1000,
        *rest,
    )


def _values(one: Review) -> tuple[str | int | None, ...]:
    return (
        one.id,
        one.account_id,
        one.pair.sender,
        one.pair.recipient,
        one.state,
        one.keyword_class,
        one.evidence,
        round(one.score * 1000),
        one.rule_set,
        one.carrier,
        one.session,
        one.received_ms,
        one.carrier_ms,
        one.created_ms,
        one.decided_ms,
        one.actor,
    )


class Reviews:
    """Statements on reviews. Each names one bucket. Holds are written through `Tx.deny` only."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def add(self, bucket: int, reviews: Sequence[Review]) -> None:
        """Keep these; ids that are known add nothing. For holds use `Tx.deny`."""
        self._db.run("add_reviews", bucket=bucket, items=rows(list(map(_values, reviews))))

    def find_held(self, bucket: int, pairs: Sequence[Pair]) -> list[Review]:
        """What holds these pairs, oldest first."""
        items = rows([(pair.sender, pair.recipient) for pair in pairs])
        return list(map(_review, self._db.all("find_held_reviews", bucket=bucket, pairs=items)))

    def list_overdue(self, bucket: int, before_ms: int, limit: int) -> list[Review]:
        """What is held since before a moment, oldest first."""
        found = self._db.all(
            "list_overdue_reviews", bucket=bucket, before_ms=before_ms, limit=limit
        )
        return list(map(_review, found))

    def read(self, bucket: int, ids: Sequence[int]) -> list[Review]:
        """Reviews by id, whoever owns them."""
        return list(map(_review, self._db.all("read_reviews", bucket=bucket, ids=column(ids))))

    def list_page(
        self, bucket: int, account_id: int, state: ReviewState | None, before_id: int, limit: int
    ) -> list[Review]:
        """A page of one bucket, newest first."""
        found = self._db.all(
            "list_reviews" if state is None else "list_reviews_in_state",
            bucket=bucket,
            account_id=account_id,
            state=state,
            before_id=before_id,
            limit=limit,
        )
        return list(map(_review, found))

    def list_oldest(
        self, bucket: int, account_id: int, state: ReviewState, limit: int
    ) -> list[Review]:
        """The oldest of one state in one bucket."""
        found = self._db.all(
            "list_oldest_reviews", bucket=bucket, account_id=account_id, state=state, limit=limit
        )
        return list(map(_review, found))

    def settle(
        self, bucket: int, ids: Sequence[int], state: ReviewState, actor: str, now_ms: int
    ) -> None:
        """Write how these ended, and who said so."""
        self._db.run(
            "settle_reviews",
            bucket=bucket,
            ids=column(ids),
            state=state,
            actor=actor,
            now_ms=now_ms,
        )

    def erase(self, bucket: int, account_id: int, recipient: str) -> None:
        """Forget a person."""
        self._db.run("erase_reviews", bucket=bucket, account_id=account_id, recipient=recipient)

    def purge(self, bucket: int, before_id: int, limit: int) -> int:
        """Delete a slice of what was decided and is older than an id; returns how many."""
        return self._db.run("purge_reviews", bucket=bucket, before_id=before_id, limit=limit)
