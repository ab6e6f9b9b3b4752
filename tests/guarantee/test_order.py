"""Copies, order, clocks and spellings: a STOP always counts, a START only when it is sure."""

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

import pytest

from stopline.core.carriage import Inbound
from stopline.core.messages import Direction, MessageStatus, Purpose
from stopline.flows.replies import InboundPolicy
from stopline.workers.outstanding import Outstanding
from stopline.workers.receiver import Receiver
from support.proof import record
from support.scale import figure
from support.world import (
    CARRIER,
    SENDER,
    Clock,
    World,
    bucket_of,
    make_inbound,
    person,
    real_clock_ms,
)

ANN, BOB = person(1), person(2)
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True)
class Text:
    """What a person wrote, and when."""

    person: str
    word: str
    sent_ms: int


def ordered_histories(dice: random.Random, people: int, texts: int, now_ms: int) -> list[Text]:
    """Each person's STOPs and STARTs, a minute apart."""
    moments = {person(number): now_ms - DAY_MS for number in range(people)}
    found = []
    for _ in range(texts):
        who = dice.choice(list(moments))
        moments[who] += 60_000
        found.append(Text(who, dice.choice(("STOP", "START")), moments[who]))
    return found


@pytest.mark.timeout(120)
def test_texts_that_come_again_and_in_any_order(world: World, clock: Clock) -> None:
    """S19: each text one to five times over two sessions in random order. Whoever said STOP last
    is out; each change has its ledger row."""
    dice = random.Random(19)
    texts = ordered_histories(dice, people=100, texts=figure(ci=1_000, full=10_000), now_ms=clock())
    arrivals: list[tuple[int, Inbound]] = []
    for number, text in enumerate(texts):
        for _ in range(dice.randrange(1, 6)):
            inbound = make_inbound(
                text.person,
                text.word,
                reference=f"mo-s19-{number}",
                carrier_time_ms=text.sent_ms,
                session=dice.choice(("a", "b")),
            )
            arrivals.append((number, inbound))
    dice.shuffle(arrivals)
    changes = 0
    while arrivals:
        clock.pass_ms(3_000)
        group = [arrivals.pop() for _ in range(min(len(arrivals), dice.randrange(1, 20)))]
        changes += world.receive([make_again(inbound, clock()) for _, inbound in group])
    last = {text.person: text.word for text in texts}
    stopped = [who for who, word in last.items() if word == "STOP"]
    wrongly_in = [who for who in stopped if not world.is_denied(who)]
    inbound_rows = [m for m in world.messages() if m.direction is Direction.INBOUND]
    replies = [m for m in world.messages() if m.purpose is Purpose.CONSENT_REPLY]
    entries = world.store.read_now(lambda tx: list(tx.ledger.scan(bucket_of(SENDER))))
    record("S19 copies in any order", len(texts), wrongly_in=len(wrongly_in), changes=changes)
    assert wrongly_in == []
    assert len(inbound_rows) == len(texts)
    assert sum(entry.changed for entry, _ in entries) == changes
    # A START that changes nothing is answered too, once a day.
    assert len(replies) <= changes + len(last)


def make_again(inbound: Inbound, now_ms: int) -> Inbound:
    """The text as it arrives now."""
    return make_inbound(
        inbound.source,
        inbound.text,
        reference=inbound.reference,
        carrier_time_ms=inbound.carrier_time_ms,
        session=inbound.session,
        received_ms=now_ms,
    )


async def bring(receiver: Receiver, text: str, *people: str) -> None:
    """Texts without a reference, as from a carrier whose copies can not be told apart."""
    done = asyncio.Event()
    inbounds = [
        make_inbound(who, text, reference=None, received_ms=real_clock_ms()) for who in people
    ]
    await receiver.inbounds(inbounds, lambda _: done.set())
    await asyncio.wait_for(done.wait(), 10)


def test_a_start_whose_answer_was_lost_opts_nobody_in_again(
    tmp_path: Path, database: str | None
) -> None:
    """S20: START, connection lost, STOP, the START again: out, 100 of 100; the next one counts."""
    world = World(tmp_path, real_clock_ms, database=database)
    people = [person(number) for number in range(100)]

    async def scenario() -> None:
        receiver = Receiver(world.store, {CARRIER: Outstanding()}, InboundPolicy())
        await receiver.start()
        await bring(receiver, "START", *people)
        await receiver.disconnected(CARRIER)
        await bring(receiver, "STOP", *people)
        await bring(receiver, "START", *people)
        out = sum(map(world.is_denied, people))
        await bring(receiver, "START", *people)
        back = len(people) - sum(map(world.is_denied, people))
        await receiver.stop(2_000)
        record("S20 copy of an unanswered START", len(people), out=out, back=back)
        assert (out, back) == (len(people), len(people))

    asyncio.run(scenario())
    world.close()


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS, DAY_MS, -DAY_MS])
@pytest.mark.parametrize("carrier_ms", [None, 0, DAY_MS, -DAY_MS])
def test_a_stop_counts_whatever_the_clocks_say(
    world: World, clock: Clock, jump_ms: int, carrier_ms: int | None
) -> None:
    """S21: our clock jumps, the carrier's is a day off: every STOP applies."""
    for word in ("STOP", "START", "STOP"):
        clock.pass_ms(jump_ms)
        sent_ms = None if carrier_ms is None else clock() + carrier_ms
        world.text(ANN, word, carrier_time_ms=sent_ms)
    assert world.is_denied(ANN)


