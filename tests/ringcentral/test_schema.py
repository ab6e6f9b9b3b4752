"""Answers are what the OpenAPI document says, for requests made from it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from httpx2 import Response
from hypothesis import HealthCheck, given, seed, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contract.conformance import violations
from contract.world import World
from support import proof
from support.scale import figure

CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
OWN_IDS = {"accountId": "~", "extensionId": "~"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    unlimited = {f"rate_limit_{group}": 0 for group in ("light", "medium", "heavy", "auth")}
    made = World(tmp_path, "seed", **unlimited)
    yield made
    made.close()


def operations(world: World) -> Iterator[Any]:
    """Every operation of the document as the server publishes it."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", world.client.app)
    # A page for a person, who reads what is wrong there; no client parses it.
    for found in schema.exclude(path="/restapi/oauth/sign-in").get_all_operations():
        yield found.ok()


def checking(world: World, operation: Any, examples: int, seed_number: int) -> Callable[[], None]:
    """A run of so many requests of one operation, each answer checked."""
    headers = {"Authorization": f"Bearer {world.login().access_token}"}

    @seed(seed_number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def one(case: schemathesis.Case) -> None:
        case.path_parameters.update(
            {name: own for name, own in OWN_IDS.items() if name in case.path_parameters}
        )
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    run: Callable[[], None] = one
    return run


@pytest.mark.slow
def test_answers_conform_to_the_document(world: World) -> None:
    """Every status is described, every body has the shape described for it, none is our fault."""
    for operation in operations(world):
        checking(world, operation, 8, 0)()


@pytest.mark.heavy
@pytest.mark.timeout(3_600)
def test_answers_conform_over_many_requests(world: World) -> None:
    """Three seeds with 200 requests for each operation; CI takes a tenth of them."""
    examples, asked = figure(7, 200), 0
    for number in (1, 2, 3):
        for operation in operations(world):
            checking(world, operation, examples, number)()
            asked += examples
    proof.record("requests made from the OpenAPI document", asked, failures=0)


FAULTS = [
    Response(200, json={"records": [{"from": 1}], "paging": {}}),
    Response(200, json={}),
    Response(418, json={}),
    Response(400, json={"error": "x"}),
]


@pytest.mark.parametrize("answer", FAULTS, ids=lambda answer: str(answer.status_code))
def test_a_fault_would_be_seen(answer: Response) -> None:
    """The control: a member of another type, one that is missing, a status nobody told of."""
    assert violations("GET", "/restapi/v2/accounts/~/sms/consents", answer) != []
