"""What happens in the demonstration: the main job from the first text to the way back."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from stopline.commands.demo_parties import DemoFailed, EventReceiver, Handsets, wait_until
from stopline.ringcentral.example_client import (
    DELIVERED_STATUS,
    OPTED_OUT_FAILURE,
    ExampleClient,
    Outcome,
    describe_event,
    is_opt_out_event,
)

# (who acts, what happens)
Say = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """Who takes part."""

    client: ExampleClient
    handsets: Handsets
    receiver: EventReceiver
    sender: str
    ann: str
    ben: str
    say: Say

    def name(self, number: str) -> str:
        return {self.ann: "Ann", self.ben: "Ben"}.get(number, number)


async def first_batch(stage: Stage) -> None:
    """Two texts go out and are delivered."""
    outcomes = await _send(stage, "Your table is booked for Friday.")
    _expect(outcomes[stage.ann].status == DELIVERED_STATUS, "Ann's text was not delivered")
    _expect(outcomes[stage.ben].status == DELIVERED_STATUS, "Ben's text was not delivered")


async def ann_stops(stage: Stage) -> None:
    """STOP is stored before the carrier hears yes; the person gets one answer, the app an event."""
    await _text_and_read(stage, "STOP")
    event = await wait_until("the opt-out event", lambda: _find_event(stage))
    stage.say("event → app", describe_event(event))


async def second_batch(stage: Stage) -> None:
    """The pair is blocked, everybody else is not."""
    outcomes = await _send(stage, "Friday's menu is out.")
    _expect(outcomes[stage.ann].failure == OPTED_OUT_FAILURE, "Ann was not refused by the gate")
    _expect(outcomes[stage.ben].status == DELIVERED_STATUS, "Ben's text was not delivered")


async def list_shows_ann(stage: Stage) -> None:
    """The list of opt-outs names the pair."""
    numbers = await stage.client.opted_out(stage.sender)
    stage.say("app → stopline", f"GET opt-outs?from={stage.sender}")
    stage.say("stopline → app", ", ".join(map(stage.name, numbers)) or "nobody")
    _expect(stage.ann in numbers, "Ann is not on the list")
    _expect(stage.ben not in numbers, "Ben is on the list and never said stop")


async def ann_starts(stage: Stage) -> None:
    """START takes it back."""
    await _text_and_read(stage, "START")
    numbers = await stage.client.opted_out(stage.sender)
    stage.say("stopline → app", "GET opt-outs: Ann is gone from the list")
    _expect(stage.ann not in numbers, "Ann is still on the list")


async def third_batch(stage: Stage) -> None:
    """Texts reach the person again; the one refused before stays refused."""
    before = await stage.handsets.last_sequence(stage.ann, stage.sender)
    outcomes = await _send(stage, "See you on Friday.")
    _expect(outcomes[stage.ann].status == DELIVERED_STATUS, "Ann's text was not delivered")
    texts = await stage.handsets.received(stage.ann, stage.sender, before)
    _expect(texts == ["See you on Friday."], "an old text reached Ann after START")


SCENES: Sequence[tuple[str, Callable[[Stage], Awaitable[None]]]] = (
    ("The application texts Ann and Ben", first_batch),
    ("Ann texts STOP", ann_stops),
    ("The application texts both again", second_batch),
    ("The application asks who opted out", list_shows_ann),
    ("Ann texts START", ann_starts),
    ("The application texts both once more", third_batch),
)


async def _send(stage: Stage, text: str) -> dict[str, Outcome]:
    people = [stage.ann, stage.ben]
    stage.say("app → stopline", f'"{text}" to Ann and Ben')
    batch = await stage.client.send(stage.sender, people, text)

    async def finished() -> list[Outcome] | None:
        outcomes = await stage.client.outcomes(batch)
        return outcomes if all(outcome.is_final for outcome in outcomes) else None

    outcomes: list[Outcome] = await wait_until("the receipts", finished)
    by_person = {outcome.recipient: outcome for outcome in outcomes}
    for person in people:
        _tell_outcome(stage, by_person[person])
    return by_person


def _tell_outcome(stage: Stage, outcome: Outcome) -> None:
    name = stage.name(outcome.recipient)
    if outcome.failure == OPTED_OUT_FAILURE:
        stage.say("gate", f"{name} opted out: {outcome.status} {outcome.failure}, nothing left")
    else:
        stage.say("gate", f"{name} may be texted")
        stage.say("receipt", f"{name}: {outcome.status} {outcome.failure}".rstrip())


async def _text_and_read(stage: Stage, text: str) -> None:
    before = await stage.handsets.last_sequence(stage.ann, stage.sender)
    stage.say("Ann → stopline", text)
    acknowledged = await stage.handsets.text(stage.ann, stage.sender, text)
    _expect(acknowledged, f"the {text} was not acknowledged")
    stage.say("carrier", "acknowledged: it is stored for good")

    async def answer() -> list[str]:
        return await stage.handsets.received(stage.ann, stage.sender, before)

    answers: list[str] = await wait_until("the answer to Ann", answer)
    stage.say("stopline → Ann", answers[0])


def _find_event(stage: Stage) -> dict[str, Any] | None:
    return next((e for e in stage.receiver.events if is_opt_out_event(e, stage.ann)), None)


def _expect(held: bool, failure: str) -> None:
    if not held:
        raise DemoFailed(failure)
