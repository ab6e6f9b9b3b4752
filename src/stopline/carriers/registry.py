"""Every kind of carrier that the settings file may name. Adding one is a line here.

The simulated carrier is not among them: it comes with the server and has its own settings.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from stopline.carriers.bandwidth import BandwidthSettings, build_bandwidth
from stopline.carriers.generic import GenericSettings, build_generic
from stopline.carriers.protocol import Carrier
from stopline.carriers.ringcentral import RingCentralSettings, build_ringcentral
from stopline.carriers.settings import SettingProblem
from stopline.carriers.smpp.settings import SmppSettings, build_smpp
from stopline.carriers.telnyx import TelnyxSettings, build_telnyx
from stopline.carriers.twilio import TwilioSettings, build_twilio

# A carrier's name stands in the store beside each of its messages.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}").fullmatch
RESERVED_NAMES = frozenset({"simulated"})
MAX_CARRIERS = 64


class Kind(NamedTuple):
    """The settings of a kind of carrier and what makes one of them, given its name, its settings,
    and the address under which Stopline is reached."""

    settings: type[msgspec.Struct]
    build: Callable[[str, Any, str], Carrier]


KINDS: Mapping[str, Kind] = {
    "smpp": Kind(SmppSettings, build_smpp),
    "twilio": Kind(TwilioSettings, build_twilio),
    "telnyx": Kind(TelnyxSettings, build_telnyx),
    "bandwidth": Kind(BandwidthSettings, build_bandwidth),
    "ringcentral": Kind(RingCentralSettings, build_ringcentral),
    "generic": Kind(GenericSettings, build_generic),
}


def build_carriers(tables: Mapping[str, Any], base_url: str = "") -> list[Carrier]:
    """The carriers of the `[carriers.NAME]` tables. `base_url`: the address under which providers
    reach Stopline. Raises SettingProblem."""
    if len(tables) > MAX_CARRIERS:
        raise SettingProblem("carriers", f"there may be {MAX_CARRIERS}")
    return [_build(name, table, base_url) for name, table in tables.items()]


def carrier_limits(tables: Mapping[str, Any]) -> dict[str, float]:
    """Segments a second of each carrier that has a `throughput`: what all processes together may
    hand to it."""
    limits = {name: float(table.get("throughput") or 0) for name, table in tables.items()}
    return {name: limit for name, limit in limits.items() if limit}


def _build(name: str, table: Any, base_url: str) -> Carrier:
    where = f"carriers.{name}"
    if _NAME(name) is None or name in RESERVED_NAMES:
        raise SettingProblem(
            where, "a name has small letters, digits and dashes, at most 32, and is not simulated"
        )
    kind = KINDS.get(table.get("kind", "")) if isinstance(table, Mapping) else None
    if kind is None:
        raise SettingProblem(where, f"set kind to one of: {', '.join(KINDS)}")
    try:
        settings = msgspec.convert(table, kind.settings)
        return kind.build(name, settings, base_url)
    except msgspec.ValidationError as error:
        raise SettingProblem(where, _remedy(str(error))) from None
    except SettingProblem as problem:
        raise SettingProblem(f"{where}.{problem.key}", problem.remedy) from None


def _remedy(message: str) -> str:
    """Msgspec's words, which name the field and never quote its value."""
    return message.replace("$.", "")
