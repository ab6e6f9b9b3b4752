"""Subscriptions over the wire: what is refused, what is kept, who may see it."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contract.world import PUBLIC_URL, World
from stopline.core.access import AppPermission
from stopline.core.subscriptions import HEALTHY, SubscriptionStatus
from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressClient
from stopline.flows import subscriptions as flows
from stopline.ringcentral.ids import read_subscription_uuid
from stopline.ringcentral.sealing import Seal
from stopline.ringcentral.subscription_bodies import render_reason
from stopline.ringcentral.webhooks import Webhooks
from support.certificates import self_signed_context
from support.receiver import OK, Answer, Request, always, echo, endless, never, receiver, reset

PATH = "/restapi/v1.0/subscription"
OPT_OUTS = "/restapi/v1.0/account/~/a2p-sms/opt-outs"
LOCAL = AddressPolicy(allow_loopback=True)


class Api:
    """A logged-in client of a server."""

    def __init__(self, world: World, http: httpx2.AsyncClient) -> None:
        self.world = world
        self.http = http

    async def create(self, address: str | None, **more: Any) -> httpx2.Response:
        mode = {"transportType": "WebHook", "address": address} | more.pop("mode", {})
        body = {"eventFilters": [OPT_OUTS], "deliveryMode": mode} | more
        return await self.http.post(PATH, json=body)


@asynccontextmanager
async def api(folder: Path, policy: AddressPolicy = LOCAL) -> AsyncIterator[Api]:
    async with EgressClient(policy) as client:
        world = World(folder, webhooks=Webhooks(client, Seal(b"k" * 32)))
        headers = {"Authorization": f"Bearer {world.login().access_token}"}
        transport = httpx2.ASGITransport(world.client.app)
        try:
            async with httpx2.AsyncClient(
                transport=transport, base_url=PUBLIC_URL, headers=headers
            ) as http:
                yield Api(world, http)
        finally:
            world.close()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def bounded() -> None:
        async with asyncio.timeout(20):
            await test()

    asyncio.run(bounded())


def echoing(extra: bytes = b"", body: bytes = b"", media: bytes = b"application/json") -> Answer:
    async def answer(request: Request, writer: asyncio.StreamWriter) -> None:
        token = request.headers["validation-token"].encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nValidation-Token: " + token + b"\r\n"
            b"Content-Type: " + media + b"\r\n" + extra +
            b"Content-Length: %d\r\n\r\n" % len(body) + body
        )  # fmt: skip

    return answer


WRONG_ECHO = OK.replace(b"\r\n\r\n", b"\r\nValidation-Token: wrong\r\n\r\n")


@pytest.mark.parametrize(
    "answer, code",
    [
        (echoing(), None),
        (echoing(body=b"{}" * 100), None),
        (echoing(media=b"application/json; charset=utf-8"), None),
        (echoing(media=b"text/html"), "SUB-525"),
        (echoing(body=b" " * 1_025), "SUB-525"),
        (echoing(extra=b"X: " + b"x" * 1_000 + b"\r\n"), "SUB-525"),
        (endless(), "SUB-525"),
        (always(b"SMTP ready\r\n"), "SUB-525"),
        (always(OK), "SUB-520"),
        (always(WRONG_ECHO), "SUB-520"),
        (always(OK.replace(b"200 OK", b"201 Created")), "SUB-522"),
        (always(OK.replace(b"200 OK", b"302 Found\r\nLocation: /")), "SUB-522"),
        (always(OK.replace(b"200 OK", b"500 Oh")), "SUB-522"),
        (never(), "SUB-521"),
        (reset(), "SUB-521"),
    ],
)
def test_only_an_address_that_answers_the_handshake_is_kept(
    answer: Answer, code: str | None, tmp_path: Path
) -> None:
    """Each way to fail has its code; nothing is stored then, and it takes less than 6 s."""

    async def check() -> None:
        async with receiver(answer) as it, api(tmp_path) as a:
            started = time.monotonic()
            response = await a.create(it.url)
            assert time.monotonic() - started < 6
            listed = (await a.http.get(PATH)).json()["records"]
            assert (response.json().get("errorCode"), len(listed)) == (code, 0 if code else 1)
            (request,) = it.requests
            assert request.body == b""
            assert len(request.headers["validation-token"]) == 36
            assert request.headers["user-agent"] == "RingCentral-Webhook/8.3"

    run(check)


def test_a_bad_certificate_is_named(tmp_path: Path) -> None:
    """SUB-524, and the handshake was not sent."""

    async def check() -> None:
        tls = self_signed_context(tmp_path)
        async with receiver(echo, tls=tls) as it, api(tmp_path) as a:
            assert (await a.create(it.url)).json()["errorCode"] == "SUB-524"
            assert it.requests == []

    run(check)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_a_public_server_reaches_nothing_private(host: str, tmp_path: Path) -> None:
    """400 as if nobody listened there, without a connection."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path, AddressPolicy()) as a:
            for scheme in ("http", "https"):
                response = await a.create(f"{scheme}://{host}:{it.port}/")
                assert (response.status_code, response.json()["errorCode"]) == (400, "SUB-521")
            assert it.connections == 0

    run(check)


