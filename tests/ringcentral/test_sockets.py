"""WebSockets of a served application: what arrives, what is sent again, who may connect."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from contract.fixture import text
from contract.world import ACCOUNT_ID, USER_ID, World
from stopline.core.access import AppPermission
from stopline.core.sockets import HOLD_MS, MAX_SOCKETS_PER_USER, RECOVERY_MS
from stopline.flows import access, administration
from stopline.flows.sockets import (
    forget_socket,
    issue_socket_token,
    list_gone_sockets,
    open_socket,
)
from support.sockets import A2P, SUBSCRIPTIONS, Client, client, serving, socket_token

PEOPLE = [f"+1312555{number}" for number in range(1000, 1200)]


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, "seed", database=store_url)
    yield world
    world.close()


def play(world: World, scene: Callable[[str, str], Awaitable[None]]) -> None:
    """Run a scene against the served world with a token."""

    async def run() -> None:
        async with serving(world) as url:
            await scene(url, socket_token(world))

    asyncio.run(run())


async def events(connection: Client, count: int) -> list[str]:
    """The people of the next events."""
    return [(await connection.receive_event())["body"]["to"] for _ in range(count)]


async def until_settled(world: World) -> None:
    """What arrived is known to have: what is not, when the connection breaks, comes again."""
    while world.rows("select 1 from deliveries where state = 0 limit 1"):
        await asyncio.sleep(0.01)


def stop(world: World, people: list[str]) -> None:
    for person in people:
        world.now_ms += 1
        text(world, person, "STOP")


def test_events_arrive_in_order_and_are_settled(world: World) -> None:
    """One after the other, numbered, and delivered in the log."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            await it.subscribe()
            stop(world, PEOPLE[:100])
            assert await events(it, 100) == PEOPLE[:100]
            assert await it.is_silent()

    play(world, scene)


def test_a_cut_loses_nothing(world: World) -> None:
    """What came before and while nobody was connected follows, once, and in order."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            await it.subscribe()
            stop(world, PEOPLE[:5])
            assert await events(it, 5) == PEOPLE[:5]
            await until_settled(world)
            await it.cut()
        stop(world, PEOPLE[5:20])
        async with client(url, token, it.wsc) as again:
            assert again.details[1]["recoveryState"] == "Successful"
            assert await events(again, 15) == PEOPLE[5:20]
            stop(world, PEOPLE[20:22])
            assert await events(again, 2) == PEOPLE[20:22]
            assert await again.is_silent()

    play(world, scene)


def test_frames_lost_on_the_way_are_sent_again(world: World) -> None:
    """The client names the newest frame it saw; what was written after it never arrived."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            await it.subscribe()
            stop(world, PEOPLE[:6])
            await events(it, 2)
            seen = it.wsc
            await events(it, 4)
            await until_settled(world)
            await it.cut()
        async with client(url, token, seen) as again:
            assert await events(again, 4) == PEOPLE[2:6]
            assert await again.is_silent()

    play(world, scene)


def test_a_half_open_connection_is_taken_over(world: World) -> None:
    """The client is back before the server noticed: the old connection gets nothing more."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as old:
            await old.subscribe()
            async with client(url, token, old.wsc) as new:
                assert new.details[1]["recoveryState"] == "Successful"
                stop(world, PEOPLE[:3])
                assert await events(new, 3) == PEOPLE[:3]
                with pytest.raises(ConnectionClosed):
                    await old.receive()

    play(world, scene)


@pytest.mark.parametrize(
    "passed_ms, state", [(RECOVERY_MS, "Successful"), (RECOVERY_MS + 1, "Failed")]
)
def test_a_socket_waits_for_its_client_for_three_minutes(
    world: World, passed_ms: int, state: str
) -> None:
    """Then the client subscribes anew on the connection it has."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            await it.subscribe()
            await it.connection.close()
        await asyncio.sleep(0.3)
        world.now_ms += passed_ms
        async with client(url, token, it.wsc) as again:
            assert again.details[1]["recoveryState"] == state
            assert again.details[1].get("recoveryErrorCode") == (
                "WSG-1005" if state == "Failed" else None
            )
            await again.subscribe()
            stop(world, PEOPLE[:1])
            assert await events(again, 1) == PEOPLE[:1]

    play(world, scene)


def test_a_process_that_dies_leaves_its_sockets_to_others(world: World) -> None:
    """Its hold ends by itself; claims it did not settle are due again for the next one."""
    token = socket_token(world)
    opened = world.run(open_socket, token, "")
    world.now_ms += HOLD_MS + RECOVERY_MS
    recovered = world.run(open_socket, token, f"{opened.base}.0")
    assert (recovered.recovered, recovered.ref.epoch) == (True, 2)


