"""Who may call what is decided in one place, for every route there is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.world import World
from stopline.core.access import AppPermission
from stopline.flows import administration
from stopline.http_app import described_routes
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.routing import APP_PERMISSION_NAMES, USER_PERMISSION_NAMES, Route

ROUTES = [route for route in described_routes() if route.authenticated]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("permissions")
    made = World(folder, "seed")
    yield made
    made.close()


def call(world: World, route: Route, token: str = "") -> Any:
    path = route.path
    for name in ("accountId", "extensionId"):
        path = path.replace(f"{{{name}}}", "~")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return world.client.request(route.method, path, headers=headers, json={})


def name_of(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=name_of)
def test_a_token_is_needed(world: World, route: Route) -> None:
    """Without one, and with one that is none: 401 before anything else is looked at."""
    assert call(world, route).json()["errorCode"] == "AGW-401"
    assert call(world, route, "nonsense").status_code == 401


@pytest.mark.parametrize("route", [r for r in ROUTES if r.app_permission], ids=name_of)
def test_an_app_needs_the_routes_permission(world: World, route: Route) -> None:
    """403 CMN-401 with its name."""
    assert route.app_permission is not None
    world.restrict_app(without=route.app_permission)
    answer = call(world, route, world.login().access_token)
    world.restrict_app()
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-401")
    assert answer.json()["permissionName"] == APP_PERMISSION_NAMES[route.app_permission]


@pytest.mark.parametrize("route", [r for r in ROUTES if r.user_permission], ids=name_of)
def test_a_user_needs_the_routes_permission(world: World, route: Route) -> None:
    """403 CMN-408 with its name."""
    assert route.user_permission is not None
    world.restrict_user(route.user_permission)
    answer = call(world, route, world.login().access_token)
    everything = administration.ALL_USER_PERMISSIONS
    world.run(lambda tx: tx.accounts.set_user_permissions(810200401, everything))
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-408")
    assert answer.json()["permissionName"] == USER_PERMISSION_NAMES[route.user_permission]


def test_every_route_asks_for_something() -> None:
    """A permission of the app or the user; only these two need a token alone."""
    bare = {name_of(r) for r in ROUTES if not r.app_permission and not r.user_permission}
    assert {one for one in bare if "/subscription" not in one} == {
        "GET /restapi/oauth/userinfo",
    }


def test_every_route_counts_its_rate(world: World) -> None:
    """Also Stopline's own, with the headers that say so."""
    token = world.login().access_token
    for route in ROUTES:
        assert route.group is not RateGroup.NONE
        headers = call(world, route, token).headers
        assert headers["x-rate-limit-group"] == route.group.value


def test_permissions_have_names() -> None:
    """Whatever may be asked for can be named in a refusal."""
    assert set(APP_PERMISSION_NAMES) == set(AppPermission)
