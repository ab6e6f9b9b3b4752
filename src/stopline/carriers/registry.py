"""Every kind of carrier that the settings file may name. Adding one is a line here.

The simulated carrier is not among them: it comes with the server and has its own settings.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import msgspec

from stopline.carriers.protocol import Carrier
from stopline.carriers.settings import SettingProblem
from stopline.carriers.smpp.settings import SmppSettings, build_smpp

# A carrier's name stands in the store beside each of its messages.
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}").fullmatch
RESERVED_NAMES = frozenset({"simulated"})
MAX_CARRIERS = 64


class Kind(NamedTuple):
    """The settings of a kind of carrier and what makes one of them."""

    settings: type[msgspec.Struct]
    build: Callable[[str, Any], Carrier]


KINDS: Mapping[str, Kind] = {"smpp": Kind(SmppSettings, build_smpp)}


def build_carriers(tables: Mapping[str, Any]) -> list[Carrier]:
    """The carriers of the `[carriers.NAME]` tables. Raises SettingProblem."""
    if len(tables) > MAX_CARRIERS:
        raise SettingProblem("carriers", f"there may be {MAX_CARRIERS}")
    return [_build(name, table) for name, table in tables.items()]


def _build(name: str, table: Any) -> Carrier:
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
        return kind.build(name, settings)
    except msgspec.ValidationError as error:
        raise SettingProblem(where, _remedy(str(error))) from None
    except SettingProblem as problem:
        raise SettingProblem(f"{where}.{problem.key}", problem.remedy) from None


def _remedy(message: str) -> str:
    """Msgspec's words, which name the field and never quote its value."""
    return message.replace("$.", "")