def test_sockets_nobody_comes_back_to_are_forgotten_with_their_subscriptions(
    world: World,
) -> None:
    """Not before, and not when the client came back meanwhile."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            created = (await it.subscribe())[1]["id"]
            await it.connection.close()
        await asyncio.sleep(0.3)
        world.call("AT-demo-0001", world.login().access_token)
        path = f"{SUBSCRIPTIONS}/{created}"
        world.now_ms += RECOVERY_MS
        assert world.run(list_gone_sockets) == []
        world.now_ms += 1
        (row,) = world.run(list_gone_sockets)
        world.run(forget_socket, row)
        headers = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
        answer = await asyncio.to_thread(world.client.get, path, headers=headers)
        assert answer.status_code == 404

    play(world, scene)


def test_a_second_subscription_replaces_the_first(world: World) -> None:
    """One of a connection; the first is not there any more."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            first = (await it.subscribe())[1]["id"]
            second = (await it.subscribe(f"{A2P}/messages?direction=Inbound"))[1]["id"]
            assert first != second
            assert (await it.call("GET", f"{SUBSCRIPTIONS}/{first}"))[0]["status"] == 404
            text(world, PEOPLE[0], "hello")
            assert (await it.receive_event())["body"]["text"] == "hello"

    play(world, scene)


def test_a_subscription_moves_to_the_socket_that_renews_it(world: World) -> None:
    """A client that kept its subscription goes on with it over a new connection."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            created = (await it.subscribe())[1]["id"]
            await it.connection.close()
        async with client(url, token) as other:
            body = {"eventFilters": [f"{A2P}/opt-outs?to={PEOPLE[1]}"]}
            renewed = await other.call("PUT", f"{SUBSCRIPTIONS}/{created}", body)
            assert renewed[0]["headers"]["WSG-SubscriptionId"] == created
            assert renewed[1]["expiresIn"] == 86_399
            stop(world, PEOPLE[:2])
            assert await events(other, 1) == [PEOPLE[1]]

    play(world, scene)


def test_it_is_not_made_or_changed_over_http(world: World) -> None:
    """Nor for webhooks on a socket without the permission."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            created = (await it.subscribe())[1]["id"]
            world.call("AT-demo-0001", world.login().access_token)
            headers = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
            wish = {
                "eventFilters": [f"{A2P}/opt-outs"],
                "deliveryMode": {"transportType": "WebSocket"},
            }
            for method, path, body in (
                ("POST", SUBSCRIPTIONS, wish),
                ("PUT", f"{SUBSCRIPTIONS}/{created}", None),
                ("PUT", f"{SUBSCRIPTIONS}/{created}", wish),
                ("POST", f"{SUBSCRIPTIONS}/{created}/renew", None),
            ):
                answer = await asyncio.to_thread(
                    world.client.request, method, path, json=body, headers=headers
                )
                assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")
            world.restrict_app(without=AppPermission.WEBSOCKETS)
            refused = await it.subscribe()
            assert (refused[0]["status"], refused[1]["errorCode"]) == (403, "SUB-528")

    play(world, scene)


def test_requests_are_those_of_http(world: World) -> None:
    """Query members, a raw plus, rate limits, errors, a slash at the end, CSV as a text."""

    async def scene(url: str, token: str) -> None:
        async with client(url + "/", token) as it:
            stop(world, PEOPLE[:2])
            listed = await it.call("GET", f"{A2P}/opt-outs", query={"to": PEOPLE[0], "perPage": 5})
            assert [record["to"] for record in listed[1]["records"]] == PEOPLE[:1]
            assert listed[0]["headers"]["X-Rate-Limit-Group"] == "light"
            raw = await it.call("GET", f"{A2P}/opt-outs/?from=+12025550142")
            assert len(raw[1]["records"]) == 2
            bad = await it.call("GET", f"{A2P}/opt-outs", query={"status": "x"})
            assert (bad[0]["status"], bad[1]["errorCode"]) == (400, "CMN-101")
            for path in ("/restapi/oauth/token", "/nowhere"):
                assert (await it.call("POST", path, {"a": 1}))[0]["status"] == 404
            asked = {"Accept": "text/csv"}
            sheet = await it.call("GET", f"{A2P}/opt-outs", headers=asked)
            assert isinstance(sheet[1], str | dict)
            foreign = {"Authorization": "Bearer x", "authorization": "Bearer y"}
            own = await it.call("GET", "/restapi/v1.0/account/~", headers=foreign)
            assert own[0]["status"] == 200

    play(world, scene)


