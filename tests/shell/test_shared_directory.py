"""Processes that share a data directory: one does what is done once, another goes on after it."""

import asyncio
from pathlib import Path

import pytest

from stopline import shared_directory
from stopline.lockfile import DirectoryLock
from stopline.shared_directory import OncePerDirectory


class Part:
    """Knows whether it runs."""

    name = "part"

    def __init__(self) -> None:
        self.started = asyncio.Event()
        self.stopped = False

    async def start(self) -> None:
        self.started.set()

    async def stop(self, timeout_ms: int) -> None:
        self.stopped = True


def test_a_second_process_takes_over_when_the_first_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never both; within a moment after the end of the first, the second."""
    monkeypatch.setattr(shared_directory, "TAKE_OVER_SECONDS", 0.02)

    async def scene() -> None:
        first, second = Part(), Part()
        ones = [OncePerDirectory(part, DirectoryLock(tmp_path)) for part in (first, second)]
        for one in ones:
            await one.start()
        await asyncio.sleep(0.1)
        assert (first.started.is_set(), second.started.is_set()) == (True, False)
        await ones[0].stop(1_000)
        await asyncio.wait_for(second.started.wait(), 10)
        await ones[1].stop(1_000)
        assert first.stopped
        assert second.stopped

    asyncio.run(scene())


def test_one_that_never_had_its_turn_ends_quietly(tmp_path: Path) -> None:
    """Its part was not started, so it is not stopped."""

    async def scene() -> None:
        part = Part()
        one = OncePerDirectory(part, DirectoryLock(tmp_path))
        with DirectoryLock(tmp_path):
            await one.start()
            await one.stop(1_000)
        assert not part.started.is_set()
        assert not part.stopped

    asyncio.run(scene())
