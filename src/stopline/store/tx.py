"""One transaction: every statement as a typed method, grouped by what it is about."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Protocol

from stopline.core.hints import Hint
from stopline.core.reviews import Review
from stopline.core.routing import NO_ROUTES, RoutingTable
from stopline.core.tally import Tallies
from stopline.store.accounts import Accounts
from stopline.store.authorizations import Authorizations
from stopline.store.batches import Batches
from stopline.store.carriers import Carriers
from stopline.store.consents import ConsentRow, Consents, FirstDenials
from stopline.store.console import Console
from stopline.store.database import Database
from stopline.store.deliveries import Deliveries
from stopline.store.figures import Figures
from stopline.store.gate import Door
from stopline.store.inbound_parts import InboundParts
from stopline.store.inbounds import Inbounds
from stopline.store.installation import Installation
from stopline.store.ledger import Ledger
from stopline.store.messages import Messages
from stopline.store.network_reports import NetworkReports
from stopline.store.queues import DueQueue, Queue, Queues
from stopline.store.request_counts import RequestCounts
from stopline.store.reviews import Reviews
from stopline.store.senders import Senders
from stopline.store.sessions import Sessions
from stopline.store.sockets import Sockets
from stopline.store.spending import Spending
from stopline.store.subscriptions import Subscriptions
from stopline.store.waiting import Waiting


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets that live outside the database and its backups, 32 bytes each."""

    number: bytes
    server: bytes
    checkpoint: bytes


class Ids(Protocol):
    """Hands out the ids of one process."""

    @property
    def node(self) -> int:
        """The number of the process, which is part of its ids."""
        ...

    def take(self, bucket: int, count: int, now_ms: int) -> list[int]:
        """`count` new ids of one bucket, rising."""
        ...


class Tx:
    """What a flow may do. `now_ms` is this transaction's time; flows never ask a clock."""

    def __init__(
        self,
        database: Database,
        gate: Door,
        ids: Ids,
        keys: Keys,
        now_ms: int,
        random_hex: Callable[[int], str],
    ) -> None:
        self._gate = gate
        self._ids = ids
        self.keys = keys
        self.now_ms = now_ms
        self.random_hex = random_hex
        # How messages go; the store says it.
        self.routing: RoutingTable = NO_ROUTES
        self._claims: list[int] = []
        self._woken: dict[Queue, int] = {}
        self._served: list[tuple[DueQueue, int | None]] = []
        self.accounts = Accounts(database)
        self.authorizations = Authorizations(database)
        self.hints: set[Hint] = set()
        # What was done, for those who watch; counted when it is committed.
        self.tallies = Tallies()
        self.batches = Batches(database)
        self.carriers = Carriers(database)
        self.consents = Consents(database)
        self.console = Console(database)
        self.deliveries = Deliveries(database)
        self.inbound_parts = InboundParts(database)
        self.figures = Figures(database)
        self.inbounds = Inbounds(database)
        self.installation = Installation(database)
        self.ledger = Ledger(database)
        self.messages = Messages(database)
        self.network_reports = NetworkReports(database)
        self.request_counts = RequestCounts(database)
        self.queues = Queues(database)
        self.reviews = Reviews(database)
        self.senders = Senders(database)
        self.sessions = Sessions(database)
        self.sockets = Sockets(database)
        self.spending = Spending(database)
        self.subscriptions = Subscriptions(database)
        self.waiting = Waiting(database)

    @property
    def node(self) -> int:
        """The number of the process that runs this."""
        return self._ids.node

    def new_ids(self, bucket: int, count: int) -> list[int]:
        """`count` rising ids of one bucket."""
        return self._ids.take(bucket, count, self.now_ms)

    def new_id(self, bucket: int) -> int:
        """One id."""
        return self.new_ids(bucket, 1)[0]

    def lock_recipients(self, recipients: Iterable[str]) -> None:
        """Take these persons for this transaction, before anything of theirs is read.

        Where several transactions run at once this puts those of one person in an order. Lock
        order: persons, then for each bucket in rising order messages by id, batches by id, the
        head of the chain; senders' queues last of all, which `finish` sees to.
        """
        self._gate.hold(list(recipients))

    def hold(self, name: str) -> None:
        """Until this transaction ends no other holds the name."""
        self._gate.hold([name])

    def share(self, name: str) -> None:
        """Until this transaction ends nobody holds the name; others may share it."""
        self._gate.share(name)

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

    def deny_first(self, bucket: int, first: FirstDenials) -> None:
        """As `deny`, for many pairs that have no row yet."""
        self._gate.close([one[0] for one in first.persons])
        self.consents.add_denials(bucket, first)

    def allow(self, bucket: int, changes: Sequence[ConsentRow]) -> None:
        """Write consent rows that deny nothing new."""
        self.consents.put(bucket, changes)

    def wake_queue(self, queue: Queue, due_ms: int) -> None:
        """It has something to send from `due_ms` on."""
        self._woken[queue] = min(due_ms, self._woken.get(queue, due_ms))
        self.hints.add(Hint.SUBMISSIONS)

    def served_queue(self, queue: DueQueue, due_ms: int | None) -> None:
        """The queue, read in its version, has its next message at `due_ms`."""
        self._served.append((queue, due_ms))

    def finish(self) -> None:
        """Write what is written last. The store calls it before the commit."""
        if self._served:
            self.queues.set_next_due(sorted(self._served, key=lambda one: astuple(one[0].queue)))
        if self._woken:
            self.queues.wake(sorted(self._woken.items(), key=lambda one: astuple(one[0])))

    def open_claim(self) -> int:
        """The number under which the gate knows the claim that this transaction makes."""
        claim = self._gate.open_claim()
        self._claims.append(claim)
        return claim

    def abandon_claims(self) -> None:
        """The transaction was rolled back: the claims it made do not exist."""
        for claim in self._claims:
            self._gate.end_claim(claim)
