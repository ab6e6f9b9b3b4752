"""What was done to a ledger behind its back is found and named."""

import pytest

from stopline.core.checkpoints import Checkpoint
from stopline.core.ledger import LedgerFault
from stopline.core.numbers import bucket_of
from stopline.flows.ledger import match_ends, take_checkpoint, verify_ledger, verify_slice
from support import tampering
from support.world import SENDER, World

pytestmark = pytest.mark.on_sqlite("it edits the file behind the store's back")

BUCKET = bucket_of(SENDER)


def faults(world: World) -> dict[int, set[str]]:
    """What verification says, by position."""
    return by_position(world.store.read_now(lambda tx: list(verify_ledger(tx))))


def by_position(found: list[LedgerFault]) -> dict[int, set[str]]:
    assert {fault.bucket for fault in found} <= {BUCKET}
    places: dict[int, set[str]] = {}
    for fault in found:
        places.setdefault(fault.position, set()).add(fault.reason)
    return places


def against(world: World, checkpoint: Checkpoint) -> dict[int, set[str]]:
    return by_position(world.store.read_now(match_ends, checkpoint.ends))


EDITED = "edited"
BROKEN = "does not follow the entry before it"
MISSING = "missing"
PLAIN = "plain values edited"

FOUND = [
    (tampering.flip, {3: {EDITED}}),
    (tampering.flip_hash, {4: {BROKEN}}),
    (tampering.flip_number, {3: {PLAIN}}),
    (tampering.flip_text, {3: {PLAIN}}),
    (tampering.delete, {3: {MISSING}}),
    (tampering.delete_first, {1: {MISSING}}),
    (tampering.delete_all, {1: {MISSING}}),
    (tampering.swap, {3: {EDITED, BROKEN, PLAIN}, 4: {EDITED, BROKEN, PLAIN}, 5: {BROKEN}}),
    (tampering.swap_wholly, {3: {EDITED, PLAIN}, 4: {EDITED, PLAIN}, 5: {BROKEN}}),
    (tampering.insert, {7: {"after the head of its chain"}}),
    (tampering.cut_tail, {5: {MISSING}}),
]


def test_an_untouched_ledger_has_no_fault(told: World) -> None:
    """The control: six entries, nothing to complain of, the checkpoint fits."""
    checkpoint = told.store.read_now(take_checkpoint)
    assert checkpoint.entry_count == 6
    assert faults(told) == {}
    assert against(told, checkpoint) == {}


@pytest.mark.parametrize("how, places", FOUND, ids=lambda one: getattr(one, "__name__", ""))
def test_the_chain_shows_every_edit(
    told: World, how: tampering.Tamper, places: dict[int, set[str]]
) -> None:
    """R24: flip, delete, swap, insert, and a tail that was cut: found, and the place is named."""
    tampering.tamper(told.path, how)
    assert faults(told) == places


ONLY_WITH_CHECKPOINTS = [
    (tampering.cut_tail_and_head, {6: {"cut off: a checkpoint saw this entry"}}),
    (tampering.rewrite, {6: {"rewritten: a checkpoint saw another entry here"}}),
    (tampering.rewrite_shorter, {6: {"cut off: a checkpoint saw this entry"}}),
]


@pytest.mark.parametrize(
    "how, places", ONLY_WITH_CHECKPOINTS, ids=lambda one: getattr(one, "__name__", "")
)
def test_a_chain_that_is_sound_in_itself_is_shown_by_checkpoints(
    told: World, how: tampering.Tamper, places: dict[int, set[str]]
) -> None:
    """A whole new chain, or a shorter one with its head: only a note from outside shows it."""
    checkpoint = told.store.read_now(take_checkpoint)
    tampering.tamper(told.path, how)
    assert faults(told) == {}
    assert against(told, checkpoint) == places


def test_the_earliest_checkpoint_names_the_place_of_a_rewrite(told: World) -> None:
    """Checkpoints before the rewritten entry still fit; those after it do not."""
    before = told.store.read_now(take_checkpoint)
    tampering.tamper(told.path, tampering.rewrite)
    told.text("+13125550177", "STOP")
    after = told.store.read_now(take_checkpoint)
    assert list(against(told, before)) == [6]
    assert against(told, after) == {}


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 6, 7])
@pytest.mark.parametrize("how", [None, *(how for how, _ in FOUND)])
def test_slices_find_what_the_whole_finds(
    told: World, limit: int, how: tampering.Tamper | None
) -> None:
    """A chain checked in parts has the faults of the chain checked at once."""
    if how is not None:
        tampering.tamper(told.path, how)
    found: list[LedgerFault] = []
    part = told.store.read_now(verify_slice, BUCKET, limit=limit)
    found += part.faults
    while not part.is_last:
        part = told.store.read_now(verify_slice, BUCKET, part.position, part.hash, limit)
        found += part.faults
    assert by_position(found) == faults(told)
