"""Denials of all numbers of an account and of one kind of campaign, and what opens them again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from stopline.core.consent import Standing
from stopline.core.cover import Verdict
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import ReviewState
from stopline.core.scopes import Category, ScopeKind
from stopline.flows.consent import (
    Assignment,
    Author,
    NetworkDenial,
    assign_consents,
    record_network_denials,
)
from stopline.flows.consent_changes import Change, change_consents
from stopline.flows.consent_steps import ConsentOutcome
from stopline.flows.rebuild import compare_with_ledger
from stopline.store.senders import ConsentSettings, PolicySettings, ReplySettings
from support.reviews import bulk, reviews
from support.world import ACCOUNT, SECOND_SENDER, SENDER, Clock, World, person

ANN = person(1)
API = Author(ACCOUNT, Channel.API, "app:1")
BUCKETS = {bucket_of(SENDER), bucket_of(SECOND_SENDER)}


@pytest.fixture
def world(tmp_path: Path, database: str | None) -> Iterator[World]:
    made = World(tmp_path, Clock(), database=database)
    yield made
    made.close()


def deny_all(world: World, opt_out: bool = True) -> None:
    world.clock.pass_ms(10_000)
    world.store.transact_now(change_consents, API, [Change(None, ANN, opt_out)])


def assign(
    world: World, opt_out: bool, category: Category | None = None
) -> Sequence[ConsentOutcome]:
    world.clock.pass_ms(10_000)
    found: Sequence[ConsentOutcome] = world.store.transact_now(
        assign_consents, API, SENDER, [Assignment(ANN, opt_out)], category
    )
    return found


def text(world: World, body: str, sender: str = SENDER) -> None:
    world.clock.pass_ms(10_000)
    world.text(ANN, body, sender)


def agree(world: World) -> bool:
    """Whether the state is what the ledger says, in every bucket of the account."""
    return not any(world.store.read_now(compare_with_ledger, bucket) for bucket in BUCKETS)


def test_it_is_written_once_in_each_bucket(world: World) -> None:
    """One record and one ledger entry in every bucket where the account has a number."""
    deny_all(world)
    for bucket in BUCKETS:
        entries = world.store.read_now(lambda tx, at: list(tx.ledger.scan(at)), bucket)
        assert [entry.scope_kind for entry, _ in entries] == [ScopeKind.ACCOUNT]
        assert entries[0][1].sender == str(ACCOUNT)
    assert agree(world)


def test_it_blocks_every_number_and_refuses_what_waits(world: World) -> None:
    """Of both numbers, queued and new messages alike."""
    world.send(ANN, person(2))
    world.send(ANN, sender=SECOND_SENDER)
    deny_all(world)
    world.send(ANN)
    assert [(m.recipient, m.status) for m in world.messages()] == [
        (ANN, MessageStatus.SENDING_FAILED),
        (person(2), MessageStatus.QUEUED),
        (ANN, MessageStatus.SENDING_FAILED),
    ]
    assert [m.failure for m in world.messages(SECOND_SENDER)] == [FailureCode.OPTED_OUT]


def test_a_start_opens_its_number_only(world: World) -> None:
    """The other number stays denied; a later denial closes the first again; the ledger agrees."""
    deny_all(world)
    text(world, "START")
    assert not world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER)
    assert agree(world)
    world.send(ANN)
    deny_all(world)
    assert world.is_denied(ANN)
    assert world.messages()[-1].failure is FailureCode.OPTED_OUT
    assert agree(world)


def test_the_accounts_own_opt_in_of_one_number_is_one_of_that_number(world: World) -> None:
    """As a START: the rest stays."""
    deny_all(world)
    (outcome,) = assign(world, opt_out=False)
    assert (outcome.changed, outcome.standing) == (True, None)
    assert not world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER)
    assert agree(world)


def test_lifting_it_leaves_what_was_said_to_one_number(world: World) -> None:
    """A STOP to one number is not undone by an opt-in for all."""
    text(world, "STOP")
    deny_all(world)
    deny_all(world, opt_out=False)
    assert world.is_denied(ANN)
    assert not world.is_denied(ANN, SECOND_SENDER)
    assert agree(world)


def test_a_message_accepted_before_it_stays_dead(world: World) -> None:
    """Claimed before the denial, returned after the opt-in: it never leaves."""
    world.send(ANN)
    claim = world.claim()
    deny_all(world)
    deny_all(world, opt_out=False)
    world.store.gate.end_claim(claim.gate_number)
    world.put_back(claim.submissions)
    assert world.claim().submissions == ()
    assert world.messages()[-1].failure is FailureCode.OPTED_OUT


def test_a_campaign_is_denied_apart(world: World) -> None:
    """Only messages of that kind are blocked, queued ones too; a START opens it."""
    world.send(ANN, category=Category.PROMOTIONAL)
    world.send(ANN, category=Category.INFORMATIONAL)
    world.send(ANN)
    assign(world, opt_out=True, category=Category.PROMOTIONAL)
    assert [m.status for m in world.messages()] == [
        MessageStatus.SENDING_FAILED,
        MessageStatus.QUEUED,
        MessageStatus.QUEUED,
    ]
    assert not world.verdict(ANN, category=Category.PROMOTIONAL).allowed
    assert world.verdict(ANN, category=Category.INFORMATIONAL).allowed
    text(world, "START")
    assert world.verdict(ANN, category=Category.PROMOTIONAL).allowed
    assert agree(world)


def test_a_stop_may_reach_all_numbers(world: World) -> None:
    """By the sender's setting; its own START opens that number only."""
    world.store.transact_now(
        lambda tx: tx.senders.set_consent(SENDER, ConsentSettings(account_wide_stop=True))
    )
    text(world, "STOP")
    assert world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER)
    text(world, "START")
    assert not world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER)
    assert agree(world)


