"""Operations on carriers: what they do now, a test, a pause; and how numbers send."""

from typing import Any

import msgspec

from stopline.control.access import Arguments, Nothing
from stopline.control.operations import Operation
from stopline.core.errors import InvalidField
from stopline.core.ids import id_bucket
from stopline.core.numbers import parse_address
from stopline.core.rates import PRESETS, parse_rate
from stopline.flows import administration
from stopline.flows.carrier_views import (
    CarrierView,
    find_carrier,
    list_carriers,
    read_test,
    send_test,
)
from stopline.flows.carriers import switch_carrier
from stopline.store.tx import Tx


class OneCarrier(Arguments):
    """A carrier by its name."""

    name: str


class SwitchCarrier(Arguments):
    """Pause a carrier, or let it go on."""

    name: str
    actor: str


class TestCarrier(Arguments):
    """One text over one carrier."""

    name: str
    sender: str
    recipient: str
    text: str


class OneTest(Arguments):
    """A test by its message's id."""

    id: int


class SendingOfSender(Arguments):
    """How a number sends; None leaves a setting as it is, "none" and 0 take it away."""

    number: str
    rate: str | None = None
    valid_minutes: int | None = None
    spread_minutes: int | None = None


def show_carriers(tx: Tx, _asked: Nothing) -> list[dict[str, Any]]:
    """One line a carrier, all processes together."""
    return [_summary(one) for one in list_carriers(tx)]


def show_carrier(tx: Tx, asked: OneCarrier) -> dict[str, Any]:
    """One carrier with its connections."""
    return _details(find_carrier(tx, asked.name))


def pause(tx: Tx, asked: SwitchCarrier) -> dict[str, Any]:
    """From its commit on nothing is claimed for the carrier."""
    switch_carrier(tx, asked.name, asked.actor, paused=True)
    return _summary(find_carrier(tx, asked.name))


def resume(tx: Tx, asked: SwitchCarrier) -> dict[str, Any]:
    """It takes what waits."""
    switch_carrier(tx, asked.name, asked.actor, paused=False)
    return _summary(find_carrier(tx, asked.name))


def begin_test(tx: Tx, asked: TestCarrier) -> dict[str, Any]:
    """Queue the text; its id."""
    sender = parse_address(asked.sender)
    return {"id": send_test(tx, asked.name, sender, asked.recipient, asked.text)}


def show_test(tx: Tx, asked: OneTest) -> dict[str, Any]:
    """How far it has come."""
    found = read_test(tx, id_bucket(asked.id), asked.id)
    failure = found.failure.value if found.failure else None
    return {"status": found.status.name.lower(), "failure": failure}


def set_sending(tx: Tx, asked: SendingOfSender) -> dict[str, Any]:
    """Change how a number sends, and show it."""
    number = parse_address(asked.number)
    changes = {
        name: value or None
        for name, value in (
            ("rate", _rate(asked.rate)),
            ("valid_minutes", asked.valid_minutes),
            ("spread_minutes", asked.spread_minutes),
        )
        if value is not None
    }
    settings = administration.set_sending(tx, number, changes)
    return {"number": number, **msgspec.structs.asdict(settings)}


def _rate(text: str | None) -> str | None:
    """The rate, "" to take it away. Raises InvalidField."""
    if text is None:
        return None
    if text == "none":
        return ""
    try:
        parse_rate(text)
    except ValueError:
        names = ", ".join(PRESETS)
        raise InvalidField("rate", f"give segments a second, none, or one of {names}") from None
    return text


def _summary(one: CarrierView) -> dict[str, Any]:
    reports = [process.report for process in one.processes]
    links = [link for report in reports for link in report.links]
    return {
        "name": one.name,
        "state": "paused" if one.is_paused else "up" if one.is_up else "down",
        "senders": one.senders,
        "processes": len(reports),
        "window": sum(link.window for link in links if link.is_up),
        "in_use": sum(link.in_use for link in links),
        "a_second": round(sum(report.rates.handed_over for report in reports), 1),
        "not_now": round(sum(report.rates.not_now for report in reports), 1),
        "limit": next((report.limit for report in reports if report.limit), None),
        "error": one.error,
    }


def _details(one: CarrierView) -> dict[str, Any]:
    switch = one.switch
    return {
        **_summary(one),
        "paused_by": switch.actor if switch and switch.paused else None,
        "paused_ms": switch.changed_ms if switch and switch.paused else None,
        "connections": [
            {"process": process.node, **msgspec.to_builtins(link)}
            for process in one.processes
            for link in process.report.links
        ],
        "lanes": sorted({lane for p in one.processes for lane in p.report.lanes}),
    }


OPERATIONS = (
    Operation("carriers.list", Nothing, show_carriers, writes=False),
    Operation("carriers.show", OneCarrier, show_carrier, writes=False),
    Operation("carriers.pause", SwitchCarrier, pause),
    Operation("carriers.resume", SwitchCarrier, resume),
    Operation("carriers.test", TestCarrier, begin_test),
    Operation("carriers.tested", OneTest, show_test, writes=False),
    Operation("senders.sending", SendingOfSender, set_sending),
)
