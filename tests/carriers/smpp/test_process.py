"""A real server process with a carrier for each way to write a message: what the settings file says
is what a message centre reads."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest

from stopline.carriers.smpp import commands
from stopline.carriers.smpp.pdu import Message, decode_message
from stopline.ringcentral.example_client import ExampleClient, Login
from stopline.testing import StoplineServer
from support.certificates import self_signed_context as own_context
from support.installed import run as invoke
from support.proof import record
from support.smsc import Smsc, text_message

pytestmark = pytest.mark.heavy

LONG = "0123456789" * 20
CAMPAIGN, BRAND = 0x1400, 0x1401


class Way(NamedTuple):
    """Settings of a carrier, and the people whose texts it gets."""

    settings: Mapping[str, Any]
    digits: str

    def person(self, number: int = 0) -> str:
        return f"+{self.digits}55501{number:02d}"


WAYS = {
    "udh8": Way({}, "1201"),
    "udh16": Way({"long_messages": "udh16"}, "1202"),
    "sar": Way({"long_messages": "sar"}, "1203"),
    "payload": Way({"long_messages": "payload"}, "1205"),
    "packed": Way({"default_alphabet": "gsm-packed"}, "1206"),
    "latin": Way({"latin1": True, "data_codings": {"latin1": 0xF3}}, "1207"),
    "marked": Way(
        {
            "tlvs": {"0x1400": "CAMPAIGN", "0x1401": "hex:4252"},
            "number_ton": 2,
            "number_npi": 8,
            "plus": True,
            "service_type": "CMT",
            "priority": 2,
            "protocol_id": 64,
            "validity_minutes": 90,
            "message_reference": True,
        },
        "1208",
    ),
    "pair": Way({"separate": True, "binds": 2}, "1209"),
    "quiet": Way({"receipts": False}, "1210"),
}
SECURE = "1212"


def table(name: str, way: Way, port: int) -> list[str]:
    """A carrier and its route."""
    common = {"kind": "smpp", "host": "127.0.0.1", "port": port, "system_id": name}
    lines = [f"[carriers.{name}]"]
    for key, value in (common | dict(way.settings)).items():
        if isinstance(value, dict):
            inner = ", ".join(f"{json.dumps(k)} = {json.dumps(v)}" for k, v in value.items())
            lines.append(f"{key} = {{ {inner} }}")
        else:
            lines.append(f"{key} = {json.dumps(value)}")
    return [
        *lines, "[[routes]]", f'name = "to-{name}"', f'recipients = ["+{way.digits}"]',
        f"carriers = {{ {name} = 1 }}",
    ]  # fmt: skip


class Rig:
    """A server, a client of it, and the message centres: the second one speaks TLS."""

    def __init__(self, server: StoplineServer, client: ExampleClient, plain: Smsc, tls: Smsc):
        self.server, self.client, self.plain, self.tls = server, client, plain, tls
        self.sender = server.credentials.senders[0]

    async def send(self, text: str, *people: str) -> None:
        await self.client.send(self.sender, list(people), text)

    def to(self, person: str) -> list[Message]:
        """What the message centres read for someone."""
        number = person[1:].encode()
        read = [*self.plain.texts(), *self.tls.texts()]
        return [message for message in read if message.destination.lstrip(b"+") == number]

    async def read(self, person: str, count: int) -> list[Message]:
        await self.plain.until(lambda: len(self.to(person)) == count, 60)
        return self.to(person)

    async def command(self, *words: str) -> Any:
        return json.loads(await asyncio.to_thread(invoke, self.server.data, *words, "--json"))


def play(tmp_path: Path, scenario: Callable[[Rig], Awaitable[None]]) -> None:
    """With everything started and bound."""

    async def whole() -> None:
        plain, secured = Smsc(receipt="DELIVRD"), Smsc(receipt="DELIVRD")
        write_settings(tmp_path, await plain.start(), await secured.start(own_context(tmp_path)))
        async with AsyncExitStack() as stack:
            stack.push_async_callback(plain.stop)
            stack.push_async_callback(secured.stop)
            server = StoplineServer(tmp_path / "data")
            await asyncio.to_thread(stack.enter_context, server)
            await plain.until(lambda: len(plain.bound()) == len(WAYS) + 3, 60)
            await secured.until(secured.bound, 60)
            session = await stack.enter_async_context(aiohttp.ClientSession())
            client = ExampleClient(session, server.url)
            known = server.credentials
            await client.log_in(
                Login(known.client_id, known.client_secret, known.username, known.extension,
                      known.password)
            )  # fmt: skip
            await scenario(Rig(server, client, plain, secured))

    asyncio.run(asyncio.wait_for(whole(), 240))


def write_settings(folder: Path, port: int, tls_port: int) -> None:
    encrypted = Way({"tls": True, "tls_ca": str(folder / "own.pem")}, SECURE)
    lines = [line for name, way in WAYS.items() for line in table(name, way, port)]
    lines += table("secure", encrypted, tls_port)
    (folder / "data").mkdir()
    (folder / "data" / "stopline.toml").write_text("\n".join(lines) + "\n")


@pytest.mark.timeout(300)
def test_each_setting_is_what_the_message_centre_reads(tmp_path: Path) -> None:
    """Long messages in four forms, alphabets, TLVs, types of number, pairs of binds, TLS; then a
    pause, a test by command, and a STOP over one bind that holds on every one."""

    async def scenario(r: Rig) -> None:
        await long_messages(r)
        await alphabets(r)
        await everything_marked(r)
        await binds(r)
        await commands_of_carriers(r)
        await one_list_of_opt_outs(r)

    play(tmp_path, scenario)


async def long_messages(r: Rig) -> None:
    """Two hundred characters to one person over each."""
    names = ("udh8", "udh16", "sar", "payload", "secure")
    people = {name: (WAYS | {"secure": Way({}, SECURE)})[name].person() for name in names}
    await r.send(LONG, *people.values())
    for name, size in (("udh8", 6), ("udh16", 7), ("secure", 6)):
        parts = await r.read(people[name], 2)
        assert [m.esm_class & 0x40 for m in parts] == [0x40, 0x40]
        assert [m.content[0] + 1 for m in parts] == [size, size]
        assert b"".join(m.content[size:] for m in parts).decode() == LONG
        assert [m.content[size - 2 : size] for m in parts] == [b"\2\1", b"\2\2"]
    parts = await r.read(people["sar"], 2)
    assert b"".join(m.content for m in parts).decode() == LONG
    assert [m.tlvs[commands.SAR_NUMBER] for m in parts] == [b"\1", b"\2"]
    [whole] = await r.read(people["payload"], 1)
    assert whole.content.decode() == LONG
    # One receipt a message: the last part asks for it.
    assert [m.registered_delivery for m in r.to(people["udh8"])] == [0, 1]


async def alphabets(r: Rig) -> None:
    """Packed septets, Latin-1 by a data_coding of the carrier's own, and UCS-2 where it must be."""
    await r.send("hellohello", WAYS["packed"].person())
    [message] = await r.read(WAYS["packed"].person(), 1)
    assert message.content.hex() == "e8329bfd4697d9ec37"
    await r.send("Crêpes", WAYS["latin"].person())
    [message] = await r.read(WAYS["latin"].person(), 1)
    assert (message.data_coding, message.content) == (0xF3, "Crêpes".encode("latin-1"))
    await r.send("Crêpes", WAYS["udh8"].person(1))
    [message] = await r.read(WAYS["udh8"].person(1), 1)
    assert (message.data_coding, message.content) == (8, "Crêpes".encode("utf-16-be"))


