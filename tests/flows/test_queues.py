"""Who goes first: replies, then single messages, then batches; and every sender has its share."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import apsw
import psycopg
import pytest

from stopline.core.messages import MessageStatus, Purpose
from stopline.core.numbers import bucket_of
from stopline.core.reviews import Decision
from stopline.flows.decisions import decide_review
from stopline.flows.heads import LEAST_PART
from stopline.flows.submissions import claim_submissions
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.statements import postgres_statements, sqlite_statements
from stopline.store.tx import Tx
from support.reviews import decide, reviews
from support.world import ACCOUNT, CARRIER, SECOND_SENDER, SENDER, Clock, World, person

BATCH = [person(n) for n in range(10_000)]
CLAIM = 500
REQUEST = "please take me off your list"
ALONE = "+12065550142"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(tmp_path: Path, clock: Clock, database: str | None) -> Iterator[World]:
    made = World(tmp_path, clock, database=database)
    yield made
    made.close()


def senders_of(world: World, limit: int = CLAIM) -> list[str]:
    return [s.sender for s in world.hand_over(limit)]


@pytest.mark.parametrize("sender", [SECOND_SENDER, SENDER])
def test_a_single_message_passes_a_batch(world: World, sender: str) -> None:
    """In the middle of 10,000 of another sender, or of its own, it is first in the next claim."""
    world.send(*BATCH)
    for _ in range(3):
        assert len(world.hand_over(CLAIM)) == CLAIM
    world.send(ALONE, sender=sender, body="Your code is 1234.")
    claimed = world.hand_over(CLAIM)
    assert (claimed[0].sender, claimed[0].text) == (sender, "Your code is 1234.")
    assert len(claimed) == CLAIM


def test_a_reply_passes_single_messages(world: World) -> None:
    """The answer to a STOP is first of all."""
    world.send(*BATCH[:100])
    world.send(*BATCH[:10], sender=SECOND_SENDER)
    world.text(ALONE, "stop")
    claimed = world.hand_over(CLAIM)
    assert claimed[0].recipient == ALONE
    assert [s.sender for s in claimed[1:11]] == [SECOND_SENDER] * 10


def test_batches_share_the_room(world: World) -> None:
    """A large batch leaves the next sender its half."""
    world.send(*BATCH[:1_000])
    world.send(*BATCH[:100], sender=SECOND_SENDER)
    claimed = senders_of(world, 100)
    assert claimed.count(SENDER) == claimed.count(SECOND_SENDER) == 50
    claimed = senders_of(world, 300)
    assert claimed.count(SENDER) >= 150
    assert claimed.count(SECOND_SENDER) == 50


def test_bulk_never_stands_still(world: World) -> None:
    """However many single messages there are, a part of each claim is left to batches."""
    for place in range(0, 400, 10):
        world.send(*BATCH[place : place + 10], sender=SECOND_SENDER)
    world.send(*BATCH[:100])
    claimed = senders_of(world, 80)
    assert claimed.count(SENDER) == 80 // LEAST_PART
    assert claimed[:70] == [SECOND_SENDER] * 70


def test_what_was_turned_back_keeps_its_place(world: World) -> None:
    """It was not written: nothing that came later passes it."""
    world.send(*BATCH[:20])
    claim = world.claim(5)
    world.store.gate.end_claim(claim.gate_number)
    world.put_back(claim.submissions)
    again = world.hand_over(5)
    assert [s.recipient for s in again] == [s.recipient for s in claim.submissions]


# What waits for a person's decision.

HELD = 60


def hold_many(world: World) -> None:
    """A batch whose first persons are held, and one more."""
    world.send(*BATCH[:HELD], ALONE)
    for recipient in BATCH[:HELD]:
        world.text(recipient, REQUEST)


def peek_work(world: World) -> int:
    """What reading the head of the queue costs: rows visited, or steps of SQLite's machine."""
    place = {
        "bucket": bucket_of(SENDER),
        "sender": SENDER,
        "lane": CARRIER,
        "priority": 5,
        "now_ms": world.clock(),
        "limit": HELD + 1,
    }
    if world.database is None:
        return _sqlite_steps(world.path, place)
    with connect(DatabaseAddress(world.database), "test") as connection:
        return _postgres_rows(connection, place)


