"""The contract's fixture: consents, batches and messages as its section 17 tells them.

Everything is made by the flows that make it in service, with the clock set to the moment.
"""

from collections.abc import Sequence

from contract.world import ACCOUNT_ID, NOW_MS, USER_ID, World
from stopline.core.batches import RequestedMessage, plan_batch
from stopline.core.carriage import Inbound, Receipt, Submission, SubmitAnswer, SubmitOutcome
from stopline.core.ids import MAX_ID
from stopline.core.ledger import Channel
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import bucket_of
from stopline.flows.consent import Assignment, Author, assign_consents
from stopline.flows.inbound import receive_messages
from stopline.flows.outbound import BatchRequest, accept_batch, open_batch, stage_messages
from stopline.flows.receipts import record_receipts
from stopline.flows.replies import InboundPolicy
from stopline.flows.submissions import claim_submissions, settle_submissions
from stopline.ringcentral.ids import batch_uuid
from stopline.store.message_rows import Message, MessageFilter

SENDER = "+12025550142"
CAMPAIGNS = "+18005550199"
OPTED_OUT = "+13125550163"
RETURNED = "+14155550198"
ADA = "+13125550161"
BOB = "+13125550162"
LANDLINE = "+17185550109"
PRICE_MICROS = 7_000
CARRIER = "simulated"

_DAY_MS = 86_400_000
# The consents lie two days back, so that their texts are in no list of the last day.
CONSENTS_MS = NOW_MS - 2 * _DAY_MS
_FIRST_BATCH_MS = NOW_MS - 6_954_882  # 15:04:05.118
_SECOND_BATCH_MS = NOW_MS - 6_599_750  # 15:10:00.250


def fill(world: World) -> None:
    """Everything that had happened before the examples, and the contract's names for it."""
    world.now_ms = CONSENTS_MS
    _consents(world)
    world.now_ms = _FIRST_BATCH_MS
    text(world, BOB, "Can I move it to Monday?")
    world.call("5b0c9a3e-1d77-4c1b-9a58-2f6d0e7c4411", _first_batch(world))
    world.now_ms = _SECOND_BATCH_MS
    second = send_batch(world, "Hello again", [OPTED_OUT])
    world.call("c8e5d2b1-70f4-4f0e-8b1d-91aa53f6e002", second)
    for number, message in enumerate(messages(world, _FIRST_BATCH_MS), start=90_417):
        world.call(str(number), str(message.id))
    world.now_ms = NOW_MS


def _consents(world: World) -> None:
    text(world, OPTED_OUT, "STOP")
    world.now_ms += 60_000
    text(world, RETURNED, "STOP")
    world.now_ms += 60_000
    text(world, RETURNED, "START")
    _drop_replies(world)
    world.now_ms += 60_000
    author = Author(ACCOUNT_ID, Channel.API, f"user:{USER_ID}")
    world.run(assign_consents, author, CAMPAIGNS, [Assignment(ADA, opt_out=True)])


def _drop_replies(world: World) -> None:
    """The automatic replies leave, so that nothing is queued later."""
    settle(world, claim(world))


def _first_batch(world: World) -> str:
    batch = send_batch(world, "Clinic closed Friday. Reply STOP to opt out.", [LANDLINE, ADA])
    submissions = claim(world)
    settle(world, submissions)
    world.now_ms += 2_784
    receive_receipts(world, submissions, {LANDLINE: FailureCode.CARRIER_INVALID_RECIPIENT})
    return batch


def send_batch(world: World, body: str, recipients: Sequence[str]) -> str:
    """Have a batch of `SENDER` accepted; gives its UUID."""
    plan = plan_batch(body, [RequestedMessage(number, None) for number in recipients], "US")
    request = BatchRequest(ACCOUNT_ID, SENDER, len(recipients), PRICE_MICROS)
    draft = world.run(open_batch, request)
    spans = [world.run(stage_messages, draft, planned) for planned in plan.slices()]
    world.run(accept_batch, draft, plan.body, spans[0][0], spans[-1][1])
    return batch_uuid(draft.id)


def text(world: World, person: str, body: str) -> None:
    """A handset texts `SENDER`."""
    inbound = Inbound(
        carrier=CARRIER,
        source=person,
        destination=SENDER,
        text=body,
        raw=body.encode(),
        reference=f"{person} {world.now_ms}",
        session="s1",
        received_at_ms=world.now_ms,
    )
    world.run(receive_messages, [inbound], InboundPolicy(price_micros=PRICE_MICROS))


def claim(world: World) -> list[Submission]:
    """What the senders would hand over now; it passes the gate at once."""
    made = world.run(claim_submissions, CARRIER, 1_000)
    world.store.gate.end_claim(made.gate_number)
    return list(made.submissions)


def settle(world: World, submissions: Sequence[Submission]) -> None:
    """The carrier takes them."""
    accepted = SubmitOutcome.ACCEPTED
    answers = [
        SubmitAnswer(s.message_id, s.attempt, accepted, f"c{s.message_id}", None)
        for s in submissions
    ]
    world.run(settle_submissions, CARRIER, answers)


def receive_receipts(
    world: World, submissions: Sequence[Submission], failures: dict[str, FailureCode]
) -> None:
    """Delivered, but for those that failed."""
    receipts = [
        Receipt(
            CARRIER,
            f"c{s.message_id}",
            s.sender,
            s.recipient,
            MessageStatus.DELIVERY_FAILED if s.recipient in failures else MessageStatus.DELIVERED,
            failures.get(s.recipient),
            s.message_id,
        )
        for s in submissions
    ]
    world.run(record_receipts, receipts)


def messages(world: World, since_ms: int) -> list[Message]:
    """The messages of `SENDER` since a moment, oldest first."""
    wanted = MessageFilter(ACCOUNT_ID, since_ms << 21, MAX_ID)
    found: list[Message] = world.run(
        lambda tx: tx.messages.list_page(bucket_of(SENDER), wanted, 1_000)
    )
    return found[::-1]