@pytest.mark.parametrize("jump_ms", [HOUR_MS, -HOUR_MS])
def test_no_message_is_claimed_twice_when_the_clock_jumps(
    world: World, clock: Clock, jump_ms: int
) -> None:
    """S21: what is claimed stays claimed, and ids go on rising."""
    world.send(ANN, BOB)
    first = world.claim()
    clock.pass_ms(jump_ms)
    assert world.claim().submissions == ()
    world.send(person(3))
    clock.pass_ms(max(0, -jump_ms))
    second = world.claim()
    assert min(s.message_id for s in second.submissions) > max(
        s.message_id for s in first.submissions
    )


def test_no_reply_is_sent_late_after_a_jump_back(world: World, clock: Clock) -> None:
    """S21: a reply whose moment is over is dropped, however the clock came there."""
    clock.pass_ms(HOUR_MS)
    world.text(ANN, "STOP")
    clock.pass_ms(-HOUR_MS)
    clock.pass_ms(2 * HOUR_MS)
    assert world.claim().submissions == ()
    replies = [m for m in world.messages() if m.purpose is Purpose.CONSENT_REPLY]
    assert [m.status for m in replies] == [MessageStatus.SENDING_FAILED]


SHAPES = [
    "+13122001001",
    "13122001001",
    "+1 312 200 1001",
    "1-312-200-1001",
    "(312) 200-1001",
    "3122001001",
    "312.200.1001",
    "01113122001001",
    "0013122001001",
    " +13122001001 ",
    "+1(312)2001001",
]


@pytest.mark.parametrize("shape", SHAPES)
def test_a_stop_in_any_spelling_of_the_number_blocks_it(world: World, shape: str) -> None:
    """S22: the pair is one, however the carrier writes it."""
    world.text(shape, "STOP")
    assert world.is_denied(ANN)
    world.send(ANN)
    assert [s.recipient for s in world.hand_over() if "NETWORK" not in s.text] == []


STOPS = {
    "case": "sToP",
    "fullwidth": "ＳＴＯＰ",
    "zero width": "S\u200bT\u200cO\u200dP\ufeff",
    "bidi": "\u202eSTOP\u202c",
    "no-break space": "\u00a0STOP\u00a0",
    "combining": "S\u0301TO\u0308P",
    "punctuation": "...STOP!!!",
    "quotes": "“STOP”",
    "emoji beside": "STOP 🙏",
    "emoji": "🛑",
    "cyrillic": "ЅТОР",
    "greek": "STΟΡ",
    "long s": "ſTOP",
    "newline": "STOP\r\n",
    "NUL": "STOP\x00",
    "lone surrogate": "STOP\ud83d",
    "circled": "ⓈⓉⓄⓅ",
    "mathematical": "𝐒𝐓𝐎𝐏",
    "soft hyphen": "ST\u00adOP",
    "two words": "OPT OUT",
    "tag characters": "STOP\U000e0020",
    "variation selector": "STOP\ufe0f",
    "lower case": "stop",
    "fullwidth lower case": "ｓｔｏｐ",
    "byte order mark": "\ufeffSTOP",
    "word joiner": "ST\u2060OP",
    "left-to-right mark": "\u200eSTOP\u200f",
    "isolates": "\u2066STOP\u2069",
    "narrow no-break space": "STOP\u202f",
    "ideographic space": "\u3000STOP\u3000",
    "line separator": "STOP\u2028",
    "tabs": "\tSTOP\t",
    "many blanks": " " * 50 + "STOP",
    "stacked marks": "S\u0336T\u0336O\u0336P\u0336",
    "exclamation upside down": "¡STOP!",
    "fullwidth punctuation": "STOP！",
    "apostrophes": "'STOP'",
    "brackets": "[STOP]",
    "hash": "#STOP",
    "dashes": "--STOP--",
    "underscores": "_STOP_",
    "skin tone": "STOP ✋🏽",
    "joined emoji": "STOP 🤦‍♀️",
    "two emoji": "🛑🛑",
    "double-struck": "𝕊𝕋𝕆ℙ",
    "monospace": "𝚂𝚃𝙾𝙿",
    "squared": "🅂🅃🄾🄿",
    "cyrillic lower case": "ѕтор",
    "NUL before": "\x00STOP",
    "escape": "\x1bSTOP",
    "run together": "OPTOUT",
    "hyphen": "opt-out",
}


def test_a_stop_however_it_is_written_opts_out(world: World) -> None:
    """S23: whatever a phone makes of the word."""
    people = {trick: person(100 + place) for place, trick in enumerate(STOPS)}
    for trick, who in people.items():
        world.text(who, STOPS[trick])
    assert [trick for trick, who in people.items() if not world.is_denied(who)] == []


STARTS = [
    "S\u200btart over",
    "restart",
    "STARTS",
    "START STOP",
    "STOP START",
    "don't start",
    "yes",
    "Y",
    "ok",
    "СТАРТ START",
    "start?stop",
    "1",
    "👍",
    "START NOT",
    "never START",
    "START? no",
    "ＳＴＡＲＴＥＤ",
    "STАRТ me not",
    "S T A R T",
    "ST-ART",
    "START\nSTOP",
    "STARTER",
    "un stop",
]


def test_what_only_looks_like_a_start_opts_nobody_in(world: World) -> None:
    """S23: the unsafe direction needs the word and nothing else."""
    people = [person(100 + place) for place in range(len(STARTS))]
    for who, text in zip(people, STARTS, strict=True):
        world.text(who, "STOP")
        world.text(who, text)
    opened = [text for who, text in zip(people, STARTS, strict=True) if not world.is_denied(who)]
    assert opened == []
