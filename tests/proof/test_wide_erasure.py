"""An erased person who was denied for all numbers: blocked on each, and the ledger agrees."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stopline.core.ledger import Channel
from stopline.core.numbers import bucket_of
from stopline.core.scopes import Category
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.consent_changes import Change, change_consents
from stopline.flows.erasure import erase_person
from stopline.flows.rebuild import compare_with_ledger
from support.world import ACCOUNT, SECOND_SENDER, SENDER, World, person


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    """An account with two senders, on each store."""
    made = World(tmp_path, database=database)
    yield made
    made.close()


API = Author(ACCOUNT, Channel.API, "app:1")
ANN = person(1)
SENDERS = (SENDER, SECOND_SENDER)
Step = Callable[[World], object]


def for_all(opt_out: bool) -> Step:
    change = Change(None, ANN, opt_out)
    return lambda world: world.store.transact_now(change_consents, API, [change])


def for_promotions(opt_out: bool) -> Step:
    wanted = [Assignment(ANN, opt_out)]
    return lambda world: world.store.transact_now(
        assign_consents, API, SENDER, wanted, Category.PROMOTIONAL
    )


def erase(world: World) -> None:
    for bucket in sorted({bucket_of(sender) for sender in SENDERS}):
        while world.store.transact_now(erase_person, API, bucket, ANN).more:
            pass


def stop(world: World) -> None:
    world.text(ANN, "STOP")


def start(world: World) -> None:
    world.clock.pass_ms(60_000)  # type: ignore[attr-defined]
    world.text(ANN, "START")


HISTORIES: dict[str, list[Step]] = {
    "all, erased": [for_all(True), erase],
    "stop and all, erased": [stop, for_all(True), erase],
    "all and stop, erased": [for_all(True), stop, erase],
    "all, erased, all again": [for_all(True), erase, for_all(True)],
    "all, erased, stop": [for_all(True), erase, stop],
    "all, opened, erased": [for_all(True), for_all(False), erase],
    "one kind, erased": [for_promotions(True), erase],
    "stop and one kind, erased": [stop, for_promotions(True), erase],
    "twice erased": [for_all(True), erase, stop, erase],
}


@pytest.mark.parametrize("steps", HISTORIES.values(), ids=HISTORIES.keys())
def test_the_pairs_stay_blocked_and_the_ledger_agrees(world: World, steps: list[Step]) -> None:
    """Whatever is denied when a person is erased goes on being denied, and no check complains."""
    for step in steps:
        step(world)
    assert _complaints(world) == []
    assert world.verdict(ANN).allowed is (steps == HISTORIES["all, opened, erased"])


@pytest.mark.parametrize("steps", HISTORIES.values(), ids=HISTORIES.keys())
def test_a_person_who_comes_back_opens_their_number(world: World, steps: list[Step]) -> None:
    """A START after the erasure lifts what it may, and the ledger agrees with that as well."""
    for step in (*steps, start):
        step(world)
    assert _complaints(world) == []


def _complaints(world: World) -> list[object]:
    return [
        difference
        for bucket in {bucket_of(sender) for sender in SENDERS}
        for difference in world.store.read_now(compare_with_ledger, bucket)
    ]
