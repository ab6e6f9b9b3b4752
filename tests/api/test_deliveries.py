"""Stopline's own calls about events: the log, trying again, the secret, the switch."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.fixture import CONSENTS_MS, fill, text
from contract.test_subscriptions import A2P, FOUR_FILTERS, subscribe
from contract.world import World
from stopline.core.access import AppPermission
from stopline.core.deliveries import DeliveryResult
from stopline.core.signing import derive_secret, secret_text
from stopline.core.subscriptions import Subscription, Trial
from stopline.flows import notify, restating
from stopline.ringcentral.ids import subscription_uuid

PEOPLE = [f"+1312555{number}" for number in range(2000, 2010)]
OPT_OUTS = FOUR_FILTERS[:1]
MISSING = Trial(404, "status", "404 Not Found")


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, "seed", database=store_url)
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


@pytest.fixture
def subscription(world: World) -> Subscription:
    return subscribe(world, OPT_OUTS)


def call(world: World, method: str, path: str, body: Any = None, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token or world.ours['AT-demo-0001']}"}
    return world.client.request(method, f"/stopline/v1/{path}", json=body, headers=headers)


def path_of(subscription: Subscription, rest: str = "") -> str:
    return f"subscriptions/{subscription_uuid(subscription.id)}{rest}"


def log_of(world: World, subscription: Subscription) -> list[dict[str, Any]]:
    answer = call(world, "GET", path_of(subscription, "/deliveries"))
    assert answer.status_code == 200, answer.text
    records: list[dict[str, Any]] = answer.json()["records"]
    return records


def stop(world: World, *people: str) -> None:
    for person in people:
        world.now_ms += 1_000
        text(world, person, "STOP")


def deliver(world: World, trial: Trial) -> int:
    """One round of the notifier, in which every endpoint answers so; how many it took."""
    lanes = world.run(notify.list_lanes)
    limits = {lane.subscription_id: 100 for lane in lanes}
    taken = [
        delivery
        for claim in world.run(notify.claim_deliveries, lanes, limits)
        for delivery in claim.deliveries
    ]
    results = [DeliveryResult(delivery, trial, world.now_ms, 12) for delivery in taken]
    probes = frozenset(delivery.id for delivery in taken)
    world.run(notify.settle_deliveries, results, probes, [0.0] * len(taken))
    return len(taken)


def test_the_log_tells_what_became_of_each_event(world: World, subscription: Subscription) -> None:
    """Newest first, page by page, each with its failed attempts and their reasons."""
    stop(world, PEOPLE[0])
    assert deliver(world, MISSING) == 1
    world.now_ms += 6_000
    assert deliver(world, Trial(200)) == 1
    stop(world, PEOPLE[1])
    newest, oldest = log_of(world, subscription)
    assert (newest["state"], newest["attempts"]) == ("pending", 0)
    assert (oldest["state"], oldest["attempts"], oldest["httpStatus"]) == ("delivered", 2, 200)
    one = call(world, "GET", path_of(subscription, f"/deliveries/{oldest['id']}")).json()
    (failed,) = one["failedAttempts"]
    assert (failed["attempt"], failed["httpStatus"], failed["failure"]) == (1, 404, "status")
    older = path_of(subscription, f"/deliveries?before={newest['id']}&limit=1")
    assert [r["id"] for r in call(world, "GET", older).json()["records"]] == [oldest["id"]]


def test_an_event_that_ended_is_delivered_once_more(
    world: World, subscription: Subscription
) -> None:
    """Under the same id, and no other."""
    stop(world, *PEOPLE[:3])
    assert deliver(world, Trial(200)) == 3
    chosen = log_of(world, subscription)[1]["id"]
    answer = call(world, "POST", path_of(subscription, f"/deliveries/{chosen}/retry"))
    assert answer.status_code == 204
    assert [r["id"] for r in log_of(world, subscription) if r["state"] == "pending"] == [chosen]
    assert deliver(world, Trial(200)) == 1


@pytest.mark.parametrize("rest", ["/retry", "/deliveries/{id}/retry"])
def test_what_waits_is_tried_now(world: World, subscription: Subscription, rest: str) -> None:
    """Also while the endpoint is only probed: one at a time then."""
    stop(world, *PEOPLE[:6])
    assert deliver(world, MISSING) == 6
    assert deliver(world, MISSING) == 0
    waiting = log_of(world, subscription)[-1]["id"]
    path = path_of(subscription, rest.replace("{id}", waiting))
    # A claim lasts a minute: what is due earlier may be under way.
    world.now_ms += 400_000
    deliver(world, MISSING)
    assert deliver(world, Trial(200)) == 0
    assert call(world, "POST", path).status_code == 204
    assert deliver(world, Trial(200)) == 1


def test_a_range_is_replayed(world: World, subscription: Subscription) -> None:
    """From the one moment on, before the other."""
    stop(world, *PEOPLE[:5])
    deliver(world, Trial(200))
    records = log_of(world, subscription)
    span = {"from": records[3]["created"], "before": records[1]["created"]}
    answer = call(world, "POST", path_of(subscription, "/replay"), span)
    assert answer.json() == {"count": 2}
    pending = [r["id"] for r in log_of(world, subscription) if r["state"] == "pending"]
    assert pending == [records[2]["id"], records[3]["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"from": "x", "before": "2026-03-02T17:00:00Z"},
        {"from": "2026-03-02T17:00:00", "before": "2026-03-02T17:00:00Z"},
        {"from": "2026-03-02T17:00:00Z", "before": "2026-03-02T17:00:00Z", "all": True},
        [],
    ],
)
def test_a_range_needs_two_moments(world: World, subscription: Subscription, body: Any) -> None:
    """With an offset, and nothing else."""
    answer = call(world, "POST", path_of(subscription, "/replay"), body)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")


def test_an_endpoint_is_enabled_again(world: World, subscription: Subscription) -> None:
    """What it was treated as, and why, is shown before."""
    stop(world, *PEOPLE[:2])
    deliver(world, Trial(410, "status", "410 Gone"))
    state = call(world, "GET", path_of(subscription)).json()
    assert (state["status"], state["reason"], state["lost"]) == ("off", "410 Gone", 0)
    assert call(world, "POST", path_of(subscription, "/enable")).status_code == 204
    assert call(world, "GET", path_of(subscription)).json()["status"] == "active"


def test_the_secret_is_shown_once_when_it_changes(world: World, subscription: Subscription) -> None:
    """Never in the state; each change gives another one, and it signs from then on."""
    secrets = [
        call(world, "POST", path_of(subscription, "/secret")).json()["secret"] for _ in range(2)
    ]
    expected = [
        secret_text(derive_secret(world.keys.webhooks, subscription.id, version))
        for version in (2, 3)
    ]
    assert secrets == expected
    assert "whsec_" not in call(world, "GET", path_of(subscription)).text


def test_the_switch_for_opt_in_events(world: World, subscription: Subscription) -> None:
    """For those there are and those to come; without it the profile decides."""
    assert call(world, "GET", path_of(subscription)).json()["optInEvents"] is False
    assert call(world, "PUT", "opt-in-events", {"enabled": True}).status_code == 204
    assert call(world, "GET", path_of(subscription)).json()["optInEvents"] is True
    later = subscribe(world, OPT_OUTS)
    assert call(world, "GET", path_of(later)).json()["optInEvents"] is True


CALLS = [
    ("GET", ""),
    ("GET", "/deliveries"),
    ("GET", "/deliveries/{id}"),
    ("POST", "/deliveries/{id}/retry"),
    ("POST", "/retry"),
    ("POST", "/enable"),
    ("POST", "/secret"),
]


@pytest.mark.parametrize("method, rest", CALLS)
def test_nobody_reaches_anothers_subscription(
    world: World, subscription: Subscription, method: str, rest: str
) -> None:
    """Another app of the same user, an unknown id, no token, no permission: nothing is told."""
    stop(world, PEOPLE[0])
    path = path_of(subscription, rest.replace("{id}", log_of(world, subscription)[0]["id"]))
    other = world.login("stopline-public-client").access_token
    unknown = path.replace(
        subscription_uuid(subscription.id), "7d1f4c80-3a52-4e0b-b6c9-4f9be2d1a7c3"
    )
    assert call(world, method, path, token=other).status_code == 404
    assert call(world, method, unknown).status_code == 404
    assert call(world, method, path, token="x").status_code == 401
    world.restrict_app(without=AppPermission.READ_ACCOUNTS)
    assert call(world, method, path, token=world.login().access_token).status_code == 403


@pytest.mark.parametrize("delivery", ["0", "x", "-1", "9" * 30, "9223372036854775807", "5"])
def test_a_delivery_that_is_not_there(
    world: World, subscription: Subscription, delivery: str
) -> None:
    """404, whatever the text."""
    assert call(world, "GET", path_of(subscription, f"/deliveries/{delivery}")).status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "before=x", "before=-1"])
def test_pages_have_bounds(world: World, subscription: Subscription, query: str) -> None:
    """400 naming the parameter."""
    answer = call(world, "GET", path_of(subscription, f"/deliveries?{query}"))
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[World]:
    """The contract's messages, with nobody subscribed yet."""
    world = World(tmp_path, "seed", set_up_ms=CONSENTS_MS)
    fill(world)
    world.call("AT-demo-0001", world.login().access_token)
    yield world
    world.close()


