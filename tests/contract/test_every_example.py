"""No example is left out: each is driven by a test, or is of a later round and says so."""

from pathlib import Path

import pytest

from contract import test_a2p, test_replay, test_sockets, test_subscriptions
from contract.conformance import operation_at
from contract.examples import Example, examples_of, load_examples
from contract.test_replay import send
from contract.world import World

COMPATIBILITY = Path(__file__).parents[2] / "docs" / "compatibility.md"
LATER = examples_of("v2-batches")


def test_each_example_is_driven() -> None:
    """Answers, events and sockets of all groups: 153."""
    driven = {e.id for e in examples_of(*test_replay.GROUPS, *test_a2p.GROUPS)}
    driven |= {e.id for e in test_subscriptions.EXAMPLES}
    driven |= {e.id for e in test_subscriptions.event_examples()}
    driven |= {e.id for e in test_sockets.EXAMPLES} | {test_subscriptions.HANDSHAKE.id}
    every = {e.id for e in load_examples()}
    assert every - driven == {e.id for e in LATER}
    assert len(every) == 153


@pytest.mark.parametrize("example", LATER, ids=lambda example: example.id)
def test_what_is_of_a_later_round_is_not_there(
    example: Example, tmp_path: Path, store_url: str | None
) -> None:
    """404 with the contract's envelope, and on the page of deviations."""
    world = World(tmp_path, database=store_url)
    try:
        world.call("AT-demo-0001", world.login().access_token)
        answer = send(world, example)
        assert answer.status_code == 404
        assert answer.json()["errorCode"] == "AGW-404"
    finally:
        world.close()
    assert operation_at(example.method, example.path) is None
    assert f"`{example.method} {example.pathTemplate}`" in COMPATIBILITY.read_text()
