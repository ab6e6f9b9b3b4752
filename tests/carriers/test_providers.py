"""What the providers' files decide by their settings, and all that the generic one can describe."""

import asyncio
import base64
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import pytest

from stopline.carriers.http.places import fill, find
from stopline.carriers.http.provider import NotGenuine, Outgoing, Unreadable, Unsure
from stopline.carriers.registry import build_carriers
from stopline.carriers.settings import SettingProblem
from stopline.core.carriage import CarrierAnswers, NetworkWord, Submission, SubmitOutcome
from stopline.core.messages import FailureCode, MessageStatus
from stopline.egress.answers import EgressAnswer
from support.carrier_events import RecordingEvents
from support.number_shapes import PERSON
from support.provider_files import MAKERS, ONE, answer, callback, make
from support.providers import BASE_URL, PROVIDERS, SECRET, Bringing, Taken
from support.world import SENDER


def read(provider: Any, answered: EgressAnswer) -> Any:
    (request,) = provider.requests([ONE])
    (found,) = provider.read_answer(request, answered)
    return found


# Who answers keywords.


@pytest.mark.parametrize(
    "changes, fields, answers",
    [
        ({}, {}, CarrierAnswers.EVERYTHING),
        ({"answers_keywords": False}, {}, CarrierAnswers.NOTHING),
        ({"answers_keywords": False}, {"OptOutType": "STOP"}, CarrierAnswers.EVERYTHING),
        # The address that is signed has no slash twice.
        ({"callback_url": BASE_URL + "/"}, {}, CarrierAnswers.EVERYTHING),
    ],
)
def test_what_twilio_answers(changes: Any, fields: Any, answers: CarrierAnswers) -> None:
    """As the settings say, and where Advanced Opt-Out says that it has."""
    server = PROVIDERS["twilio"]()
    it = server.text_callback(PERSON, SENDER, "STOP", "SM1")
    form = dict(parse_qsl(it.body.decode())) | fields
    signed = server.sign("/carriers/peer/inbound", form)  # type: ignore[attr-defined]
    provider = make("twilio", **changes)
    provider.verify(callback(signed))
    (text,) = provider.read_callback(callback(signed)).inbounds
    assert text.answered is answers


@pytest.mark.parametrize(
    "changes, word",
    [
        ({}, NetworkWord.OPTED_OUT),
        ({"reassigned_numbers": True}, NetworkWord.POSSIBLY_OPTED_OUT),
    ],
)
def test_a_refusal_for_a_reassigned_number_is_no_sure_opt_out(changes: Any, word: Any) -> None:
    """21610 says both where the Compliance Toolkit is on: at submit and in a receipt."""
    provider = make("twilio", **changes)
    assert read(provider, answer(400, {"code": 21610})).word is word
    server = PROVIDERS["twilio"]()
    it = server.report_callback(Taken(SENDER, PERSON, "", "SM1", "7"), "opted_out")
    (receipt,) = provider.read_callback(callback(it)).receipts
    assert receipt.word is word


def test_telnyx_says_when_it_has_answered() -> None:
    """The profile's autoresponse, named in the event."""
    server = PROVIDERS["telnyx"]()
    it = server.text_callback(PERSON, SENDER, "STOP", "t1")
    event = json.loads(it.body)
    event["data"]["payload"]["autoresponse_type"] = "OPT_OUT"
    provider = make("telnyx")
    for body, answers in (
        (it.body, CarrierAnswers.NOTHING),
        (json.dumps(event).encode(), CarrierAnswers.EVERYTHING),
    ):
        found = provider.read_callback(callback(Bringing(it.target, {}, body)))
        assert found.inbounds[0].answered is answers


def test_an_id_in_an_address_that_nobody_signs_has_a_proof() -> None:
    """Telnyx signs the body alone: who changes the id in the address names no other message."""
    provider = make("telnyx")
    (request,) = provider.requests([ONE])
    target = json.loads(request.body)["webhook_url"].removeprefix(BASE_URL)
    server = PROVIDERS["telnyx"]()
    it = server.report_callback(Taken(SENDER, PERSON, "", "t1"), "delivered")
    for given, found in (
        (target, 7),
        (target.replace("id=7", "id=8"), None),
        (target.partition(".")[0], None),
        (target.partition("?")[0], None),
        (target.replace("id=7", "id=x"), None),
    ):
        brought = provider.read_callback(callback(Bringing(given, {}, it.body)))
        (receipt,) = brought.receipts
        assert (receipt.message_id, receipt.reference) == (found, "t1")


