"""Slices of a batch are stored side by side, in whatever order; the batch is whole all the same."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from stopline.core.batches import SLICE_ROWS, RequestedMessage, plan_batch
from stopline.flows.outbound import (
    BatchRequest,
    accept_batch,
    open_batch,
    stage_messages,
    whole_span,
)
from stopline.testing import StoplineServer
from support.api import ACCOUNT as PATH
from support.api import Api
from support.postgres import Cluster
from support.world import ACCOUNT, SENDER, World, person

SIZE = 3 * SLICE_ROWS


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    made = World(tmp_path, database=database)
    yield made
    made.close()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_a_batch_counts_all_its_slices(world: World, order: tuple[int, ...]) -> None:
    """Whichever was stored first: its size, and what is left of it."""
    draft = world.store.transact_now(
        open_batch, BatchRequest(ACCOUNT, SENDER, SIZE, price_micros=0)
    )
    assert not isinstance(draft, str)
    people = [RequestedMessage(person(number), None) for number in range(SIZE)]
    slices = list(plan_batch("Hello.", people, "US").slices())
    stored = {n: world.store.transact_now(stage_messages, draft, slices[n]) for n in order}
    spans = [stored[n] for n in range(3)]
    batch = world.store.transact_now(accept_batch, draft, "Hello.", *whole_span(draft, spans))
    assert (batch.batch_size, batch.pending) == (SIZE, SIZE)


def test_a_batch_of_no_message_spans_nothing(world: World) -> None:
    """When all of it was rejected."""
    draft = world.store.transact_now(open_batch, BatchRequest(ACCOUNT, SENDER, 0, price_micros=0))
    assert not isinstance(draft, str)
    assert whole_span(draft, []) == (draft.id, draft.id)


def test_large_batches_over_http_are_whole(cluster: Cluster, tmp_path: Path) -> None:
    """On PostgreSQL several threads store the slices of a request at once."""
    with cluster.database() as url:
        settings = {"database_url": url, "simulator_latency_ms": 60_000}
        with StoplineServer(tmp_path / "data", settings) as server:
            api = Api(int(server.url.rsplit(":", 1)[1]), asdict(server.credentials))
            api.log_in()
            (sender, *_) = server.credentials.senders
            people = [person(number) for number in range(10_000)]
            for _ in range(2):
                answer = api.send(sender, people)
                read = api.call("GET", f"{PATH}/batches/{answer.body['id']}")
                assert (answer.body["batchSize"], read.body["batchSize"]) == (10_000, 10_000)
