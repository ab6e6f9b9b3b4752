"""S25: two installations that text each other fall silent."""

from pathlib import Path

import pytest

from stopline.core.replies import ReplyTexts
from stopline.flows.replies import InboundPolicy
from support.proof import record
from support.world import ACCOUNT, SENDER, Clock, World, person

OTHER = person(1)
HELPFUL = InboundPolicy(replies=ReplyTexts(enabled=True, brand="Acme", contact="acme@example.com"))
ROUNDS = 50


def exchange(one: World, other: World, clock: Clock) -> int:
    """Carry what each sends to the other until nobody sends; how many texts went over."""
    texts = 0
    for _ in range(ROUNDS):
        carried = 0
        for sending, receiving in ((one, other), (other, one)):
            for submission in sending.hand_over():
                receiving.text(
                    submission.sender, submission.text, submission.recipient, policy=HELPFUL
                )
                carried += 1
        if not carried:
            return texts
        texts += carried
        clock.pass_ms(1_000)
    return texts


@pytest.mark.parametrize("opening", ["STOP", "START", "HELP", "Reply STOP to end", "stop 👍"])
def test_two_installations_fall_silent(tmp_path: Path, clock: Clock, opening: str) -> None:
    """Each takes the other for a person: at most four texts, whatever the first one says."""
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    one = World(folders[0], clock, ((SENDER, ACCOUNT),))
    other = World(folders[1], clock, ((OTHER, ACCOUNT),))
    one.send(OTHER, body=opening)
    texts = exchange(one, other, clock)
    one.close()
    other.close()
    record(f"S25 two installations, {opening}", 1, texts=texts)
    assert 1 <= texts <= 4
