"""The `[[routes]]` of the settings file."""

from typing import Any

import pytest

from stopline.carriers.registry import carrier_limits
from stopline.carriers.routes import MAX_ROUTES, build_routes
from stopline.carriers.settings import SettingProblem

KNOWN = ["north", "south"]
ROUTE: dict[str, Any] = {
    "name": "canada",
    "countries": ["CA"],
    "carriers": {"north": 3, "south": 1},
}


def test_a_table_is_read() -> None:
    """Conditions and weights as written; the simulated carrier is always there."""
    table = build_routes([ROUTE, {"name": "rest", "carriers": {"simulated": 1}}], KNOWN)
    assert table.ways(1, "+12025550142", "own").lane("+14165550101") in {
        "canada/north",
        "canada/south",
    }
    assert table.ways(1, "+12025550142", "own").lane("+442079460958") == "rest/simulated"


WRONG: list[tuple[str, Any, str]] = [
    ("no list", {"name": "x"}, "routes"),
    ("too many", [ROUTE] * (MAX_ROUTES + 1), "routes"),
    ("twice", [ROUTE, ROUTE], "routes.canada"),
    ("no name", [{"carriers": {"north": 1}}], "routes.1"),
    ("a name", [{**ROUTE, "name": "Big Route"}], "routes.1.name"),
    ("a key", [{**ROUTE, "cuontries": []}], "routes.1"),
    ("a country", [{**ROUTE, "countries": ["Canada"]}], "routes.1"),
    ("no country", [{**ROUTE, "countries": ["CA", "UK"]}], "routes.canada.countries"),
    ("digits", [{**ROUTE, "senders": ["x"]}], "routes.1"),
    ("a weight", [{**ROUTE, "carriers": {"north": -1}}], "routes.1"),
    ("no weight", [{**ROUTE, "carriers": {"north": 0}}], "routes.canada.carriers"),
    ("unknown", [{**ROUTE, "carriers": {"nroth": 1}}], "routes.canada.carriers"),
    ("nobody", [{**ROUTE, "carriers": {}}], "routes.canada.carriers"),
]


@pytest.mark.parametrize("tables, key", [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_what_is_wrong_is_named(tables: Any, key: str) -> None:
    """The start stops with the key."""
    with pytest.raises(SettingProblem) as problem:
        build_routes(tables, KNOWN)
    assert problem.value.key == key


def test_the_limit_of_a_carrier_is_its_throughput() -> None:
    """0 or none: no limit."""
    assert carrier_limits({"a": {"throughput": 50}, "b": {"throughput": 0}, "c": {}}) == {"a": 50.0}
