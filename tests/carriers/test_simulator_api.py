"""`/simulator/messages` over HTTP, against a simulator with a carrier connected."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from starlette.applications import Starlette

from stopline.api.simulator import MAX_BODY_BYTES, MAX_TEXTS, simulator_routes
from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.control import SimulatorControl
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.core.carriage import Submission
from support.carrier_events import RecordingEvents

OURS = "+12055550100"
PERSON = "+12065550142"
URL = "/simulator/messages"
TEXT = {"from": PERSON, "to": OURS, "text": "STOP"}

Play = Callable[[httpx.AsyncClient, SimulatedCarrier], Awaitable[None]]


def run(
    tmp_path: Path, play: Play, peer: str = "127.0.0.1", base: str = "http://localhost"
) -> None:
    """Play against a fresh simulator."""

    async def main() -> None:
        simulator = EmbeddedSimulator(tmp_path / "journal.jsonl", SimulatorSettings())
        simulator.start()
        carrier = SimulatedCarrier(simulator.connect)
        control = SimulatorControl(simulator.connect)
        await carrier.start(RecordingEvents(lambda text: text.text != "refuse me"))
        await carrier.ready()
        app = Starlette(routes=simulator_routes(control))
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url=base) as client:
            await play(client, carrier)
        await control.close()
        await carrier.stop(0)
        simulator.stop()

    asyncio.run(main())


def test_a_text_and_a_list_of_texts(tmp_path: Path) -> None:
    """One object or many; each is answered in its place."""

    async def play(client: httpx.AsyncClient, _carrier: SimulatedCarrier) -> None:
        one = await client.post(URL, json=TEXT)
        assert one.status_code == 200
        assert one.json() == {"records": [{"sequence": 1, "acknowledged": True, "error": None}]}
        two = await client.post(URL, json=[{**TEXT, "text": "refuse me"}, {**TEXT, "from": "x"}])
        first, second = two.json()["records"]
        assert (first["acknowledged"], second["acknowledged"]) == (False, True)
        assert "delivered again" in first["error"]

    run(tmp_path, play)


def test_what_went_over_the_air(tmp_path: Path) -> None:
    """Both directions in order, with a rising sequence; a raw plus in the query is a plus."""

    async def play(client: httpx.AsyncClient, carrier: SimulatedCarrier) -> None:
        await carrier.write([Submission(77, 1, OURS, PERSON, "hello")], 200)
        await client.post(URL, json=TEXT)
        await client.post(URL, json={**TEXT, "from": "+12065550199"})
        await carrier.write([Submission(78, 1, OURS, PERSON, "again")], 200)
        records: list[dict[str, Any]] = []
        while len(records) < 4:
            records = (await client.get(URL)).json()["records"]
        assert [r["text"] for r in records] == ["hello", "STOP", "STOP", "again"]
        assert [r["messageId"] for r in records] == ["77", None, None, "78"]
        sequences = [r["sequence"] for r in records]
        assert sequences == sorted(set(sequences))
        hello = records[0]
        assert (hello["direction"], hello["sender"], hello["recipient"]) == (
            "outbound",
            OURS,
            PERSON,
        )
        assert hello["time"].endswith("Z")

        async def texts(query: str) -> list[str]:
            answer = await client.get(f"{URL}?{query}")
            return [record["text"] for record in answer.json()["records"]]

        assert await texts(f"recipient={PERSON}&sender={OURS}") == ["hello", "again"]
        assert await texts(f"sender=%2B{PERSON[1:]}") == ["STOP"]
        assert await texts(f"recipient={PERSON}&after={sequences[0]}") == ["again"]
        assert await texts("limit=2") == ["hello", "STOP"]
        assert len(await texts("limit=5000")) == 4

    run(tmp_path, play)


BAD_BODIES: dict[str, tuple[bytes, str, str | None]] = {
    "no JSON": (b"{", "InvalidBody", None),
    "lone surrogate": (
        b'{"from":"+12065550142","to":"+12055550100","text":"\\ud800"}',
        "InvalidBody",
        None,
    ),
    "empty list": (b"[]", "InvalidParameter", None),
    "a number": (b"7", "InvalidParameter", None),
    "no sender": (b'{"to":"+12055550100","text":"x"}', "InvalidParameter", None),
    "empty sender": (b'{"from":"","to":"+1","text":"x"}', "InvalidParameter", "from"),
    "control": (b'{"from":"+1\\n","to":"+1","text":"x"}', "InvalidParameter", "from"),
    "long text": (
        b'{"from":"+1","to":"+1","text":"' + b"x" * 2_001 + b'"}',
        "InvalidParameter",
        "text",
    ),
    "too many": (
        b"[" + b",".join([b'{"from":"1","to":"1","text":""}'] * (MAX_TEXTS + 1)) + b"]",
        "InvalidParameter",
        None,
    ),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_bodies_are_refused_by_name(tmp_path: Path, name: str) -> None:
    """400 with the error shape, and nothing was sent."""
    body, code, parameter = BAD_BODIES[name]

    async def play(client: httpx.AsyncClient, _carrier: SimulatedCarrier) -> None:
        answer = await client.post(URL, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400
        error = answer.json()
        assert error["errorCode"] == code
        assert error["errors"][0].get("parameterName") == parameter
        assert error["message"]
        assert (await client.get(URL)).json() == {"records": []}

    run(tmp_path, play)


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "limit=0", "limit=1e3", "recipient=%ff", "after=" + "9" * 19]
)
def test_bad_queries_are_refused_by_name(tmp_path: Path, query: str) -> None:
    """400 naming the parameter."""

    async def play(client: httpx.AsyncClient, _carrier: SimulatedCarrier) -> None:
        answer = await client.get(f"{URL}?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameterName"] == query.partition("=")[0]

    run(tmp_path, play)


def test_only_json_and_only_so_much(tmp_path: Path) -> None:
    """A form of a web page is no JSON; a body has a bound."""

    async def play(client: httpx.AsyncClient, _carrier: SimulatedCarrier) -> None:
        for media_type in ("text/plain", "application/x-www-form-urlencoded", ""):
            headers = {"content-type": media_type}
            answer = await client.post(URL, content=b"{}", headers=headers)
            assert answer.status_code == 415
        headers = {"content-type": "application/json"}
        large = await client.post(URL, content=b" " * (MAX_BODY_BYTES + 1), headers=headers)
        assert large.status_code == 413

    run(tmp_path, play)


PLACES = [
    ("127.0.0.1", "http://localhost:8080", 200),
    ("127.0.0.1", "http://127.0.0.1", 200),
    ("::1", "http://[::1]:8080", 200),
    ("127.0.0.1", "http://evil.example", 403),
    ("127.0.0.1", "http://localhost.evil.example", 403),
    ("192.0.2.1", "http://localhost", 403),
]


@pytest.mark.parametrize("peer, base, status", PLACES)
def test_only_this_machine_by_its_own_name(
    tmp_path: Path, peer: str, base: str, status: int
) -> None:
    """Another machine can not ask, nor a page that has a name for loopback."""

    async def play(client: httpx.AsyncClient, _carrier: SimulatedCarrier) -> None:
        assert (await client.get(URL)).status_code == status
        assert (await client.post(URL, json=TEXT)).status_code == status

    run(tmp_path, play, peer, base)
