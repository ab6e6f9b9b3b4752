"""The main job in processes that share only the database: API twice, workers twice, the console."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from stopline.carriers.simulator.oracle import check_journal
from support.api import ACCOUNT, Api
from support.fleet import Fleet, Member, fleet
from support.postgres import Cluster
from support.receiver import Receiver, echo, receiver
from support.servers import get
from support.sockets import A2P, SUBSCRIPTIONS, client
from support.world import person

ANN, BEN, CAT = person(1), person(2), person(3)
WAIT_S = 40.0


@pytest.fixture
def machines(tmp_path: Path, cluster: Cluster) -> Iterator[Fleet]:
    """A simulator, and a database without a schema: whoever starts first makes it."""
    with cluster.database("template0") as url, fleet(tmp_path, url) as it:
        it.start_simulator()
        yield it


async def until(holds: Callable[[], Any], what: str) -> None:
    """Wait until something holds."""
    try:
        async with asyncio.timeout(WAIT_S):
            while not await asyncio.to_thread(holds):
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(what) from None


def api_of(machines: Fleet, member: Member) -> Api:
    api = Api(int(member.url.rpartition(":")[2]), machines.credentials)
    api.log_in()
    return api


def subscribe(api: Api, hook: Receiver) -> None:
    mode = {"transportType": "WebHook", "address": hook.url}
    body = {"eventFilters": [f"{A2P}/opt-outs"], "deliveryMode": mode}
    answer = api.call("POST", SUBSCRIPTIONS, body)
    assert answer.status == 200, answer


def told(hook: Receiver) -> list[str]:
    """Who opted out, as the webhook heard."""
    bodies = [json.loads(request.body) for request in hook.requests if request.body]
    return [body["body"]["to"] for body in bodies if "body" in body]


@pytest.mark.timeout(300)
def test_the_main_job_over_six_processes(machines: Fleet) -> None:
    """STOP, its reply, its webhook, and a WebSocket cut at one API and recovered at the other;
    nothing but the database, the keys and the simulator is shared."""
    first = machines.launch("api-1", "api")
    second = machines.launch("api-2", "api")
    console = machines.launch("console", "console")
    for number in (1, 2):
        machines.launch(f"workers-{number}", "workers")
    machines.wait()
    asyncio.run(_main_job(machines, first, second))
    assert get(f"{console.url}/console/sign-in")[0] == 200
    assert get(f"{console.url}{ACCOUNT}/opt-outs")[0] == 404
    assert get(f"{first.url}/console/sign-in")[0] == 404
    assert check_journal(machines.journal) == []
    assert [member.process.terminate() for member in machines.members] == [0] * 5


async def _main_job(machines: Fleet, first: Member, second: Member) -> None:
    sender = machines.credentials["senders"][0]
    one, other = [await asyncio.to_thread(api_of, machines, member) for member in (first, second)]
    async with receiver(echo) as hook:
        await asyncio.to_thread(subscribe, one, hook)
        token = (await asyncio.to_thread(one.call, "POST", "/restapi/oauth/wstoken")).body
        async with client(_socket(first), token["ws_access_token"]) as socket:
            await socket.subscribe()
            assert one.send(sender, [ANN, BEN, CAT]).status == 201
            await until(lambda: machines.handset_got(second, ANN), "no text reached Ann")
            assert machines.handset(second, ANN, "STOP")
            assert (await socket.receive_event())["body"]["to"] == ANN
            await socket.cut()
        assert machines.handset(first, BEN, "STOP")
        async with client(_socket(second), token["ws_access_token"], socket.wsc) as again:
            assert again.details[1]["recoveryState"] == "Successful"
            assert (await again.receive_event())["body"]["to"] == BEN
            assert machines.handset(second, CAT, "STOP")
            assert (await again.receive_event())["body"]["to"] == CAT
            assert _holders(machines) == {machines.node_of(second)}
        await until(lambda: sorted(told(hook)) == sorted((ANN, BEN, CAT)), "a webhook is missing")
    await _see_the_gate(machines, one, other, second)


def _socket(member: Member) -> str:
    return f"ws{member.url.removeprefix('http')}/ws"


def _holders(machines: Fleet) -> set[int]:
    return {row[0] for row in machines.rows("select node from sockets")}


async def _see_the_gate(machines: Fleet, one: Api, other: Api, second: Member) -> None:
    """What one process was told holds for all."""
    sender = machines.credentials["senders"][0]
    assert one.opt_outs(sender) == other.opt_outs(sender) == {ANN, BEN, CAT}
    batch = other.send(sender, [ANN]).body
    path = f"{ACCOUNT}/messages?batchId={batch['id']}"
    message = one.call("GET", path).body["records"][0]
    assert (message["messageStatus"], message["errorCode"]) == ("SendingFailed", "SMS-RC-413")
    got = await asyncio.to_thread(machines.handset_got, second, ANN)
    assert sum("NETWORK MSG" in text for text in got) == 1
