"""One transaction: every statement as a typed method, grouped by what it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stopline.core.hints import Hint
from stopline.core.ids import IdSequence
from stopline.core.reviews import Review
from stopline.store.accounts import Accounts
from stopline.store.authorizations import Authorizations
from stopline.store.batches import Batches
from stopline.store.consents import ConsentRow, Consents
from stopline.store.database import Database
from stopline.store.deliveries import Deliveries
from stopline.store.gate import Gate
from stopline.store.inbound_parts import InboundParts
from stopline.store.inbounds import Inbounds
from stopline.store.ledger import Ledger
from stopline.store.messages import Messages
from stopline.store.reviews import Reviews
from stopline.store.senders import Senders
from stopline.store.sessions import Sessions
from stopline.store.sockets import Sockets
from stopline.store.subscriptions import Subscriptions


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets that live outside the database and its backups, 32 bytes each."""

    number: bytes
    server: bytes
    checkpoint: bytes


class Tx:
    """What a flow may do. `now_ms` is this transaction's time; flows never ask a clock."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        ids: IdSequence,
        keys: Keys,
        now_ms: int,
        random_hex: Callable[[int], str],
    ) -> None:
        self._gate = gate
        self._ids = ids
        self.keys = keys
        self.now_ms = now_ms
        self.random_hex = random_hex
        self._claims: list[int] = []
        self.accounts = Accounts(database)
        self.authorizations = Authorizations(database)
        self.hints: set[Hint] = set()
        self.batches = Batches(database)
        self.consents = Consents(database)
        self.deliveries = Deliveries(database)
        self.inbound_parts = InboundParts(database)
        self.inbounds = Inbounds(database)
        self.ledger = Ledger(database)
        self.messages = Messages(database)
        self.reviews = Reviews(database)
        self.senders = Senders(database)
        self.sessions = Sessions(database)
        self.sockets = Sockets(database)
        self.subscriptions = Subscriptions(database)

    def new_ids(self, bucket: int, count: int) -> list[int]:
        """`count` rising ids of one bucket."""
        return self._ids.take(bucket, count, self.now_ms)

    def new_id(self, bucket: int) -> int:
        """One id."""
        return self.new_ids(bucket, 1)[0]

    def deny(
        self, bucket: int, changes: Sequence[ConsentRow], holds: Sequence[Review] = ()
    ) -> None:
        """Write denials and holds and close the gate for their recipients: the only way to deny.

        After it no hand-over of these recipients is open, and none of an older claim begins.
        """
        people = [change.recipient for change in changes]
        self._gate.close(people + [held.pair.recipient for held in holds])
        if changes:
            self.consents.put(bucket, changes)
        if holds:
            self.reviews.add(bucket, holds)

    def allow(self, bucket: int, changes: Sequence[ConsentRow]) -> None:
        """Write consent rows that deny nothing new."""
        self.consents.put(bucket, changes)

    def wake_senders(self, senders: Sequence[tuple[str, int, str]], due_ms: int) -> None:
        """These (number, bucket, carrier) have something to send from `due_ms` on."""
        if senders:
            self.batches.wake_senders(senders, due_ms)
            self.hints.add(Hint.SUBMISSIONS)

    def open_claim(self) -> int:
        """The number under which the gate knows the claim that this transaction makes."""
        claim = self._gate.open_claim()
        self._claims.append(claim)
        return claim

    def abandon_claims(self) -> None:
        """The transaction was rolled back: the claims it made do not exist."""
        for claim in self._claims:
            self._gate.end_claim(claim)
