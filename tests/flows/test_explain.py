"""Why a message may go or not: the ledger's answer is the gate's, now and for every past time."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.core.cover import Block, Sending, Verdict
from stopline.core.errors import NotFound
from stopline.core.numbers import Pair, bucket_of
from stopline.core.scopes import Category, ScopeKind
from stopline.flows.cover import judge_recipients
from stopline.flows.erasure import erase_person
from stopline.flows.explain import Explanation, explain
from support.consent_words import API, SAY, Word
from support.proof import record
from support.scale import figure
from support.world import ACCOUNT, SECOND_SENDER, SENDER, Clock, World, person

ANN = person(1)
CATEGORIES = (None, *Category)
SENDERS = (SENDER, SECOND_SENDER)


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    made = World(tmp_path, Clock(), database=database)
    yield made
    made.close()


def say(world: World, *words: Word, to: str = ANN) -> None:
    for word in words:
        world.clock.pass_ms(10_000)
        SAY[word](world, [to])


def why(
    world: World,
    sender: str = SENDER,
    to: str = ANN,
    category: Category | None = None,
    at_ms: int | None = None,
) -> Explanation:
    found: Explanation = world.store.read_now(explain, ACCOUNT, Pair(sender, to), category, at_ms)
    return found


def test_every_denial_is_named_with_its_entry(world: World) -> None:
    """The widest first; the entry is where each began, a repetition does not move it."""
    say(world, Word.STOP_FIRST, Word.OUT_ALL, Word.STOP_FIRST, Word.OUT_CAMPAIGN)
    found = why(world, category=Category.PROMOTIONAL)
    assert [(d.covering.key.kind, d.entry.position, d.entry.word) for d in found.denials] == [
        (ScopeKind.ACCOUNT, 2, ""),
        (ScopeKind.PAIR, 1, "stop"),
        (ScopeKind.CAMPAIGN, 4, ""),
    ]
    assert found.denials[1].entry.rule_set != ""
    assert found.block is Block.DENIED


def test_the_past_is_told_as_it_was(world: World) -> None:
    """Out after the STOP, in after the START, and open before both."""
    begin_ms = world.clock()
    say(world, Word.STOP_FIRST)
    stopped_ms = world.clock()
    say(world, Word.START_FIRST)
    blocks = [why(world, at_ms=at).block for at in (begin_ms, stopped_ms - 1, stopped_ms, None)]
    assert blocks == [None, None, Block.DENIED, None]


def test_an_erased_pair_is_blocked_by_its_hash(world: World) -> None:
    """The denials are gone with the data, the block is not; before the erasure they are told."""
    say(world, Word.STOP_FIRST)
    before_ms = world.clock()
    world.clock.pass_ms(10_000)
    world.store.transact_now(erase_person, API, bucket_of(SENDER), ANN)
    assert why(world).block is Block.ERASED
    assert why(world, at_ms=before_ms).block is Block.DENIED


def test_a_strangers_number_is_not_explained(world: World) -> None:
    """Only the account's own numbers."""
    with pytest.raises(NotFound):
        why(world, sender="+12125550000")


def gate(world: World, sender: str, to: str, category: Category | None) -> Verdict:
    """What the gate is told now."""
    sending = Sending(sender, ACCOUNT, category)
    found: Verdict = world.store.read_now(judge_recipients, bucket_of(sender), sending, [to])[to]
    return found


def same(told: Explanation, seen: Verdict) -> bool:
    return (told.block, told.generation, tuple(d.covering for d in told.denials)) == (
        seen.block,
        seen.generation,
        seen.denials,
    )


def compare(world: World, cases: int) -> int:
    """Say random words; after each the gate's verdicts are noted, at the end all are explained
    as of their times. Returns how many differ."""
    dice = random.Random(11)
    people = [person(number) for number in range(max(1, cases // 400))]
    noted: list[tuple[str, str, Category | None, int, Verdict]] = []
    while len(noted) < cases:
        to = dice.choice(people)
        say(world, dice.choice(list(Word)), to=to)
        noted += [
            (sender, to, category, world.clock(), gate(world, sender, to, category))
            for sender in SENDERS
            for category in CATEGORIES
        ]
    return sum(
        not same(why(world, sender, to, category, at_ms), seen)
        for sender, to, category, at_ms, seen in noted
    )


def test_the_ledger_and_the_gate_agree(world: World) -> None:
    """A thousand cases: verdict, generation and denials in their order."""
    assert compare(world, 1_000) == 0


@pytest.mark.heavy
@pytest.mark.timeout(1_800)
def test_the_ledger_and_the_gate_agree_in_many_cases(world: World) -> None:
    """100,000 cases, and CI's tenth of them."""
    cases = figure(10_000, 100_000)
    differing = compare(world, cases)
    record("explain against the gate", cases, differing=differing)
    assert differing == 0
