"""Parts start in order and stop in reverse, within a bound, whatever one of them does."""

import asyncio

import pytest

from stopline.services import ServiceStack


class Part:
    """A service that notes what happens to it."""

    def __init__(self, name, journal, *, fails=False, stop_seconds=0.0, stop_fails=False):
        self.name = name
        self.journal = journal
        self.fails = fails
        self.stop_seconds = stop_seconds
        self.stop_fails = stop_fails

    async def start(self):
        if self.fails:
            raise ValueError(self.name)
        self.journal.append(f"start {self.name}")

    async def stop(self, timeout_ms):
        await asyncio.sleep(self.stop_seconds)
        self.journal.append(f"stop {self.name}")
        if self.stop_fails:
            raise ValueError(self.name)


def run_stack(*parts):
    async def run():
        stack = ServiceStack(parts, grace_ms=50, forced_ms=100)
        await stack.start()
        return await stack.stop()

    return asyncio.run(run())


def test_the_order_is_reversed():
    """The last to start is the first to stop."""
    journal = []
    assert run_stack(Part("store", journal), Part("http", journal))
    assert journal == ["start store", "start http", "stop http", "stop store"]


def test_a_failed_start_stops_what_ran():
    """Nothing is left running when a part can not start."""
    journal = []
    with pytest.raises(ValueError, match="http"):
        run_stack(Part("store", journal), Part("http", journal, fails=True))
    assert journal == ["start store", "stop store"]


def test_a_part_that_hangs_is_cut_off():
    """The others are stopped all the same, and the stop is not called clean."""
    journal = []
    hanging = Part("worker", journal, stop_seconds=60)
    assert not run_stack(Part("store", journal), hanging)
    assert journal == ["start store", "start worker", "stop store"]


def test_a_part_that_fails_to_stop_does_not_keep_the_others():
    """Its error is logged and the store is still closed."""
    journal = []
    assert not run_stack(Part("store", journal), Part("http", journal, stop_fails=True))
    assert journal[-1] == "stop store"
