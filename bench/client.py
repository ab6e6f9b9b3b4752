"""The load: an application that sends, a webhook receiver, handsets. One process, one loop."""

import asyncio
import time
from collections import Counter
from typing import Any

import aiohttp
from aiohttp import web

from bench.server import Server

BATCH = 10_000


# Numbers of one fictional area code: 700 exchanges of 9,000.
AREA = 6_300_000


def person(number: int) -> str:
    """A fictional person whose handset behaves in the ordinary way."""
    area, rest = divmod(number, AREA)
    exchange, line = divmod(rest, 9_000)
    return f"+1{312 + area}{200 + exchange}{1_000 + line}"


class Application:
    """A client that is logged in."""

    def __init__(self, server: Server, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session
        self._headers: dict[str, str] = {}

    async def log_in(self) -> None:
        """By the JWT credential."""
        credentials = self._server.credentials
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "assertion": credentials["jwt"],
        }
        auth = aiohttp.BasicAuth(credentials["client_id"], credentials["client_secret"])
        url = f"{self._server.url}/restapi/oauth/token"
        async with self._session.post(url, data=form, auth=auth) as answer:
            token = (await answer.json())["access_token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    async def call(self, method: str, path: str, **options: Any) -> Any:
        """One request under the account; raises on an error answer."""
        url = f"{self._server.url}/restapi/v1.0{path}"
        async with self._session.request(method, url, headers=self._headers, **options) as answer:
            if answer.status >= 400:
                raise RuntimeError(f"{method} {path}: {answer.status} {await answer.text()}")
            return await answer.json()

    async def send_batch(self, first: int, size: int = BATCH, sender: int = 0) -> tuple[str, float]:
        """Post a batch to `size` persons from number `first` on, by one of the account's numbers;
        its id and the seconds it took."""
        senders = self._server.senders
        body = {
            "from": senders[sender % len(senders)],
            "text": "Your parcel arrives today between 2 and 4. Reply STOP to end.",
            "messages": [{"to": [person(first + offset)]} for offset in range(size)],
        }
        started = time.perf_counter()
        answer = await self.call("POST", "/account/~/a2p-sms/batches", json=body)
        return answer["id"], time.perf_counter() - started

    async def delivered(self, batch_id: str) -> int:
        """How many of a batch's messages have their receipt."""
        query = {"batchId": batch_id}
        answer = await self.call("GET", "/account/~/a2p-sms/statuses", params=query)
        count: int = answer["delivered"]["count"]
        return count

    async def pending(self, batch_id: str) -> int:
        """How many of a batch's messages are still queued."""
        answer = await self.call("GET", f"/account/~/a2p-sms/batches/{batch_id}")
        return int(answer["batchSize"]) - int(answer["processedCount"])

    async def subscribe(self, address: str, filters: list[str]) -> str:
        """Subscribe a webhook; the subscription's id."""
        body = {
            "eventFilters": filters,
            "deliveryMode": {"transportType": "WebHook", "address": address},
        }
        answer = await self.call("POST", "/subscription", json=body)
        identifier: str = answer["id"]
        return identifier

    async def unsubscribe(self, subscription_id: str) -> None:
        """End a subscription."""
        url = f"{self._server.url}/restapi/v1.0/subscription/{subscription_id}"
        async with self._session.delete(url, headers=self._headers) as answer:
            answer.raise_for_status()


class Receiver:
    """A webhook receiver that counts what it gets."""

    def __init__(self) -> None:
        self.events: Counter[str] = Counter()
        self.address = ""

    async def start(self) -> None:
        """Listen on a free port."""
        application = web.Application()
        application.router.add_post("/", self._take)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.address = f"http://127.0.0.1:{port}/"

    async def stop(self) -> None:
        """Listen no more."""
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        token = request.headers.get("Validation-Token")
        if token and not await request.read():
            return web.Response(
                headers={"Validation-Token": token}, content_type="application/json"
            )
        event = await request.json()
        status = event["body"].get("messageStatus", "")
        self.events[f"{event['event'].split('/')[-1].split('?')[0]} {status}".strip()] += 1
        return web.Response(content_type="application/json")


async def wait_until(condition: Any, timeout_s: float, pause_s: float = 0.05) -> None:
    """Ask until it is true. Raises TimeoutError."""
    async with asyncio.timeout(timeout_s):
        while not await condition():  # noqa: ASYNC110 - another process says when
            await asyncio.sleep(pause_s)
