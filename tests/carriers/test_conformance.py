"""What every carrier does, whoever is at its far end: one suite over the simulated carrier, SMPP
and each HTTP provider, with the real store, sender and receiver."""

import asyncio
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from stopline.core.carriage import NetworkWord
from stopline.core.consent import ConsentSource
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.flows.network import list_reports
from support.number_shapes import PERSON, SHAPES
from support.peers import CASES, KINDS, NAME, Rig, kinds_with, make_peer, running
from support.providers import SECRET
from support.world import ACCOUNT, SENDER, World, real_clock_ms

# Fourteen shapes with the names: what carriers write where a number is expected.
SPELLINGS = [address.decode() for _, address, person in SHAPES if person == PERSON]
NAMES = ["12345", "ACME Shop"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    it = World(tmp_path, real_clock_ms, carrier=NAME)
    yield it
    it.close()


def play(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_who_has_a_word_for_what() -> None:
    """No carrier leaves a case out unnoticed."""
    missing = {
        (kind, case) for kind in KINDS for case in CASES if case not in make_peer(kind).cases
    }
    assert missing == {
        ("simulated", "opted_out_submit"),
        ("simulated", "unknown_status"),
        ("simulated", "unknown_code"),
        ("simulated", "same_reference"),
        ("simulated", "deactivated"),
        ("bandwidth", "opted_out_submit"),
        *((kind, "possible") for kind in ("simulated", "smpp", "telnyx", "ringcentral")),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_main_job(world: World, kind: str) -> None:
    """Out with its receipt, STOP in, refused, START, open again."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("delivered")
            world.send(who)
            message = await r.ended(who, MessageStatus.DELIVERED)
            assert message.failure is None
            assert await r.peer.text("STOP", who, "mo-1")
            assert world.is_denied(who)
            world.send(who)
            assert r.message(who).failure is FailureCode.OPTED_OUT
            await asyncio.sleep(0)
            assert await r.peer.text("START", who, "mo-2")
            await r.until(lambda: not world.is_denied(who), "START lifts")
            world.send(who)
            await r.ended(who, MessageStatus.DELIVERED)

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("twice"))
@pytest.mark.parametrize("case", ["twice", "out_of_order", "early"])
def test_receipts_move_a_message_forward_only(world: World, kind: str, case: str) -> None:
    """Twice, out of order, before the answer to the submission: delivered, once."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person(case)
            world.send(who)
            await r.ended(who, MessageStatus.DELIVERED)
            await acknowledged(r, len(CASES[case].reports))
            assert r.message(who).status is MessageStatus.DELIVERED

    play(scenario())


async def acknowledged(rig: Rig, count: int) -> None:
    """So many callbacks of a provider have been answered, each with success."""
    provider = getattr(rig.peer, "provider", None)
    if provider is not None:
        await rig.until(lambda: len(provider.brought) >= count, "every receipt is brought")
        assert set(provider.brought) <= {200, 204}


@pytest.mark.parametrize("kind", kinds_with("opted_out_receipt"))
def test_opted_out_in_a_receipt_opts_out(world: World, kind: str) -> None:
    """The message fails with a -413 code; the pair is blocked, and the network is the source."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("opted_out_receipt")
            world.send(who)
            message = await r.ended(who, MessageStatus.DELIVERY_FAILED)
            assert_opted_out(world, who, message.failure)

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("opted_out_submit"))
def test_opted_out_at_submit_opts_out(world: World, kind: str) -> None:
    """The same, refused at once."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("opted_out_submit")
            world.send(who)
            message = await r.ended(who, MessageStatus.SENDING_FAILED)
            assert_opted_out(world, who, message.failure)

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("possible"))
def test_a_possible_opt_out_is_a_flag_until_the_third(world: World, kind: str) -> None:
    """One of several causes: the first two close nothing."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("possible")
            for denied in (False, False, True):
                world.send(who)
                await r.ended(who, MessageStatus.DELIVERY_FAILED)
                assert world.is_denied(who) is denied

    play(scenario())


def assert_opted_out(world: World, who: str, failure: FailureCode | None) -> None:
    assert failure in (FailureCode.CARRIER_OPTED_OUT, FailureCode.UPSTREAM_OPTED_OUT)
    (denial,) = [found.denial for found in world.verdict(who).denials]
    assert denial.source in (ConsentSource.CARRIER, ConsentSource.UPSTREAM)
    assert denial.carrier == NAME


@pytest.mark.parametrize("kind", kinds_with("throttled"))
def test_throttling_delays_and_loses_nothing(world: World, kind: str) -> None:
    """Told to wait, it waits, and is sent again through the gate."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("throttled")
            world.send(who)
            await r.ended(who, MessageStatus.DELIVERED)

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("cut"))
def test_without_an_answer_a_message_is_uncertain(world: World, kind: str) -> None:
    """Never "not sent", whether the far end is silent or cuts the connection; and the carrier goes
    on with others."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            cases, other = ("silent", "cut"), r.peer.person("delivered")
            if kind == "simulated":
                # What the whole carrier does, not one number.
                cases = ("cut",)
                await r.peer.misbehave("cut")
            people = [r.peer.person(case) for case in cases]
            for who in people:
                world.send(who)
            for who in people:
                await r.ended(who, MessageStatus.UNCERTAIN)
            world.send(other)
            await r.ended(other, MessageStatus.DELIVERED)

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("unknown_status"))
def test_an_unknown_status_is_unknown_and_kept(world: World, kind: str) -> None:
    """With the provider's word, for whoever asks what it means."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("unknown_status")
            world.send(who)
            message = await r.ended(who, MessageStatus.DELIVERY_FAILED)
            assert message.failure is FailureCode.CARRIER_UNKNOWN
            assert "frobnic" in word_about(world, who).lower()

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("unknown_code"))
def test_an_unknown_code_is_unknown_and_kept(world: World, kind: str) -> None:
    """Refused at once with a code that is in no table."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("unknown_code")
            world.send(who)
            message = await r.ended(who, MessageStatus.SENDING_FAILED)
            assert message.failure is FailureCode.CARRIER_UNKNOWN
            assert word_about(world, who)

    play(scenario())


def word_about(world: World, who: str) -> str:
    found = world.store.read_now(list_reports, ACCOUNT, SENDER, ("", "", ""), 100)
    (report,) = [one for one in found if one.pair.recipient == who]
    assert report.word is NetworkWord.NOT_UNDERSTOOD
    return report.raw


@pytest.mark.parametrize("kind", kinds_with("same_reference"))
def test_two_messages_with_one_reference_do_no_harm(world: World, kind: str) -> None:
    """A provider that gives an id twice: both are sent, nothing stops."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            people = [r.peer.person("same_reference", n) for n in range(2)]
            for who in people:
                world.send(who)
                await r.ended(who, MessageStatus.SENT)
            other = r.peer.person("delivered")
            world.send(other)
            await r.ended(other, MessageStatus.DELIVERED)

    play(scenario())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("simulated", "smpp")])
