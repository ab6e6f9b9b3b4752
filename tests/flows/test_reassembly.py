"""Long texts in parts: stored before they are acknowledged, read when whole or overdue (G15)."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from stopline.core.carriage import Inbound, TextPart
from stopline.core.messages import Direction
from stopline.core.numbers import bucket_of
from stopline.flows.inbound import receive_overdue_parts
from stopline.flows.reassembly import (
    MAX_CHAINS_OF_SOURCE,
    MAX_PARTS_OF_BUCKET,
    PART_WAIT_MS,
)
from stopline.flows.replies import InboundPolicy
from stopline.workers.receiver import GROUP_LIMIT
from support.world import SECOND_SENDER, SENDER, Clock, World, make_inbound, person

ANN, BOB = person(1), person(2)


@pytest.fixture
def world(tmp_path: Path, store_url: str | None) -> Iterator[World]:
    world = World(tmp_path, Clock(), database=store_url)
    yield world
    world.close()


def part(
    world: World,
    text: str,
    number: int,
    total: int,
    source: str = ANN,
    key: str = "8-7",
    sender: str = SENDER,
    readings: tuple[str, ...] = (),
) -> Inbound:
    inbound = make_inbound(source, text, sender, reference=None, received_ms=world.clock())
    return replace(inbound, part=TextPart(f"{key}-{total}", number, total), readings=readings)


def texts(world: World) -> list[str]:
    return [m.body for m in world.messages() if m.direction is Direction.INBOUND]


def expire(world: World, after_ms: int = PART_WAIT_MS) -> None:
    world.clock.pass_ms(after_ms)
    while world.store.transact_now(receive_overdue_parts, InboundPolicy()):
        pass


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))))
@pytest.mark.parametrize("together", [True, False])
def test_a_stop_in_parts_is_a_stop(world, order, together):
    """S24: in any order, in one group or in three, with a restart between."""
    pieces = {1: "ST", 2: "O", 3: "P"}
    parts = [part(world, pieces[number], number, 3) for number in order]
    if together:
        world.receive(parts)
    else:
        for one in parts:
            world.receive([one])
            world.restart()
    assert world.is_denied(ANN)
    assert texts(world) == ["STOP"]


def test_parts_that_come_twice_are_one(world):
    """A copy adds nothing, whether the text is complete or not."""
    first, second = part(world, "ST", 1, 2), part(world, "OP", 2, 2)
    world.receive([first, first])
    world.receive([first])
    world.receive([second])
    assert texts(world) == ["STOP"]
    world.receive([second])
    expire(world)
    assert world.is_denied(ANN)


def test_an_incomplete_text_is_read_when_its_time_is_over(world):
    """A STOP whose rest never comes counts; not a moment before its time, and once."""
    world.receive([part(world, "STOP", 1, 2)])
    expire(world, PART_WAIT_MS - 1)
    assert not world.is_denied(ANN)
    expire(world, 1)
    assert world.is_denied(ANN)
    assert texts(world) == ["STOP [1 of 2 parts received]"]
    expire(world)
    assert len(texts(world)) == 1


def test_half_a_text_opts_nobody_in(world):
    """START without its other part is prose."""
    world.text(ANN, "STOP")
    world.receive([part(world, "START", 1, 2)])
    expire(world)
    assert world.is_denied(ANN)


def test_persons_numbers_and_marks_are_kept_apart(world):
    """The same reference from another person, to another number, or with another total."""
    world.receive([part(world, "ST", 1, 2), part(world, "OP", 2, 2, source=BOB)])
    world.receive([part(world, "OP", 2, 2, sender=SECOND_SENDER)])
    world.receive([part(world, "OP", 2, 3), part(world, "OP", 2, 2, key="16-7")])
    assert not world.is_denied(ANN)
    assert not world.is_denied(BOB)
    assert texts(world) == []


def test_other_readings_are_joined_too(world):
    """A wrong encoding in every part does not hide the word."""
    world.receive(
        [
            part(world, "\x00S\x00T", 1, 2, readings=("", "ST")),
            part(world, "\x00O\x00P", 2, 2, readings=("", "OP")),
        ]
    )
    assert world.is_denied(ANN)


def test_a_character_cut_in_two_is_whole_again(world):
    """Half of it at the end of one part, half at the start of the next."""
    world.receive([part(world, "a\ud83d", 1, 2), part(world, "\uded1b", 2, 2)])
    assert texts(world) == ["a\U0001f6d1b"]


def test_one_person_has_few_incomplete_texts(world):
    """A fifth one makes the oldest give way: it is read as it is."""
    for number in range(MAX_CHAINS_OF_SOURCE + 1):
        world.receive(
            [part(world, f"STOP {number}" if number else "STOP", 1, 2, key=f"8-{number}")]
        )
        world.clock.pass_ms(10)
    assert world.is_denied(ANN)
    assert texts(world) == ["STOP [1 of 2 parts received]"]


def test_a_flood_of_first_parts_is_bounded_and_real_texts_complete(world):
    """R29: memory is bounded, the oldest are read and dropped, no persons are mixed."""
    count = 0
    for start in range(0, MAX_PARTS_OF_BUCKET + 2_000, 1_000):
        group = [
            part(world, "hello", 1, 2, source=f"+1312{2_000_000 + start + n}") for n in range(1_000)
        ]
        # Each part may push an older one out: its person is held as well, which a group that is
        # refused for too many persons finds room for when it is repeated one by one.
        for place in range(0, len(group), GROUP_LIMIT // 2):
            world.receive(group[place : place + GROUP_LIMIT // 2])
        world.clock.pass_ms(1)
        count += len(group)
    world.receive([part(world, "ST", 1, 2)])
    world.receive([part(world, "OP", 2, 2)])
    kept = world.store.read_now(lambda tx: tx.inbound_parts.count(bucket_of(SENDER)))
    assert kept <= MAX_PARTS_OF_BUCKET
    assert len(texts(world)) == count - kept + 1
    assert world.is_denied(ANN)


def test_parts_for_nobody_are_quarantined(world):
    """A number that is not ours: kept as it came."""
    world.receive([part(world, "ST", 1, 2, sender="+12025550000")])
    kept = world.store.read_now(
        lambda tx: tx.inbounds.list_quarantine(bucket_of("+12025550000"), 0, 10)
    )
    assert len(kept) == 1


@pytest.mark.parametrize("declared", ["Hello", "協佐", "START"])
def test_a_stop_in_another_reading_counts(world, declared):
    """Race row 34: a stop word in any reading of the bytes opts out."""
    inbound = make_inbound(ANN, declared, received_ms=world.clock())
    world.receive([replace(inbound, readings=("", "STOP", "xx"))])
    assert world.is_denied(ANN)


def test_a_start_in_another_reading_does_not_count(world):
    """Only what was declared opts in."""
    world.text(ANN, "STOP")
    inbound = make_inbound(ANN, "協佐", received_ms=world.clock())
    world.receive([replace(inbound, readings=("START", "HELP"))])
    assert world.is_denied(ANN)
