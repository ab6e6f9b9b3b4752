"""STOPs against messages on their way out. Each race returns how many messages left too late."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from stopline.core.carriage import Claim, Submission
from stopline.core.errors import StoreUnavailable
from stopline.core.ledger import Channel
from stopline.core.messages import MessageStatus
from stopline.core.pages import PageAsk
from stopline.flows.administration import create_account, move_sender
from stopline.flows.consent import Author
from stopline.flows.consent_changes import Change, change_consents
from stopline.flows.opt_outs import OptOutSearch, list_opt_outs
from stopline.flows.submissions import claim_submissions, return_submissions
from stopline.flows.upkeep import UncertainPolicy, doubt_old_claims, review_uncertain
from support.races.play import PATIENCE_S, Play, held_before_commit, stop_flow

AT_ONCE = UncertainPolicy(wait_ms=-1)


def accepted_then_stop_then_claim(play: Play) -> int:
    play.send(play.a)
    play.text(play.b, "STOP")
    return len(play.leave_now(play.a))


def stop_while_a_claim_is_uncommitted(play: Play) -> int:
    """The claim has read the queue and consent; the STOP comes before it commits."""
    play.send(play.a)
    with held_before_commit(play.a, play.threads, claim_submissions, play.carrier, 10) as (
        claiming,
        go_on,
    ):
        stopping = play.start(play.text, play.b, "STOP")
        play.until_blocked("consent", unless=stopping)
        go_on.set()
        claim: Claim = claiming.result(PATIENCE_S)
        stopping.result(PATIENCE_S)
    return len(play.pass_gate(play.a, claim))


def stop_between_claim_and_write(play: Play) -> int:
    play.send(play.a)
    claim = play.claim(play.a)
    play.text(play.b, "STOP")
    return len(play.pass_gate(play.a, claim))


def lock_asked_for_while_a_stop_commits(play: Play) -> int:
    """The hand-over waits for the STOP's lock, and must not use what it saw before."""
    play.send(play.a)
    claim = play.claim(play.a)
    with held_before_commit(play.b, play.threads, stop_flow(play)) as (_, go_on):
        passing = play.start(play.pass_gate, play.a, claim)
        play.until_blocked("gate", unless=passing)
        go_on.set()
        return len(passing.result(PATIENCE_S))


def stop_while_bytes_are_written(play: Play) -> int:
    """What passed the gate is out before the STOP is committed. Late: the STOP was told first."""
    play.send(play.a)
    return _stop_at_the_wire(play, play.claim(play.a))


def _stop_at_the_wire(play: Play, claim: Claim) -> int:
    left, told_first = _while_denying(play, claim, partial(play.text, play.b, "STOP"))
    assert play.is_out()
    return len(left) if told_first else 0


def _while_denying(
    play: Play, claim: Claim, deny: Callable[[], object]
) -> tuple[list[Submission], bool]:
    """Pass the gate, and between the look and the write deny on the other node. What left, and
    whether the denial was over before it did."""
    told_first = True
    denying: Future[object] | None = None

    def at_the_wire() -> None:
        nonlocal told_first, denying
        denying = play.start(deny)
        told_first = not play.until_blocked("consent", unless=denying)

    left = play.pass_gate(play.a, claim, at_the_wire)
    assert denying is not None
    denying.result(PATIENCE_S)
    return left, told_first


def first_stop_of_a_pair(play: Play) -> int:
    """Nobody ever spoke about the pair: there is no row that could be locked."""
    rows = play.watch.execute("select 1 from consents where recipient = %s", (play.who,))
    assert rows.fetchall() == []
    play.send(play.a)
    return _stop_at_the_wire(play, play.claim(play.a))


def stop_between_segments(play: Play) -> int:
    """Three segments of one text under one hand-over; the STOP comes after the first."""
    play.send(play.a)
    claim = play.claim(play.a)
    late: list[int] = []
    stopped = threading.Event()

    def stop() -> None:
        play.text(play.b, "STOP")
        stopped.set()

    def three_segments() -> None:
        for segment in range(3):
            late.append(int(stopped.is_set()))
            if segment == 0:
                stopping = play.start(stop)
                play.until_blocked("consent", unless=stopping)

    assert len(play.pass_gate(play.a, claim, three_segments)) == 1
    assert stopped.wait(PATIENCE_S)
    return sum(late)


