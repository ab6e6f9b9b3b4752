"""A new number of an account may not send before it knows what was denied for all numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from stopline.core.errors import InvalidField
from stopline.core.numbers import bucket_of
from stopline.flows import administration, preparation
from stopline.flows.consent_changes import Change, change_consents
from stopline.flows.preparation import prepare_senders
from stopline.flows.rebuild import compare_with_ledger
from stopline.store.senders import Sender
from support.consent_words import API, SAY, Word
from support.world import ACCOUNT, OTHER_ACCOUNT, SENDER, Clock, World, person

NEW = "+12025550144"
PEOPLE = [person(number) for number in range(5)]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: str | None) -> Iterator[World]:
    """Two accounts; two records are copied at once, so that there is a half-way."""
    monkeypatch.setattr(preparation, "SLICE_RECORDS", 2)
    made = World(tmp_path, Clock(), senders=((SENDER, ACCOUNT),), database=database)
    for account_id in (ACCOUNT, OTHER_ACCOUNT):
        made.store.transact_now(
            administration.create_account, "Test", "+12025550100", account_id=account_id
        )
    yield made
    made.close()


def say(world: World, word: Word, *people: str) -> None:
    world.clock.pass_ms(10_000)
    SAY[word](world, people)


def add(world: World, number: str = NEW) -> Sender:
    world.clock.pass_ms(10_000)
    made: Sender = world.store.transact_now(administration.create_sender, ACCOUNT, number)
    return made


def prepare(world: World) -> int:
    """Copy until nothing is left; how many transactions it took."""
    count = 1
    while world.store.transact_now(prepare_senders):
        count += 1
    return count


def sender(world: World, number: str = NEW) -> Sender:
    found: Sender = world.store.read_now(lambda tx: tx.senders.find([number])[number])
    return found


def test_without_such_denials_a_number_sends_at_once(world: World) -> None:
    """What was said to another number is not its affair."""
    say(world, Word.STOP_FIRST, *PEOPLE)
    assert add(world).may_send


def test_it_can_not_send_before_everything_is_copied(world: World) -> None:
    """In slices; then every person is denied, and the ledger of its bucket says why."""
    say(world, Word.OUT_ALL, *PEOPLE)
    assert not add(world).may_send
    with pytest.raises(InvalidField):
        world.send(person(99), sender=NEW)
    assert prepare(world) == 5  # the last one finds nobody waiting
    assert sender(world).may_send
    assert all(world.is_denied(one, NEW) for one in PEOPLE)
    assert world.store.read_now(compare_with_ledger, bucket_of(NEW)) == []
    world.send(person(99), sender=NEW)


def test_what_is_said_meanwhile_is_newer_than_the_copy(world: World) -> None:
    """Denials and opt-ins between two slices."""
    say(world, Word.OUT_ALL, *PEOPLE)
    add(world)
    world.store.transact_now(prepare_senders)
    say(world, Word.IN_ALL, *PEOPLE[:4])
    say(world, Word.OUT_ALL, person(50))
    prepare(world)
    denied = {one for one in (*PEOPLE, person(50)) if world.is_denied(one, NEW)}
    assert denied == {PEOPLE[4], person(50)}


def test_a_number_that_moves_brings_its_own_and_learns_the_rest(world: World) -> None:
    """What the new account denies for all its numbers holds for the number that comes."""
    say(world, Word.OUT_ALL, PEOPLE[0])
    world.store.transact_now(administration.create_sender, OTHER_ACCOUNT, NEW)
    world.text(PEOPLE[1], "STOP", NEW)
    moved = world.store.transact_now(administration.move_sender, NEW, ACCOUNT)
    assert not moved.may_send
    prepare(world)
    assert [world.is_denied(one, NEW) for one in PEOPLE[:3]] == [True, True, False]


def test_an_account_without_numbers_keeps_its_denials(world: World) -> None:
    """Its only number leaves; the next one learns what was denied for all."""
    say(world, Word.OUT_ALL, PEOPLE[0])
    world.store.transact_now(administration.move_sender, SENDER, OTHER_ACCOUNT)
    assert not add(world).may_send
    prepare(world)
    assert world.is_denied(PEOPLE[0], NEW)


def test_a_number_that_comes_back_learns_what_it_missed(world: World) -> None:
    """Its bucket's copies are older than the others'."""
    say(world, Word.OUT_ALL, PEOPLE[0])
    add(world)
    prepare(world)
    world.store.transact_now(administration.move_sender, NEW, OTHER_ACCOUNT)
    say(world, Word.IN_ALL, PEOPLE[0])
    say(world, Word.OUT_ALL, PEOPLE[1])
    world.clock.pass_ms(10_000)
    world.store.transact_now(administration.move_sender, NEW, ACCOUNT)
    prepare(world)
    assert [world.is_denied(one, NEW) for one in PEOPLE[:2]] == [False, True]


def test_a_word_for_all_reaches_a_number_that_is_not_ready(world: World) -> None:
    """It is written there as well, before the number may send."""
    say(world, Word.OUT_ALL, *PEOPLE)
    add(world)
    world.store.transact_now(change_consents, API, [Change(None, person(60), True)])
    assert world.is_denied(person(60), NEW)
