"""A number that goes to another account takes its opt-outs along, and shows them to nobody."""

from stopline.control.consent import ListPage, list_page
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.administration import create_account, move_sender
from stopline.flows.consent import Author
from stopline.flows.consent_export import export_page
from stopline.flows.consent_import import find_target
from stopline.flows.consent_records import ScanPlace
from stopline.flows.erasure import erase_person
from support.world import ACCOUNT, OTHER_ACCOUNT, SENDER, World, person

PEOPLE = [person(number) for number in range(100)]


def move(world: World) -> None:
    world.store.transact_now(create_account, "Other", "+12065550100", "US", OTHER_ACCOUNT)
    world.store.transact_now(move_sender, SENDER, OTHER_ACCOUNT)


def listed(world: World, status: str = "optout") -> set[str]:
    rows = world.store.read_now(list_page, ListPage(sender=SENDER, status=status))
    owner = world.store.read_now(find_target, SENDER).account_id
    exported = world.store.read_now(export_page, owner, SENDER, ScanPlace()).facts
    wanted = {"optout": (True,), "optin": (False,), "all": (True, False)}[status]
    people = {fact.recipient for fact in exported if fact.opt_out in wanted}
    assert {row["to"] for row in rows} == people
    return people


def test_a_moved_number_texts_none_of_them_and_lists_none(world: World) -> None:
    """A hundred opt-outs, one of them erased: the new account sends to 0 and lists 0."""
    for one in PEOPLE:
        world.text(one, "STOP")
    officer = Author(ACCOUNT, Channel.COMMAND, "command:officer")
    world.store.transact_now(erase_person, officer, bucket_of(SENDER), PEOPLE[0])
    world.clock.pass_ms(600_000)
    world.hand_over()
    assert len(listed(world)) == 99
    move(world)
    world.send(*PEOPLE, account_id=OTHER_ACCOUNT)
    sent = world.messages(account_id=OTHER_ACCOUNT)
    assert {message.status for message in sent} == {MessageStatus.SENDING_FAILED}
    assert len(sent) == 100
    assert world.hand_over() == []
    assert listed(world, "all") == set()


def test_the_new_account_learns_what_it_is_told_itself(world: World) -> None:
    """A START to the number after the move opens the pair, and is the new account's to see."""
    for one in PEOPLE[:2]:
        world.text(one, "STOP")
    world.hand_over()  # the replies
    move(world)
    world.clock.pass_ms(60_000)
    world.text(PEOPLE[0], "START")
    world.text(PEOPLE[2], "STOP")
    assert listed(world) == {PEOPLE[2]}
    assert listed(world, "optin") == {PEOPLE[0]}
    world.send(PEOPLE[0], PEOPLE[1], account_id=OTHER_ACCOUNT)
    left = {submission.recipient for submission in world.hand_over()}
    assert PEOPLE[0] in left
    assert PEOPLE[1] not in left


def test_what_the_old_account_had_queued_does_not_leave(world: World) -> None:
    """Nobody texts from a number that is another's, and the failure says so."""
    world.send(*PEOPLE[:3])
    move(world)
    assert world.hand_over() == []
    failed = world.messages(account_id=ACCOUNT)
    assert {m.failure for m in failed} == {FailureCode.SENDER_NOT_PROVISIONED}
