"""What a fact from elsewhere may change: a table, on both databases, and again after itself."""

from collections.abc import Sequence

import pytest

from stopline.core.consent import ConsentSource
from stopline.core.consent_facts import CLOCK_SKEW_MS, Fact, Verdict
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode
from stopline.core.numbers import Pair, bucket_of
from stopline.core.scopes import Category
from stopline.flows.consent import Author, NetworkDenial, record_network_denials
from stopline.flows.consent_import import find_target, import_facts, weigh_facts
from stopline.flows.erasure import erase_person
from stopline.flows.explain import explain
from stopline.flows.rebuild import compare_with_ledger
from support.world import ACCOUNT, CARRIER, SECOND_SENDER, SENDER, World, person

ANN = person(1)
DAY = 86_400_000
PROOF = "web form: 17"
# What happened here before, ten days ago: said by the person in texts, or by the carrier.
NOTHING, OUT, BACK, DENIED = "nothing", "out", "back", "denied by the carrier"
BEFORE, AFTER, NO_TIME = -20 * DAY, -5 * DAY, None

# (before, opt-out?, when, proof?) and what becomes of it.
TABLE = [
    (NOTHING, True, BEFORE, False, Verdict.NEW, True),
    (NOTHING, True, NO_TIME, False, Verdict.NEW, True),
    (NOTHING, False, NO_TIME, False, Verdict.KNOWN, False),
    (NOTHING, False, BEFORE, False, Verdict.NEW, False),
    (OUT, True, BEFORE, False, Verdict.KNOWN, True),
    (OUT, True, AFTER, False, Verdict.KNOWN, True),
    (OUT, False, BEFORE, True, Verdict.OLDER, True),
    (OUT, False, AFTER, False, Verdict.UNPROVEN, True),
    (OUT, False, NO_TIME, True, Verdict.UNPROVEN, True),
    (OUT, False, AFTER, True, Verdict.NEW, False),
    (OUT, False, 2 * CLOCK_SKEW_MS, True, Verdict.UNPROVEN, True),
    (BACK, True, BEFORE, False, Verdict.OLDER, False),
    (BACK, True, AFTER, False, Verdict.NEW, True),
    (BACK, True, NO_TIME, False, Verdict.NEW, True),
    (BACK, False, AFTER, True, Verdict.KNOWN, False),
    (DENIED, True, AFTER, False, Verdict.KNOWN, True),
    (DENIED, False, AFTER, True, Verdict.STANDING, True),
]


def happen(world: World, before: str) -> int:
    """Let it have happened ten days ago; gives now."""
    if before in (OUT, BACK):
        world.text(ANN, "STOP")
        world.clock.pass_ms(10_000)
    if before == BACK:
        world.text(ANN, "START")
    if before == DENIED:
        reported = NetworkDenial(SENDER, ANN, CARRIER, FailureCode.CARRIER_OPTED_OUT)
        world.store.transact_now(record_network_denials, [reported])
    world.clock.pass_ms(10 * DAY)
    return world.clock()


def take(world: World, *facts: Fact, sender: str = SENDER) -> Sequence[Verdict]:
    target = world.store.read_now(find_target, sender, ACCOUNT)
    return world.store.transact_now(import_facts, target, "command:test", list(facts))


def entries(world: World) -> int:
    heads = world.store.read_now(lambda tx: tx.ledger.heads())
    return sum(position for _, position, _ in heads)


@pytest.mark.parametrize("before, opt_out, when, proof, verdict, denied", TABLE)
def test_a_fact_changes_what_it_may(
    world: World,
    before: str,
    opt_out: bool,
    when: int | None,
    proof: bool,
    verdict: Verdict,
    denied: bool,
) -> None:
    """Weighing says it beforehand; a second time nothing changes; ledger and state agree."""
    now = happen(world, before)
    fact = Fact(
        1,
        SENDER,
        ANN,
        opt_out,
        ConsentSource.RECIPIENT,
        None if when is None else now + when,
        proof=PROOF if proof else "",
    )
    target = world.store.read_now(find_target, SENDER, ACCOUNT)
    assert world.store.read_now(weigh_facts, target, [fact]) == [verdict]
    assert take(world, fact) == [verdict]
    assert world.is_denied(ANN) is denied
    written = entries(world)
    world.clock.pass_ms(1_000)
    take(world, fact)
    assert world.is_denied(ANN) is denied
    assert entries(world) == written
    assert world.store.read_now(compare_with_ledger, bucket_of(SENDER)) == []


def test_an_older_word_is_on_record_and_explains_nothing(world: World) -> None:
    """The ledger holds it, once; what stands is told without it."""
    now = happen(world, BACK)
    take(world, Fact(1, SENDER, ANN, True, ConsentSource.RECIPIENT, now + BEFORE))
    assert entries(world) == 3
    told = world.store.read_now(explain, ACCOUNT, Pair(SENDER, ANN), None, None)
    assert told.block is None


def test_nothing_from_in_between_lifts_a_stop_that_was_said_again(world: World) -> None:
    """Known opt-outs still move the last STOP."""
    now = happen(world, OUT)
    take(world, Fact(1, SENDER, ANN, True, ConsentSource.RECIPIENT, now - 2 * DAY))
    between = Fact(2, SENDER, ANN, False, ConsentSource.RECIPIENT, now - 5 * DAY, "", PROOF)
    assert take(world, between) == [Verdict.OLDER]
    assert world.is_denied(ANN)


def test_facts_keep_their_times_and_refuse_what_waits(world: World) -> None:
    """The record says when the person said so; a queued message dies."""
    now = happen(world, NOTHING)
    world.send(ANN)
    take(world, Fact(1, SENDER, ANN, True, ConsentSource.RECIPIENT, now - DAY, "stop"))
    assert world.hand_over() == []
    told = world.store.read_now(explain, ACCOUNT, Pair(SENDER, ANN), None, None)
    (denial,) = told.denials
    assert denial.covering.denial.since_ms == now - DAY
    assert (denial.entry.word, denial.entry.channel) == ("stop", "import")


def test_all_numbers_and_kinds_of_campaigns(world: World) -> None:
    """`*` reaches every number of the account; a category only its own messages."""
    happen(world, NOTHING)
    promotion = Fact(1, SENDER, ANN, True, category=Category.PROMOTIONAL)
    assert take(world, promotion) == [Verdict.NEW]
    assert not world.is_denied(ANN)
    for expected in (Verdict.NEW, Verdict.KNOWN):
        assert take(world, Fact(1, "*", ANN, True), sender="*") == [expected]
    assert world.hand_over() == []
    world.send(ANN, sender=SECOND_SENDER)
    assert world.hand_over() == []
    for bucket in {bucket_of(SENDER), bucket_of(SECOND_SENDER)}:
        assert world.store.read_now(compare_with_ledger, bucket) == []


def test_an_erased_person_is_not_brought_back(world: World) -> None:
    """Whoever says it: the block stands, no record comes of it."""
    happen(world, OUT)
    author = Author(ACCOUNT, Channel.API, "user:1")
    world.store.transact_now(erase_person, author, bucket_of(SENDER), ANN)
    for source in (ConsentSource.RECIPIENT, ConsentSource.CARRIER):
        assert take(world, Fact(1, SENDER, ANN, True, source)) == [Verdict.KNOWN]
    page = world.store.read_now(lambda tx: tx.consents.scan(bucket_of(SENDER), None, 10))
    assert page == []
