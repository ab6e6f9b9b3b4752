"""What tests of reviews set and see."""

import msgspec

from stopline.core.accounts import Account
from stopline.core.messages import Direction, Purpose
from stopline.core.numbers import bucket_of
from stopline.core.recognition.policy import Policy
from stopline.core.reviews import HOLD_LIMIT_MS, Decision, Review
from stopline.flows.decisions import decide_review, expire_holds
from stopline.flows.upkeep import UncertainPolicy, UpkeepPolicy
from stopline.store.message_rows import Message
from stopline.store.senders import PolicySettings
from stopline.store.tx import Tx
from support.world import ACCOUNT, ALL_IDS, SENDER, World

UPKEEP = UpkeepPolicy(UncertainPolicy(wait_ms=120_000))


def reviews(world: World, sender: str = SENDER) -> list[Review]:
    """The account's reviews in the sender's bucket, oldest first."""
    found = world.store.read_now(
        lambda tx: tx.reviews.list_page(bucket_of(sender), ACCOUNT, None, ALL_IDS, 1_000)
    )
    return [one for one in reversed(found) if one.pair.sender == sender]


def decide(world: World, review: Review, decision: Decision) -> Review:
    """A person decides."""
    return world.store.transact_now(decide_review, review.id, decision, "console:pat")


def let_time_out(world: World) -> None:
    """Nobody decides for a day."""
    world.clock.pass_ms(HOLD_LIMIT_MS)  # type: ignore[attr-defined]
    while world.store.transact_now(expire_holds):
        pass


def bulk(world: World, sender: str = SENDER) -> list[Message]:
    """Messages of batches, oldest first."""
    return [
        m
        for m in world.messages(sender)
        if m.direction is Direction.OUTBOUND and m.purpose is Purpose.BULK
    ]


def replies(world: World, sender: str = SENDER) -> list[str]:
    """What was answered, oldest first."""
    return [m.body for m in world.messages(sender) if m.purpose is not Purpose.BULK]


def set_account(world: World, **policies: Policy) -> None:
    """The account's policy for its layers."""
    settings = msgspec.json.encode({"recognition": PolicySettings(**policies)}).decode()

    def change(tx: Tx) -> None:
        if tx.accounts.find_account(ACCOUNT) is None:
            tx.accounts.add_account(Account(ACCOUNT, "Example", "US", SENDER), tx.now_ms)
        tx.accounts.set_account_settings(ACCOUNT, settings)

    world.store.transact_now(change)


def set_sender(world: World, sender: str = SENDER, **policies: Policy) -> None:
    """One sender's policy for its layers."""

    def change(tx: Tx) -> None:
        known = tx.senders.find([sender])[sender].replies
        changed = msgspec.structs.replace(known, recognition=PolicySettings(**policies))
        tx.senders.set_replies(sender, changed)

    world.store.transact_now(change)