def test_requests_are_counted_with_those_of_http(tmp_path: Path) -> None:
    """The fifty-first of a minute is refused, with the header that says when."""
    world = World(tmp_path, "ringcentral")

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            for _ in range(50):
                assert (await it.call("GET", "/restapi/v1.0/account/~"))[0]["status"] == 200
            refused = await it.call("GET", "/restapi/v1.0/account/~")
            assert (refused[0]["status"], refused[0]["headers"]["Retry-After"]) == (429, "60")

    play(world, scene)
    world.close()


def test_requests_before_the_first_frame_is_read_are_answered_in_order(world: World) -> None:
    """Two clients send their subscription on open."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            for number in range(5):
                head = {"type": "ClientRequest", "messageId": str(number), "method": "GET"}
                await it.send({**head, "path": "/restapi"})
            answered = [(await it.receive())[0]["messageId"] for _ in range(5)]
            assert answered == [str(number) for number in range(5)]

    play(world, scene)


async def _babble(it: Client) -> None:
    for _ in range(20):
        await it.connection.send("x")
        await it.receive()


def test_nonsense_is_answered_and_then_cut_off(world: World) -> None:
    """Bytes and texts alike; a client that sends nothing else is none."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            await it.connection.send(b"\xff\xfe")
            assert (await it.receive())[0]["type"] == "Error"
            with pytest.raises(ConnectionClosed):
                await _babble(it)

    play(world, scene)


@pytest.mark.parametrize("token", ["", "x", "{access}", "{expired}", "{revoked}"])
def test_who_may_not_connect(world: World, token: str) -> None:
    """No token, an unknown one, an access token, one past its life or of an ended session."""

    async def scene(url: str, good: str) -> None:
        used = token.replace("{access}", world.login().access_token)
        if token in ("{expired}", "{revoked}"):
            used = good
        if token == "{expired}":
            world.now_ms += 600_000
        if token == "{revoked}":
            world.run(access.revoke_session, world.app(), good)
        with pytest.raises(InvalidStatus) as refused:
            async with client(url, used):
                pass
        assert refused.value.response.status_code == 401

    play(world, scene)


def test_a_token_is_used_again_until_it_expires(world: World) -> None:
    """Also after the session's tokens were refreshed; in the query or as a bearer."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token), client(url, token):
            pass
        world.now_ms += 599_999
        async with client(url, "", headers={"Authorization": f"bearer {token}"}) as it:
            world.now_ms += 10
            assert (await it.call("GET", "/restapi/v1.0/account/~"))[0]["status"] == 200

    play(world, scene)


def test_an_ended_session_is_noticed_by_the_next_request(world: World) -> None:
    """As is a user who was switched off."""

    async def scene(url: str, token: str) -> None:
        async with client(url, token) as it:
            world.run(administration.disable_user, USER_ID)
            refused = await it.call("GET", "/restapi/v1.0/account/~")
            assert (refused[0]["status"], refused[1]["errorCode"]) == (401, "OAU-213")

    play(world, scene)


def test_a_user_has_so_many_sockets(world: World) -> None:
    """One more is refused before it is opened; those that ended do not count."""

    async def scene(url: str, token: str) -> None:
        opened = [world.run(open_socket, token, "") for _ in range(MAX_SOCKETS_PER_USER)]
        assert len({one.ref for one in opened}) == MAX_SOCKETS_PER_USER
        with pytest.raises(InvalidStatus) as refused:
            async with client(url, token):
                pass
        assert refused.value.response.status_code == 429
        world.now_ms += HOLD_MS
        async with client(url, token) as it:
            assert it.details[0]["type"] == "ConnectionDetails"

    play(world, scene)


def test_nobody_comes_back_to_anothers_socket(world: World) -> None:
    """Another user's recovery token is none."""
    other = administration.Person("Other", "User", "")
    user_id: int = world.run(
        lambda tx: administration.create_user(
            tx, ACCOUNT_ID, "+12025550100", "102", None, person=other
        )
    ).id
    mine = world.run(open_socket, socket_token(world), "")

    def other_token(tx: Any) -> str:
        app = tx.accounts.find_app("stopline-test-client")
        user = tx.accounts.find_user(user_id)
        issued = access.open_session(tx, app, user, access.TokenLives(), access.TokenWishes())
        principal = access.find_bearer(tx, issued.access_token)
        return str(issue_socket_token(tx, principal))

    opened = world.run(open_socket, world.run(other_token), f"{mine.base}.0")
    assert (opened.recovered, opened.ref.id != mine.ref.id) == (False, True)