@pytest.mark.parametrize(
    "change, field",
    [
        ({"address": None}, "deliveryMode.address"),
        ({"address": ""}, "deliveryMode.address"),
        ({"address": "ftp://crm.example.net/"}, "deliveryMode.address"),
        ({"address": "https://user:secret@crm.example.net/"}, "deliveryMode.address"),
        ({"mode": {"transportType": "PubNub"}}, "deliveryMode.transportType"),
        ({"mode": {"transportType": "RC/APNS"}}, "deliveryMode.transportType"),
        ({"mode": {"verificationToken": "a\r\nX: y"}}, "deliveryMode.verificationToken"),
        ({"mode": {"verificationToken": "ä"}}, "deliveryMode.verificationToken"),
        ({"mode": {"validationToken": "a" * 513}}, "deliveryMode.validationToken"),
        ({"expiresIn": 0}, "expiresIn"),
        ({"expiresIn": -1}, "expiresIn"),
        ({"expiresIn": "soon"}, "expiresIn"),
        ({"eventFilters": []}, "eventFilters"),
        ({"eventFilters": "x"}, "eventFilters"),
    ],
)
def test_bad_fields_are_named(change: dict[str, Any], field: str, tmp_path: Path) -> None:
    """400 CMN-101 with the field, before anything is sent anywhere."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            wish: dict[str, Any] = {"address": it.url} | change
            body = (await a.create(wish.pop("address"), **wish)).json()
            assert (body["errorCode"], body["parameterName"]) == ("CMN-101", field)
            assert it.connections == 0

    run(check)


def test_lifetimes_are_cut_to_ten_years(tmp_path: Path) -> None:
    """A longer wish is no error."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            body = (await a.create(it.url, expiresIn=630_720_000)).json()
            assert body["expiresIn"] == 315_359_999

    run(check)


def test_tokens_are_neither_shown_nor_stored_in_plain(tmp_path: Path) -> None:
    """Write-only over the wire, sealed in the database."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            created = await a.create(it.url, mode={"verificationToken": "very-secret-token"})
            assert "very-secret" not in created.text
            found = a.world.run(lambda tx: tx.subscriptions.of_account(810_200_300))
            assert Seal(b"k" * 32).open(found[0].token) == "very-secret-token"
        stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"very-secret" not in stored

    run(check)


def test_an_update_replaces_filters_and_renews(tmp_path: Path) -> None:
    """Other members are ignored, and the lifetime is the one first asked for."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            created = (await a.create(it.url, expiresIn=1_000)).json()
            a.world.now_ms += 600_000
            one = f"{PATH}/{created['id']}"
            body = {"eventFilters": ["/restapi/v2/accounts/~/sms/consents"], "status": "Nope"}
            changed = (await a.http.put(one, json=body)).json()
            assert changed["eventFilters"] == ["/restapi/v2/accounts/810200300/sms/consents"]
            assert changed["expiresIn"] == 999
            assert changed["creationTime"] == created["creationTime"]
            a.world.now_ms += 600_000
            for renewed in (await a.http.put(one), await a.http.post(one + "/renew")):
                assert renewed.json()["expiresIn"] == 999
            assert len(it.requests) == 1

    run(check)


