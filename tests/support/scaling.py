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
from stopline.flows.consent import Author
from stopline.flows.cover import judge_recipients
from stopline.flows.loading import load_opt_outs
from stopline.flows.opt_outs import OptOutSearch, list_opt_outs
from stopline.flows.people import find_people
from support.world import ACCOUNT, World

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
    load_seconds: float = 0.0
    timings: dict[str, list[float]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    def __post_init__(self) -> None:
        self._stopping = itertools.count(FIRST_STOPPING)

    def load(self) -> None:
        """Put all pairs in, as `stopline consent load` does."""
        began = time.perf_counter()
        # What one transaction of the command takes.
        size = ALONE_SLICE_LINES if self.world.database is None else SLICE_LINES
        for first in range(0, self.pairs // len(SENDERS), size):
            last = min(first + size, self.pairs // len(SENDERS))
            people = [person(number) for number in range(first, last)]
            for sender in SENDERS:
                self.world.store.transact_now(load_opt_outs, OFFICER, sender, people)
        self.load_seconds = time.perf_counter() - began

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
