"""Every carrier with something at its far end that behaves as it is told: what the conformance
suite runs against."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from stopline.carriers.protocol import Carrier
from stopline.carriers.simulated import SimulatedCarrier
from stopline.carriers.simulator.control import SimulatorControl
from stopline.carriers.simulator.embedded import EmbeddedSimulator
from stopline.carriers.simulator.faults import Fault
from stopline.carriers.simulator.frames import TextPart
from stopline.carriers.simulator.world import SimulatorSettings
from stopline.carriers.smpp.carrier import SmppCarrier
from stopline.carriers.smpp.failures import FailureTable
from stopline.core.messages import FailureCode, MessageStatus
from stopline.core.numbers import parse_address
from stopline.flows.replies import InboundPolicy
from stopline.store.message_rows import Message
from stopline.workers.outstanding import Outstanding
from stopline.workers.receiver import Receiver
from stopline.workers.sender import Sender
from support.providers import PROVIDERS, Case, Provider
from support.smpp_world import bind_rule
from support.smsc import Smsc, text_message
from support.world import SENDER, World

NAME = "peer"
# How the far end treats a message. Not every carrier has a word for each.
CASES: Mapping[str, Case] = {
    "delivered": Case(reports=("delivered",)),
    "twice": Case(reports=("delivered", "delivered")),
    "out_of_order": Case(reports=("delivered", "underway", "failed")),
    "early": Case(reports=("delivered",), early=True),
    "opted_out_receipt": Case(reports=("opted_out",)),
    "opted_out_submit": Case("opted_out"),
    "throttled": Case("throttle_once", ("delivered",)),
    "silent": Case("silent"),
    "cut": Case("cut"),
    "unknown_status": Case(reports=("unknown",)),
    "unknown_code": Case("unknown"),
    "same_reference": Case(same_reference=True),
    "deactivated": Case(reports=("deactivated",)),
    "possible": Case(reports=("possible",)),
}


class Peer(Protocol):
    """The far end of a carrier."""

    async def start(self) -> Carrier:
        """Make it, and the carrier that leads to it."""
        ...

    async def stop(self) -> None: ...

    def person(self, case: str, number: int = 0) -> str:
        """A person whose messages are treated like this."""
        ...

    async def text(self, text: str, source: str, reference: str = "mo-1") -> bool:
        """A person texts, the number spelled in any way: whether it was acknowledged."""
        ...

    def taken(self) -> list[tuple[str, str]]:
        """(recipient, text) of each message it took."""
        ...


# Last four digits of the simulator's numbers; the rest are ordinary persons.
_DIGITS = {
    "twice": "0011",
    "out_of_order": "0012",
    "early": "0013",
    "opted_out_receipt": "0004",
    "throttled": "0007",
    "delivered": "0100",
    "silent": "0101",
    "cut": "0102",
}


class SimulatedPeer:
    """The simulator. It has no codes of its own, so it knows none that are unknown."""

    cases = frozenset(_DIGITS)

    async def start(self) -> Carrier:
        self._folder = tempfile.TemporaryDirectory()
        self._simulator = EmbeddedSimulator(
            Path(self._folder.name) / "journal", SimulatorSettings()
        )
        self._simulator.start()
        self._control = SimulatorControl(self._simulator.connect)
        return SimulatedCarrier(self._simulator.connect, 10, NAME)

    async def stop(self) -> None:
        await self._control.close()
        self._simulator.stop()
        self._folder.cleanup()

    def person(self, case: str, number: int = 0) -> str:
        return f"+1312{556 + number}{_DIGITS[case]}"

    async def text(self, text: str, source: str, reference: str = "mo-1") -> bool:
        (result,) = await self._control.text_in([TextPart(source, SENDER, text)])
        return result.acknowledged

    async def misbehave(self, case: str) -> None:
        """What the whole carrier does, not one number."""
        if case in ("cut", "silent"):
            await self._control.inject(Fault.CUT_AFTER, 1)

    def taken(self) -> list[tuple[str, str]]:
        raise NotImplementedError


class SmppPeer:
    """A message centre."""

    cases = frozenset(CASES) - {"possible"}

    async def start(self) -> Carrier:
        self._cases: dict[str, Case] = {}
        self._throttled: set[str] = set()
        self.smsc = Smsc(answer=self._answer)
        rule = bind_rule(await self.smsc.start())
        failures = FailureTable(
            "sinch",
            statuses={0x401: FailureCode.UPSTREAM_OPTED_OUT},
            errors={"4721": FailureCode.CARRIER_INVALID_RECIPIENT},
        )
        times = rule.session.times._replace(answers=1_000)
        return SmppCarrier(
            replace(
                rule,
                carrier=NAME,
                session=replace(rule.session, failures=failures, times=times),
                incoming=replace(rule.incoming, carrier=NAME, failures=failures),
            )
        )

    async def stop(self) -> None:
        await self.smsc.stop()

    def person(self, case: str, number: int = 0) -> str:
        who = f"+1312557{1_000 + 10 * list(CASES).index(case) + number}"
        self._cases[who[1:]] = CASES[case]
        return who

    def _answer(self, _place: int, message: Any) -> int | None:
        who = message.destination.decode()
        case = self._cases.get(who, Case())
        if case.answer == "throttle_once" and who not in self._throttled:
            self._throttled.add(who)
            return 0x58
        if case.answer == "opted_out":
            return 0x401
        if case.answer == "unknown":
            return 0x4FF
        if case.answer == "cut":
            asyncio.get_running_loop().call_soon(self._cut)
            return None
        if case.answer == "silent":
            return None
        reference = str(self.smsc.next_id + 1)
        if case.same_reference:
            self.smsc.next_id = 999_998
        session = self.smsc.bound()[0]
        for what in case.reports:
            state, error = _STATES[what]
            if case.early:
                session.receipt(message, reference, state, error)
                session._flush()
            else:
                loop = asyncio.get_running_loop()
                loop.call_later(0.02, session.receipt, message, reference, state, error)
        return 0

    def _cut(self) -> None:
        for session in list(self.smsc.sessions):
            session.cut()

    async def text(self, text: str, source: str, reference: str = "mo-1") -> bool:
        return await self.smsc.deliver(text_message(text, source)._replace(source_ton=0)) == 0

    def taken(self) -> list[tuple[str, str]]:
        return [(f"+{m.destination.decode()}", m.content.decode()) for m in self.smsc.texts()]


_STATES = {
    "delivered": ("DELIVRD", "000"),
    "underway": ("ENROUTE", "000"),
    "failed": ("UNDELIV", "000"),
    "opted_out": ("REJECTD", "257"),
    "unknown": ("FROBNIC", "000"),
    "deactivated": ("UNDELIV", "4721"),
}

# Bandwidth's answer to a request has words and no code for an opt-out.
_NEVER: Mapping[str, frozenset[str]] = {"bandwidth": frozenset({"opted_out_submit"})}


class HttpPeer:
    """A provider."""

    def __init__(self, kind: str) -> None:
        self.provider: Provider = PROVIDERS[kind]()
        words = set(self.provider.words)
        known = {name for name, case in CASES.items() if words >= set(case.reports)}
        self.cases = frozenset(known) - _NEVER.get(kind, frozenset())

    async def start(self) -> Carrier:
        return await self.provider.start()

    async def stop(self) -> None:
        await self.provider.stop()
        assert self.provider.complaints == []

    def person(self, case: str, number: int = 0) -> str:
        who = f"+1312557{1_000 + 10 * list(CASES).index(case) + number}"
        self.provider.cases[who] = CASES[case]
        return who

    async def text(self, text: str, source: str, reference: str = "mo-1") -> bool:
        return await self.provider.text(text, source, SENDER, reference) in (200, 204)

    def taken(self) -> list[tuple[str, str]]:
        return [(one.recipient, one.text) for one in self.provider.taken]


KINDS = ("simulated", "smpp", *PROVIDERS)


def make_peer(kind: str) -> Any:
    """The far end of one kind of carrier."""
    if kind == "simulated":
        return SimulatedPeer()
    return SmppPeer() if kind == "smpp" else HttpPeer(kind)


def kinds_with(case: str) -> list[str]:
    """The kinds of carriers that have a word for it."""
    return [kind for kind in KINDS if case in make_peer(kind).cases]


@dataclass
class Rig:
    """A world that sends and receives over one carrier."""

    world: World
    peer: Any
    carrier: Carrier
    receiver: Receiver

    def message(self, recipient: str) -> Message:
        """The last message to a person that is no reply."""
        found = [m for m in self.world.messages() if m.recipient == recipient]
        return [m for m in found if m.batch_id is not None][-1]

    async def until(self, holds: Callable[[], bool], what: str, seconds: float = 15) -> None:
        """Wait until something holds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not holds():
                    await asyncio.sleep(0.01)
        assert holds(), what

    async def ended(self, recipient: str, status: MessageStatus) -> Message:
        """The message when it has this status."""
        await self.until(
            lambda: self.message(recipient).status is status,
            f"{self.message(recipient).status.name} instead of {status.name}",
        )
        return self.message(recipient)


@asynccontextmanager
async def running(world: World, kind: str) -> AsyncIterator[Rig]:
    """Sender, receiver and the carrier over the world's real store."""
    peer = make_peer(kind)
    outstanding = Outstanding()
    receiver = Receiver(world.store, {NAME: outstanding}, InboundPolicy())
    carrier = await peer.start()
    sender = Sender(world.store, carrier, outstanding)
    await receiver.start()
    await carrier.start(receiver)
    await asyncio.wait_for(carrier.ready(), 10)
    await sender.start()
    try:
        yield Rig(world, peer, carrier, receiver)
    finally:
        await sender.stop(2_000)
        await carrier.stop(500)
        await receiver.stop(2_000)
        await peer.stop()


def canonical(spelling: str) -> str:
    """The number that a spelling means."""
    return parse_address(spelling)
