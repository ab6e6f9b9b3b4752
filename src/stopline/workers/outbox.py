"""Deliveries in memory: claimed, and waiting for their turn to be posted."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from stopline.core.deliveries import Delivery
from stopline.core.subscriptions import Subscription
from stopline.flows.notify import Claim

# Posts under way at once: each holds a connection, and two cores are busy with fewer.
POSTS_LIMIT = 512
# Of one subscription, even when it is alone.
SUBSCRIPTION_POSTS_LIMIT = 64
# Held in memory for each post that may be under way. With posts of 10 s the last of them is
# begun after 30 s, well within its lease.
HELD_FOR_EACH_POST = 4


@dataclass(slots=True)
class Outbox:
    """What is in memory for one subscription."""

    subscription: Subscription
    waiting: deque[Delivery] = field(default_factory=deque)
    running: int = 0


class Outboxes:
    """Who may post next. The total is divided by the subscriptions that have something to send,
    so however many endpoints are slow, the next one is served."""

    def __init__(self) -> None:
        self._boxes: dict[int, Outbox] = {}
        self.running = 0

    def rooms(self, subscription_ids: Iterable[int]) -> dict[int, int]:
        """How many more deliveries are worth claiming, for each subscription that runs low."""
        wanted_ids = set(subscription_ids)
        share = self._share(len(wanted_ids - self._boxes.keys()))
        rooms = {}
        for key in wanted_ids:
            box = self._boxes.get(key)
            held = len(box.waiting) if box else 0
            if held < share:
                rooms[key] = share * HELD_FOR_EACH_POST - held
        return rooms

    def add(self, claim: Claim) -> None:
        """Take in what was claimed."""
        box = self._boxes.setdefault(claim.subscription.id, Outbox(claim.subscription))
        box.subscription = claim.subscription
        box.waiting.extend(claim.deliveries)

    def begin(self) -> list[tuple[Outbox, Delivery]]:
        """Every post that may begin now, one of each subscription in turn; each ends by `end`."""
        begun: list[tuple[Outbox, Delivery]] = []
        share = self._share()
        while True:
            before = len(begun)
            for box in self._boxes.values():
                if box.waiting and box.running < share and self.running < POSTS_LIMIT:
                    box.running += 1
                    self.running += 1
                    begun.append((box, box.waiting.popleft()))
            if len(begun) == before:
                return begun

    def following(self, box: Outbox) -> Delivery | None:
        """The next delivery for a post that is done, or None when it should end."""
        if not box.waiting or box.running > self._share():
            return None
        return box.waiting.popleft()

    def runs_low(self, box: Outbox) -> bool:
        """Whether it just came to need more; true once on the way down."""
        return len(box.waiting) == self._share() - 1

    def end(self, box: Outbox) -> None:
        """A post is over."""
        box.running -= 1
        self.running -= 1
        if not box.running and not box.waiting:
            self._boxes.pop(box.subscription.id, None)

    def drain(self) -> list[Delivery]:
        """Everything that waits, taken out."""
        taken: list[Delivery] = []
        for box in self._boxes.values():
            taken += box.waiting
            box.waiting.clear()
        self._boxes = {key: box for key, box in self._boxes.items() if box.running}
        return taken

    def _share(self, newcomers: int = 0) -> int:
        parties = max(1, len(self._boxes) + newcomers)
        return max(1, min(SUBSCRIPTION_POSTS_LIMIT, POSTS_LIMIT // parties))
