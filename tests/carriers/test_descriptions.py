"""Our requests, and the payloads that our tests bring, held against the vendors' own descriptions
(tests/carriers/schemas): a server made of each answers the real carrier on loopback."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from openapi_spec_validator import validate

from contract.conformance import document
from stopline.carriers import bandwidth, telnyx, twilio
from stopline.carriers.http.carrier import HttpCarrier, render
from stopline.carriers.http.provider import Callback, Outgoing, Unreadable
from stopline.carriers.http.reading import Statuses
from stopline.carriers.registry import build_carriers
from stopline.core.carriage import Submission, SubmitAnswer, SubmitOutcome
from stopline.core.messages import MessageStatus
from support.carrier_events import RecordingEvents
from support.descriptions import FOLDER, Broken, Description, Mock, Operation, published
from support.number_shapes import PERSON
from support.providers import BASE_URL, DESCRIBED, PROVIDERS
from support.receiver import Request, read_request
from support.world import SENDER

VENDORS = ("twilio", "telnyx", "bandwidth")
TEXTS = ["Your order is ready.", "Grüße 🎉 & more = +%", "x" * 1_600, "\n"]


class Played(NamedTuple):
    """What a carrier and a described server made of each other."""

    answers: list[SubmitAnswer]
    mock: Mock


def described(kind: str) -> Description:
    return Description(document()) if kind == "ringcentral" else published(kind)


def sending(kind: str) -> Operation:
    """The operation that sends a text."""
    return described(kind).operation(request_of(kind))


def request_of(kind: str, **changes: Any) -> Request:
    """What the carrier writes for one text, as a server reads it."""

    async def read() -> Request:
        provider = provider_of(carrier_of(kind, "http://127.0.0.1:1", **changes))
        if kind == "ringcentral":
            provider._upstream.access_token = "token"
        (outgoing,) = provider.requests([Submission(7, 1, SENDER, PERSON, TEXTS[0])])
        reader = asyncio.StreamReader()
        reader.feed_data(render(outgoing))
        request = await read_request(reader)
        assert request is not None
        return request

    return asyncio.run(read())


def carrier_of(kind: str, url: str, **changes: Any) -> HttpCarrier:
    table = PROVIDERS[kind]().table() | {"url": url, "callback_url": BASE_URL} | changes
    (carrier,) = build_carriers({"peer": table}, BASE_URL)
    assert isinstance(carrier, HttpCarrier)
    return carrier


def provider_of(carrier: HttpCarrier) -> Any:
    return carrier._provider


def play(
    kind: str,
    texts: list[str],
    status: int = 0,
    spoil: Callable[[Any], None] = lambda _provider: None,
    bare: bool = False,
    **changes: Any,
) -> Played:
    """Send texts to the described server, over real connections."""

    async def scenario() -> Played:
        mock = Mock(described(kind), status, bare)
        events = RecordingEvents()
        async with mock.running() as url:
            carrier = carrier_of(kind, url, **changes)
            spoil(provider_of(carrier))
            await carrier.start(events)
            for number, text in enumerate(texts, start=1):
                await asyncio.wait_for(carrier.ready(), 10)
                await carrier.write([Submission(number, 1, SENDER, PERSON, text)], 2_000)
                await events.until(lambda n=number: len(events.answered) + len(events.lost) >= n)
            await carrier.stop(100)
        return Played(events.answered, mock)

    return asyncio.run(asyncio.wait_for(scenario(), 30))


# The descriptions.


@pytest.mark.parametrize("kind", DESCRIBED)
def test_each_description_is_one_and_says_where_it_is_from(kind: str) -> None:
    """A validator takes it; its package, version and licence are in the page beside it."""
    found = published(kind).document
    validate(found)
    about = (FOLDER / "README.md").read_text()
    assert f"`{found['info']['version']}`" in about
    assert found["info"]["license"]["name"] in about


# Our requests.


@pytest.mark.parametrize(
    "kind, changes",
    [
        ("twilio", {}),
        ("twilio", {"messaging_service_sid": "MG" + "0" * 32}),
        ("twilio", {"api_key": "SK1", "api_secret": "s"}),
        ("telnyx", {}),
        ("telnyx", {"messaging_profile_id": "83d2343b-553f-4c5f-b8c8-fd27004f94bf"}),
        ("bandwidth", {}),
    ],
)
def test_a_vendor_would_take_what_we_send(kind: str, changes: Mapping[str, Any]) -> None:
    """Method, path, proof, content type, every field; and we read the answer that it describes."""
    played = play(kind, TEXTS, **changes)
    assert played.mock.complaints == []
    assert len(played.mock.requests) == len(TEXTS)
    assert {one.outcome for one in played.answers} == {SubmitOutcome.ACCEPTED}
    assert all(one.reference for one in played.answers)


def test_an_upstream_would_take_what_we_send() -> None:
    """RingCentral's wire, as our own document has it: log in, look at subscriptions, make one,
    send batches."""
    played = play("ringcentral", TEXTS[:1], bare=True)
    assert played.mock.complaints == []
    asked = {" ".join(one.line.split(" ")[:2]) for one in played.mock.requests}
    assert asked >= {
        "POST /restapi/oauth/token",
        "GET /restapi/v1.0/subscription",
        "POST /restapi/v1.0/subscription",
        "POST /restapi/v1.0/account/~/a2p-sms/batches",
    }
    assert [one.outcome for one in played.answers] == [SubmitOutcome.ACCEPTED]


@pytest.mark.parametrize("kind", VENDORS)
def test_every_answer_that_is_described_is_read(kind: str) -> None:
    """Whatever its status, a message becomes accepted, refused, due again or uncertain, and the
    carrier goes on."""
    for status in sending(kind).statuses():
        answers = play(kind, ["one"], status).answers
        outcome = answers[0].outcome if answers else None
        assert outcome in (_OUTCOMES.get(status) or _OUTCOMES[status // 100]), status


_OUTCOMES: Mapping[int, tuple[SubmitOutcome | None, ...]] = {
    2: (SubmitOutcome.ACCEPTED,),
    4: (SubmitOutcome.REFUSED,),
    401: (SubmitOutcome.NOT_NOW,),
    403: (SubmitOutcome.NOT_NOW,),
    404: (SubmitOutcome.NOT_NOW, SubmitOutcome.REFUSED),
    429: (SubmitOutcome.NOT_NOW,),
    5: (None,),
}


def spoil_form(request: Request, old: str, new: str) -> Request:
    assert old in request.body.decode()
    return replace(request, body=request.body.decode().replace(old, new).encode())


def headers(request: Request, **changes: str) -> Request:
    return replace(request, headers=request.headers | changes)


Spoiling = Callable[[Request], Request]
SPOILT: Mapping[str, Spoiling] = {
    "method": lambda r: replace(r, line=r.line.replace("POST", "PUT")),
    "path": lambda r: replace(r, line=r.line.replace(" HTTP", "x HTTP")),
    "no proof": lambda r: headers(r, authorization=""),
    "other proof": lambda r: headers(r, authorization="Digest abc"),
    "content type": lambda r: headers(r, **{"content-type": "text/plain"}),
    "no body": lambda r: replace(r, body=b""),
}
SPOILT_OF: Mapping[tuple[str, str], Spoiling] = {
    ("twilio", "field"): lambda r: spoil_form(r, "Body=", "Text="),
    ("twilio", "no recipient"): lambda r: spoil_form(r, "To=", "ApplicationSid="),
    ("twilio", "number"): lambda r: spoil_form(r, "To=%2B1", "To=%2B+1"),
    ("twilio", "address"): lambda r: spoil_form(r, "https%3A%2F%2F", ""),
    ("twilio", "account"): lambda r: replace(r, line=r.line.replace("/AC0", "/XX0")),
    ("twilio", "twice"): lambda r: spoil_form(r, "To=", "From=%2B13125550142&To="),
    ("telnyx", "field"): lambda r: spoil_form(r, '"text"', '"body"'),
    ("telnyx", "tags"): lambda r: spoil_form(r, '"type":"SMS"', '"tags":["7"]'),
    ("telnyx", "value"): lambda r: spoil_form(r, '"SMS"', '"sms"'),
    ("telnyx", "no recipient"): lambda r: spoil_form(r, '"to"', '"subject"'),
    ("telnyx", "type"): lambda r: spoil_form(r, '"Your order is ready."', "7"),
    ("ringcentral", "field"): lambda r: spoil_form(r, '"text"', '"body"'),
    ("ringcentral", "sender"): lambda r: spoil_form(r, '"from"', '"sender"'),
    ("bandwidth", "field"): lambda r: spoil_form(r, '"text"', '"body"'),
    ("bandwidth", "list"): lambda r: spoil_form(r, f'["{PERSON}"]', f'"{PERSON}"'),
    ("bandwidth", "no application"): lambda r: spoil_form(r, '"applicationId"', '"priority"'),
    ("bandwidth", "too long"): lambda r: spoil_form(r, "Your", "x" * 2_048),
    ("bandwidth", "no JSON"): lambda r: spoil_form(r, "{", "["),
}


@pytest.mark.parametrize(
    "kind, spoil",
    [
        *((kind, spoil) for kind in (*VENDORS, "ringcentral") for spoil in SPOILT.values()),
        *((kind, spoil) for (kind, _), spoil in SPOILT_OF.items()),
    ],
    ids=[
        *(f"{kind}-{what}" for kind in (*VENDORS, "ringcentral") for what in SPOILT),
        *(f"{kind}-{what}" for kind, what in SPOILT_OF),
    ],
)
def test_what_is_not_as_described_is_complained_of(kind: str, spoil: Spoiling) -> None:
    """The control: our own request passes, and with one thing wrong it does not."""
    request = request_of(kind)
    spoilt = spoil(request)
    for about in (described(kind), published(kind)):
        about.check(request)
        with pytest.raises(Broken):
            about.check(spoilt)


def test_a_carrier_that_writes_a_wrong_field_fails_where_it_is_driven() -> None:
    """The same over a connection: the server complains, and takes nothing."""

    def misspell(provider: Any) -> None:
        right = provider.requests

        def wrong(submissions: Sequence[Submission]) -> list[Outgoing]:
            found = right(submissions)
            return [replace(one, body=one.body.replace(b'"text"', b'"body"')) for one in found]

        provider.requests = wrong

    played = play("telnyx", ["hello"], spoil=misspell)
    assert "body" in played.mock.complaints[0]
    assert [one.outcome for one in played.answers] == [SubmitOutcome.REFUSED]


# What they bring.


def bring(kind: str, name: str, event: Any) -> Any:
    """What a carrier reads in a payload."""
    provider = provider_of(carrier_of(kind, "http://127.0.0.1:1"))
    way = "inbound" if name == "inboundCallback" else "status"
    body = json.dumps(event).encode()
    return provider.read_callback(Callback(way, "POST", f"/carriers/peer/{way}", {}, body, 0))


@pytest.mark.parametrize("kind", ["telnyx", "bandwidth"])
@pytest.mark.parametrize("name", ["inboundCallback", "statusCallback"])
def test_every_published_payload_is_read(kind: str, name: str) -> None:
    """The vendor's own examples, and one that its schema makes with everything in it."""
    operation = sending(kind)
    made = operation.make(operation.callback_schema(name))
    events = [*(event for _, event in operation.callbacks(name)), made]
    for event in events:
        operation.check_callback(name, event)
        brought = bring(kind, name, event)
        if name == "inboundCallback":
            (text,) = brought.inbounds
            assert text.source
            assert text.destination
            assert text.text
            assert text.reference
        else:
            assert not brought.inbounds
            assert all(report.reference and report.recipient for report in brought.receipts)


