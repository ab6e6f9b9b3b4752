"""Traces go to the collector of the settings, hold nothing personal, and cost nothing when off."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from stopline.testing import StoplineServer
from stopline.tracing import masked_path
from support.api import Api
from support.collector import collecting

PERSON = "+13125550161"
TEXT = "Mitzi is well again"
CALLER = "4bf92f3577b34da6a3ce929d0e0e4736"


def say_hello(server: StoplineServer) -> None:
    """A message to a person, who stops."""
    port = int(server.url.rsplit(":", 1)[1])
    api = Api(port, asdict(server.credentials))
    api.log_in()
    (sender, *_) = server.credentials.senders
    api.send(sender, [PERSON], TEXT)
    server.wait_for_message(PERSON)
    server.text_in(PERSON, sender, "STOP")


@pytest.fixture(scope="module")
def traced() -> Iterator[list[Any]]:
    """The spans of a short life of a server."""
    with collecting() as collector:
        with StoplineServer(settings={"traces_url": collector.url}) as server:
            say_hello(server)
            assert server.stop() == 0
        yield collector.spans()


def named(spans: list[Any], pattern: str) -> list[Any]:
    return [span for span in spans if re.fullmatch(pattern, span.name)]


def test_a_request_is_a_trace(traced: list[Any]) -> None:
    """Its transactions lie below it, its path names nobody, its status is known."""
    (request,) = named(traced, "POST /restapi/v1.0/account/~/a2p-sms/batches")
    below = [span for span in traced if span.parent_span_id == request.span_id]
    assert {"transaction stage_messages", "transaction complete_batch"} & {s.name for s in below}
    assert {span.trace_id for span in below} == {request.trace_id}
    values = {one.key: one.value for one in request.attributes}
    assert values["http.response.status_code"].int_value == 201


def test_a_hand_over_lies_below_its_claim(traced: list[Any]) -> None:
    """And says how many messages it had."""
    claims = {s.span_id: s for s in named(traced, "transaction claim_submissions")}
    hand_overs = named(traced, "hand-over")
    assert hand_overs
    for span in hand_overs:
        assert claims[span.parent_span_id].trace_id == span.trace_id
        assert {one.key for one in span.attributes} == {"stopline.messages", "stopline.allowed"}


def test_what_is_traced_names_nobody(traced: list[Any]) -> None:
    """No number, no text: neither in names nor in attributes. The control: the span is there."""
    everything = "".join(str(span) for span in traced)
    assert named(traced, "transaction receive_messages")
    assert not re.search(r"312555|Mitzi", everything)
    assert [span.name for span in traced if re.search(r"\d{5}", span.name)] == []


PATHS = [
    ("/restapi/v1.0/account/~/a2p-sms/batches", "/restapi/v1.0/account/~/a2p-sms/batches"),
    ("/restapi/v1.0/account/400131426008/x", "/restapi/v1.0/account/{}/x"),
    ("/a/+13125550161/b", "/a/{}/b"),
    ("/a/%2B13125550161", "/a/{}"),
    ("/a2p-sms/batches/0d3c1b2a-0000-4000-8000-123456789abc", "/a2p-sms/batches/{}"),
    ("/console/static/" + "x" * 40, "/console/static/{}"),
]


@pytest.mark.parametrize("path, masked", PATHS)
def test_paths_are_masked(path: str, masked: str) -> None:
    """What names something is replaced, so that few names of spans are left."""
    assert masked_path(path) == masked


def test_a_collector_that_fails_hurts_nobody() -> None:
    """Messages leave, the STOP is taken, the server stops in order."""
    with (
        collecting(500) as collector,
        StoplineServer(settings={"traces_url": collector.url}) as server,
    ):
        say_hello(server)
        assert server.stop() == 0


OFF = "import stopline.app, sys; sys.exit(any('opentelemetry' in name for name in sys.modules))"


def test_nothing_is_imported_while_traces_are_off() -> None:
    """The extra is not needed by those who do not want it."""
    assert subprocess.run([sys.executable, "-c", OFF], check=False).returncode == 0
