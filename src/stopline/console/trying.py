"""Try it: phones on one side, the application on the other, and the gate between them."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response
from starlette.routing import Route

from stopline.console.live import stream
from stopline.console.parts import Handsets
from stopline.console.sending import send_batch
from stopline.console.views import HEADERS, render
from stopline.console.visits import Visit, Visits
from stopline.core.access import Role
from stopline.core.batches import RequestedMessage, plan_batch
from stopline.core.errors import InvalidField, NotAllowed, NotFound
from stopline.core.events import ConsentChanged, EventKind
from stopline.core.messages import Direction, FailureCode, MessageStatus
from stopline.flows import administration, people
from stopline.flows.history import Message
from stopline.flows.people import LedgerLine, Scene
from stopline.flows.progress import message_event

# What a handset's screen and the feed hold.
SHOWN = 40
MAX_TEXT_CHARS = 1_000
FIRST_TEXT = "Your table is ready at 7 pm. Reply STOP to end these texts."
_NAMES = ("Ann", "Ben", "Cleo")
# Numbers of the block set aside for fiction, in area codes whose handsets behave ordinarily.
_AREAS = ("206", "312", "617")

_ON_HANDSET = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.DELIVERY_FAILED)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a handset."""

    name: str
    number: str


def cast(account_id: int) -> tuple[Person, ...]:
    """The same three people for an account, whenever its page is opened."""
    line = f"55501{60 + account_id % 38}"
    return tuple(Person(n, f"+1{area}{line}") for n, area in zip(_NAMES, _AREAS, strict=True))


@dataclass(frozen=True, slots=True)
class FeedItem:
    """Something that happened, with what the application and the ledger hold of it."""

    time_ms: int
    title: str
    tone: str
    detail: str = ""
    event: dict[str, Any] | None = None
    entry: LedgerLine | None = None


async def show(visit: Visit) -> Response:
    """The page."""
    _handsets(visit)
    sender = await _sender(visit)
    senders = await visit.store.read(administration.list_numbers, visit.operator.account_id)
    scene = await _read(visit, sender)
    return visit.page(
        "try.html",
        people=cast(visit.operator.account_id),
        sender=sender,
        senders=[one for one in senders if one.is_active],
        first_text=FIRST_TEXT,
        **_values(visit, sender, scene),
    )


async def follow(visit: Visit) -> Response:
    """The stream of what changes on it."""
    _handsets(visit)
    sender = await _sender(visit)

    async def look() -> tuple[Hashable, Callable[[], str]]:
        scene = await _read(visit, sender)
        seen = (
            tuple((m.id, m.status) for m in scene.messages),
            tuple(line.entry.hash for line in scene.ledger),
            tuple((who, verdict.block) for who, verdict in scene.verdicts.items()),
            tuple(review.id for review in scene.held),
        )
        return seen, lambda: render("try_live.html", **_values(visit, sender, scene))

    return stream(visit, look)


async def text(visit: Visit) -> Response:
    """A handset texts."""
    handsets, sender = _handsets(visit), await _sender(visit)
    if visit.operator.role < Role.OPERATOR:
        raise NotAllowed("this needs the role operator")
    person, said = visit.form.get("person", ""), visit.form.get("text", "")
    if person not in {one.number for one in cast(visit.operator.account_id)}:
        raise NotFound("person")
    if not 0 < len(said) <= MAX_TEXT_CHARS:
        raise InvalidField("text", f"has 1 to {MAX_TEXT_CHARS} characters")
    await handsets.text(person, sender, said)
    return Response(status_code=204, headers=HEADERS)


async def send(visit: Visit) -> Response:
    """The application sends a batch to everybody."""
    _handsets(visit)
    sender, body = await _sender(visit), visit.form.get("text", "").strip()
    if not 0 < len(body) <= MAX_TEXT_CHARS:
        raise InvalidField("text", f"has 1 to {MAX_TEXT_CHARS} characters")
    entries = [RequestedMessage(one.number, None) for one in cast(visit.operator.account_id)]
    await send_batch(visit, sender, plan_batch(body, entries, visit.operator.country))
    return Response(status_code=204, headers=HEADERS)


def _handsets(visit: Visit) -> Handsets:
    if visit.parts.handsets is None:
        raise NotFound("the simulated carrier")
    return visit.parts.handsets


