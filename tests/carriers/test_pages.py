"""The pages of carriers: what they promise is what the code says."""

import asyncio
import json
import re
import sys
import tomllib
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
import pytest
from starlette.applications import Starlette

from carriers import test_conformance
from stopline.api.callbacks import callback_routes
from stopline.carriers import generic
from stopline.carriers.protocol import Carrier, CarrierCapabilities
from stopline.carriers.registry import KINDS, Kind, build_carriers
from stopline.carriers.settings import SettingProblem
from stopline.carriers.simulated import SimulatedCarrier
from stopline.core.carriage import NetworkWord, Submission, SubmitOutcome
from stopline.core.messages import MessageStatus
from support import providers
from support.asgi import ask
from support.carrier_events import RecordingEvents
from support.peers import NAME
from support.providers import PROVIDERS, SECRET
from support.receiver import OK, Request, receiver
from support.world import SENDER, World, person, real_clock_ms

PAGES = Path(__file__).parents[2] / "docs" / "carriers"
HTTP_KINDS = [kind for kind in KINDS if kind != "smpp"]
PARTS = (
    generic.RequestForm,
    generic.AnswerForm,
    generic.InboundForm,
    generic.ReceiptForm,
    generic.VerifyForm,
)


def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text()


def described(kind: type[msgspec.Struct]) -> list[tuple[str, str]]:
    """Each setting with the words of the source."""
    hints = get_type_hints(kind, include_extras=True)
    names = [field.name for field in msgspec.structs.fields(kind)]
    return [
        (name, hints[name].__metadata__[-1].description)
        for name in names
        if hasattr(hints[name], "__metadata__")
    ]


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_every_setting_is_on_its_page(kind: str) -> None:
    """With the words of the source, which give its reason."""
    structs = [KINDS[kind].settings, *(PARTS if kind == "generic" else ())]
    for name, text in [pair for struct in structs for pair in described(struct)]:
        assert re.search(rf"^\| `{name}` \| .* \| {re.escape(text)} \|$", page(kind), re.M), name


def example(kind: str, folder: Path) -> Carrier:
    """The carrier of a page's first example, its secrets in files."""
    (text,) = re.findall(r"```toml\n(.*?)```", page(kind), re.S)[:1]
    for file in re.findall(r'_file = "([^"]+)"', text):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text("secret\n")
        text = text.replace(f'"{file}"', f'"{folder / file}"')
    (carrier,) = build_carriers(tomllib.loads(text)["carriers"], "https://sms.example.com")
    return carrier


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_the_examples_are_accepted(kind: str, tmp_path: Path) -> None:
    """What one copies from the page works."""
    assert example(kind, tmp_path).name


@pytest.mark.parametrize("kind", HTTP_KINDS)
def test_a_wrong_table_names_its_key_and_no_secret(kind: str) -> None:
    """Whatever is wrong in it."""
    table = PROVIDERS[kind]().table() | {"url": "https://provider.example"}
    for change in (
        {"connections": 0},
        {"url": "ftp://x"},
        {"unheard": SECRET},
        {"country": SECRET},
        {"country": "UK"},
    ):
        with pytest.raises(SettingProblem) as raised:
            build_carriers({"acme": table | change})
        assert raised.value.key.startswith("carriers.acme")
        assert SECRET not in str(raised.value)


def flags(capabilities: CarrierCapabilities) -> list[str]:
    """As the table of carriers writes them."""
    found = (
        capabilities.receipts,
        capabilities.redelivers_inbound,
        capabilities.echoes_message_id,
    )
    return ["yes" if flag else "no" for flag in found]


@pytest.mark.parametrize("kind", ["simulated", *KINDS])
def test_the_table_says_what_the_carrier_can_do(kind: str, tmp_path: Path) -> None:
    """Each flag of its capabilities, and no carrier without a row."""
    if kind == "simulated":
        capabilities = SimulatedCarrier(None).capabilities  # type: ignore[arg-type]
    else:
        capabilities = example(kind, tmp_path).capabilities
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page("index").splitlines()
        if line.startswith("| ") and f"`{kind}`" in line.split("|")[1]
    ]
    assert [row[1:4] for row in rows] == [flags(capabilities)]