def _sqlite_steps(path: Path, place: dict[str, object]) -> int:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    steps = 0

    def count() -> bool:
        nonlocal steps
        steps += 1
        return False

    connection.set_progress_handler(count, 1)
    connection.execute(sqlite_statements()["peek_queue"], place).fetchall()
    connection.close()
    return steps


def _postgres_rows(connection: psycopg.Connection[object], place: dict[str, object]) -> int:
    sql = "explain (analyze, format json) " + postgres_statements()["peek_queue"]
    [[[found]]] = connection.execute(sql, place).fetchall()
    return _visited(found["Plan"])


def _visited(node: dict[str, object]) -> int:
    own = 0
    if "Relation Name" in node:
        rows = int(node["Actual Rows"]) + int(node.get("Rows Removed by Filter", 0))
        own = rows * int(node["Actual Loops"])
    return own + sum(_visited(inner) for inner in node.get("Plans", []))


def test_what_is_held_is_looked_at_once(world: World) -> None:
    """The first claim puts it aside; the next ones do not pass it again. The control is the work
    before that."""
    hold_many(world)
    before = peek_work(world)
    assert [s.recipient for s in world.hand_over(HELD + 1)] == [ALONE]
    world.send(*BATCH[HELD : HELD + 11])
    after = peek_work(world)
    assert before > HELD
    assert after < before / 2
    assert len(world.hand_over(CLAIM)) == 11


def test_a_head_of_held_messages_stops_nothing(world: World) -> None:
    """Claims that are smaller than what is held still come to what is behind it."""
    hold_many(world)
    recipients = [s.recipient for _ in range(5) for s in world.hand_over(50)]
    assert recipients == [ALONE]


def test_what_was_put_aside_goes_on_after_the_decision(world: World) -> None:
    """In the order it was accepted in."""
    hold_many(world)
    world.hand_over(CLAIM)
    for review in reviews(world)[:3]:
        decide(world, review, Decision.RELEASE)
    assert [s.recipient for s in world.hand_over(CLAIM)] == BATCH[:3]


def test_a_denial_refuses_what_was_put_aside(world: World) -> None:
    """Every message ends with a reason."""
    hold_many(world)
    world.hand_over(CLAIM)
    decide(world, reviews(world)[0], Decision.OPT_OUT)
    failed = [m for m in world.messages() if m.status is MessageStatus.SENDING_FAILED]
    assert [m.recipient for m in failed] == BATCH[:1]


def claim(tx: Tx) -> list[str]:
    return [s.recipient for s in claim_submissions(tx, CARRIER, CLAIM).submissions]


def release(world: World, tx: Tx) -> None:
    decide_review(tx, reviews(world)[0].id, Decision.RELEASE, "console:pat")


def while_open(
    world: World, first: Callable[[Tx], object], second: Callable[[Tx], object], wait_s: float
) -> list[object]:
    """Run a second transaction while the first is written and not committed yet."""
    results: list[object] = []

    def run_second() -> None:
        results.append(world.store.transact_now(second))

    def both(tx: Tx) -> object:
        found = first(tx)
        thread.start()
        thread.join(wait_s)
        return found

    thread = threading.Thread(target=run_second)
    results.insert(0, world.store.transact_now(both))
    thread.join()
    return results


@pytest.mark.parametrize("is_release_first", [True, False])
def test_a_release_beside_a_claim_forgets_nothing(world: World, is_release_first: bool) -> None:
    """Whichever is committed first, what was held can be claimed afterwards."""
    world.send(ALONE)
    world.text(ALONE, REQUEST)
    steps = [partial(release, world), claim]
    first, second = steps if is_release_first else steps[::-1]
    while_open(world, first, second, wait_s=0.3)
    world.store.transact_now(claim)
    bulk = [m for m in world.messages() if m.purpose is Purpose.BULK and m.account_id == ACCOUNT]
    assert [m.status for m in bulk if m.direction == 0] == [MessageStatus.CLAIMED]