def test_the_published_examples_say_what_they_say() -> None:
    """Bandwidth's: a text, what is under way, what arrived and what failed with its code."""
    found = {
        title: bring("bandwidth", name, [event])
        for name in ("inboundCallback", "statusCallback")
        for title, event in sending("bandwidth").callbacks(name)
    }
    (text,) = found["smsMessageReceivedCallback"].inbounds
    assert (text.source, text.text) == ("+12345678901", "Hey, check out this SMS!")
    assert not found["messageSendingCallback"].receipts
    assert not found["messageSentCallback"].receipts
    (arrived,) = found["smsMessageDeliveredCallback"].receipts
    assert (arrived.status, arrived.recipient) == (MessageStatus.DELIVERED, "+12345678902")
    (failed,) = found["messageFailedCallback"].receipts
    assert (failed.raw, failed.recipient) == ("4432", "+52345678903")
    assert failed.status is MessageStatus.DELIVERY_FAILED


@pytest.mark.parametrize("name", ["inboundCallback", "statusCallback"])
def test_what_may_be_null_is_read_as_nothing(name: str) -> None:
    """Telnyx's fields all may be; a payload without its id or its party is no message."""
    operation = sending("telnyx")
    event = operation.make(operation.callback_schema(name), bare=True)
    with pytest.raises(Unreadable):
        bring("telnyx", name, event)
    kind = "message.received" if name == "inboundCallback" else "message.finalized"
    schema = operation.resolve(_payload_of(operation, name))
    payload = operation.make(schema, bare=True)
    assert set(payload.values()) == {None}
    event = {"data": {"event_type": kind, "payload": payload}}
    operation.check_callback(name, event)
    with pytest.raises(Unreadable):
        bring("telnyx", name, event)
    payload |= {"id": "m1", "to": [{"phone_number": SENDER}]}
    operation.check_callback(name, event)
    brought = bring("telnyx", name, event)
    assert len(brought.inbounds) + len(brought.receipts) == 1