async def everything_marked(r: Rig) -> None:
    """Campaign and brand, how numbers are written, and every field that has a setting."""
    person = WAYS["marked"].person()
    await r.send("Your order is ready.", person)
    [message] = await r.read(person, 1)
    assert message.tlvs[CAMPAIGN] == b"CAMPAIGN"
    assert message.tlvs[BRAND] == b"BR"
    assert len(message.tlvs[commands.USER_MESSAGE_REFERENCE]) == 2
    assert (message.source_ton, message.source_npi, message.source) == (2, 8, r.sender.encode())
    assert (message.destination_ton, message.destination) == (2, person.encode())
    assert message.service_type == b"CMT"
    assert message.registered_delivery == 1
    body = next(p.body for p in r.plain.heard if is_submit_to(p, person))
    tail = body[body.index(person.encode()) + len(person) + 1 :]
    assert (tail[1], tail[2]) == (64, 2)
    assert tail[3:].startswith(b"\x00000000013000000R\0")
    await r.send("Nobody reports this.", WAYS["quiet"].person())
    [message] = await r.read(WAYS["quiet"].person(), 1)
    assert message.registered_delivery == 0


def is_submit_to(pdu: Any, person: str) -> bool:
    return bool(
        pdu.command == commands.SUBMIT_SM
        and decode_message(pdu.body).destination == person.encode()
    )


async def binds(r: Rig) -> None:
    """Two transmitters and two receivers of one carrier; their texts come over the receivers."""
    kinds = [p.command for p in r.plain.heard if p.body.startswith(b"pair\0")]
    assert sorted(kinds) == [commands.BIND_RECEIVER] * 2 + [commands.BIND_TRANSMITTER] * 2
    person = WAYS["pair"].person()
    await r.send("Your order is ready.", person)
    await r.read(person, 1)


async def commands_of_carriers(r: Rig) -> None:
    """`stopline carriers`: the list has each bind, a test sends a text, a pause holds one back."""
    found: dict[str, str] = {}
    async with asyncio.timeout(60):
        # What a process says of its binds is a moment old.
        while {found.get(name) for name in (*WAYS, "secure")} != {"up"}:
            listed = await r.command("carriers", "list")
            found = {one["name"]: one["state"] for one in listed}
    person = WAYS["sar"].person(7)
    tested = await r.command("carriers", "test", "sar", "--from", r.sender, "--to", person)
    assert len(await r.read(person, 1)) == 1, tested
    await r.command("carriers", "pause", "sar")
    await r.send("Held.", WAYS["sar"].person(8))
    await r.send("Not held.", WAYS["udh16"].person(8))
    await r.read(WAYS["udh16"].person(8), 1)
    assert r.to(WAYS["sar"].person(8)) == []
    await r.command("carriers", "resume", "sar")
    await r.read(WAYS["sar"].person(8), 1)


async def one_list_of_opt_outs(r: Rig) -> None:
    """STOP over TLS, from someone whose texts go over another carrier."""
    person = WAYS["udh8"].person(9)
    assert await r.tls.deliver(text_message("STOP", person[1:], r.sender[1:])) == 0
    assert await r.client.opted_out(r.sender) == [person]
    await r.send("Never.", person)
    before = [m for m in r.to(person) if not m.content.startswith(b"NETWORK")]
    await r.send("Your order is ready.", WAYS["udh8"].person(10))
    await r.read(WAYS["udh8"].person(10), 1)
    assert before == []
    assert [m for m in r.to(person) if not m.content.startswith(b"NETWORK")] == []
    record("settings of a carrier, read by a message centre", len(WAYS) + 1)
