"""How much an account may spend in a day: who gets hold of its password can send until the cap."""

from collections.abc import Sequence

DAY_MS = 86_400_000


def spending_day(now_ms: int) -> int:
    """The day, in UTC, that a moment belongs to: days since 1970."""
    return now_ms // DAY_MS


def plan_spending(costs: Sequence[int], spent: int, cap: int) -> tuple[list[bool], int]:
    """Which of these, in order, still fit under the cap, and what is spent then. One that does
    not fit stops nothing cheaper after it."""
    may = []
    for cost in costs:
        fits = spent + cost <= cap
        may.append(fits)
        spent += cost if fits else 0
    return may, spent
