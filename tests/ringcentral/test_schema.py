"""Answers are what the OpenAPI document says, for requests made from it."""

from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from contract.world import World

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
OWN_IDS = {"accountId": "~", "extensionId": "~"}


@pytest.mark.slow
def test_answers_conform_to_the_document(tmp_path: Path) -> None:
    """Every status is described, and every body has the shape that is described for it."""
    unlimited = {f"rate_limit_{group}": 0 for group in ("light", "medium", "heavy", "auth")}
    world = World(tmp_path, "seed", **unlimited)
    headers = {"Authorization": f"Bearer {world.login().access_token}"}
    schema = schemathesis.openapi.from_asgi("/openapi.json", world.client.app)
    # A page for a person, who reads what is wrong there; no client parses it.
    schema = schema.exclude(path="/restapi/oauth/sign-in")
    try:
        for found in schema.get_all_operations():
            operation = found.ok()

            @settings(
                max_examples=15,
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

            one()
    finally:
        world.close()
