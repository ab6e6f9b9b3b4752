"""What a provider brings: proved to be its own before it is read, stored before it is answered."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette

from stopline.api.callbacks import MAX_BODY_BYTES, callback_routes
from stopline.carriers.http import callbacks
from stopline.carriers.http.signatures import sign_form
from stopline.carriers.registry import build_carriers
from support.asgi import ask
from support.carrier_events import RecordingEvents
from support.number_shapes import PERSON
from support.providers import PROVIDERS, Bringing, Provider, Taken, Telnyx, Twilio
from support.world import SENDER

KINDS = sorted(PROVIDERS)
# Twilio wants to hear 204.
STORED = {200, 204}


@asynccontextmanager
async def started(
    kind: str, events: RecordingEvents | None = None
) -> AsyncIterator[tuple[Provider, RecordingEvents]]:
    """A provider whose carrier runs, and what the carrier brings."""
    provider = PROVIDERS[kind]()
    events = events or RecordingEvents()
    carrier = await provider.start()
    await carrier.start(events)
    await asyncio.wait_for(carrier.ready(), 5)
    try:
        yield provider, events
    finally:
        await carrier.stop(200)
        await provider.stop()


def play(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 30))


def stop_of(provider: Provider, reference: str = "mo-1") -> Bringing:
    return provider.text_callback(PERSON, SENDER, "STOP", reference)


def unsigned(it: Bringing) -> Bringing:
    return replace(it, headers={"content-type": it.headers["content-type"]})


def other_body(it: Bringing) -> Bringing:
    return replace(it, body=it.body.replace(b"STOP", b"SHOP"))


def other_proof(it: Bringing) -> Bringing:
    """Every header that is no content type, with one character changed near its end."""

    def change(value: str) -> str:
        return value[:-5] + ("A" if value[-5] != "A" else "B") + value[-4:]

    changed = {n: v if n == "content-type" else change(v) for n, v in it.headers.items()}
    return replace(it, headers=changed)


def empty_proof(it: Bringing) -> Bringing:
    return replace(it, headers={n: v if n == "content-type" else "" for n, v in it.headers.items()})


def not_ascii(it: Bringing) -> Bringing:
    return replace(
        it, headers={n: v if n == "content-type" else "\xe4\xf6" for n, v in it.headers.items()}
    )


def no_json(it: Bringing) -> Bringing:
    return replace(unsigned(it), body=b"\xff{not anything")


FORGERIES: list[Callable[[Bringing], Bringing]] = [
    unsigned,
    other_proof,
    empty_proof,
    not_ascii,
    no_json,
]
# A shared secret proves who speaks, not what is said.
SIGNED = ["twilio", "telnyx", "generic"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_proved_is_refused(kind: str) -> None:
    """T28: nothing of it is read or stored. The control is the same, genuine."""

    async def scenario() -> None:
        async with started(kind) as (provider, events):
            report = provider.report_callback(taken(provider), "delivered")
            for forge in FORGERIES:
                for it in (stop_of(provider), report):
                    assert await provider.bring(forge(it)) in (401, 403), forge.__name__
            assert events.arrived == []
            assert await provider.bring(stop_of(provider)) in STORED
            assert [text.text for text in events.texts] == ["STOP"]

    play(scenario())


def taken(provider: Provider) -> Taken:
    return Taken(SENDER, PERSON, "hi", f"{provider.kind}-1", "7")


@pytest.mark.parametrize("kind", SIGNED)
def test_a_changed_text_is_refused(kind: str) -> None:
    """A signature covers what is said."""

    async def scenario() -> None:
        async with started(kind) as (provider, events):
            assert await provider.bring(other_body(stop_of(provider))) == 403
            assert events.arrived == []

    play(scenario())


def test_twilios_published_example_has_its_signature() -> None:
    """Of "Webhooks security"."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign_form("12345", url, form.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def test_twilio_signs_the_address() -> None:
    """The id of the message in it can not be changed, and another path is another address."""

    async def scenario() -> None:
        async with started("twilio") as (provider, events):
            report = provider.report_callback(taken(provider), "delivered")
            assert await provider.bring(replace(report, target="/carriers/peer/status?id=8")) == 403
            assert await provider.bring(replace(report, target="/carriers/peer/inbound")) == 403
            assert await provider.bring(report) in STORED
            assert events.reported[0].message_id == 7

    play(scenario())


