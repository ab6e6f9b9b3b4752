"""The carrier over HTTP: connections made before, bytes in the kernel while the gate is held."""

import asyncio
import socket
import ssl
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from stopline.carriers.http.link import OPERATORS_CHOICE, Connector, Link
from stopline.carriers.outlet import NothingHandedOver, PartlyHandedOver
from stopline.carriers.protocol import NotWritten
from stopline.carriers.registry import build_carriers
from stopline.carriers.ringcentral import RingCentral, RingCentralSettings
from stopline.core.carriage import Submission, SubmitOutcome
from stopline.core.messages import Direction, MessageStatus
from stopline.egress.addresses import parse_target
from stopline.egress.answers import EgressError
from stopline.egress.client import EgressClient
from support.carrier_events import RecordingEvents
from support.certificates import self_signed_context
from support.peers import NAME, Rig, running
from support.proof import record
from support.providers import BASE_URL, PROVIDERS, Case, Provider
from support.providers import RingCentral as RingCentralServer
from support.receiver import OK, Receiver, always, endless, never, receiver, reset
from support.scale import figure
from support.world import SENDER, World, person, real_clock_ms

GOOD = b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
DEADLINE_MS = 200


def play(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


@asynccontextmanager
async def link_to(it: Receiver, tls: ssl.SSLContext | None = None) -> AsyncIterator[Link]:
    """A connection that is being read."""
    host = "localhost" if tls else "127.0.0.1"
    target = parse_target(f"{it.scheme}://{host}:{it.port}/")
    link = await Connector(EgressClient(OPERATORS_CHOICE), target, tls).connect()
    reading = asyncio.create_task(link.read())
    try:
        yield link
    finally:
        link.close()
        await reading


def test_requests_follow_each_other_on_one_connection() -> None:
    """Each has its answer."""

    async def scenario() -> None:
        async with receiver(always(OK)) as it, link_to(it) as link:
            for _ in range(3):
                answer = await (await link.hand_over(GOOD, DEADLINE_MS))
                assert answer.status == 200
            assert it.connections == 1

    play(scenario())


def test_the_same_over_tls(tmp_path: Path) -> None:
    """Certificates are checked; what the kernel gets is ciphertext."""
    server, client = self_signed_context(tmp_path), ssl.create_default_context()
    client.check_hostname = False
    client.load_verify_locations(tmp_path / "own.pem")

    async def scenario() -> None:
        async with receiver(always(OK), tls=server) as it, link_to(it, client) as link:
            for _ in range(3):
                assert (await (await link.hand_over(GOOD, DEADLINE_MS))).status == 200

    play(scenario())


@pytest.mark.parametrize("answer", [reset(), endless()], ids=["reset", "endless"])
def test_an_answer_that_is_none_ends_the_connection(answer: Any) -> None:
    """Whoever waits for it hears that it is not known."""

    async def scenario() -> None:
        async with receiver(answer) as it, link_to(it) as link:
            waiter = await link.hand_over(GOOD, DEADLINE_MS)
            if answer.__qualname__.startswith("endless"):
                # Cut at its bound; the connection is of no use any more.
                assert (await waiter).is_cut
            else:
                with pytest.raises(EgressError):
                    await waiter
            assert not link.is_fresh

    play(scenario())


def test_a_request_that_does_not_fit_is_aborted_in_time() -> None:
    """A far side that does not read: a part is with the kernel, and the gate is not held longer."""

    async def scenario() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        it = Receiver(never(), port=listener.getsockname()[1])
        async with link_to(it) as link:
            began = time.monotonic()
            with pytest.raises(PartlyHandedOver):
                await link.hand_over(b"x" * (64 << 20), DEADLINE_MS)
            assert time.monotonic() - began < 5
            with pytest.raises(NothingHandedOver):
                await link.hand_over(GOOD, DEADLINE_MS)
        listener.close()

    play(scenario())


def test_a_connection_the_far_side_has_closed_is_not_written_to() -> None:
    """What was closed before the hand-over would make the message uncertain."""

    async def scenario() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        it = Receiver(never(), port=listener.getsockname()[1])
        target = parse_target(f"http://127.0.0.1:{it.port}/")
        link = await Connector(EgressClient(OPERATORS_CHOICE), target).connect()
        taken, _ = listener.accept()
        assert link.is_fresh
        taken.close()
        # Nobody reads: the news lies in the kernel.
        while link.is_fresh:
            await asyncio.sleep(0.001)
        with pytest.raises(NothingHandedOver):
            await link.hand_over(GOOD, DEADLINE_MS)
        listener.close()
        await link.read()

    play(scenario())


@asynccontextmanager
async def started(
    kind: str, **changes: Any
) -> AsyncIterator[tuple[Provider, Any, RecordingEvents]]:
    provider, events = PROVIDERS[kind](), RecordingEvents()
    carrier = await provider.start(**changes)
    await carrier.start(events)
    await asyncio.wait_for(carrier.ready(), 5)
    try:
        yield provider, carrier, events
    finally:
        await carrier.stop(500)
        await provider.stop()


def test_a_request_that_left_in_part_is_lost_sight_of_and_not_sent_again() -> None:
    """The provider may take what it has of it: never "not written"."""

    async def scenario() -> None:
        # It never reads.
        listener = socket.create_server(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        table = PROVIDERS["telnyx"]().table() | {"url": url, "connections": 1}
        (carrier,) = build_carriers({"peer": table}, BASE_URL)
        events = RecordingEvents()
        await carrier.start(events)
        await asyncio.wait_for(carrier.ready(), 5)
        await carrier.write([Submission(1, 1, SENDER, person(1), "x" * (16 << 20))], 1_000)
        await events.until(lambda: events.lost)
        assert (events.lost, events.answered) == ([1], [])
        await carrier.stop(100)
        listener.close()

    play(scenario())


def submissions(first: int, count: int) -> list[Submission]:
    return [Submission(n, 1, SENDER, person(n), "hi") for n in range(first, first + count)]


def test_connections_grow_with_the_traffic_and_have_a_bound() -> None:
    """One while idle; at most as many as are set, and what finds none is not written."""

    async def scenario() -> None:
        async with started("twilio", connections=3) as (provider, carrier, events):
            assert carrier.free_slots() == 1
            written = 0
            while written < 30:
                group = submissions(written, min(5, 30 - written))
                await carrier.ready()
                try:
                    await carrier.write(group, DEADLINE_MS)
                    written += len(group)
                except NotWritten as error:
                    left = len(error.unwritten or group)
                    written += len(group) - left
                assert carrier.links()[0].in_use <= 3
            await events.until(lambda: len(events.answered) == 30)
            assert len(provider.taken) == 30
            assert len({one.own_id for one in provider.taken}) == 30
            assert carrier.links()[0].is_up

    play(scenario())


def test_a_rate_is_kept() -> None:
    """Requests a minute: beyond them there is no slot."""

    async def scenario() -> None:
        async with started("ringcentral", requests_per_minute=1) as (provider, carrier, events):
            assert carrier.free_slots() == 100
            await carrier.write(submissions(1, 50), DEADLINE_MS)
            await events.until(lambda: len(events.answered) == 50)
            assert len([r for r in provider.requests if "a2p-sms" in r.line]) == 1
            assert carrier.free_slots() == 0

    play(scenario())


def test_a_batch_has_one_sender_and_no_person_twice() -> None:
    """Because its id and the person tell the message; the order stays."""
    table = PROVIDERS["ringcentral"]().table()
    upstream = RingCentral("up", msgspec.convert(table, RingCentralSettings), "https://sms.example")
    group = [
        Submission(1, 1, SENDER, person(1), "a"),
        Submission(2, 1, "+12025550143", person(1), "b"),
        Submission(3, 1, SENDER, person(1), "c"),
        Submission(4, 1, SENDER, person(2), "d"),
    ]
    batches = [[one.text for one in r.submissions] for r in upstream.requests(group)]
    assert batches == [["a"], ["b"], ["c", "d"]]
    many = [Submission(n, 1, SENDER, person(n), "x") for n in range(250)]
    assert [len(r.submissions) for r in upstream.requests(many)] == [100, 100, 50]


@pytest.mark.parametrize("answer, slots", [("forbidden", 0), ("throttle_once", 0)])
def test_a_provider_that_says_no_to_all_is_left_in_peace(answer: str, slots: int) -> None:
    """A wrong key burns no message: it is due again, and so is everything after it."""

    async def scenario() -> None:
        async with started("twilio") as (provider, carrier, events):
            provider.cases[person(1)] = Case(answer)
            await carrier.write(submissions(1, 1), DEADLINE_MS)
            await events.until(lambda: events.answered)
            assert events.answered[0].outcome is SubmitOutcome.NOT_NOW
            assert carrier.free_slots() == slots

    play(scenario())


def test_the_last_request_of_a_window_is_followed_by_a_rest() -> None:
    """RingCentral's headers say how many are left, and until when."""

    async def scenario() -> None:
        async with started("ringcentral") as (provider, carrier, events):
            provider.headers = "X-Rate-Limit-Remaining: 1\r\nX-Rate-Limit-Window: 60\r\n"
            await carrier.write(submissions(1, 1), DEADLINE_MS)
            await events.until(lambda: len(events.answered) == 1)
            await asyncio.wait_for(carrier.ready(), 5)
            provider.headers = "X-Rate-Limit-Remaining: 0\r\nX-Rate-Limit-Window: 60\r\n"
            await carrier.write(submissions(2, 1), DEADLINE_MS)
            await events.until(lambda: len(events.answered) == 2)
            assert events.answered[1].outcome is SubmitOutcome.ACCEPTED
            assert carrier.free_slots() == 0

    play(scenario())


def test_what_telnyx_took_and_did_not_answer_is_not_sent_twice() -> None:
    """The second request has the first one's key; another message with the same words has not."""

    async def scenario() -> None:
        async with started("telnyx") as (provider, carrier, events):
            provider.cases[person(1)] = Case("silent")
            await carrier.write(submissions(1, 1), DEADLINE_MS)
            await events.until(lambda: events.lost)
            provider.cases.clear()
            again = [msgspec.structs.replace(one, attempt=2) for one in submissions(1, 1)]
            twin = [msgspec.structs.replace(again[0], message_id=2)]
            for number, group in enumerate((again, twin), start=1):
                await asyncio.wait_for(carrier.ready(), 5)
                await carrier.write(group, DEADLINE_MS)
                await events.until(lambda n=number: len(events.answered) == n)
            first, second = provider.taken
            assert [one.reference for one in events.answered] == [first.reference, second.reference]

    play(scenario())


def test_a_server_error_is_no_refusal() -> None:
    """502: the message may have been taken, so it is lost sight of, not refused."""

    async def scenario() -> None:
        async with started("twilio") as (provider, carrier, events):
            provider.cases[person(1)] = Case("broken")
            await carrier.write(submissions(1, 1), DEADLINE_MS)
            await events.until(lambda: events.lost)
            assert (events.lost, events.answered) == ([1], [])

    play(scenario())


@pytest.mark.parametrize("status, kept", [("Active", True), ("Blacklisted", False)])
def test_a_subscription_that_works_is_kept_and_another_is_replaced(status: str, kept: bool) -> None:
    """After a restart as after a blacklisting; somebody else's stays."""

    async def scenario() -> None:
        provider = RingCentralServer()
        mode = {"address": f"{BASE_URL}/carriers/peer/status", "verificationToken": "old"}
        others = {"id": "sub-9", "status": "Active", "deliveryMode": {"address": "https://other"}}
        own = {"id": "sub-0", "status": status, "deliveryMode": mode}
        provider.subscriptions = [others, own]
        carrier = await provider.start()
        await carrier.start(RecordingEvents())
        await asyncio.wait_for(carrier.ready(), 5)
        ids = [subscription["id"] for subscription in provider.subscriptions]
        assert ids == ["sub-9", "sub-0" if kept else "sub-1"]
        await carrier.stop(100)
        await provider.stop()

    play(scenario())


def test_a_token_that_is_refused_is_renewed() -> None:
    """Before its time, and nothing is sent without one."""

    async def scenario() -> None:
        async with started("ringcentral") as (provider, carrier, events):
            provider.cases[person(1)] = Case("forbidden")
            await carrier.write(submissions(1, 1), DEADLINE_MS)
            await events.until(lambda: events.answered)
            assert not carrier.links()[0].is_up
            async with asyncio.timeout(10):
                while provider.logins < 2:
                    await asyncio.sleep(0.01)

    play(scenario())


def test_a_wrong_key_shows_as_a_carrier_that_is_down() -> None:
    """So that whoever routes takes another; one that is taken again is up again."""

    async def scenario() -> None:
        async with started("twilio") as (provider, carrier, events):
            provider.cases[person(1)] = Case("forbidden")
            await carrier.write(submissions(1, 1), DEADLINE_MS)
            await events.until(lambda: events.answered)
            (link,) = carrier.links()
            assert (link.is_up, link.error) == (False, "the provider answered 401")

    play(scenario())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    it = World(tmp_path, real_clock_ms, carrier=NAME)
    yield it
    it.close()


@pytest.mark.parametrize("kind", ["twilio", "ringcentral"])
def test_a_stop_waits_for_the_hand_over_that_holds_its_pair(world: World, kind: str) -> None:
    """A request on the doorstep when the STOP comes leaves before the STOP is answered, or
    never."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            for number in range(3):
                who = r.peer.person("delivered", number)
                await r.carrier.ready()
                (link,) = r.carrier._links._idle  # type: ignore[attr-defined]
                # Somebody else's write is under way on this connection.
                async with link._outlet._turn:
                    world.send(who)
                    await r.until(lambda w=who: r.message(w).status is MessageStatus.CLAIMED, "")
                    assert await r.peer.text("STOP", who, f"stop-{who}")
                await r.until(lambda: nothing_waits(world), "it has failed")
                assert who not in [taken for taken, _ in r.peer.taken()]

    play(scenario())


class Race:
    """Sends and STOPs at once; what was handed over when, and when each STOP was answered."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.written: list[tuple[str, int]] = []
        self.stopped: dict[str, int] = {}
        self._write = rig.carrier.write
        rig.carrier.write = self.write  # type: ignore[method-assign]

    async def write(self, group: list[Submission], deadline_ms: int) -> None:
        """As the carrier's; the moment is taken while the gate is held."""
        left: Sequence[Submission] = group
        try:
            await self._write(group, deadline_ms)
        except NotWritten as error:
            unwritten = group if error.unwritten is None else error.unwritten
            left = [one for one in group if one not in unwritten]
            raise
        finally:
            now = time.monotonic_ns()
            self.written += [(one.recipient, now) for one in left if "NETWORK" not in one.text]

    async def send(self, people: list[str]) -> None:
        """Until every one of them has stopped."""
        while not self.stopped.keys() >= set(people):
            await asyncio.to_thread(self.rig.world.send, *people)

    async def stop(self, who: str, after_s: float) -> None:
        await asyncio.sleep(after_s)
        assert await self.rig.peer.text("STOP", who, f"stop-{who}")
        self.stopped[who] = time.monotonic_ns()

    async def run(self, people: list[str]) -> None:
        """Once the first message has left, so that there is something to race."""
        before = len(self.written)
        await asyncio.to_thread(self.rig.world.send, *people)
        await self.rig.until(lambda: len(self.written) > before, "messages leave")
        stops = [self.stop(who, number / 50) for number, who in enumerate(people)]
        await asyncio.gather(self.send(people), *stops)

    def late(self) -> list[str]:
        """Whoever was sent to after the answer to their STOP."""
        return [who for who, at in self.written if at > self.stopped.get(who, at)]


@pytest.mark.parametrize("kind", ["twilio", "ringcentral"])
def test_nothing_leaves_after_the_acknowledged_stop(world: World, kind: str) -> None:
    """G1 over HTTP: sends and STOPs race; no hand-over to a person begins after their STOP was
    answered."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            race = Race(r)
            await race.run([r.peer.person("delivered", n) for n in range(9)])
            await r.until(lambda: nothing_waits(world), "everything is sent or refused")
            assert race.late() == []
            assert {m.status for m in world.messages()} >= {MessageStatus.SENDING_FAILED}

    play(scenario())


@pytest.mark.heavy
@pytest.mark.parametrize("kind", ["twilio", "ringcentral"])
def test_nothing_leaves_after_many_stops(world: World, kind: str) -> None:
    """The same with hundreds of people."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            race = Race(r)
            count = figure(ci=200, full=2_000)
            for first in range(0, count, 50):
                await race.run([person(n) for n in range(first, first + 50)])
            assert race.late() == []
            assert len(race.stopped) == count
            proof = {"written": len(race.written), "late": len(race.late())}
            record(f"STOPs against sends over {kind}", count, **proof)

    asyncio.run(asyncio.wait_for(scenario(), 600))


def nothing_waits(world: World) -> bool:
    return not any(
        m.status < MessageStatus.SENT for m in world.messages() if m.direction is Direction.OUTBOUND
    )
