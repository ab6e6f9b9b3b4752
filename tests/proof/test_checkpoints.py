"""Checkpoints: due by time or entries, signed, synced, posted, compared at the next start."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from structlog.testing import capture_logs

from stopline.core.checkpoints import (
    ChainEnd,
    Checkpoint,
    SignedCheckpoint,
    checkpoint_bytes,
    parse_checkpoint,
    render_checkpoint,
)
from stopline.core.errors import InvalidField, StoreUnavailable
from stopline.egress.addresses import AddressPolicy
from stopline.egress.client import EgressClient
from stopline.flows.ledger import take_checkpoint
from stopline.workers.checkpoints import CheckpointPolicy, Checkpoints
from support.receiver import OK, Receiver
from support.receiver import receiver as receiving
from support.tampering import cut_tail_and_head, rewrite, tamper
from support.world import KEYS, World, person

pytestmark = pytest.mark.on_sqlite("it edits the file behind the store's back")

PUBLIC = Ed25519PrivateKey.from_private_bytes(KEYS.checkpoint).public_key()


def service(world: World, policy: CheckpointPolicy, client: EgressClient | None = None):
    return Checkpoints(world.store, KEYS.checkpoint, policy, client, round_ms=600_000)


@pytest.fixture
def policy(tmp_path: Path) -> CheckpointPolicy:
    return CheckpointPolicy(tmp_path / "outside.jsonl", period_ms=60_000, entries=3)


def kept(policy: CheckpointPolicy) -> list[Checkpoint]:
    """What the file holds, each with a good signature."""
    found = []
    for line in policy.path.read_text().splitlines():
        signed = parse_checkpoint(line)
        PUBLIC.verify(bytes.fromhex(signed.signature), checkpoint_bytes(signed.checkpoint))
        found.append(signed.checkpoint)
    return found


def run(world: World, policy: CheckpointPolicy, *steps: Callable[[], object]) -> list[Checkpoint]:
    """The worker's rounds, one after each step, without start and stop."""

    async def rounds() -> None:
        worker = service(world, policy)
        for step in steps:
            step()
            await worker.run_once()

    asyncio.run(rounds())
    return kept(policy) if policy.path.exists() else []


def stop(world: World, number: int) -> Callable[[], object]:
    return lambda: world.text(person(number), "STOP")


def test_nothing_is_noted_of_an_empty_ledger(world: World, policy: CheckpointPolicy) -> None:
    """No entries, no checkpoint, however much time passes."""
    assert run(world, policy, lambda: None, lambda: world.clock.pass_ms(90_000)) == []


def test_a_checkpoint_is_due_by_time_or_by_entries(world: World, policy: CheckpointPolicy) -> None:
    """The first entry at once; then after a minute or three entries; not when nothing is new."""

    def wait(duration_ms: int) -> Callable[[], object]:
        return lambda: world.clock.pass_ms(duration_ms)

    found = run(
        world,
        policy,
        stop(world, 1),  # noted
        stop(world, 2),
        wait(59_000),
        wait(1_000),  # noted
        wait(600_000),
        stop(world, 3),  # noted: the last one is long ago
        stop(world, 4),
        stop(world, 5),
        stop(world, 6),  # noted
        wait(59_999),
    )
    assert [checkpoint.entry_count for checkpoint in found] == [1, 2, 3, 6]


def test_the_last_entries_are_noted_when_the_server_stops(
    world: World, policy: CheckpointPolicy
) -> None:
    """Start, two entries, stop: the second is noted too; the next start goes on from there."""

    async def live(numbers: list[int]) -> None:
        worker = service(world, policy)
        await worker.start()
        for number in numbers:
            await asyncio.sleep(0.05)
            await asyncio.to_thread(world.text, person(number), "STOP")
        await worker.stop(1_000)

    asyncio.run(live([1, 2]))
    assert kept(policy)[-1] == world.store.read_now(take_checkpoint)
    count = len(kept(policy))
    asyncio.run(live([]))
    assert len(kept(policy)) == count


def test_a_line_that_a_crash_left_unfinished_goes(world: World, policy: CheckpointPolicy) -> None:
    """Whole lines stay; what follows the last line end was never noted."""
    whole = run(world, policy, stop(world, 1))
    with policy.path.open("a") as file:
        file.write('{"format":"stopline-ch')

    async def live() -> None:
        worker = service(world, policy)
        await worker.start()
        await asyncio.to_thread(world.text, person(2), "STOP")
        await worker.stop(1_000)

    asyncio.run(live())
    assert [c.entry_count for c in kept(policy)] == [whole[0].entry_count, 2]


@pytest.mark.parametrize("how", [cut_tail_and_head, rewrite])
def test_a_start_says_when_the_ledger_is_another(
    told: World, policy: CheckpointPolicy, how: Callable[..., None]
) -> None:
    """An old backup or tampering is told at the next start, in the log."""
    run(told, policy, lambda: None)
    tamper(told.path, how)

    async def live() -> None:
        worker = service(told, policy)
        await worker.start()
        await worker.stop(1_000)

    with capture_logs() as logs:
        asyncio.run(live())
    assert [(one["log_level"], one["position"]) for one in logs] == [("error", 6)]


def test_a_file_that_cannot_be_written_stops_the_start(world: World, tmp_path: Path) -> None:
    """The operator asked for checkpoints there; none can be kept."""
    worker = service(world, CheckpointPolicy(tmp_path / "nowhere" / "checkpoints.jsonl"))
    with pytest.raises(StoreUnavailable, match="checkpoints can not be written"):
        asyncio.run(worker.start())


def test_checkpoints_are_posted_until_they_are_taken(world: World, tmp_path: Path) -> None:
    """The same line that is in the file; a refusal is tried again after the period."""
    answers = [b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", OK]

    async def answer(_request: object, writer: asyncio.StreamWriter) -> None:
        writer.write(answers.pop(0))

    async def live(receiver: Receiver) -> None:
        policy = CheckpointPolicy(tmp_path / "outside.jsonl", receiver.url)
        worker = service(world, policy, EgressClient(AddressPolicy(allow_loopback=True)))
        await asyncio.to_thread(world.text, person(1), "STOP")
        for wait_ms in (0, 59_999, 1, 600_000):
            world.clock.pass_ms(wait_ms)
            await worker.run_once()
        await worker._client.close()

    async def both() -> Receiver:
        async with receiving(answer) as receiver:
            await live(receiver)
            return receiver

    receiver = asyncio.run(both())
    line = (tmp_path / "outside.jsonl").read_bytes()
    assert [request.body for request in receiver.requests] == [line, line]


BENT = [
    "",
    "{}",
    "[]",
    "null",
    "x",
    '{"format":"stopline-checkpoint/2"}',
]


@pytest.mark.parametrize("line", BENT)
def test_what_is_no_checkpoint_is_refused(line: str) -> None:
    """By the parser, with one kind of error."""
    with pytest.raises(InvalidField):
        parse_checkpoint(line)


def test_a_bent_checkpoint_is_refused() -> None:
    """A signature of the wrong length, a count that is not the sum, a head without its hash."""
    good = render_checkpoint(
        SignedCheckpoint(Checkpoint(1, (ChainEnd(62, 3, "0" * 64),)), "0" * 128)
    )
    assert parse_checkpoint(good).checkpoint.entry_count == 3
    for old, new in (("0" * 128, "00"), ('"entries":3', '"entries":4'), ("0" * 64 + '"]', '"]')):
        with pytest.raises(InvalidField):
            parse_checkpoint(good.replace(old, new))
