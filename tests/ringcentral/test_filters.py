"""Event filters: what clients may write, what it means, and how it is shown again."""

import pytest

from stopline.core.events import EventFilter, EventKind
from stopline.core.messages import Direction, MessageStatus
from stopline.core.subscriptions import Reminder
from stopline.ringcentral.errors import WireError
from stopline.ringcentral.filters import FilterReader, parse_filters, render_label
from stopline.ringcentral.ids import batch_uuid, subscription_uuid

ACCOUNT = 810200300
READER = FilterReader(ACCOUNT, lifetime_s=86_400)
A2P = "/restapi/v1.0/account/~/a2p-sms"
OWN = f"/restapi/v1.0/account/{ACCOUNT}/a2p-sms"
OURS, PERSON = "+12025550142", "+13125550161"
BATCH_ID = 3_765_695_527_868_465_152
K, D = EventKind, Direction
M = MessageStatus


@pytest.mark.parametrize(
    "text, label, filters",
    [
        (f"{A2P}/opt-outs", f"{OWN}/opt-outs", [EventFilter(K.OPT_OUT)]),
        (f"{OWN}/opt-outs", f"{OWN}/opt-outs", [EventFilter(K.OPT_OUT)]),
        (
            f"{A2P}/opt-outs?from={OURS}",
            f"{OWN}/opt-outs?from={OURS}",
            [EventFilter(K.OPT_OUT, sender=OURS)],
        ),
        (
            f"{A2P}/opt-outs?from=%2B12025550142&to=13125550161",
            f"{OWN}/opt-outs?from=+12025550142&to=13125550161",
            [EventFilter(K.OPT_OUT, OURS, PERSON)],
        ),
        (f"{A2P}/opt-outs?from=&x=1", f"{OWN}/opt-outs?from=&x=1", [EventFilter(K.OPT_OUT)]),
        (f"{A2P}/batches", f"{OWN}/batches", [EventFilter(K.BATCH)]),
        ("/stopline/v1/reviews", "/stopline/v1/reviews", [EventFilter(K.REVIEW)]),
        (
            f"/stopline/v1/reviews?from={OURS}&state=held,flagged",
            f"/stopline/v1/reviews?from={OURS}&state=held,flagged",
            [EventFilter(K.REVIEW, OURS, review_states=("held", "flagged"))],
        ),
        (f"{A2P}/batch", f"{OWN}/batch", [EventFilter(K.BATCH)]),
        (
            f"{A2P}/batches?from={OURS}",
            f"{OWN}/batches?from={OURS}",
            [EventFilter(K.BATCH, sender=OURS)],
        ),
        (
            f"{A2P}/batches/{batch_uuid(BATCH_ID)}",
            f"{OWN}/batches/{batch_uuid(BATCH_ID)}",
            [EventFilter(K.BATCH, batch_id=BATCH_ID)],
        ),
        (
            f"{A2P}/messages?direction=Inbound&to={OURS}",
            f"{OWN}/messages?direction=Inbound&to={OURS}",
            [EventFilter(K.MESSAGE, OURS, None, D.INBOUND)],
        ),
        (
            f"{A2P}/messages?direction=Inbound&from={PERSON}",
            f"{OWN}/messages?direction=Inbound&from={PERSON}",
            [EventFilter(K.MESSAGE, None, PERSON, D.INBOUND)],
        ),
        (
            f"{A2P}/messages?direction=Outbound&from={OURS}",
            f"{OWN}/messages?direction=Outbound&from={OURS}",
            [EventFilter(K.MESSAGE, OURS, None, D.OUTBOUND)],
        ),
        (
            f"{A2P}/messages?from={OURS}",
            f"{OWN}/messages?from={OURS}",
            [
                EventFilter(K.MESSAGE, OURS, None, D.OUTBOUND),
                EventFilter(K.MESSAGE, None, OURS, D.INBOUND),
            ],
        ),
        (
            f"{A2P}/messages?batchId={batch_uuid(BATCH_ID)}&direction=Outbound",
            f"{OWN}/messages?batchId={batch_uuid(BATCH_ID)}&direction=Outbound",
            [EventFilter(K.MESSAGE, None, None, D.OUTBOUND, BATCH_ID)],
        ),
        (
            f"{A2P}/messages?direction=Outbound&messageStatus=Delivered,DeliveryFailed",
            f"{OWN}/messages?direction=Outbound&messageStatus=Delivered,DeliveryFailed",
            [
                EventFilter(
                    K.MESSAGE, direction=D.OUTBOUND, statuses=(M.DELIVERED, M.DELIVERY_FAILED)
                )
            ],
        ),
        (
            "/stopline/v1/spending/",
            "/stopline/v1/spending",
            [EventFilter(K.SPENDING)],
        ),
        (
            "/restapi/v2/accounts/~/sms/consents",
            f"/restapi/v2/accounts/{ACCOUNT}/sms/consents",
            [EventFilter(K.CONSENT)],
        ),
    ],
)
def test_filters_are_read_and_shown(text: str, label: str, filters: list[EventFilter]) -> None:
    """`~` becomes the id, a raw plus stays a plus, unknown and empty parameters mean nothing."""
    (interest,) = parse_filters([text], READER).interests
    assert (interest.label, list(interest.filters)) == (label, filters)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/nope",
        f"{A2P}/horoscopes",
        f"{A2P}/opt-outs/5",
        f"{A2P}/messages/90419",
        f"{A2P}/batches/not-a-uuid",
        "/stopline/v1/reviews?state=lost",
        "/stopline/v1/reviews/5",
        f"{A2P}/messages?direction=Sideways",
        f"{A2P}/messages?messageStatus=Queued",
        f"{A2P}/messages?messageStatus=Delivered,",
        f"{A2P}/messages?from=hello",
        f"{A2P}/messages?from={OURS}&from={PERSON}",
        f"{A2P}/messages?batchId=5",
        f"{A2P}/opt-outs?from=%FF",
        f"!{A2P}/opt-outs",
        "/restapi/v1.0/account/*/a2p-sms/opt-outs",
        "/restapi/v1.0/account/../a2p-sms/opt-outs",
        "/restapi/v1.0/account/~/extension/~/message-store",
        f"{A2P}/opt-outs\r\nX: y",
        f"{A2P}/opt-outs?from=" + "1" * 600,
        "/restapi/v1.0/subscription/~?threshold=0",
        "/restapi/v1.0/subscription/~?threshold=50000&interval=10",
        "/restapi/v1.0/subscription/~?threshold=60&interval=31",
        "/restapi/v1.0/subscription/~?threshold=ten",
    ],
)
def test_what_is_no_filter_is_named(text: str) -> None:
    """400 SUB-508 repeats the filter, without control characters."""
    with pytest.raises(WireError) as caught:
        parse_filters([f"{A2P}/batches", text], READER)
    assert (caught.value.status, caught.value.code) == (400, "SUB-508")
    assert caught.value.message.startswith("Invalid event filters: [")
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 600


