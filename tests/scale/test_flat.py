"""What is asked of a hundred times as many opt-outs takes as long as before."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from stopline.core.numbers import bucket_of
from stopline.flows.ledger import verify_slice
from support.postgres import Cluster, private_cluster
from support.proof import record
from support.scale import SCALE
from support.scaling import SENDERS, TABLES, Scaled, table_bytes
from support.world import ACCOUNT, World, real_clock_ms

# Pairs of the small and of the large world. In CI two small sizes, whose caches do not differ; the
# whole figures show a million against ten, and those of STOPLINE_SCALE=100, which are asked for
# once, against a hundred.
SIZES = (3_000, 30_000)
if SCALE >= 10:
    SIZES = (1_000_000, 10_000_000)
if SCALE >= 100:
    SIZES = (1_000_000, 100_000_000)
# How many of the large one are loaded as the command loads them, with their ledger entries; the
# others are records alone. A hundred million entries take more than a disk may have, and ten
# million take PostgreSQL an hour.
LOADED_ON_SQLITE = SIZES[1] if SCALE < 100 else SIZES[0]
LOADED_ON_POSTGRES = SIZES[0]
# Of a batch of 10,000: a tenth is out.
DENIED = min(1_000, SIZES[0] // len(SENDERS))
ROUNDS = 40 if SCALE >= 10 else 12
# The whole figures take tens of gigabytes: on the disk, with a log that is not cut every second.
DISK = Path("/tmp")
LARGE = {"max_wal_size": "4GB", "shared_buffers": "512MB"}
# Alternately measured in one session: noise meets both. A cost that grew with the table would
# be ten times as high.
NOISE = 3.0
# Below this a difference is the clock's and the scheduler's.
SLACK_MS = 5.0


@pytest.fixture(scope="module")
def cluster(cluster: Cluster) -> Iterator[Cluster]:
    """That of all tests, which lies in memory, where it has room enough."""
    if SCALE < 10:
        yield cluster
        return
    with private_cluster(LARGE, parent=DISK) as it:
        yield it


@pytest.fixture
def worlds(
    tmp_path: Path, database: str | None, request: pytest.FixtureRequest
) -> Iterator[list[Scaled]]:
    """A small and a large world, on each store."""
    with ExitStack() as stack:
        made = []
        for pairs in request.param:
            parent = tmp_path if SCALE < 10 else DISK
            folder = Path(stack.enter_context(TemporaryDirectory(dir=parent)))
            url = None
            if database is not None:
                url = stack.enter_context(request.getfixturevalue("cluster").database())
            senders = [(number, ACCOUNT) for number in SENDERS]
            world = World(folder, real_clock_ms, senders, database=url)
            stack.callback(world.close)
            made.append(Scaled(world, pairs, DENIED))
        yield made


@pytest.mark.heavy
@pytest.mark.timeout(14_400)
@pytest.mark.parametrize("worlds", [pytest.param(SIZES, id=f"{SIZES[1]}")], indirect=True)
def test_questions_do_not_grow_with_the_table(worlds: list[Scaled], database: str | None) -> None:
    """STOP, gate check of a batch, pages, search: flat within noise; the chain holds."""
    small, large = worlds
    small.load(small.pairs)
    large.load(LOADED_ON_SQLITE if database is None else LOADED_ON_POSTGRES)
    large.load_records()
    for one in worlds:
        one.measure()
        one.timings.clear()
    for _ in range(ROUNDS):
        for one in worlds:
            one.measure()
    grown = {
        name: (small.median_ms(name), large.median_ms(name))
        for name in small.timings
        if large.median_ms(name) > small.median_ms(name) * NOISE + SLACK_MS
    }
    for one in worlds:
        _report(one, database)
    assert grown == {}
    bucket = bucket_of(SENDERS[0])
    assert large.world.store.read_now(verify_slice, bucket).faults == []


def _report(one: Scaled, database: str | None) -> None:
    store = "SQLite" if database is None else "PostgreSQL"
    sizes = table_bytes(one.world)
    record(
        f"{one.pairs:,} opt-outs on {store}",
        ROUNDS,
        **{
            "loaded a second": round(one.loaded / one.load_seconds),
            **{f"{name}, median ms": round(one.median_ms(name), 2) for name in one.timings},
            "with ledger entries": one.loaded,
            **{f"{table}, MiB": sizes[table] >> 20 for table in TABLES},
        },
    )
