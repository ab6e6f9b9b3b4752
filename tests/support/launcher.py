"""Starts Stopline with something wrong in it: `python -m support.launcher <fault> serve …`.

A fault is `<point>` or `<point>:<n>`: the process ends like a crash when the point is reached for
the n-th time. `synchronous-normal` lets commits return before they are on the disk.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

import apsw

from stopline import cli
from stopline.carriers.simulated import SimulatedCarrier
from stopline.store import sqlite
from stopline.store.gate import Gate
from stopline.store.inbounds import Inbounds
from stopline.workers import receiver, sender

# Not an exit: nothing is flushed, closed or told. 137 is what a SIGKILL looks like.
CRASHED = 137


class Countdown:
    """Crashes at the n-th time."""

    def __init__(self, times: int) -> None:
        self._left = times

    def reach(self) -> None:
        self._left -= 1
        if self._left == 0:
            os._exit(CRASHED)


def crash_before(function: Callable[..., Any], countdown: Countdown) -> Callable[..., Any]:
    """The function, with the crash in front of it. For coroutines too: they do not begin."""

    def crashing(*arguments: Any, **keywords: Any) -> Any:
        countdown.reach()
        return function(*arguments, **keywords)

    crashing.__dict__.update(function.__dict__)
    return crashing


def crash_after(function: Callable[..., Any], countdown: Countdown) -> Callable[..., Any]:
    """The function, with the crash behind it."""

    def crashing(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        countdown.reach()
        return result

    crashing.__dict__.update(function.__dict__)
    return crashing


def crash_after_awaiting(function: Callable[..., Any], countdown: Countdown) -> Callable[..., Any]:
    """The coroutine, with the crash behind its end."""

    async def crashing(*arguments: Any, **keywords: Any) -> Any:
        result = await function(*arguments, **keywords)
        countdown.reach()
        return result

    return crashing


def crash_after_claiming(function: Callable[..., Any], countdown: Countdown) -> Callable[..., Any]:
    """Only claims that have something count: an idle sender claims nothing all the time."""

    def crashing(*arguments: Any, **keywords: Any) -> Any:
        claim = function(*arguments, **keywords)
        if claim.submissions:
            countdown.reach()
        return claim

    crashing.__dict__.update(function.__dict__)
    return crashing


def crash_half_written(function: Callable[..., Any], countdown: Countdown) -> Callable[..., Any]:
    """Give half of the bytes to the kernel, then crash."""

    async def crashing(self: SimulatedCarrier, *arguments: Any, **keywords: Any) -> Any:
        outlet = self._link.outlet
        send = outlet._send

        def send_half(view: memoryview) -> int:
            sent = send(view[: len(view) // 2])
            countdown.reach()
            return sent

        outlet._send = send_half
        return await function(self, *arguments, **keywords)

    return crashing


Wrap = Callable[[Callable[..., Any], Countdown], Callable[..., Any]]

# name -> (owner, attribute, how). The first six are met by a STOP, the others by a message.
POINTS: dict[str, tuple[Any, str, Wrap]] = {
    "before-text-is-stored": (Inbounds, "add_references", crash_before),
    "after-text-is-stored": (Inbounds, "add_references", crash_after),
    "after-gate-is-closed": (Gate, "close", crash_after),
    "before-stop-commits": (receiver, "receive_messages", crash_after),
    "after-stop-committed": (receiver.Receiver, "_try_receive", crash_after_awaiting),
    "after-stop-is-acknowledged": (receiver.Receiver, "_receive", crash_after_awaiting),
    "before-claim-commits": (sender, "claim_submissions", crash_after_claiming),
    "after-claim-committed": (sender.Sender, "_hand_over", crash_before),
    "after-gate-is-entered": (Gate, "enter", crash_after),
    "half-written": (SimulatedCarrier, "write", crash_half_written),
    "after-bytes-are-written": (SimulatedCarrier, "write", crash_after_awaiting),
    "before-answers-are-settled": (receiver.Receiver, "_settle", crash_before),
    "before-answers-commit": (receiver, "settle_submissions", crash_after),
    "after-answers-committed": (receiver.Receiver, "_settle", crash_after_awaiting),
}


def arm(fault: str) -> None:
    """Put the fault in."""
    if fault == "synchronous-normal":
        sqlite.connect = _connect_normal  # type: ignore[assignment]
        return
    name, _, times = fault.partition(":")
    owner, attribute, wrap = POINTS[name]
    function = getattr(owner, attribute)
    setattr(owner, attribute, wrap(function, Countdown(int(times or 1))))


_connect = sqlite.connect


def _connect_normal(*arguments: Any, **keywords: Any) -> apsw.Connection:
    connection = _connect(*arguments, **keywords)
    connection.execute("pragma synchronous = normal")
    return connection


if __name__ == "__main__":
    arm(sys.argv.pop(1))
    cli.main()
