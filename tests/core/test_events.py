"""Which events a subscriber hears of, and in which form."""

from typing import Any

import pytest

from stopline.core.events import (
    BatchChanged,
    ConsentChanged,
    Event,
    EventFilter,
    EventKind,
    Interest,
    MessageChanged,
    event_subject,
    matches,
    wanted_events,
)
from stopline.core.messages import Direction, MessageStatus

SENDER, OTHER_SENDER = "+12025550142", "+18005550199"
PERSON, OTHER_PERSON = "+13125550161", "+13125550162"


def consent(*, out: bool = True) -> ConsentChanged:
    return ConsentChanged(SENDER, PERSON, is_opted_out=out, source="recipient", changed_ms=1)


def message(direction: Direction = Direction.OUTBOUND) -> MessageChanged:
    return MessageChanged(
        message_id=9,
        batch_id=5 if direction is Direction.OUTBOUND else None,
        sender=SENDER,
        recipient=PERSON,
        direction=direction,
        text="Clinic closed Friday.",
        status=MessageStatus.DELIVERED,
        failure=None,
        segment_count=1,
        cost_micros=7_000,
        created_ms=1,
        updated_ms=2,
    )


BATCH = BatchChanged(
    5, SENDER, 2, 2, is_completed=True, cost_micros=14_000, created_ms=1, updated_ms=2
)

K = EventKind


@pytest.mark.parametrize(
    "event, wanted, expected",
    [
        (consent(), EventFilter(K.OPT_OUT), True),
        (consent(), EventFilter(K.CONSENT), True),
        (consent(), EventFilter(K.MESSAGE), False),
        (consent(), EventFilter(K.OPT_OUT, sender=SENDER), True),
        (consent(), EventFilter(K.OPT_OUT, sender=OTHER_SENDER), False),
        (consent(), EventFilter(K.OPT_OUT, sender=SENDER, recipient=PERSON), True),
        (consent(), EventFilter(K.OPT_OUT, recipient=OTHER_PERSON), False),
        (message(), EventFilter(K.MESSAGE), True),
        (message(), EventFilter(K.BATCH), False),
        (message(), EventFilter(K.MESSAGE, direction=Direction.OUTBOUND), True),
        (message(), EventFilter(K.MESSAGE, direction=Direction.INBOUND), False),
        (message(Direction.INBOUND), EventFilter(K.MESSAGE, direction=Direction.INBOUND), True),
        (message(), EventFilter(K.MESSAGE, batch_id=5), True),
        (message(), EventFilter(K.MESSAGE, batch_id=6), False),
        (message(Direction.INBOUND), EventFilter(K.MESSAGE, batch_id=5), False),
        (message(), EventFilter(K.MESSAGE, sender=OTHER_SENDER), False),
        (message(), EventFilter(K.MESSAGE, recipient=OTHER_PERSON), False),
        (message(), EventFilter(K.MESSAGE, statuses=(MessageStatus.DELIVERED,)), True),
        (message(), EventFilter(K.MESSAGE, statuses=(MessageStatus.SENT,)), False),
        (BATCH, EventFilter(K.BATCH), True),
        (BATCH, EventFilter(K.BATCH, batch_id=5), True),
        (BATCH, EventFilter(K.BATCH, batch_id=6), False),
        (BATCH, EventFilter(K.BATCH, sender=OTHER_SENDER), False),
        (BATCH, EventFilter(K.REMINDER), False),
    ],
)
def test_every_condition_must_hold(event: Event, wanted: EventFilter, expected: bool) -> None:
    """The kind and each condition that is given."""
    assert matches(event, wanted) is expected


@pytest.mark.parametrize(
    "out, kind, switch, expected",
    [
        (True, K.OPT_OUT, False, True),
        (False, K.OPT_OUT, False, False),
        (False, K.OPT_OUT, True, True),
        (False, K.CONSENT, False, True),
    ],
)
def test_opt_ins_in_the_opt_out_form_need_the_switch(
    out: bool, kind: EventKind, switch: bool, expected: bool
) -> None:
    """Denials always, opt-ins by the account's switch; the consent form reports both."""
    assert matches(consent(out=out), EventFilter(kind), opt_ins_wanted=switch) is expected


def test_interests_that_overlap_give_one_event_a_form() -> None:
    """The first that asked gives the label; the two forms of consent are two events."""
    interests = [
        Interest("all", (EventFilter(K.OPT_OUT),)),
        Interest("mine", (EventFilter(K.OPT_OUT, sender=SENDER),)),
        Interest("v2", (EventFilter(K.CONSENT),)),
    ]
    found = wanted_events(consent(), interests, opt_ins_wanted=False)
    assert found == [(K.OPT_OUT, "all"), (K.CONSENT, "v2")]


def test_an_interest_is_met_by_any_of_its_filters() -> None:
    """Alternatives of one interest are one event."""
    either = (
        EventFilter(K.MESSAGE, direction=Direction.INBOUND),
        EventFilter(K.MESSAGE, direction=Direction.OUTBOUND),
    )
    found = wanted_events(message(), [Interest("m", either)], opt_ins_wanted=False)
    assert found == [(K.MESSAGE, "m")]


@pytest.mark.parametrize(
    "one, other",
    [
        (consent(), consent(out=False)),
        (message(), message(Direction.INBOUND)),
    ],
)
def test_changes_of_one_thing_share_their_subject(one: Any, other: Any) -> None:
    """The pair, or the message: what events are kept in order for."""
    assert event_subject(one) == event_subject(other)


def test_different_things_have_different_subjects() -> None:
    """A batch and a message with the same number are two."""
    assert len({event_subject(consent()), event_subject(message()), event_subject(BATCH)}) == 3
