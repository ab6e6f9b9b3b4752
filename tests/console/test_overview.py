"""The overview's figures never keep anybody waiting."""

import asyncio

from starlette.requests import Request

from stopline.console.overview import Overview
from stopline.console.visits import Visit
from stopline.core.access import Role
from stopline.flows.operators import Operator
from support.console_site import LOGIN, Site
from support.world import ACCOUNT, person


def visit_of(site: Site) -> Visit:
    """Somebody asks for the figures of an hour."""
    user = site.users[LOGIN, Role.ADMIN]
    operator = Operator(ACCOUNT, "A", "US", user.id, "Ada", Role.ADMIN, "", is_stale=False)
    scope = {
        "type": "http",
        "query_string": b"range=1h",
        "headers": [],
        "path": "/",
        "method": "GET",
    }
    return Visit(Request(scope), site.parts, operator, {})


def test_a_long_count_goes_on_behind_its_answer(site: Site) -> None:
    """The first answer says so; a later one has the figures; when they are old, they are shown
    while they are counted anew."""

    async def look() -> list[str]:
        overview, seen = Overview(patience_s=0), []
        for wait_ms, people in ((0, 1), (0, 0), (60_000, 2), (0, 0)):
            site.clock.pass_ms(wait_ms)
            if people:
                site.world.send(*(person(n) for n in range(people)))
            seen.append(bytes((await overview.figures(visit_of(site))).body).decode())
            await asyncio.gather(*overview._counts.values())
        return seen

    first, second, third, fourth = asyncio.run(look())
    assert "Counting…" in first
    assert "<dt>Accepted to send</dt><dd>1</dd>" in second
    assert "<dt>Accepted to send</dt><dd>1</dd>" in third
    assert "Counted 1 min ago" in third
    assert "<dt>Accepted to send</dt><dd>3</dd>" in fourth
