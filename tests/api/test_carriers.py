"""The API's view of carriers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from contract.world import USER_ID, World
from stopline.core.access import ROLE_PERMISSIONS
from stopline.core.carrier_reports import CarrierReport, LinkReport, RateReport
from stopline.flows import administration
from stopline.flows.carriers import report_carriers, switch_carrier

REPORT = CarrierReport(
    links=[
        LinkReport("bind 1", "bound", True, 10, 3),
        LinkReport("bind 2", "connecting", False, 10, 0, "lost: reset"),
    ],
    rates=RateReport(12.0, 11.5, 0.0, 0.5),
    limit=200.0,
    slowed_to=None,
    outstanding=3,
    lanes=["simulated"],
)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, "seed")
    world.call("AT-demo-0001", world.login().access_token)
    body = msgspec.json.encode(REPORT).decode()
    world.run(report_carriers, [("simulated", world.now_ms, body)])
    yield world
    world.close()


def ask(world: World, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token or world.ours['AT-demo-0001']}"}
    return world.client.request("GET", "/stopline/v1/carriers", headers=headers)


def test_carriers_are_shown_to_users_of_the_console(world: World) -> None:
    """Links with window and state, rates, limits, lanes, and who paused it since when."""
    world.run(lambda tx: switch_carrier(tx, "simulated", "pat", paused=True))
    answer = ask(world)
    assert answer.status_code == 200, answer.text
    [found] = answer.json()["records"]
    assert (found["name"], found["up"], found["paused"]) == ("simulated", True, True)
    assert found["pausedSince"]
    assert found["lastUp"]
    [process] = found["processes"]
    assert process["rates"] == {"handedOver": 12.0, "accepted": 11.5, "refused": 0.0, "notNow": 0.5}
    assert [(one["isUp"], one["inUse"], one["error"]) for one in process["links"]] == [
        (True, 3, ""),
        (False, 0, "lost: reset"),
    ]
    assert (process["limit"], process["slowedTo"], process["lanes"]) == (200.0, None, ["simulated"])


def test_a_process_that_was_killed_is_not_believed_for_long(world: World) -> None:
    """After a quarter of a minute without a word the carrier is down."""
    world.now_ms += 16_000
    [found] = ask(world).json()["records"]
    assert not found["up"]


def test_what_accounts_share_is_for_users_of_the_console_alone(world: World) -> None:
    """Nobody without a token, and nobody whose user has no role."""
    assert ask(world, "nonsense").status_code == 401
    console = frozenset(ROLE_PERMISSIONS.values())
    rights = administration.ALL_USER_PERMISSIONS - console
    world.run(lambda tx: tx.accounts.set_user_permissions(USER_ID, rights))
    assert ask(world).status_code == 403