@pytest.mark.parametrize(
    "texts, status, code",
    [
        ([], 400, "CMN-101"),
        ([f"{A2P}/batches"] * 101, 400, "SUB-508"),
        (["/restapi/v1.0/account/222222/a2p-sms/opt-outs"], 403, "SUB-406"),
        (["/restapi/v2/accounts/222222/sms/consents"], 403, "SUB-406"),
        (["/restapi/v1.0/subscription/~?threshold=3600&interval=900"], 400, "SUB-515"),
        (["/restapi/v1.0/subscription/~"] * 2 + [f"{A2P}/batches"], 400, "SUB-508"),
    ],
)
def test_lists_that_are_refused_as_a_whole(texts: list[str], status: int, code: str) -> None:
    """None, too many, another account's, or a reminder alone."""
    with pytest.raises(WireError) as caught:
        parse_filters(texts, READER)
    assert (caught.value.status, caught.value.code) == (status, code)


def test_a_reminder_stands_in_its_place() -> None:
    """It is shown with the subscription's id, and its interest matches no event."""
    text = "/restapi/v1.0/subscription/~?threshold=3600&interval=900"
    parsed = parse_filters([text, f"{A2P}/batches"], READER)
    assert parsed.reminder == Reminder(text, 3_600, 900)
    assert [interest.filters == () for interest in parsed.interests] == [True, False]
    shown = render_label(parsed.interests[0].label, 5)
    assert shown == text.replace("~", subscription_uuid(5))
