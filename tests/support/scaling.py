"""Worlds with millions of opt-outs, and what the four questions asked of them take."""

import itertools
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import apsw
import psycopg

from stopline.core.consent_file import ALONE_SLICE_LINES, SLICE_LINES
from stopline.core.cover import Sending
from stopline.core.ledger import Channel
from stopline.core.numbers import bucket_of
from stopline.core.pages import PageAsk
from stopline.core.scopes import ScopeKind
from stopline.flows.consent import Author
from stopline.flows.cover import judge_recipients
from stopline.flows.loading import load_opt_outs
from stopline.flows.opt_outs import OptOutSearch, list_opt_outs
from stopline.flows.people import find_people
from support.world import ACCOUNT, World

# A person's number from the person's, as `person` makes it, and all else as in a record that
# exists. Moments run up to that record's, a second a thousandth of the whole.
_MORE_RECORDS = """
with recursive n (i) as (select {first} union all select i + 1 from n where i + 1 < {last})
insert into consents (bucket, scope_kind, scope, recipient, account_id, denied, generation,
    denials, source, changed_ms, ledger_position, stop_ms, stop_carrier_ms, stop_session)
select c.bucket, c.scope_kind, c.scope,
    '+1' || (312 + i / 6300000) || (200 + i % 6300000 / 9000) || (1000 + i % 9000),
    c.account_id, c.denied, c.generation, c.denials, c.source,
    c.changed_ms - 1000 + 1000 * cast({first} as bigint) / {people}, c.ledger_position, c.stop_ms,
    c.stop_carrier_ms, c.stop_session
from n cross join consents c
where c.bucket = {bucket} and c.scope_kind = {pair} and c.scope = '{sender}'
    and c.recipient = '{like}'
"""
RECORDS_SLICE = 100_000

OFFICER = Author(ACCOUNT, Channel.IMPORT, "command:officer")
# One account's numbers, as many as a large campaign uses; they lie in different buckets.
SENDERS = tuple(f"+1202555{number:04d}" for number in range(100, 110))
BATCH = 10_000
PAGE = 100
TABLES = ("consents", "ledger_entries", "ledger_personal")


def person(number: int) -> str:
    """One of 70 million fictional persons: eleven area codes of 6,300,000."""
    area, rest = divmod(number, 6_300_000)
    exchange, line = divmod(rest, 9_000)
    return f"+1{312 + area}{200 + exchange}{1_000 + line}"


# Persons who never said anything, for STOPs of today; beyond every load.
FIRST_STOPPING = 66_000_000


@dataclass
class Scaled:
    """A world whose senders have `pairs` opt-outs together."""

    world: World
    pairs: int
    # Persons of a batch who are out; the same in worlds that are compared.
    denied: int
    loaded: int = 0
    load_seconds: float = 0.0
    timings: dict[str, list[float]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        self._stopping = itertools.count(FIRST_STOPPING)

    def load(self, pairs: int) -> None:
        """Put the first of the pairs in, as `stopline consent load` does."""
        began = time.perf_counter()
        self.loaded = pairs
        people_in_all = self.loaded // len(SENDERS)
        # What one transaction of the command takes.
        size = ALONE_SLICE_LINES if self.world.database is None else SLICE_LINES
        for first in range(0, people_in_all, size):
            last = min(first + size, people_in_all)
            people = [person(number) for number in range(first, last)]
            for sender in SENDERS:
                self.world.store.transact_now(load_opt_outs, OFFICER, sender, people)
        self.load_seconds = time.perf_counter() - began

    def load_records(self) -> None:
        """Put in the records of all pairs beyond those that are loaded, without ledger entries."""
        people_in_all = self.pairs // len(SENDERS)
        for first in range(self.loaded // len(SENDERS), people_in_all, RECORDS_SLICE):
            last = min(first + RECORDS_SLICE, people_in_all)
            for sender in SENDERS:
                run_sql(
                    self.world,
                    _MORE_RECORDS.format(
                        first=first,
                        last=last,
                        people=people_in_all,
                        bucket=bucket_of(sender),
                        pair=int(ScopeKind.PAIR),
                        sender=sender,
                        like=person(0),
                    ),
                )

    def measure(self) -> None:
        """Ask each question once, about a place of chance."""
        sender = self.chance.choice(SENDERS)
        somebody = person(self.chance.randrange(self.pairs // len(SENDERS)))
        self._time("STOP to gate closed", lambda: self._stop(sender))
        self._time("gate check of a batch of 10,000", lambda: self._check(sender))
        self._time("opt-outs, first page", lambda: self._page(sender, PageAsk(PAGE)))
        deep = (self.world.clock() - self.chance.randrange(1_000_000), sender, somebody)
        self._time(
            "opt-outs, a page in the middle", lambda: self._page(sender, PageAsk(PAGE, deep))
        )
        self._time("opt-outs of the account", lambda: self._page(None, PageAsk(PAGE)))
        self._time("one person by number", lambda: self._find(somebody))
        self._time("search by the beginning", lambda: self._search(somebody[:9]))

    def _time(self, name: str, work: Callable[[], None]) -> None:
        began = time.perf_counter()
        work()
        self.timings.setdefault(name, []).append((time.perf_counter() - began) * 1_000)

    def median_ms(self, name: str) -> float:
        """Of all that was measured so far."""
        return statistics.median(self.timings[name])

    def _stop(self, sender: str) -> None:
        who = person(next(self._stopping))
        assert self.world.text(who, "STOP", sender) == 1

    def _check(self, sender: str) -> None:
        first = self.chance.randrange(self.pairs // len(SENDERS) - self.denied + 1)
        people = [person(first + offset) for offset in range(self.denied)]
        people += [person(50_000_000 + first + offset) for offset in range(BATCH - len(people))]
        found = self.world.store.read_now(
            judge_recipients, bucket_of(sender), Sending(sender, ACCOUNT, None), people
        )
        assert sum(not verdict.allowed for verdict in found.values()) == self.denied

    def _page(self, sender: str | None, ask: PageAsk) -> None:
        search = OptOutSearch(ACCOUNT, sender)
        page = self.world.store.read_now(list_opt_outs, search, ask)
        assert page.rows or ask.key

    def _find(self, recipient: str) -> None:
        search = OptOutSearch(ACCOUNT, recipient=recipient)
        found = self.world.store.read_now(list_opt_outs, search, PageAsk(PAGE))
        assert len(found.rows) == len(SENDERS)

    def _search(self, prefix: str) -> None:
        assert self.world.store.read_now(find_people, ACCOUNT, prefix, 20)


def run_sql(world: World, sql: str) -> None:
    """Run a statement past the store, committed."""
    if world.database is not None:
        with psycopg.connect(world.database) as connection:
            connection.execute(sql)
        return
    file = apsw.Connection(str(world.path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        file.execute(sql)
    finally:
        file.close()


def table_bytes(world: World) -> dict[str, int]:
    """Bytes on the disk of each table, its indexes included."""
    if world.database is None:
        return _sqlite_bytes(world)
    with psycopg.connect(world.database) as connection:
        rows = connection.execute(
            "select relname, pg_total_relation_size(oid) from pg_class where relkind = 'r' "
            "and relnamespace = 'public'::regnamespace"
        ).fetchall()
    return dict(rows)


def _sqlite_bytes(world: World) -> dict[str, int]:
    connection = apsw.Connection(str(world.path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        return dict(
            connection.execute(
                "select m.tbl_name, sum(s.pgsize) from dbstat s "
                "join sqlite_master m on m.name = s.name where s.aggregate = true group by 1"
            ).fetchall()
        )
    finally:
        connection.close()
