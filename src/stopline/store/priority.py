"""Who goes first when several flows wait for the one writer."""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])


class Priority(IntEnum):
    """How long a flow may wait for the writer, in milliseconds: the one that is due goes first.

    Consent is always due: a STOP never waits behind a batch. The others take turns under load,
    for a strict order would leave accepting nothing while messages are being sent.
    """

    CONSENT = -3_600_000
    RECEIPT = 10
    SETTLE = 11
    CLAIM = 12
    ACCEPT = 15


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
