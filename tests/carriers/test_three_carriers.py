"""A real server with three carriers of different kinds: a STOP heard through one blocks the pair on
the others, whoever carried the message."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from stopline.ringcentral.example_client import ExampleClient, Login
from support.installed import final, install, play
from support.providers import Case, Telnyx, Twilio
from support.servers import running
from support.smsc import Smsc, text_message
from support.world import SENDER

pytestmark = pytest.mark.heavy

# Whose first digits say which way their messages go.
BY_TWILIO, BY_TELNYX, BY_SMPP = "+1312", "+1415", "+1646"
BLOCKED = "SendingFailed SMS-RC-413"


class Far:
    """What is behind the three carriers."""

    def __init__(self) -> None:
        self.twilio = Twilio(name="tw")
        self.telnyx = Telnyx(name="tx")
        self.centre = Smsc(receipt="DELIVRD")
        self.port = 0

    async def listen(self) -> dict[str, Any]:
        """The tables of the settings file."""
        self.port = await self.centre.start()
        return {
            "tw": await self.twilio.listen(),
            "tx": await self.telnyx.listen(),
            "centre": {
                "kind": "smpp",
                "host": "127.0.0.1",
                "port": self.port,
                "system_id": "me",
                "password": "pw",
            },
        }

    def taken(self) -> dict[str, list[str]]:
        """The recipients that each took, our replies not counted."""
        found = {
            "tw": [(one.recipient, one.text) for one in self.twilio.taken],
            "tx": [(one.recipient, one.text) for one in self.telnyx.taken],
            "centre": [
                (f"+{m.destination.decode()}", m.content.decode()) for m in self.centre.texts()
            ],
        }
        return {
            name: [who for who, text in texts if "NETWORK" not in text]
            for name, texts in found.items()
        }

    async def stop(self) -> None:
        for provider in (self.twilio, self.telnyx):
            assert provider.complaints == []
            await provider.stop()
        await self.centre.stop()


def settings(tables: dict[str, dict[str, Any]]) -> str:
    """Each way has the other two behind it, for when it is down."""
    lines = ["failover_seconds = 1"]
    for name, table in tables.items():
        lines += [f"[carriers.{name}]", *(f"{k} = {json.dumps(v)}" for k, v in table.items())]
    for first, digits in zip(tables, (BY_TWILIO, BY_TELNYX, BY_SMPP), strict=True):
        others = "".join(f", {name} = 0" for name in tables if name != first)
        lines += ["[[routes]]", f'name = "by-{first}"', f'recipients = ["{digits}"]']
        lines += [f"carriers = {{ {first} = 1{others} }}"]
    return "\n".join(lines) + "\n"


class Rig:
    """A server, its client, and the far ends."""

    def __init__(self, client: ExampleClient, far: Far) -> None:
        self.client = client
        self.far = far

    async def send(self, who: str) -> str:
        """What becomes of a text."""
        for provider in (self.far.twilio, self.far.telnyx):
            provider.cases.setdefault(who, Case(reports=("delivered",)))
        return await final(self.client, await self.client.send(SENDER, [who], "Your order."))

    async def way(self, who: str) -> list[str]:
        """The carriers that took a text to this person, after one more was sent."""
        end = await self.send(who)
        assert end == "Delivered", end
        return [name for name, people in self.far.taken().items() if who in people]

    async def is_blocked(self, who: str) -> bool:
        """Nothing of one more text leaves, over any carrier."""
        before = self.far.taken()
        return await self.send(who) == BLOCKED and self.far.taken() == before


@contextmanager
def installed(tmp_path: Path, tables: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Login]]:
    (tmp_path / "stopline.toml").write_text(settings(tables))
    login = install(tmp_path, SENDER, "tw")
    with running(tmp_path, "--no-demo", "--log-format", "json") as (url, _):
        yield url, login


def run(tmp_path: Path, scenario: Callable[[Rig], Awaitable[None]]) -> None:
    """With everything started."""

    async def whole() -> None:
        far = Far()
        tables = await far.listen()
        with ExitStack() as stack:
            # It polls, and the far ends live on this loop.
            entered = stack.enter_context, installed(tmp_path, tables)
            url, login = await asyncio.to_thread(*entered)
            far.twilio.server_url = far.telnyx.server_url = url
            await play(url, login, lambda client: scenario(Rig(client, far)))
        await far.stop()

    asyncio.run(asyncio.wait_for(whole(), 120))


def test_an_opt_out_heard_by_one_carrier_blocks_the_pair_on_all(tmp_path: Path) -> None:
    """By a text or by a code, over two HTTP providers and SMPP, also when another carrier steps
    in; whoever did not stop is reached over every one."""

    async def scenario(r: Rig) -> None:
        far = r.far
        first, second, third = (f"{digits}5550142" for digits in (BY_TWILIO, BY_TELNYX, BY_SMPP))
        assert await r.way(first) == ["tw"]
        assert await r.way(second) == ["tx"]
        assert await r.way(third) == ["centre"]
        # Each is heard through a carrier that took nothing for this person.
        assert await far.telnyx.text("STOP", first, SENDER, "mo-1") == 200
        assert await r.is_blocked(first)
        assert await far.centre.deliver(text_message("STOP", second[1:])) == 0
        assert await r.is_blocked(second)
        assert await far.twilio.text("STOP", third, SENDER, "mo-3") == 204
        assert await r.is_blocked(third)
        # A code says the same.
        denied = f"{BY_TWILIO}5550143"
        far.twilio.cases[denied] = Case("opted_out")
        assert await r.send(denied) == "SendingFailed SMS-UP-413"
        assert await r.is_blocked(denied)
        # Another carrier steps in, and is no way around.
        await far.twilio.stop()
        assert await r.way(f"{BY_TWILIO}5550144") == ["tx"]
        for who in (first, denied):
            assert await r.is_blocked(who)
        # A START opens what a STOP closed, through any of them, once it is clear which came last.
        while first in await r.client.opted_out(SENDER):
            assert await far.centre.deliver(text_message("START", first[1:])) == 0
            await asyncio.sleep(0.2)
        assert await r.way(first) == ["tw", "tx"]

    run(tmp_path, scenario)
