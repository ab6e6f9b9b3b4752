"""Messages against several nodes that work on them. Each race returns how often it was lost."""

from functools import partial

from stopline.core.carriage import Receipt, SubmitAnswer, SubmitOutcome
from stopline.core.messages import MessageStatus
from stopline.flows.receipts import record_receipts
from stopline.flows.submissions import claim_submissions, settle_submissions
from stopline.flows.upkeep import doubt_old_claims, review_uncertain
from support.races.gate_races import AT_ONCE
from support.races.play import PATIENCE_S, Play, held_before_commit, together


def claims_at_once(play: Play) -> int:
    """Two nodes claim in the same moment. Counted: messages that both got."""
    for _ in range(4):
        play.send(play.a)
    flow = partial(claim_submissions, carrier=play.carrier, limit=10)
    claims = together([play.a, play.b], flow, flow)
    ids = [s.message_id for claim in claims for s in claim.submissions]
    return len(ids) - len(set(ids))


def lease_ends_while_its_owner_works(play: Play) -> int:
    """Node a's lease has run out by the clock, but its session lives and it goes on sending."""
    play.send(play.a)
    claim = play.claim(play.a)
    number = play.a.store._node.number  # type: ignore[attr-defined]
    play.watch.execute("update nodes set seen_ms = 1 where number = %s", (number,))
    gone = [node for node in play.b.store.gone_nodes() if node == number]
    if gone:
        play.b.store.transact_now(doubt_old_claims, play.bucket, 2**62, gone)
        play.b.store.transact_now(review_uncertain, play.bucket, AT_ONCE)
    left = play.pass_gate(play.a, claim) + play.leave_now(play.b)
    play.watch.execute("update nodes set seen_ms = %s where number = %s", (play.clock(), number))
    return len(left) - 1


def receipt_before_its_answer(play: Play) -> int:
    """The answer's transaction is not committed when the receipt comes on the other node."""
    play.send(play.a)
    [submission] = play.leave_now(play.a)
    answer = SubmitAnswer(
        submission.message_id, submission.attempt, SubmitOutcome.ACCEPTED, f"x{play.number}"
    )
    receipt = Receipt(
        play.carrier,
        f"x{play.number}",
        submission.sender,
        submission.recipient,
        MessageStatus.DELIVERED,
    )
    with held_before_commit(play.a, play.threads, settle_submissions, play.carrier, [answer]) as (
        settling,
        go_on,
    ):
        recording = play.start(play.b.store.transact_now, record_receipts, [receipt])
        play.until_blocked("writer", unless=recording)
        go_on.set()
        settling.result(PATIENCE_S)
        recording.result(PATIENCE_S)
    return int(play.statuses() != {MessageStatus.DELIVERED})