def written_then_dead_then_stop(play: Play) -> int:
    """Node a wrote and died; after the STOP node b finds the message uncertain and tries again."""
    play.send(play.a)
    assert len(play.leave_now(play.a)) == 1
    node = play.a.store._node.number  # type: ignore[attr-defined]
    play.b.store.transact_now(doubt_old_claims, play.bucket, 2**62, [node])
    assert play.statuses() == {MessageStatus.UNCERTAIN}
    play.text(play.b, "STOP")
    play.b.store.transact_now(review_uncertain, play.bucket, AT_ONCE)
    return len(play.leave_now(play.b))


def backlog_after_stop_and_start(play: Play) -> int:
    """What was accepted and even claimed before the STOP is dead; what comes later is not."""
    play.send(play.a)
    claim = play.claim(play.a)
    play.text(play.b, "STOP")
    play.text(play.a, "START")
    old = play.pass_gate(play.a, claim)
    play.a.store.transact_now(return_submissions, claim.submissions)
    old += play.leave_now(play.b)
    play.send(play.b)
    new = play.leave_now(play.a)
    assert len(new) == 1
    return len(old)


def text_after_a_start(play: Play) -> int:
    """A START on one node; a new text leaves from the other at once. Counted: those that did
    not."""
    play.text(play.a, "STOP")
    play.text(play.b, "START")
    play.send(play.a)
    return 1 - len(play.leave_now(play.a))


def denial_of_all_numbers_while_five_senders_claim(play: Play) -> int:
    senders = [play.sender, *(play.add_sender() for _ in range(4))]
    for number in senders:
        play.send(play.a, number)
    claims = [play.claim(node) for node in (play.a, play.b)]
    assert sum(len(claim.submissions) for claim in claims) == 5
    author = Author(play.account, Channel.API, "test")
    deny = partial(
        play.b.store.transact_now, change_consents, author, [Change(None, play.who, True)]
    )
    left, told_first = _while_denying(play, claims[0], deny)
    late = left if told_first else []
    late += play.pass_gate(play.b, claims[1])
    for claim in claims:
        play.a.store.transact_now(return_submissions, claim.submissions)
    late += play.leave_now(play.b)
    return len(late)


def number_moves_to_another_account(play: Play) -> int:
    """Who said stop to the number stays out, and the new account is not shown who that is."""
    other = play.account + 100_000_000
    play.text(play.a, "STOP")
    play.claim(play.a)  # the reply
    play.b.store.transact_now(create_account, "Other", "+12065550100", "US", other)
    play.b.store.transact_now(move_sender, play.sender, other)
    play.send(play.a, account=other)
    search = OptOutSearch(other, sender=play.sender)
    shown = play.a.store.read_now(lambda tx: list_opt_outs(tx, search, PageAsk(10)).rows)
    return len(play.leave_now(play.a)) + len(shown)


def protocol_raised_after_the_claim(play: Play) -> int:
    """A newer version changed how the gate is kept: this one does not pass it any more."""
    play.send(play.a)
    claim = play.claim(play.a)
    raise_to = "update installation set value = value + %s where name = 'gate_protocol'"
    play.watch.execute(raise_to, (1,))
    try:
        return len(play.pass_gate(play.a, claim))
    except StoreUnavailable:
        return 0
    finally:
        play.watch.execute(raise_to, (-1,))


def late_reply(play: Play) -> int:
    """The process that was to send the reply to a STOP was down for six minutes."""
    play.text(play.a, "STOP")
    play.clock.ahead_ms = 6 * 60_000
    try:
        return len(play.claim(play.b).submissions)
    finally:
        play.clock.ahead_ms = 0


def uncertain_reply(play: Play) -> int:
    """The reply was written and the process died: nobody sends it a second time."""
    play.text(play.a, "STOP")
    claim = play.claim(play.a)
    assert len(claim.submissions) == 1
    node = play.a.store._node.number  # type: ignore[attr-defined]
    play.b.store.transact_now(doubt_old_claims, play.bucket, 2**62, [node])
    play.b.store.transact_now(review_uncertain, play.bucket, AT_ONCE)
    return len(play.claim(play.b).submissions)