def test_an_expired_subscription_says_so(tmp_path: Path) -> None:
    """404 SUB-507 for a week, gone from the list at once."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            created = (await a.create(it.url, expiresIn=60)).json()
            a.world.now_ms += 60_000
            for response in (
                await a.http.get(f"{PATH}/{created['id']}"),
                await a.http.post(f"{PATH}/{created['id']}/renew"),
                await a.http.delete(f"{PATH}/{created['id']}"),
            ):
                assert (response.status_code, response.json()["errorCode"]) == (404, "SUB-507")
            assert (await a.http.get(PATH)).json()["records"] == []

    run(check)


def test_nobody_sees_another_app_or_users_subscription(tmp_path: Path) -> None:
    """404 for reading, renewing, deleting, and not in the list."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            created = (await a.create(it.url)).json()
            other = a.world.login("stopline-public-client").access_token
            a.http.headers["Authorization"] = f"Bearer {other}"
            one = f"{PATH}/{created['id']}"
            for response in (
                await a.http.get(one),
                await a.http.put(one, json={}),
                await a.http.post(one + "/enable"),
                await a.http.delete(one),
            ):
                assert (response.status_code, response.json()["errorCode"]) == (404, "CMN-102")
            assert (await a.http.get(PATH)).json()["records"] == []

    run(check)


def test_permissions_are_asked_first(tmp_path: Path) -> None:
    """Events of High Volume SMS need ReadAccounts as well."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            a.world.restrict_app(without=AppPermission.READ_ACCOUNTS)
            token = a.world.login().access_token
            a.http.headers["Authorization"] = f"Bearer {token}"
            response = await a.create(it.url)
            assert (response.status_code, response.json()["errorCode"]) == (403, "CMN-401")
            assert it.connections == 0

    run(check)


def test_a_blacklisted_subscription_can_be_enabled(tmp_path: Path) -> None:
    """Shown as Blacklisted with its reason, Active after the call."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            created = (await a.create(it.url)).json()
            key = read_subscription_uuid(created["id"])
            gone = replace(HEALTHY, status=SubscriptionStatus.OFF, reason="410 Gone")
            a.world.run(lambda tx: tx.subscriptions.change_health(key, gone))
            shown = (await a.http.get(f"{PATH}/{created['id']}")).json()
            assert shown["status"] == "Blacklisted"
            assert shown["blacklistedData"]["reason"].endswith("code: [410], reason: [Gone]")
            enabled = (await a.http.post(f"{PATH}/{created['id']}/enable")).json()
            assert enabled["status"] == "Active"
            assert "blacklistedData" not in enabled

    run(check)


def test_a_reminder_is_due_before_the_end_and_again(tmp_path: Path) -> None:
    """From the threshold on, every interval, until it is renewed."""

    async def check() -> None:
        async with receiver(echo) as it, api(tmp_path) as a:
            reminder = "/restapi/v1.0/subscription/~?threshold=3600&interval=900"
            filters = [OPT_OUTS, reminder]
            created = (await a.create(it.url, expiresIn=86_400, eventFilters=filters)).json()
            assert created["eventFilters"][1] == reminder.replace("~", created["id"])
            counts = []
            for _ in range(7):
                counts.append(a.world.run(flows.remind_subscribers))
                a.world.now_ms += 900_000
            assert counts == [0] * 7
            a.world.now_ms += 86_400_000 - 3_600_000 - 7 * 900_000
            assert a.world.run(flows.remind_subscribers) == 1
            assert a.world.run(flows.remind_subscribers) == 0
            a.world.now_ms += 900_000
            assert a.world.run(flows.remind_subscribers) == 1
            a.http.headers["Authorization"] = f"Bearer {a.world.login().access_token}"
            renewed = await a.http.post(f"{PATH}/{created['id']}/renew")
            assert renewed.status_code == 200
            a.world.now_ms += 900_000
            assert a.world.run(flows.remind_subscribers) == 0

    run(check)


@pytest.mark.parametrize(
    "reason, shown",
    [
        (
            "503 Service Unavailable",
            "Webhook responses with code: [503], reason: [Service Unavailable]",
        ),
        ("404", "Webhook responses with code: [404], reason: []"),
        ("timeout", "I/O operation is failed. Details: [Read timed out]"),
        ("internal", "I/O operation is failed. Details: [internal]"),
    ],
)
def test_reasons_read_as_the_original_writes_them(reason: str, shown: str) -> None:
    """A status with its phrase, or what went wrong before there was one."""
    assert render_reason(reason) == shown