def test_statuses_are_told_again_from_the_messages(filled: World) -> None:
    """Also when nothing is left of the log: the present status of each message as a new event."""
    subscription = subscribe(filled, [f"{A2P}/messages?direction=Outbound"])
    assert log_of(filled, subscription) == []
    span = {"from": "2026-03-02T00:00:00Z", "before": "2026-03-03T00:00:00Z", "source": "messages"}
    answer = call(filled, "POST", path_of(subscription, "/replay"), span).json()
    assert answer == {"count": 3, "until": "2026-03-03T00:00:00.000Z"}
    assert [one["kind"] for one in log_of(filled, subscription)] == ["message"] * 3
    assert deliver(filled, Trial(200)) == 3
    earlier = span | {"before": "2026-03-02T01:00:00Z"}
    assert call(filled, "POST", path_of(subscription, "/replay"), earlier).json()["count"] == 0


def test_a_long_range_is_told_in_pieces(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each call says where the next one goes on; nothing is left out."""
    monkeypatch.setattr(restating, "MESSAGES_AT_ONCE", 2)
    subscription = subscribe(filled, [f"{A2P}/messages"])
    span = {"from": "2026-03-02T00:00:00Z", "before": "2026-03-03T00:00:00Z", "source": "messages"}
    for _ in range(10):
        answer = call(filled, "POST", path_of(subscription, "/replay"), span).json()
        if answer["until"] == "2026-03-03T00:00:00.000Z":
            break
        assert answer["until"] > span["from"]
        span["from"] = answer["until"]
    told = {one["filter"] for one in log_of(filled, subscription)}
    assert told
    assert len(log_of(filled, subscription)) >= 4
