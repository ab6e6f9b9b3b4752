"""Limits on what leaves a second."""

from pathlib import Path

import pytest

from stopline.core.rates import BURST_SECONDS, PRESETS, Rate, parse_rate

SECOND = 1_000_000
START = 1_772_470_800 * SECOND


def run(rate: Rate, seconds: float, step_us: int = 1_000, segments: int = 1) -> list[int]:
    """When each message went, if one tries all the time."""
    free_us, gone = 0, []
    for now_us in range(START, START + int(seconds * SECOND), step_us):
        for _ in range(rate.allowance(free_us, now_us)):
            if rate.allowance(free_us, now_us) <= 0:
                break
            free_us = rate.spend(free_us, now_us, segments)
            gone.append(now_us)
    return gone


@pytest.mark.parametrize("per_second", [0.5, 1, 1.25, 3, 10, 75, 333])
def test_in_no_second_more_goes_than_the_rate_and_its_burst(per_second: float) -> None:
    """And over ten seconds nearly all of it is used."""
    gone = run(Rate(per_second), 10)
    burst = max(1.0, per_second * BURST_SECONDS)
    for place, moment in enumerate(gone):
        within = sum(1 for later in gone[place:] if later < moment + SECOND)
        assert within <= per_second + burst + 1e-6
    assert len(gone) >= 10 * per_second - 1


def test_an_idle_time_saves_nothing_up() -> None:
    """After an hour of silence the burst is as small as ever."""
    rate = Rate(10)
    free_us = rate.spend(0, START, 1)
    assert rate.allowance(free_us, START + 3_600 * SECOND) == 1


def test_a_long_text_is_paid_for_afterwards() -> None:
    """Ten segments go at once, and then nothing for ten times as long."""
    rate = Rate(2)
    free_us = rate.spend(0, START, 10)
    assert rate.allowance(free_us, START + 4 * SECOND) == 0
    assert rate.ready_us(free_us, START) == START + 5 * SECOND
    assert rate.allowance(free_us, START + 5 * SECOND) == 1


def test_a_clock_that_was_wrong_blocks_nothing() -> None:
    """A moment an hour ahead was written by a clock that jumped."""
    rate = Rate(100)
    free_us = rate.spend(0, START + 3_600 * SECOND, 50)
    assert rate.allowance(free_us, START) == 10


def test_presets_have_sources() -> None:
    """Each says who set it, and its name is a rate."""
    for name, preset in PRESETS.items():
        assert preset.source
        assert parse_rate(name) == Rate(preset.per_second)


def test_presets_are_documented() -> None:
    """docs/routing.md lists each with its figure and its source."""
    page = (Path(__file__).parents[2] / "docs" / "routing.md").read_text()
    for name, preset in PRESETS.items():
        assert f"| `{name}` | {preset.per_second:g} | {preset.source} |" in page


@pytest.mark.parametrize("text", ["fast", "0", "-1", "nan", "1e9", ""])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_rate(text)