# Adding one, as the page says.


def steps(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page("adding"), re.S)


@pytest.fixture
def pigeon(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The page's file, and its line in the registry."""
    file, line, far_end = steps("python")
    # Under a name in which its own types may be looked up.
    module = ModuleType("pigeon_of_the_page")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(file, "pigeon.py", "exec"), module.__dict__)
    kinds = dict(KINDS)
    exec(line, module.__dict__ | {"KINDS": kinds, "Kind": Kind})
    monkeypatch.setattr("stopline.carriers.registry.KINDS", kinds)
    known = dict(PROVIDERS)
    exec(far_end, vars(providers) | {"PROVIDERS": known})
    monkeypatch.setitem(PROVIDERS, "pigeon", known["pigeon"])
    return tomllib.loads(steps("toml")[0])["carriers"]


def test_a_carrier_is_added_as_the_page_says(pigeon: dict[str, Any]) -> None:
    """It sends, is refused, opts out, and brings a text: the rest is the base's."""

    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        sent = json.loads(request.body)
        assert request.headers["x-key"] == "coo"
        if sent["to"] == person(2):
            body = json.dumps({"why": "no-pigeons"}).encode()
            head = f"HTTP/1.1 400 Bad\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            return
        body = json.dumps({"id": f"p-{sent['ring']}"}).encode()
        writer.write(OK.replace(b"Content-Length: 0", b"Content-Length: %d" % len(body)) + body)

    async def scenario() -> None:
        async with receiver(answer) as loft:
            table = pigeon["loft"] | {"url": f"http://127.0.0.1:{loft.port}"}
            (carrier,) = build_carriers({"loft": table})
            events = RecordingEvents()
            await carrier.start(events)
            app = Starlette(routes=callback_routes([carrier]))
            for number in (1, 2):
                await asyncio.wait_for(carrier.ready(), 5)
                await carrier.write([Submission(number, 1, SENDER, person(number), "hi")], 200)
                await events.until(lambda n=number: len(events.answered) == n)
            good, refused = events.answered
            assert (good.outcome, good.reference) == (SubmitOutcome.ACCEPTED, "p-1")
            assert (refused.outcome, refused.word) == (
                SubmitOutcome.REFUSED,
                NetworkWord.OPTED_OUT,
            )
            event = {"id": "p-1", "from": SENDER, "to": person(1), "status": "landed", "ring": "1"}
            assert await bring(app, "status", event, b"coo") == 200
            assert [r.status for r in events.reported] == [MessageStatus.DELIVERED]
            text = {"id": "in-1", "from": person(1), "to": SENDER, "text": "STOP"}
            assert await bring(app, "inbound", text, b"caw") == 403
            assert await bring(app, "inbound", text, b"coo") == 200
            assert [one.text for one in events.texts] == ["STOP"]
            await carrier.stop(500)

    asyncio.run(asyncio.wait_for(scenario(), 20))


# What every carrier does, each under its name in the suite.
SUITE = {
    name: test
    for name, test in vars(test_conformance).items()
    if name.startswith("test_") and "kind" in signature(test).parameters
}


@pytest.mark.parametrize("name", SUITE)
def test_the_carrier_of_the_page_passes_the_suite(
    pigeon: dict[str, Any], name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the page promises: each test, with each of its cases."""
    test = SUITE[name]
    cases = ("twice", "out_of_order", "early") if "case" in signature(test).parameters else (None,)
    for case in cases:
        folder = tmp_path / (case or "one")
        folder.mkdir()
        world = World(folder, real_clock_ms, carrier=NAME)
        given = {"world": world, "kind": "pigeon", "case": case, "capsys": capsys}
        test(**{key: given[key] for key in signature(test).parameters})
        world.close()


async def bring(app: Starlette, kind: str, event: dict[str, str], key: bytes) -> int:
    body = json.dumps(event).encode()
    answer = await ask(app, "POST", f"/carriers/loft/{kind}", headers={"x-key": key}, body=body)
    return answer.status
