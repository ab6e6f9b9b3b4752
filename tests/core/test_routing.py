"""Which carrier takes a message, and who steps in."""

from collections import Counter

import pytest

from stopline.core.numbers import country_of
from stopline.core.routing import (
    Route,
    RoutingTable,
    first_carrier,
    is_pinned,
    pinned_lane,
)

ACCOUNT = 7
SENDER = "+12025550142"
TORONTO, CHICAGO, LONDON = "+14165550101", "+13125550101", "+442079460958"
BOTH = (("north", 1), ("south", 0))

TABLE = RoutingTable(
    (
        Route("vip", (("gold", 1),), accounts=frozenset({99})),
        Route("canada", BOTH, countries=frozenset({"CA"})),
        Route("chicago", (("south", 1), ("north", 1)), recipients=("+1312",)),
        Route("tollfree", (("south", 1),), senders=("+1833", "+1800")),
    )
)

LANES = [
    (ACCOUNT, SENDER, TORONTO, "canada/north"),
    (ACCOUNT, SENDER, LONDON, "own"),
    (ACCOUNT, "+18335550100", LONDON, "tollfree/south"),
    # The first route that fits decides.
    (99, "+18335550100", TORONTO, "vip/gold"),
    (ACCOUNT, "+18335550100", TORONTO, "canada/north"),
]


@pytest.mark.parametrize("account, sender, recipient, lane", LANES)
def test_the_first_route_that_fits_decides(
    account: int, sender: str, recipient: str, lane: str
) -> None:
    """By account, sender, and the recipient's country or digits; else the sender's own carrier."""
    assert TABLE.ways(account, sender, "own").lane(recipient) == lane


def test_weights_divide_people_and_keep_each_with_one_carrier() -> None:
    """Three to one within a few percent, the same person always the same way."""
    route = Route("r", (("a", 3), ("b", 1), ("spare", 0)))
    people = [f"+1312{n:07d}" for n in range(4_000)]
    shares = Counter(route.first_for(person) for person in people)
    assert shares.keys() == {"a", "b"}
    assert 0.70 < shares["a"] / 4_000 < 0.80
    assert [route.first_for(p) for p in people] == [route.first_for(p) for p in people]


SERVED = [
    # Who is up, and who then takes the lane of canada's first carrier.
    ({"north", "south"}, {"north"}),
    ({"south"}, {"north", "south"}),
    ({"north"}, {"north"}),
    # With nobody up the last resort waits beside the first: whoever connects takes it.
    (set(), {"north", "south"}),
]


@pytest.mark.parametrize("up, takers", SERVED)
def test_the_next_carrier_takes_a_lane_when_those_before_it_are_down(
    up: set[str], takers: set[str]
) -> None:
    """The first always may: what it can not hand over stays queued."""
    carriers = ["north", "south"]
    found = {c for c in carriers if "canada/north" in TABLE.served_by(c, carriers, up.__contains__)}
    assert found == takers


def test_nobody_steps_in_for_a_pinned_lane_or_a_senders_own() -> None:
    """What a carrier may have already, and what has no route, waits for that carrier."""
    lanes = TABLE.served_by("south", ["north", "south"], lambda name: name == "south")
    assert "north" not in lanes
    assert pinned_lane("north") not in lanes
    assert {"south", pinned_lane("south"), "canada/north", "canada/south"} <= set(lanes)


def test_a_lane_names_its_carrier() -> None:
    """In each of its forms; a route that is gone has no carriers."""
    assert [first_carrier(lane) for lane in ("a", "=a", "route/a")] == ["a", "a", "a"]
    assert TABLE.carriers_of("gone/north") == ()
    assert TABLE.carriers_of("canada/gold") == ()
    assert (is_pinned("=a"), is_pinned("a")) == (True, False)


@pytest.mark.parametrize(
    "number, country",
    [(TORONTO, "CA"), (CHICAGO, "US"), (LONDON, "GB"), ("+18765550101", "JM"), ("+", "")],
)
def test_a_number_has_a_country(number: str, country: str) -> None:
    """Told apart within +1 by the area."""
    assert country_of(number) == country
