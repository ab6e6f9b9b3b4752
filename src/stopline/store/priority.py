"""Who goes first when several flows wait for the one writer."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Priority(IntEnum):
    """Lower goes first: a STOP never waits behind a batch."""

    CONSENT = 0
    RECEIPT = 1
    SETTLE = 2
    CLAIM = 3
    ACCEPT = 4


_ATTRIBUTE = "stopline_priority"


def runs_as(priority: Priority) -> Callable[[F], F]:
    """Mark a flow with its place in the writer's queue; unmarked flows run as ACCEPT."""

    def mark(flow: F) -> F:
        setattr(flow, _ATTRIBUTE, priority)
        return flow

    return mark


def priority_of(flow: Callable[..., Any]) -> Priority:
    """The place of a flow in the writer's queue."""
    found: Priority = getattr(flow, _ATTRIBUTE, Priority.ACCEPT)
    return found
