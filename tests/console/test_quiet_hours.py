"""Whose night it is, as far as an area code tells."""

from datetime import UTC, datetime

import pytest

from stopline.console.quiet_hours import count_at_night

NEW_YORK, CHICAGO, HONOLULU, TOLL_FREE, LONDON = (
    "+12125550142", "+13125550142", "+18085550142", "+18005550142", "+442079460123",
)  # fmt: skip


def ms(hour: int, minute: int = 0) -> int:
    """A moment of a winter's day in UTC."""
    return int(datetime(2026, 1, 20, hour, minute, tzinfo=UTC).timestamp() * 1_000)


@pytest.mark.parametrize(
    ("number", "moment", "is_night"),
    [
        (NEW_YORK, ms(12, 59), True),
        (NEW_YORK, ms(13), False),
        (NEW_YORK, ms(1, 59), False),
        (NEW_YORK, ms(2), True),
        (CHICAGO, ms(13), True),
        (CHICAGO, ms(14), False),
        (HONOLULU, ms(17, 59), True),
        (HONOLULU, ms(18), False),
        (LONDON, ms(7, 59), True),
        (LONDON, ms(8), False),
        (TOLL_FREE, ms(8), False),
    ],
)
def test_night_is_before_8_and_from_9_in_the_evening_there(
    number: str, moment: int, is_night: bool
) -> None:
    """In the place's own time; a number that may lie anywhere is never counted."""
    assert count_at_night([number], moment) == is_night


def test_many_numbers_are_counted_by_their_places() -> None:
    """Each one counts."""
    numbers = [f"+1212555{line:04d}" for line in range(5_000)] + [HONOLULU]
    assert count_at_night(numbers, ms(20)) == 0
    assert count_at_night(numbers, ms(3)) == 5_000
