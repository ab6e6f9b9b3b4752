"""Judges a fleet from outside: by the simulator's journal, and by what the database holds."""

from stopline.carriers.simulator.journal import (
    InboundAcknowledgedLine,
    SubmitLine,
    read_lines,
)
from stopline.carriers.simulator.oracle import ConsentOracle
from stopline.core.ids import BUCKET_COUNT
from stopline.core.messages import FINAL_STATUSES, MessageStatus
from stopline.flows.ledger import verify_ledger
from stopline.flows.rebuild import compare_with_ledger
from stopline.flows.submissions import recheck_claim
from stopline.keys import load_or_make_keys
from stopline.store.postgres import PostgresStore
from stopline.store.postgres_connection import DatabaseAddress
from stopline.store.tx import Keys
from support.fleet import Fleet

# What two connections bring is read by the simulator in any order, so that a message may seem to
# come after the STOP that another process acknowledged: as long as it may have lain in a socket.
IN_THE_SOCKET_NS = 1_000_000_000
# Settings of processes under load whose messages have to end within a test's patience.
LOADED = {
    "uncertain_wait_ms": "1000",
    "simulator_window": "300",
    **{f"rate_limit_{group}": "0" for group in ("light", "medium", "heavy", "auth")},
}


class Judge:
    """Looks at the database through a store of its own."""

    def __init__(self, machines: Fleet) -> None:
        keys = load_or_make_keys(machines.data, database_exists=True)
        self._machines = machines
        self._store = PostgresStore(
            DatabaseAddress(machines.database),
            Keys(keys.number, keys.server, keys.checkpoint),
            recheck=recheck_claim,
            transient=True,
        )

    def close(self) -> None:
        self._store.close()

    def check(self, told: list[str], accepted: int) -> None:
        """G2, G3, G5 and G6: acknowledged STOPs are there with their effects, accepted messages
        are there, the ledger is whole and says what the state says."""
        people = list(dict.fromkeys(told))
        out = "select recipient from consents where scope_kind = 0 and recipient = any(%s)"
        denied = {row[0] for row in self._machines.rows(out, (people,))}
        assert set(people) - denied == set()
        answered = "select recipient from messages where purpose = 1 and recipient = any(%s)"
        assert set(people) - {row[0] for row in self._machines.rows(answered, (people,))} == set()
        bulk = "select count(*) from messages where direction = 0 and purpose = 0"
        assert self._machines.rows(bulk)[0][0] >= accepted
        assert self._store.read_now(lambda tx: list(verify_ledger(tx))) == []
        for bucket in self._used():
            assert self._store.read_now(compare_with_ledger, bucket) == []

    def _used(self) -> list[int]:
        return [
            bucket
            for bucket in range(BUCKET_COUNT)
            if self._store.read_now(lambda tx, b=bucket: tx.ledger.head(b))[0]
        ]


def late_and_double(machines: Fleet) -> tuple[int, int, ConsentOracle]:
    """G1, G4 and G7 by the journal: messages after their STOP, and replies handed over twice."""
    oracle = ConsentOracle()
    moments: dict[int, int] = {}
    told: dict[int, int] = {}
    replies: dict[int, int] = {}
    for _, _, line in read_lines(machines.journal):
        oracle.follow(line)
        if isinstance(line, SubmitLine):
            moments[line.sequence] = line.monotonic_ns
            if line.text.startswith("NETWORK MSG:"):
                replies[line.message_id] = replies.get(line.message_id, 0) + 1
        elif isinstance(line, InboundAcknowledgedLine):
            told[line.sequence] = line.monotonic_ns
    late = sum(
        moments[found.sequence] - told[found.stop_acknowledged] > IN_THE_SOCKET_NS
        for found in oracle.violations
    )
    return late, sum(times > 1 for times in replies.values()), oracle


def is_settled(machines: Fleet) -> bool:
    """Whether every message of an accepted batch has a final status."""
    query = (
        "select 1 from messages m where status = {} and direction = 0 and (batch_id is null or "
        "exists (select 1 from batches b where b.bucket = m.bucket and b.id = m.batch_id)) limit 1"
    )
    open_statuses = set(MessageStatus) - FINAL_STATUSES
    return not any(machines.rows(query.format(int(status))) for status in open_statuses)
