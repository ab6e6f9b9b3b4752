"""Messages kept by month on PostgreSQL: everything works as before, and old months go whole."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from stopline.core.messages import MessageStatus
from stopline.flows.ledger import verify_ledger
from stopline.flows.retention import DAY_MS, RetentionPolicy
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy
from stopline.store.postgres_connection import DatabaseAddress, connect
from stopline.store.postgres_partitions import begin, is_cut, tend
from stopline.workers.janitor import Janitor
from support.postgres import Cluster
from support.world import World, person

ANN, BEN, CY = (person(number) for number in range(1, 4))
# The clock of the worlds begins in March 2026.
AHEAD = ["messages_2026_04", "messages_2026_05", "messages_2026_06"]


@pytest.fixture
def connection(cluster: Cluster) -> Iterator[psycopg.Connection]:
    with cluster.database() as url:
        made = connect(DatabaseAddress(url), "test")
        yield made
        made.close()


@pytest.fixture
def world(tmp_path: Path, connection: psycopg.Connection) -> Iterator[World]:
    """A world with some messages, cut by month while nothing ran."""
    url = f"postgresql://postgres@/{connection.info.dbname}?host={connection.info.host}"
    made = World(tmp_path, database=url)
    made.send(ANN, BEN)
    made.text(CY, "STOP")
    begin(connection, made.clock())
    yield made
    made.close()


def parts(connection: psycopg.Connection) -> list[str]:
    rows = connection.execute(
        "select inhrelid::regclass::text from pg_inherits "
        "where inhparent = 'messages'::regclass order by 1"
    )
    return [row[0] for row in rows]


def deliver(world: World) -> set[str]:
    """Everything that waits is sent and arrives."""
    left = world.hand_over()
    for submission in left:
        world.receipt(submission)
    return {submission.recipient for submission in left}


def tidy(world: World) -> None:
    policy = UpkeepPolicy(UncertainPolicy(wait_ms=1_000))
    asyncio.run(Janitor(world.store, policy, RetentionPolicy()).tidy())


def test_work_goes_on_after_the_cut(world: World, connection: psycopg.Connection) -> None:
    """What waited is sent, receipts find it, a STOP refuses what waits, pages show everything."""
    assert parts(connection) == [*AHEAD, "messages_before"]
    assert not begin(connection, world.clock())
    assert deliver(world) >= {ANN, BEN}
    world.clock.pass_ms(40 * DAY_MS)
    world.send(ANN, BEN, CY)
    world.text(ANN, "STOP")
    assert deliver(world) >= {BEN}
    counts = [connection.execute(f"select count(*) from {p}").fetchone()[0] for p in AHEAD]
    assert counts[0] == 5
    assert counts[1:] == [0, 0]
    assert len(world.messages()) == 9
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []


def test_an_old_month_goes_as_a_whole(world: World, connection: psycopg.Connection) -> None:
    """With its last day past its time; consent, ledger and later months stay."""
    deliver(world)
    world.clock.pass_ms(40 * DAY_MS)
    world.send(BEN)
    deliver(world)
    world.clock.pass_ms(80 * DAY_MS)  # 120 days after the first, 80 after the second
    tidy(world)
    assert parts(connection)[:2] == ["messages_2026_04", "messages_2026_05"]
    assert "messages_before" not in parts(connection)
    assert connection.execute("select to_regclass('messages_before')").fetchone() == (None,)
    assert [m.recipient for m in world.messages()] == [BEN]
    assert world.is_denied(CY)
    assert world.store.read_now(lambda tx: list(verify_ledger(tx))) == []


def test_a_month_with_an_open_message_stays(world: World, connection: psycopg.Connection) -> None:
    """The control of the rule: what has not ended is not dropped, whatever its age."""
    world.claim()
    world.clock.pass_ms(200 * DAY_MS)
    tidy(world)
    assert "messages_before" in parts(connection)
    assert MessageStatus.CLAIMED in {m.status for m in world.messages()}


def test_months_are_made_ahead(world: World, connection: psycopg.Connection) -> None:
    """Once each, over the end of a year, and by one process at a time."""
    now_ms = world.clock() + 270 * DAY_MS  # the end of November
    made = tend(connection, now_ms, None).made
    assert made[-3:] == ("messages_2026_12", "messages_2027_01", "messages_2027_02")
    assert tend(connection, now_ms, None).made == ()
    world.clock.pass_ms(300 * DAY_MS)
    world.send(BEN)
    assert BEN in deliver(world)


def test_a_table_that_is_not_cut_is_left_alone(connection: psycopg.Connection) -> None:
    """Nobody is forced to."""
    assert not is_cut(connection)
    assert tend(connection, 0, 0).made == ()


def test_a_read_by_id_touches_one_month(world: World, connection: psycopg.Connection) -> None:
    """The others are left out when it runs, whatever plan was made."""
    connection.execute("prepare one(bigint) as select 1 from messages where bucket = 1 and id = $1")
    lines = connection.execute("explain execute one(5)", prepare=False).fetchall()
    plan = "\n".join(line[0] for line in lines)
    assert re.search(r"Subplans Removed: 3", plan) or plan.count("Scan") == 1