def test_bandwidth_may_bring_one_event_alone() -> None:
    """As its description has it; its pages show a list."""
    provider, server = make("bandwidth"), PROVIDERS["bandwidth"]()
    (event,) = json.loads(server.text_callback(PERSON, SENDER, "STOP", "b1").body)
    body = json.dumps(event).encode()
    (text,) = provider.read_callback(callback(Bringing("/inbound", {}, body))).inbounds
    assert (text.source, text.text) == (PERSON, "STOP")


@pytest.mark.parametrize("kind", ["suggestion-response", "requested-location-response"])
def test_a_tap_at_bandwidth_is_a_text(kind: str) -> None:
    """Of a client with buttons: STOP on one is a STOP, and none is a receipt that failed."""
    provider, server = make("bandwidth"), PROVIDERS["bandwidth"]()
    (event,) = json.loads(server.text_callback(PERSON, SENDER, "", "b1").body)
    event["type"] = kind
    event["message"]["suggestionResponse"] = {"text": "STOP"}
    body = json.dumps([event]).encode()
    found = provider.read_callback(callback(Bringing("/inbound", {}, body)))
    assert [text.text for text in found.inbounds] == ["STOP"]
    assert not found.receipts


# Answers by their status.


@pytest.mark.parametrize("kind", sorted(MAKERS))
@pytest.mark.parametrize(
    "status, outcome",
    [
        (200, SubmitOutcome.ACCEPTED),
        (429, SubmitOutcome.NOT_NOW),
        (503, SubmitOutcome.NOT_NOW),
        (401, SubmitOutcome.NOT_NOW),
        (403, SubmitOutcome.NOT_NOW),
        (400, SubmitOutcome.REFUSED),
        (404, SubmitOutcome.NOT_NOW),
        (302, SubmitOutcome.NOT_NOW),
        (422, SubmitOutcome.REFUSED),
        (500, None),
        (502, None),
        (504, None),
    ],
)
def test_a_status_without_a_code(kind: str, status: int, outcome: SubmitOutcome | None) -> None:
    """Also with a body that is nothing we know: a page of a proxy, say."""
    provider = make(kind)
    if kind == "generic":
        provider = make(kind, answer={"code": "error"})
    for body in (None, {"unheard": [1]}, "text", [1, 2]):
        if outcome is None:
            with pytest.raises(Unsure):
                read(provider, answer(status, body))
        else:
            assert read(provider, answer(status, body)).outcome is outcome


def test_an_address_that_is_wrong_burns_no_message() -> None:
    """404 says so unless a code says that it is the message's."""
    provider = make("twilio")
    assert read(provider, answer(404)).retry_after_ms == 30_000
    assert read(provider, answer(404, {"code": 21614})).outcome is SubmitOutcome.REFUSED
    assert read(provider, answer(404, {"code": 77777})).outcome is SubmitOutcome.REFUSED


def test_retry_after_is_heeded_within_reason() -> None:
    """Seconds, at most an hour; what is no number of seconds is a moment."""
    provider = make("twilio")
    for text, ms in (("7", 7_000), ("86400", 3_600_000), ("soon", 1_000), ("-1", 1_000)):
        found = read(provider, answer(429, None, **{"retry-after": text}))
        assert found.retry_after_ms == ms


# The generic one.

RECEIPT = PROVIDERS["generic"]().table()["receipt"]


def request_of(form: Mapping[str, Any]) -> Outgoing:
    (request,) = make("generic", request=form).requests([ONE])
    assert isinstance(request, Outgoing)
    return request