def _payload_of(operation: Operation, name: str) -> Any:
    schema = operation.callback_schema(name)
    for step in ("data", "payload"):
        schema = operation.resolve(schema)["properties"][step]["anyOf"][0]
    return schema


# Statuses that only texts to us have, or that our own requests can not lead to.
NOT_OURS = {"receiving", "received"}


def test_every_published_status_is_known() -> None:
    """None that a vendor names reads as unknown."""
    twilio_enum = published("twilio").document["components"]["schemas"]["message_enum_status"]
    telnyx_enum = published("telnyx").document["components"]["schemas"]["To"]["properties"]
    bandwidth_enum = published("bandwidth").document["components"]["schemas"]
    assert set(twilio_enum["enum"]) - NOT_OURS <= known(twilio.STATUSES)
    assert set(telnyx_enum["status"]["anyOf"][0]["enum"]) <= known(telnyx.STATUSES)
    failed = {"message-failed"}
    kinds = set(bandwidth_enum["statusCallbackTypeEnum"]["enum"])
    assert kinds - failed <= bandwidth.DELIVERED | bandwidth.UNDERWAY
    assert set(bandwidth_enum["inboundCallbackTypeEnum"]["enum"]) <= bandwidth.BROUGHT


def known(statuses: Statuses) -> frozenset[str]:
    return statuses.delivered | statuses.failed | statuses.underway
