"""The parties of the demonstration beside the server: handsets, and the application's webhook."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web

# More than the demonstration makes; a flood must not fill the memory.
_MAX_EVENTS = 1_000


class DemoFailed(Exception):
    """Something the demonstration promises did not happen."""


class Handsets:
    """The simulated mobile world, through the simulator's API."""

    def __init__(self, session: aiohttp.ClientSession, server_url: str) -> None:
        self._session = session
        self._url = f"{server_url}/simulator/messages"

    async def text(self, person: str, sender: str, text: str) -> bool:
        """The person texts one of our numbers; true when Stopline has stored it for good."""
        body = {"from": person, "to": sender, "text": text}
        async with self._session.post(self._url, json=body) as response:
            if not response.ok:
                raise DemoFailed(f"the simulator answered {response.status}; is it switched on?")
            answer = await response.json()
        return bool(answer["records"][0]["acknowledged"])

    async def last_sequence(self, person: str, sender: str) -> int:
        """The number of the newest text between the two; 0 for none."""
        records = await self._texts(person, sender, 0)
        return max((record["sequence"] for record in records), default=0)

    async def received(self, person: str, sender: str, after: int) -> list[str]:
        """What the person's handset got from the number since `after`."""
        records = await self._texts(person, sender, after)
        return [record["text"] for record in records if record["direction"].lower() == "outbound"]

    async def _texts(self, person: str, sender: str, after: int) -> list[dict[str, Any]]:
        query = {"recipient": person, "sender": sender, "after": str(after), "limit": "1000"}
        async with self._session.get(self._url, params=query) as response:
            if not response.ok:
                raise DemoFailed(f"the simulator answered {response.status}; is it switched on?")
            records: list[dict[str, Any]] = (await response.json())["records"]
            return records


class EventReceiver:
    """The application's side of a webhook: a small server on a free loopback port."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_post("/events", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        self.address = ""

    async def start(self) -> None:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/events"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        token = request.headers.get("Validation-Token")
        if token is not None:
            return web.json_response({}, headers={"Validation-Token": token})
        if len(self.events) < _MAX_EVENTS:
            self.events.append(await request.json())
        return web.json_response({})


async def wait_until(what: str, check: Callable[[], Any], seconds: float = 15.0) -> Any:
    """What `check` (maybe a coroutine) gives, once it is true. Raises DemoFailed."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = check()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if asyncio.get_running_loop().time() > deadline:
            raise DemoFailed(f"{what}: not within {seconds:.0f} seconds")
        await asyncio.sleep(0.05)