def test_a_template_is_filled_before_it_is_written() -> None:
    """No text can break out of it, and one that looks like a placeholder stays what it is."""
    body = {"to": ["{recipient_digits}"], "msg": {"text": "{text}"}, "n": 1, "ref": "x-{id}"}
    request = request_of({"body": body, "headers": {"Authorization": "Key {secret}"}})
    assert json.loads(request.body) == {
        "to": [PERSON[1:]],
        "msg": {"text": ONE.text},
        "n": 1,
        "ref": "x-7",
    }
    assert request.headers["Authorization"] == f"Key {SECRET}"
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("content", ["form", "query"])
def test_forms_and_queries(content: str) -> None:
    """The same fields, in the body or in the address."""
    method = "GET" if content == "query" else "POST"
    body = {"from": "{sender}", "text": "{text}"}
    request = request_of({"content": content, "method": method, "body": body})
    written = request.url.partition("?")[2] if content == "query" else request.body.decode()
    assert dict(parse_qsl(written)) == {"from": SENDER, "text": ONE.text}
    assert request.method == method


@pytest.mark.parametrize(
    "place, found",
    [
        ("a.b", "1"),
        ("list.1.x", "y"),
        ("list.9.x", ""),
        ("a", ""),
        ("no.such", ""),
        ("flag", "true"),
        ("null", ""),
        ("", ""),
        ("list.x", ""),
    ],
)
def test_places(place: str, found: str) -> None:
    """What is not there reads as empty, and so does what is no single value."""
    body = {"a": {"b": 1}, "list": [{}, {"x": "y"}], "flag": True, "null": None}
    assert find(body, place) == found


def test_templates_leave_other_values_alone() -> None:
    """Numbers, truth values, nothing."""
    assert fill({"a": [1, True, None, "{text}"]}, {"text": "x"}) == {"a": [1, True, None, "x"]}


SCHEMES: Mapping[str, tuple[dict[str, Any], dict[str, str]]] = {
    "basic": (
        {"scheme": "basic", "user": "u"},
        {"authorization": "Basic " + base64.b64encode(f"u:{SECRET}".encode()).decode()},
    ),
    "token": ({"scheme": "token", "header": "X-Token"}, {"x-token": SECRET}),
    "bearer": ({"scheme": "token"}, {"authorization": f"Bearer {SECRET}"}),
    "hmac": (
        {"scheme": "hmac", "header": "X-Sig", "algorithm": "sha512", "encoding": "base64"},
        {"x-sig": base64.b64encode(hmac.new(SECRET.encode(), b"{}", "sha512").digest()).decode()},
    ),
    "prefixed": (
        {"scheme": "hmac", "header": "X-Hub"},
        {"x-hub": "sha256=" + hmac.new(SECRET.encode(), b"{}", "sha256").hexdigest().upper()},
    ),
    "target": (
        {"scheme": "hmac", "header": "X-Sig", "message": "{target}{body}"},
        {"x-sig": hmac.new(SECRET.encode(), b"/carriers/peer/inbound?a=1{}", "sha256").hexdigest()},
    ),
}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_each_scheme_of_proof(scheme: str) -> None:
    """The right proof passes, and none, half of one and another's do not."""
    form, headers = SCHEMES[scheme]
    provider = make("generic", verify={"secret": SECRET, **form})
    target = "/carriers/peer/inbound?a=1"
    provider.verify(callback(Bringing(target, headers, b"{}")))
    wrong: list[dict[str, str]] = [
        {},
        dict.fromkeys(headers, ""),
        {name: value[:-1] for name, value in headers.items()},
        {name: value.replace("a", "b") + "x" for name, value in headers.items()},
    ]
    for given in wrong:
        with pytest.raises(NotGenuine):
            provider.verify(callback(Bringing(target, given, b"{}")))