def test_nothing_leaves_before_an_opt_in_where_it_is_required(world: World) -> None:
    """Refused at accept and at the gate, until the person or the account opted in."""
    world.send(ANN)
    world.store.transact_now(
        lambda tx: tx.senders.set_consent(SENDER, ConsentSettings(opt_in_required=True))
    )
    assert world.claim().submissions == ()
    world.send(ANN)
    assert [m.failure for m in world.messages()] == [FailureCode.OPTED_OUT] * 2
    text(world, "START")
    world.send(ANN)
    assert ANN in {submission.recipient for submission in world.claim().submissions}


def test_what_a_carrier_denies_stands_below_it(world: World) -> None:
    """An opt-in of the account names it and changes nothing; the pair is not exempt either."""
    deny_all(world)
    denial = NetworkDenial(SENDER, ANN, "another", FailureCode.CARRIER_OPTED_OUT)
    world.store.transact_now(record_network_denials, [denial])
    (outcome,) = assign(world, opt_out=False)
    assert (outcome.changed, outcome.standing) == (False, Standing.CARRIER)
    assert len(world.verdict(ANN).denials) == 2


def test_the_widest_denial_is_named_first(world: World) -> None:
    """Of several the account's before the pair's."""
    text(world, "STOP")
    deny_all(world)
    verdict: Verdict = world.verdict(ANN)
    assert [one.key.kind for one in verdict.denials] == [ScopeKind.ACCOUNT, ScopeKind.PAIR]


def set_scope_words(world: World, sender: str = SENDER, **others: bool) -> None:
    settings = ConsentSettings(scope_words=True, **others)
    world.store.transact_now(lambda tx: tx.senders.set_consent(sender, settings))


def test_a_stop_may_name_a_kind(world: World) -> None:
    """Where the sender is set so: that kind alone, queued ones too, and the answer says it."""
    set_scope_words(world)
    world.send(ANN, category=Category.PROMOTIONAL)
    world.send(ANN, category=Category.INFORMATIONAL)
    text(world, "Stop ads please")
    statuses = [m.status for m in bulk(world)]
    assert statuses == [MessageStatus.SENDING_FAILED, MessageStatus.QUEUED]
    assert not world.verdict(ANN, category=Category.PROMOTIONAL).allowed
    assert world.verdict(ANN, category=Category.INFORMATIONAL).allowed
    assert world.verdict(ANN).allowed
    assert "no more promotional messages" in world.messages()[-1].body
    text(world, "START")
    assert world.verdict(ANN, category=Category.PROMOTIONAL).allowed
    assert agree(world)


@pytest.mark.parametrize("words", ["STOP", "stop texting me", "STOP ALL"])
def test_without_a_named_kind_everything_of_the_number_ends(world: World, words: str) -> None:
    """A kind must be named by the whole message."""
    set_scope_words(world)
    settings = PolicySettings(request=Policy.ACT)
    replies = ReplySettings(recognition=settings)
    world.store.transact_now(lambda tx: tx.senders.set_replies(SENDER, replies))
    text(world, words)
    assert world.is_denied(ANN)
    assert world.is_denied(ANN, SECOND_SENDER) is (words == "STOP ALL")
    assert agree(world)


def test_a_sender_that_is_not_set_so_ends_everything(world: World) -> None:
    """The default: the pair, whatever part is named."""
    text(world, "STOP ALL")
    assert world.is_denied(ANN)
    assert not world.is_denied(ANN, SECOND_SENDER)


def test_a_named_kind_ends_no_hold(world: World) -> None:
    """The pair is held for more than the kind, and goes on being held."""
    set_scope_words(world)
    text(world, "please take me off your list")
    text(world, "stop ads")
    assert [review.state for review in reviews(world)] == [ReviewState.HELD]
    text(world, "STOP")
    assert [review.state for review in reviews(world)] == [ReviewState.OVERTAKEN]


def test_a_named_kind_reaches_this_number_alone(world: World) -> None:
    """Even where a STOP reaches all numbers."""
    set_scope_words(world, account_wide_stop=True)
    text(world, "stop promos")
    assert not world.is_denied(ANN, SECOND_SENDER)
    assert world.verdict(ANN).allowed
    assert not world.verdict(ANN, category=Category.PROMOTIONAL).allowed
