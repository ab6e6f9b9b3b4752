"""The OpenAPI document says what the route table does."""

import re

import pytest
from openapi_spec_validator import validate

from contract.world import World
from stopline.http_app import described_routes
from stopline.ringcentral.openapi import build_openapi
from stopline.ringcentral.query import NoQuery, PagedQuery, Phone, TimeMs
from stopline.ringcentral.request import NoBody, WireRequest, WireResponse
from stopline.ringcentral.routing import Route


class ListQuery(PagedQuery, frozen=True, kw_only=True):
    sender: Phone | None = None
    date_from: TimeMs | None = None


async def list_things(request: WireRequest[ListQuery, NoBody]) -> WireResponse:
    """Things."""
    return WireResponse()


async def other(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
    """Other."""
    return WireResponse()


@pytest.fixture
def world(tmp_path):
    world = World(tmp_path)
    yield world
    world.close()


def test_the_document_is_valid_and_covers_every_route(world: World) -> None:
    """A validator takes it, and every served call is in it."""
    document = world.client.get("/openapi.json").json()
    validate(document)
    described = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    served = {
        (r.method, r.path) for r in described_routes() if not r.path.startswith(("/openapi", "/d"))
    }
    assert described == served
    names = [o["operationId"] for p in document["paths"].values() for o in p.values()]
    assert len(names) == len(set(names))


def test_parameters_are_described_as_they_are_read() -> None:
    """No nulls, dates as text, pages bounded."""
    route = Route("GET", "/a/{accountId}/things", list_things, "s", "t")
    operation = build_openapi([route], "https://x")["paths"]["/a/{accountId}/things"]["get"]
    schemas = {p["name"]: p["schema"] for p in operation["parameters"] if p["in"] == "query"}
    assert schemas["dateFrom"] == {"type": "string", "format": "date-time"}
    assert schemas["perPage"] == {"type": "integer", "minimum": 1, "maximum": 1000}
    assert schemas["pageToken"] == {"type": "string"}


def test_the_page_needs_nothing_from_elsewhere(world: World) -> None:
    """No script, no address of another host, a policy that allows only its style."""
    answer = world.client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert re.findall(r'(?:src|href)="(?!#|/)[^"]*"', answer.text) == []
    assert "POST" in answer.text
    assert "/restapi/oauth/token" in answer.text