async def _sender(visit: Visit) -> str:
    """The number that was chosen, or the account's first. Raises NotFound."""
    numbers = await visit.store.read(administration.list_numbers, visit.operator.account_id)
    active = [one.number for one in numbers if one.is_active]
    chosen = visit.form.get("sender") or visit.query.get("sender")
    if chosen is None and active:
        return active[0]
    if chosen not in active:
        raise NotFound("sender")
    return chosen


async def _read(visit: Visit, sender: str) -> Scene:
    numbers = [one.number for one in cast(visit.operator.account_id)]
    return await visit.store.read(
        people.read_scene, visit.operator.account_id, sender, numbers, SHOWN
    )


def _values(visit: Visit, sender: str, scene: Scene) -> dict[str, Any]:
    everybody = cast(visit.operator.account_id)
    screens = [(one, _screen(scene, one.number)) for one in everybody]
    held = {review.pair.recipient for review in scene.held}
    gates = [(one, scene.verdicts[one.number], one.number in held) for one in everybody]
    return {"screens": screens, "gates": gates, "feed": feed(visit, everybody, scene)}


def _screen(scene: Scene, number: str) -> list[Message]:
    """What the handset holds, oldest first."""
    return [
        message
        for message in reversed(scene.messages)
        if message.recipient == number
        and (message.direction is Direction.INBOUND or message.status in _ON_HANDSET)
    ]


def feed(visit: Visit, everybody: tuple[Person, ...], scene: Scene) -> list[FeedItem]:
    """Everything that happened, newest first."""
    names = {one.number: one.name for one in everybody}
    items = [_of_message(visit, names, message) for message in scene.messages]
    items += [_of_entry(visit, names, line) for line in scene.ledger]
    items.sort(key=lambda item: item.time_ms, reverse=True)
    return items[:SHOWN]


def _of_message(visit: Visit, names: dict[str, str], message: Message) -> FeedItem:
    name = names.get(message.recipient, message.recipient)
    event = visit.parts.render_event(EventKind.MESSAGE, message_event(message))
    if message.direction is Direction.INBOUND:
        return FeedItem(message.created_ms, f"{name} texted", "info", message.body, event)
    if message.failure is FailureCode.OPTED_OUT:
        title = f"Blocked: {name} opted out, nothing left"
        return FeedItem(message.created_ms, title, "bad", message.body, event)
    what = "Text" if message.batch_id is not None else "Reply"
    title = f"{what} to {name}: {_STATUS[message.status]}"
    tone = "good" if message.status is MessageStatus.DELIVERED else ""
    return FeedItem(message.created_ms, title, tone, message.body, event)


_STATUS = {
    MessageStatus.QUEUED: "queued",
    MessageStatus.CLAIMED: "being handed over",
    MessageStatus.UNCERTAIN: "uncertain",
    MessageStatus.SENT: "sent",
    MessageStatus.DELIVERED: "delivered",
    MessageStatus.DELIVERY_FAILED: "delivery failed",
    MessageStatus.SENDING_FAILED: "not sent",
}


_OTHER_ENTRIES = {
    "hold": "Perhaps {} asked to stop: messages wait for a decision",
    "release": "Somebody decided that {} did not ask to stop",
    "erasure": "The data of {} was erased",
}


def _of_entry(visit: Visit, names: dict[str, str], line: LedgerLine) -> FeedItem:
    entry, plain = line.entry, line.plain
    recipient = plain.recipient if plain else ""
    name = names.get(recipient, recipient)
    if entry.kind in _OTHER_ENTRIES:
        title = _OTHER_ENTRIES[entry.kind].format(name)
        return FeedItem(entry.honoured_ms, title, "warn", entry=line)
    is_out = entry.kind == "opt_out"
    if not entry.changed:
        title = f"{name} said it again: recorded, nothing changes"
        return FeedItem(entry.honoured_ms, title, "", entry=line)
    title = f"Gate closed for {name}" if is_out else f"Gate open again for {name}"
    event = ConsentChanged(
        sender=plain.sender if plain else "",
        recipient=recipient,
        is_opted_out=is_out,
        source=entry.source,
        changed_ms=entry.honoured_ms,
    )
    # By default the first form tells opt-outs alone; the second tells both.
    kind = EventKind.OPT_OUT if is_out else EventKind.CONSENT
    body = visit.parts.render_event(kind, event)
    return FeedItem(entry.honoured_ms, title, "bad" if is_out else "good", "", body, line)


def routes(visits: Visits) -> list[Route]:
    """The routes of this page."""
    return [
        visits.get("/console/try", show),
        visits.get("/console/try/live", follow),
        visits.post("/console/try/text", text),
        visits.post("/console/try/send", send),
    ]