@pytest.mark.parametrize("age_s, status", [(295, 200), (-295, 200), (310, 403), (-310, 403)])
def test_a_signed_moment_is_about_now(age_s: int, status: int) -> None:
    """Five minutes either way, for clocks and slow networks; then it is a replay."""

    async def scenario() -> None:
        async with started("telnyx") as (provider, _):
            assert isinstance(provider, Telnyx)
            provider.moment_s = int(time.time()) - age_s
            assert await provider.bring(stop_of(provider)) == status

    play(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_a_replay_changes_nothing(kind: str) -> None:
    """The same bits again, after they were stored: answered, and nothing is brought."""

    async def scenario() -> None:
        async with started(kind) as (provider, events):
            it = stop_of(provider)
            assert {await provider.bring(it) for _ in range(3)} <= STORED
            assert len(events.texts) == 1

    play(scenario())


def test_what_is_remembered_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond it the store tells copies by their id: Twilio signs no moment."""
    monkeypatch.setattr(callbacks, "SEEN_LIMIT", 2)

    async def scenario() -> None:
        async with started("twilio") as (provider, events):
            first, *others = (stop_of(provider, f"mo-{number}") for number in range(3))
            for it in (first, *others, *others, first):
                assert await provider.bring(it) in STORED
            brought = [text.reference for text in events.texts]
            assert brought == ["mo-0", "mo-1", "mo-2", "mo-0"]

    play(scenario())


def test_equal_texts_without_an_id_are_texts_of_their_own() -> None:
    """Twice STOP is twice STOP: between them there may have been a START."""

    async def scenario() -> None:
        async with started("generic") as (provider, events):
            it = stop_of(provider, "")
            for _ in range(2):
                assert await provider.bring(it) == 200
            assert [text.reference for text in events.texts] == [None, None]

    play(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_not_answered_before_it_is_stored(kind: str) -> None:
    """G2 over HTTP: the provider waits until the commit has returned."""

    async def scenario() -> None:
        events = RecordingEvents()
        events.hold = True
        async with started(kind, events) as (provider, _):
            bringing = asyncio.create_task(provider.bring(stop_of(provider)))
            await events.until(lambda: events.texts)
            for _ in range(10):
                await asyncio.sleep(0)
            assert not bringing.done()
            bringing.cancel()

    play(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_what_can_not_be_stored_is_brought_again(kind: str) -> None:
    """503, and the same callback is taken when the store is back."""

    async def scenario() -> None:
        works: list[bool] = []
        events = RecordingEvents(lambda _text: bool(works))
        async with started(kind, events) as (provider, _):
            it = stop_of(provider)
            assert await provider.bring(it) == 503
            works.append(True)
            assert await provider.bring(it) in STORED
            assert len(events.texts) == 2

    play(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_a_genuine_callback_nobody_understands_is_kept(kind: str) -> None:
    """Once, in quarantine with its bytes, and refused however often it is brought: it may be a STOP
    in a new form."""

    async def scenario() -> None:
        async with started(kind) as (provider, events):
            it = garbage(provider)
            assert {await provider.bring(it) for _ in range(3)} == {503}
            (kept,) = events.texts
            assert (kept.source, kept.destination) == ("", "")
            assert b"rubbish" in kept.raw

    play(scenario())


def garbage(provider: Provider) -> Bringing:
    """Signed as the provider does it, in a form it never used."""
    if isinstance(provider, Twilio):
        return provider.sign("/carriers/peer/inbound", {"rubbish": "1"})
    if isinstance(provider, Telnyx):
        return provider.sign("/carriers/peer/inbound", "message.received", {"rubbish": 1})
    if provider.kind == "generic":
        return provider.sign("inbound", {"rubbish": "1"})  # type: ignore[attr-defined,no-any-return]
    it = stop_of(provider)
    return replace(it, body=b'{"rubbish": 1}')


@pytest.mark.parametrize("kind", KINDS)
def test_a_body_has_a_bound(kind: str) -> None:
    """It is not even verified."""

    async def scenario() -> None:
        async with started(kind) as (provider, events):
            it = replace(stop_of(provider), body=b"x" * (MAX_BODY_BYTES + 1))
            assert await provider.bring(it) == 413
            assert events.arrived == []

    play(scenario())


def test_only_http_carriers_are_called_back() -> None:
    """Of other names and other carriers there is nothing to be found."""

    async def scenario() -> None:
        async with started("twilio") as (provider, _):
            smpp = build_carriers({"s": {"kind": "smpp", "host": "h", "system_id": "s"}})
            app = Starlette(routes=callback_routes([provider.carrier, *smpp]))
            for path in ("/carriers/s/inbound", "/carriers/nobody/status", "/carriers/peer/other"):
                assert (await ask(app, "POST", path)).status == 404
            assert (await ask(app, "DELETE", "/carriers/peer/status")).status == 405

    play(scenario())


def test_a_carrier_that_stops_takes_nothing() -> None:
    """The provider brings it to the next process."""

    async def scenario() -> None:
        async with started("twilio") as (provider, events):
            await provider.carrier.stop(100)
            assert await provider.bring(stop_of(provider)) == 503
            assert events.texts == []

    play(scenario())


def test_the_handshake_of_a_subscription_is_answered() -> None:
    """With the token that was sent, if it is one; and the carrier subscribed once."""

    async def scenario() -> None:
        async with started("ringcentral") as (provider, _):
            for token, status in (
                ("6a1b-2c", 200),
                ("6a1b-2d", 200),
                ("6a1b-2d", 200),
                ("<script>", 403),
                ("x" * 200, 403),
            ):
                answer = await ask(
                    provider.app,
                    "POST",
                    "/carriers/peer/status",
                    headers={"validation-token": token.encode()},
                )
                assert answer.status == status
                assert answer.headers.get("validation-token") == (token if status == 200 else None)
            (subscription,) = provider.subscriptions  # type: ignore[attr-defined]
            assert subscription["deliveryMode"]["address"].endswith("/carriers/peer/status")
            assert len(subscription["eventFilters"]) == 2

    play(scenario())
