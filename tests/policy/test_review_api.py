"""`/stopline/v1/reviews`: the queue over HTTP, with the roles of the console."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.world import NOW_MS, World
from stopline.core.access import AppPermission, UserPermission
from stopline.flows.inbound import receive_messages
from stopline.flows.replies import InboundPolicy
from support.world import make_inbound

PATH = "/stopline/v1/reviews"
SENDER, ANN, BOB = "+12025550142", "+13125550163", "+13125550164"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An account with a doubtful text of Ann and a clear one of Bob."""
    made = World(tmp_path)
    for person, text in ((ANN, "wrong number"), (BOB, "please take me off your list")):
        inbound = make_inbound(person, text, SENDER, received_ms=NOW_MS)
        made.run(receive_messages, [inbound], InboundPolicy())
    made.call("AT-demo-0001", made.login().access_token)
    yield made
    made.close()


def records(world: World, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.call_json("GET", PATH + query)["records"]
    return found


def ask(world: World, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {world.ours['AT-demo-0001']}"}
    answer = world.client.request(method, path, json=body, headers=headers)
    return answer.status_code, answer.json()


def test_the_queue_is_listed(world: World) -> None:
    """Newest first, with text, rule and score."""
    held, flagged = records(world)
    assert (held["state"], held["to"], held["text"]) == (
        "held",
        BOB,
        "please take me off your list",
    )
    assert held["readBy"].startswith("request:en.")
    assert (flagged["state"], flagged["to"]) == ("flagged", ANN)
    assert (flagged["decided"], flagged["actor"]) == (None, None)


def test_pages_and_states(world: World) -> None:
    """One state; one page after the other."""
    assert [r["to"] for r in records(world, "?state=flagged")] == [ANN]
    (newest,) = records(world, "?limit=1")
    assert [r["to"] for r in records(world, f"?before={newest['id']}")] == [ANN]
    assert records(world, f"?before={newest['id']}&state=held") == []
    assert ask(world, "GET", f"{PATH}?state=lost")[0] == 400


@pytest.mark.parametrize(
    "decision, state, denied", [("opt_out", "opted_out", True), ("release", "released", False)]
)
def test_a_decision(world: World, decision: str, state: str, denied: bool) -> None:
    """It is obeyed, names who decided, and can not be taken twice."""
    held = records(world, "?state=held")[0]
    path = f"{PATH}/{held['id']}"
    decided = world.call_json("POST", path, {"decision": decision})
    assert (decided["state"], decided["actor"]) == (state, "api:810200401")
    opt_outs = world.call_json("GET", "/restapi/v1.0/account/~/a2p-sms/opt-outs")
    assert (BOB in [one["to"] for one in opt_outs["records"]]) is denied
    status, body = ask(world, "POST", path, {"decision": decision})
    assert (status, body["errorCode"]) == (409, "CMN-406")


def test_a_mark_can_be_decided(world: World) -> None:
    """A doubtful text may be a request after all."""
    mark = records(world, "?state=flagged")[0]
    decided = world.call_json("POST", f"{PATH}/{mark['id']}", {"decision": "opt_out"})
    assert decided["state"] == "opted_out"
    assert world.call_json("GET", f"{PATH}/{mark['id']}") == decided


@pytest.mark.parametrize("reference", ["1", "0", "x", "9" * 30])
def test_what_is_not_there(world: World, reference: str) -> None:
    """404, for reading and for deciding."""
    path = f"{PATH}/{reference}"
    assert ask(world, "GET", path)[0] == 404
    assert ask(world, "POST", path, {"decision": "release"})[0] == 404


@pytest.mark.parametrize("body", [{}, {"decision": "perhaps"}, {"decision": "release", "x": 1}])
def test_a_decision_is_one_of_two_words(world: World, body: Any) -> None:
    """400 for anything else, and nothing is decided."""
    held = records(world, "?state=held")[0]
    assert ask(world, "POST", f"{PATH}/{held['id']}", body)[0] == 400
    assert records(world, "?state=held") == [held]


def only(*permissions: UserPermission) -> frozenset[UserPermission]:
    return frozenset(permissions)


@pytest.mark.parametrize(
    "permissions, may_read, may_decide",
    [
        (only(), False, False),
        (only(UserPermission.CONSOLE_READ), True, False),
        (only(UserPermission.CONSOLE_OPERATE), True, True),
        (only(UserPermission.CONSOLE_ADMIN), True, True),
    ],
)
def test_roles(
    world: World, permissions: frozenset[UserPermission], may_read: bool, may_decide: bool
) -> None:
    """Reading needs the role auditor, deciding operator, as in the console."""
    held = records(world, "?state=held")[0]
    world.run(lambda tx: tx.accounts.set_user_permissions(810_200_401, permissions))
    world.now_ms += 1_001  # who a token stands for is remembered for a second
    path = f"{PATH}/{held['id']}"
    assert (ask(world, "GET", PATH)[0] == 200) is may_read
    assert (ask(world, "GET", path)[0] == 200) is may_read
    status, _ = ask(world, "POST", path, {"decision": "release"})
    assert status == (200 if may_decide else 403)


def test_the_app_needs_its_permission(world: World) -> None:
    """As for everything that concerns sending."""
    world.restrict_app(without=AppPermission.A2P_SMS)
    assert ask(world, "GET", PATH)[0] == 403
    assert world.client.get(PATH).status_code == 401


def test_another_accounts_reviews_are_not_seen(world: World) -> None:
    """Neither listed nor decided."""
    held = records(world, "?state=held")[0]
    world.execute(f"update reviews set account_id = 1 where id = {held['id']}")
    assert [r["to"] for r in records(world)] == [ANN]
    assert ask(world, "GET", f"{PATH}/{held['id']}")[0] == 404
    assert ask(world, "POST", f"{PATH}/{held['id']}", {"decision": "release"})[0] == 404
