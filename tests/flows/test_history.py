"""Lists over the buckets of an account: order, pages both ways, one's own rows only."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from stopline.core.ids import first_id_at
from stopline.core.ledger import Channel
from stopline.core.messages import Direction
from stopline.core.pages import Page, PageAsk, Toward
from stopline.flows.administration import create_account, move_sender
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.history import (
    BatchSearch,
    MessageSearch,
    list_batches,
    list_messages,
    summarise,
)
from stopline.flows.opt_outs import OptOutSearch, list_opt_outs
from stopline.store.tx import Tx
from support.world import ACCOUNT, OTHER_ACCOUNT, Clock, World, person

# Numbers whose buckets differ, as those of most numbers do.
SENDERS = [f"+1202555{n:04d}" for n in range(100, 140)]
MINE = SENDERS[:30]
THEIRS = SENDERS[30:]
MESSAGES = MessageSearch(ACCOUNT)
OPT_OUTS = OptOutSearch(ACCOUNT)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    senders = [*((n, ACCOUNT) for n in MINE), *((n, OTHER_ACCOUNT) for n in THEIRS)]
    world = World(tmp_path, Clock(), senders)
    yield world
    world.close()


def opt_out(world: World, sender: str, people: Sequence[str], account_id: int = ACCOUNT) -> None:
    author = Author(account_id, Channel.API, "test")
    wanted = [Assignment(number, opt_out=True) for number in people]
    world.store.transact_now(assign_consents, author, sender, wanted)


def fill(world: World) -> None:
    """Each sender has some messages and opt-outs, spread over time."""
    for n in range(60):
        sender = SENDERS[n * 7 % len(SENDERS)]
        account_id = ACCOUNT if sender in MINE else OTHER_ACCOUNT
        people = [person(n), person(n + 500)]
        world.send(*people, sender=sender, account_id=account_id)
        opt_out(world, sender, people, account_id)
        world.clock.pass_ms(n % 3)


def walk(world: World, flow: Callable[..., Page[Any]], search: Any, size: int) -> list[list[Any]]:
    """Every page from the first to the last."""
    pages, ask = [], PageAsk(size)
    while True:
        page = world.store.read_now(flow, search, ask)
        pages.append(page.rows)
        if page.next_key is None:
            return pages
        ask = PageAsk(size, page.next_key)


@pytest.mark.parametrize("size", [1, 7, 40, 1_000])
@pytest.mark.parametrize(
    ("flow", "search", "key_of"),
    [
        (list_messages, MESSAGES, lambda m: m.id),
        (list_batches, BatchSearch(ACCOUNT), lambda b: b.id),
        (list_opt_outs, OPT_OUTS, lambda c: (c.changed_ms, c.key.scope, c.recipient)),
    ],
    ids=["messages", "batches", "opt-outs"],
)
def test_pages_together_are_the_list_newest_first(
    world: World,
    flow: Callable[..., Page[Any]],
    search: Any,
    key_of: Callable[[Any], Any],
    size: int,
) -> None:
    """Each row once, whatever the page size; the way back shows the very same pages."""
    fill(world)
    pages = walk(world, flow, search, size)
    rows = [row for page in pages for row in page]
    keys = [key_of(row) for row in rows]
    assert keys == sorted(set(keys), reverse=True)
    assert len(rows) == len(walk(world, flow, search, 1_000)[0])
    assert {row.account_id for row in rows} == {ACCOUNT}
    last = world.store.read_now(flow, search, PageAsk(size))
    for page in pages[1:]:
        last = world.store.read_now(flow, search, PageAsk(size, last.next_key))
        assert last.rows == page
    for page in reversed(pages[:-1]):
        last = world.store.read_now(flow, search, PageAsk(size, last.previous_key, Toward.BACKWARD))
        assert last.rows == page
    assert last.previous_key is None


def test_what_arrives_meanwhile_moves_no_page(world: World) -> None:
    """New messages stand before the first page; the pages behind it stay as they were."""
    fill(world)
    expected = walk(world, list_messages, MESSAGES, 10)
    first = world.store.read_now(list_messages, MESSAGES, PageAsk(10))
    world.clock.pass_ms(1)
    world.send(*(person(n) for n in range(900, 925)), sender=MINE[3])
    second = world.store.read_now(list_messages, MESSAGES, PageAsk(10, first.next_key))
    assert second.rows == expected[1]
    back = world.store.read_now(
        list_messages, MESSAGES, PageAsk(10, second.previous_key, Toward.BACKWARD)
    )
    assert back.rows == expected[0]
    assert back.previous_key is not None


def test_filters_of_messages(world: World) -> None:
    """Time, batch, direction, and numbers on either side."""
    fill(world)
    everything = walk(world, list_messages, MESSAGES, 1_000)[0]
    cut = everything[20]
    world.text(person(1), "hello", MINE[7])

    def found(**filters: Any) -> set[int]:
        search = MessageSearch(ACCOUNT, **filters)
        pages = walk(world, list_messages, search, 7)
        return {message.id for page in pages for message in page}

    def among(keep: Callable[[Any], bool]) -> set[int]:
        return {m.id for m in walk(world, list_messages, MESSAGES, 1_000)[0] if keep(m)}

    moment = cut.created_ms
    assert found(from_ms=moment) == among(lambda m: m.id >= first_id_at(moment))
    assert found(to_ms=moment) == among(lambda m: m.id < first_id_at(moment + 1))
    assert found(batch_id=cut.batch_id) == among(lambda m: m.batch_id == cut.batch_id)
    assert found(direction=Direction.INBOUND) == among(lambda m: m.direction is Direction.INBOUND)
    for numbers in ((person(1),), (MINE[7],), (MINE[7], person(3)), (person(0), person(500))):
        assert found(numbers=numbers) == among(
            lambda m, n=numbers: m.sender in n or m.recipient in n
        )
        counted = world.store.read_now(summarise, MessageSearch(ACCOUNT, numbers=numbers))
        assert sum(tally.count for tally in counted) == len(found(numbers=numbers))
    assert found(batch_id=12345) == set()


def test_a_page_takes_a_number_of_statements_that_rows_do_not_change(world: World) -> None:
    """A list over thirty senders with 2,000 messages asks each bucket a few times at most."""
    for n in range(2_000 // 50):
        world.send(*(person(n * 50 + k) for k in range(50)), sender=MINE[n % len(MINE)])
    asked: list[str] = []

    def counted(tx: Tx, search: MessageSearch, ask: PageAsk) -> int:
        database = tx.messages._db
        plain = database.all
        database.all = lambda name, **p: asked.append(name) or plain(name, **p)
        try:
            return len(list_messages(tx, search, ask).rows)
        finally:
            del database.all

    assert world.store.read_now(counted, MESSAGES, PageAsk(1_000)) == 1_000
    assert len(asked) <= 3 * len(MINE)


def test_a_number_that_moved_leaves_its_history_behind(world: World) -> None:
    """S31: the new owner sends to none of the opted-out and lists none; the old one still does."""
    moved, people = MINE[0], [person(n) for n in range(100)]
    world.send(*people, sender=moved)
    opt_out(world, moved, people)
    world.clock.pass_ms(1_000)
    world.store.transact_now(lambda tx: create_account(tx, "B", "+12065550100", account_id=777))
    world.store.transact_now(move_sender, moved, 777)
    batch = world.send(*people, sender=moved, account_id=777)
    assert (batch.batch_size, batch.pending) == (100, 0)

    def rows(flow: Callable[..., Page[Any]], search: Any) -> int:
        return len(world.store.read_now(flow, search, PageAsk(1_000)).rows)

    assert rows(list_opt_outs, OptOutSearch(777)) == 0
    assert rows(list_opt_outs, OptOutSearch(777, sender=moved)) == 0
    assert rows(list_messages, MessageSearch(777)) == 100
    for search in (OPT_OUTS, OptOutSearch(ACCOUNT, sender=moved)):
        assert rows(list_opt_outs, search) == 100
    for numbers in ((), (moved,), tuple(people[:15])):
        wanted = 15 if len(numbers) == 15 else 100
        assert rows(list_messages, MessageSearch(ACCOUNT, numbers=numbers)) == wanted


def test_filters_of_opt_outs(world: World) -> None:
    """By sender, by person, by state."""
    opt_out(world, MINE[0], [person(1), person(2)])
    opt_out(world, MINE[1], [person(1)])
    world.clock.pass_ms(10)
    author = Author(ACCOUNT, Channel.API, "test")
    back = [Assignment(person(2), opt_out=False)]
    world.store.transact_now(assign_consents, author, MINE[0], back)

    def found(**filters: Any) -> list[tuple[str, str]]:
        page = world.store.read_now(list_opt_outs, OptOutSearch(ACCOUNT, **filters), PageAsk(9))
        return [(row.key.scope, row.recipient) for row in page.rows]

    one, other, returned = (MINE[0], person(1)), (MINE[1], person(1)), (MINE[0], person(2))
    assert set(found()) == {one, other}
    assert found(denied=False) == [returned]
    assert found(denied=None)[0] == returned
    assert found(sender=MINE[0]) == [one]
    assert set(found(recipient=person(1))) == {one, other}
    assert found(sender=MINE[1], recipient=person(1)) == [other]
    assert found(sender=MINE[1], recipient=person(2), denied=None) == []
    assert found(sender=THEIRS[0], denied=None) == []