def test_a_text_brought_twice_is_one(world: World, kind: str) -> None:
    """Under its provider's id; each time it is acknowledged. The others give no id."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("delivered")
            for _ in range(3):
                assert await r.peer.text("hello", who, "mo-7")
            found = [m for m in world.messages() if m.direction is Direction.INBOUND]
            assert len(found) == 1

    play(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_finds_its_pair_in_every_spelling(world: World, kind: str) -> None:
    """Whatever form the carrier writes the number in; between them the person opts in again."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            for number, spelling in enumerate(SPELLINGS):
                assert await r.peer.text("STOP", spelling, f"mo-{number}")
                assert world.is_denied(PERSON), spelling
                assert await r.peer.text("START", PERSON, f"mo-start-{number}")
                assert not world.is_denied(PERSON), spelling

    play(scenario())


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_number_is_kept_and_not_answered(world: World, kind: str) -> None:
    """Short codes and names text as well; nobody answers them."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            for name in NAMES:
                assert await r.peer.text("STOP", name, f"mo-{name}")
            found = [(m.recipient, m.direction) for m in world.messages()]
            assert found == [(name, Direction.INBOUND) for name in NAMES]

    play(scenario())


@pytest.mark.parametrize("kind", kinds_with("deactivated"))
def test_a_number_without_a_subscriber_stays_opted_in(world: World, kind: str) -> None:
    """It is the number that is gone, not the consent."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            who = r.peer.person("deactivated")
            world.send(who)
            await r.ended(who, MessageStatus.DELIVERY_FAILED)
            assert not world.is_denied(who)

    play(scenario())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("simulated", "smpp")])
def test_no_secret_is_ever_logged(
    world: World, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not when all goes well, nor when a provider refuses, is silent or brings what is forged."""

    async def scenario() -> None:
        async with running(world, kind) as r:
            for case, status in (
                ("delivered", MessageStatus.DELIVERED),
                ("unknown_code", MessageStatus.SENDING_FAILED),
                ("cut", MessageStatus.UNCERTAIN),
                ("unknown_status", MessageStatus.DELIVERY_FAILED),
            ):
                who = r.peer.person(case)
                world.send(who)
                await r.ended(who, status)
            world.send(r.peer.person("throttled"))
            await r.until(lambda: r.peer.provider._throttled, "a message is told to wait")
            forged = r.peer.provider.text_callback(PERSON, SENDER, "STOP", "mo-9")
            await r.peer.provider.bring(forged_of(forged))

    with structlog.testing.capture_logs() as logs:
        play(scenario())
    assert logs
    printed = capsys.readouterr()
    assert SECRET not in str(logs) + printed.out + printed.err


def forged_of(bringing: Any) -> Any:
    return type(bringing)(bringing.target, {}, bringing.body)