def test_texts_and_receipts_in_lists_and_queries() -> None:
    """Several at once; and a provider that calls by GET."""
    inbound = {"entries": "results", "sender": "from.n", "recipient": "to", "text": "body"}
    provider = make("generic", inbound=inbound)
    entry = {"from": {"n": "13125550142"}, "to": SENDER, "body": "STOP"}
    body = json.dumps({"results": [entry, entry]}).encode()
    found = provider.read_callback(callback(Bringing("/carriers/peer/inbound", {}, body)))
    assert [(text.source, text.text) for text in found.inbounds] == [(PERSON, "STOP")] * 2
    receipt = RECEIPT | {"content": "query"}
    provider = make("generic", receipt=receipt)
    target = (
        f"/carriers/peer/status?messageId=m1&to={SENDER[1:]}&msisdn={PERSON[1:]}"
        "&status=failed&err-code=6&client-ref=7"
    )
    found = provider.read_callback(callback(Bringing(target, {}, b""), "GET"))
    (report,) = found.receipts
    assert (report.status, report.failure) == (
        MessageStatus.DELIVERY_FAILED,
        FailureCode.CARRIER_SPAM,
    )
    assert (report.message_id, report.recipient, report.raw) == (7, PERSON, "6")


@pytest.mark.parametrize(
    "body", [b"", b"[]x", b"3", b'{"results": 3}', b'{"results": [3]}', b'{"results": [{}]}']
)
def test_what_is_not_as_described_is_not_read(body: bytes) -> None:
    """It is kept and refused by whoever asked."""
    provider = make("generic", inbound={"entries": "results", "sender": "from"})
    with pytest.raises(Unreadable):
        provider.read_callback(callback(Bringing("/carriers/peer/inbound", {}, body)))


def test_own_codes_overrule_the_published_ones() -> None:
    """Of the vocabulary; what is in neither is unknown."""
    codes = {"6": "carrier_opted_out", "own": "carrier_spam"}
    provider = make("generic", codes=codes, answer={"code": "e"})
    found = {code: read(provider, answer(400, {"e": code})) for code in ("6", "own", "9", "zz")}
    assert found["6"].failure is FailureCode.CARRIER_OPTED_OUT
    assert found["own"].failure is FailureCode.CARRIER_SPAM
    assert found["9"].word is NetworkWord.OPTED_OUT
    assert found["zz"].word is NetworkWord.NOT_UNDERSTOOD


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"request": {"body": {"a": "{nobody}"}}}, "request.body"),
        ({"request": {"body": {}, "headers": {"X": "{nobody}"}}}, "request.headers"),
        ({"vocabulary": "nobody"}, "vocabulary"),
        ({"verify": {"scheme": "basic", "secret": "s"}}, "verify.user"),
        ({"verify": {"scheme": "token"}}, "verify.secret"),
        ({"verify": {"scheme": "hmac", "secret": "s", "message": "x"}}, "verify.message"),
        ({"verify": {"scheme": "hmac", "secret": "s", "time_header": "T"}}, "verify.message"),
        ({"verify": {"scheme": "hmac", "secret": "s", "message": "{body}{x}"}}, "verify.message"),
        ({"verify": {}}, "verify"),
        ({"receipt": {"delivered": [], "failed": ["x"]}}, "receipt"),
        ({"url": "https://u:p@host/"}, "url"),
        ({"callback_url": "sms.example.com"}, "callback_url"),
    ],
)
def test_a_wrong_description_is_named(changes: dict[str, Any], key: str) -> None:
    """The start stops with the key."""
    table = PROVIDERS["generic"]().table() | {"url": "https://host/"} | changes
    with pytest.raises(SettingProblem) as raised:
        build_carriers({"acme": table})
    assert f"carriers.acme.{key}" in str(raised.value) or key in raised.value.remedy


def test_a_message_that_can_not_be_written_fails_and_nothing_else() -> None:
    """An address that grew too long with its text."""

    async def scenario() -> None:
        server = PROVIDERS["generic"]()
        form = {"content": "query", "method": "GET", "body": {"text": "{text}"}}
        carrier = await server.start(request=form)
        events = RecordingEvents()
        await carrier.start(events)
        await asyncio.wait_for(carrier.ready(), 5)
        await carrier.write([with_text("x" * 3_000)], 200)
        await events.until(lambda: events.answered)
        assert events.answered[0].failure is FailureCode.INVALID_UPSTREAM_CALL
        assert carrier.free_slots() >= 1
        await carrier.stop(100)
        await server.stop()

    asyncio.run(asyncio.wait_for(scenario(), 20))


def with_text(text: str) -> Submission:
    return Submission(8, 1, SENDER, PERSON, text)
