"""Each page of the console answers in time with a million messages and opt-outs."""

from pathlib import Path

import pytest

from support.console_scale import Timing, fill, load_opt_outs, run_sql, time_page, time_pages
from support.console_site import Site
from support.console_subscriptions import subscribe
from support.proof import record
from support.scale import figure
from support.scaling import SENDERS, person
from support.world import ACCOUNT, World, real_clock_ms

MESSAGES = figure(100_000, 1_000_000)
OPT_OUTS = figure(20_000, 1_000_000)
# Of processor time, so that a busy machine does not decide.
LIMIT_MS = 300.0
OURS, ANN = SENDERS[0][1:], person(1)[1:]
PAGES = [
    "/console/",
    "/console/people",
    "/console/people?number=312",
    f"/console/people?number=%2B{ANN[:8]}",
    f"/console/people/+{ANN}",
    f"/console/people/+{ANN}/evidence",
    "/console/reviews",
    "/console/messages",
    "/console/messages?direction=in",
    "/console/messages?direction=out",
    "/console/messages?failed=any",
    "/console/messages?failed=carrier_spam",
    "/console/messages?failed=carrier_spam&direction=out",
    f"/console/messages?failed=carrier_spam&number=%2B{OURS}",
    f"/console/messages?number=%2B{OURS}&direction=in",
    f"/console/messages?number=%2B{ANN}",
    "/console/batches",
    "/console/batches?state=open",
    "/console/batches?state=done",
    "/console/batches/new",
    "/console/subscriptions",
    "/console/settings",
    "/console/audit",
    "/console/carriers",
    "/console/import",
    "/console/receiver",
]
# Without these some pages read everything to find a little.
INDEXES = ("messages_received", "messages_failed", "batches_open", "deliveries_by_subscription")


@pytest.mark.heavy
@pytest.mark.timeout(240)
def test_every_page_answers_in_time(tmp_path: Path) -> None:
    """What is rare and old is found at once; without its index it is not (the control)."""
    world = World(tmp_path, real_clock_ms, [(number, ACCOUNT) for number in SENDERS])
    site = Site(world)
    quiet, loud = subscribe(site).id, subscribe(site).id
    fill(world, MESSAGES, quiet, loud)
    load_opt_outs(world, OPT_OUTS)
    paths = [*PAGES, f"/console/subscriptions/{quiet}", f"/console/subscriptions/{loud}"]
    timings = list(time_pages(site, paths))
    _report(timings)
    slow = {one.path: one.processor_ms for one in timings if one.processor_ms > LIMIT_MS}
    assert slow == {}
    path = "/console/messages?direction=in"
    for name in INDEXES:
        run_sql(world, f"drop index {name}")
    before = next(one for one in timings if one.path == path)
    assert time_page(site.browser(), path).processor_ms > 3 * before.processor_ms
    world.close()


def _report(timings: list[Timing]) -> None:
    slowest = sorted(timings, key=lambda one: -one.processor_ms)[:5]
    record(
        f"console pages with {MESSAGES:,} messages and {OPT_OUTS:,} opt-outs",
        len(timings),
        **{f"{one.path}, processor ms": round(one.processor_ms, 1) for one in slowest},
        **{"slowest by the clock, ms": round(max(one.clock_ms for one in timings), 1)},
    )
