"""What a request causes depends on how sure it is and on what the sender wants."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stopline.core.ids import id_bucket
from stopline.core.messages import MessageStatus
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import ReviewState
from support.reviews import bulk, replies, reviews, set_account, set_sender
from support.world import ACCOUNT, SECOND_SENDER, TOLL_FREE, World, person

ANN = person(1)
CLEAR = "please take me off your list"
DOUBTFUL = "wrong number"
SLIP = "Stpp"
FOOTER = "NOMORE"

DEFAULTS = [
    # what the person writes, whether the pair is out then, what is kept of it
    ("STOP", True, []),
    ("Stop. Thank you", True, [ReviewState.ACTED]),
    (SLIP, True, [ReviewState.ACTED]),
    (FOOTER, True, []),
    (CLEAR, False, [ReviewState.HELD]),
    (DOUBTFUL, False, [ReviewState.FLAGGED]),
    ("Statr", False, [ReviewState.FLAGGED]),
    ("see you at 5", False, []),
]


@pytest.mark.parametrize("text, out, kept", DEFAULTS)
def test_defaults(world: World, text: str, out: bool, kept: list[ReviewState]) -> None:
    """Keywords, footer words and slips act; clear requests are held, doubtful ones marked."""
    world.send(ANN, body="Sale! Reply NOMORE to quit")
    world.hand_over()
    world.text(ANN, text)
    assert world.is_denied(ANN) is out
    assert [one.state for one in reviews(world)] == kept


CHOICES = [
    (FOOTER, {"footer": Policy.FLAG}, False, [ReviewState.FLAGGED]),
    (FOOTER, {"footer": Policy.OFF}, False, []),
    (SLIP, {"slip": Policy.OFF, "request": Policy.OFF}, False, []),
    # What one layer is not asked, the next one is.
    (SLIP, {"slip": Policy.OFF}, False, [ReviewState.HELD]),
    (SLIP, {"slip": Policy.FLAG}, False, [ReviewState.FLAGGED]),
    (SLIP, {"slip": Policy.REVIEW}, False, [ReviewState.HELD]),
    (CLEAR, {"request": Policy.OFF}, False, []),
    (CLEAR, {"request": Policy.FLAG}, False, [ReviewState.FLAGGED]),
    (CLEAR, {"request": Policy.ACT}, True, [ReviewState.ACTED]),
    (DOUBTFUL, {"doubtful": Policy.OFF}, False, []),
    (DOUBTFUL, {"doubtful": Policy.REVIEW}, False, [ReviewState.HELD]),
    (DOUBTFUL, {"doubtful": Policy.ACT}, True, [ReviewState.ACTED]),
]


@pytest.mark.parametrize("text, chosen, out, kept", CHOICES)
@pytest.mark.parametrize("choose", [set_account, set_sender])
def test_account_and_sender_choose(
    world: World,
    choose: Callable[..., None],
    text: str,
    chosen: dict[str, Policy],
    out: bool,
    kept: list[ReviewState],
) -> None:
    """Each layer has its own policy, for all numbers of an account or for one."""
    choose(world, **chosen)
    world.send(ANN, body="Sale! Reply NOMORE to quit")
    world.hand_over()
    world.text(ANN, text)
    assert world.is_denied(ANN) is out
    assert [one.state for one in reviews(world)] == kept


def test_a_senders_choice_goes_before_its_accounts(world: World) -> None:
    """What the sender leaves open is the account's; other senders are not touched."""
    set_account(world, slip=Policy.FLAG, request=Policy.ACT)
    set_sender(world, slip=Policy.ACT)
    world.text(ANN, SLIP)
    assert world.is_denied(ANN)
    world.text(ANN, SLIP, SECOND_SENDER)
    assert not world.is_denied(ANN, SECOND_SENDER)
    world.text(ANN, CLEAR, SECOND_SENDER)
    assert world.is_denied(ANN, SECOND_SENDER)


def test_the_exact_keyword_can_not_be_switched_off(world: World) -> None:
    """STOP is not a matter of policy."""
    set_account(world, footer=Policy.OFF, slip=Policy.OFF, request=Policy.OFF, doubtful=Policy.OFF)
    world.text(ANN, "STOP")
    assert world.is_denied(ANN)
    world.text(ANN, "START")
    assert not world.is_denied(ANN)


@pytest.mark.parametrize("text", ["Statr", "sign me up again", "START\nSent from my iPhone"])
def test_only_the_exact_keyword_opts_in(world: World, text: str) -> None:
    """Whatever the policy is."""
    set_account(world, slip=Policy.ACT, request=Policy.ACT, doubtful=Policy.ACT)
    world.text(ANN, "STOP")
    world.text(ANN, text)
    assert world.is_denied(ANN)


QUOTES = [
    ("STOP", True, {}),
    ("Stop. Thank you", True, {}),
    (SLIP, False, {}),
    (CLEAR, False, {"request": Policy.ACT}),
]


@pytest.mark.parametrize("text, quoted, chosen", QUOTES)
def test_an_answer_quotes_only_what_the_person_wrote(
    world: World, text: str, quoted: bool, chosen: dict[str, Policy]
) -> None:
    """Where the word stands in the text it is named, else the answer speaks of the request."""
    set_account(world, **chosen)
    world.text(ANN, text)
    (answer,) = replies(world)
    assert ('with the word "stop"' in answer) is quoted
    assert ("You asked to stop" in answer) is not quoted


def test_what_is_marked_or_held_is_not_answered(world: World) -> None:
    """Nothing has changed that could be confirmed."""
    world.text(ANN, DOUBTFUL)
    world.text(ANN, CLEAR)
    assert replies(world) == []


def test_a_mark_changes_nothing(world: World) -> None:
    """Messages go on."""
    world.text(ANN, DOUBTFUL)
    world.send(ANN)
    world.hand_over()
    assert [m.status for m in bulk(world)] == [MessageStatus.SENT]


def test_a_decision_keeps_its_evidence(world: World) -> None:
    """Layer, rule, score and rule set."""
    world.text(ANN, SLIP)
    world.text(person(2), CLEAR)
    slip, request = reviews(world)
    assert (slip.evidence.split(":")[0], slip.score) == ("slip", 0.95)
    assert request.evidence.startswith("request:")
    assert 0.5 <= request.score <= 1
    entries = world.store.read_now(lambda tx: [e for e, _ in tx.ledger.scan(id_bucket(slip.id))])
    assert [(e.kind, e.layer, e.rule_set) for e in entries] == [
        ("opt_out", slip.evidence, slip.rule_set),
        ("hold", request.evidence, request.rule_set),
    ]


def test_a_request_to_a_toll_free_number_is_the_persons_own(tmp_path: Path) -> None:
    """The network blocks for keywords alone, so what we read is lifted by any START."""
    world = World(tmp_path, senders=[(TOLL_FREE, ACCOUNT)])
    try:
        for text, source in ((SLIP, "recipient"), ("STOP", "carrier")):
            someone = person(len(text))
            world.text(someone, text, TOLL_FREE)
            entries = world.store.read_now(
                lambda tx: [e for b in range(64) for e, _ in tx.ledger.scan(b)]
            )
            assert entries[-1].source == source
    finally:
        world.close()
