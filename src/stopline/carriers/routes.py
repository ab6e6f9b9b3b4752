"""The `[[routes]]` of the settings file: which carriers take which messages."""

import re
from collections.abc import Collection, Sequence
from typing import Annotated, Any

import msgspec

from stopline.carriers.registry import RESERVED_NAMES
from stopline.carriers.settings import SettingProblem
from stopline.core.numbers import is_country
from stopline.core.routing import Route, RoutingTable

# Each message is held against them in order.
MAX_ROUTES = 256
# Shares finer than a thousandth are not seen in any traffic.
MAX_WEIGHT = 1_000

_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}").fullmatch
_Digits = Annotated[str, msgspec.Meta(pattern=r"^\+?[0-9]{1,15}$")]
_Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}$")]
_Weight = Annotated[int, msgspec.Meta(ge=0, le=MAX_WEIGHT)]


class RouteSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One route. Every condition that is set has to hold; the first route that fits decides."""

    name: str
    carriers: dict[str, _Weight]
    senders: tuple[_Digits, ...] = ()
    recipients: tuple[_Digits, ...] = ()
    countries: tuple[_Country, ...] = ()
    accounts: tuple[int, ...] = ()


def build_routes(tables: Any, carriers: Collection[str]) -> RoutingTable:
    """The table of the settings, for these carriers. Raises SettingProblem."""
    if not isinstance(tables, Sequence) or len(tables) > MAX_ROUTES:
        raise SettingProblem("routes", f"give [[routes]], at most {MAX_ROUTES}")
    known = frozenset(carriers) | RESERVED_NAMES
    routes = tuple(_route(place, table, known) for place, table in enumerate(tables, start=1))
    names = [route.name for route in routes]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingProblem(f"routes.{twice[0]}", "two routes have this name")
    return RoutingTable(routes)


def _route(place: int, table: Any, known: frozenset[str]) -> Route:
    try:
        found = msgspec.convert(table, RouteSettings)
    except msgspec.ValidationError as error:
        raise SettingProblem(f"routes.{place}", str(error).replace("$.", "")) from None
    where = f"routes.{found.name}"
    if _NAME(found.name) is None:
        raise SettingProblem(f"routes.{place}.name", "small letters, digits and dashes, at most 32")
    if unknown := sorted(found.carriers.keys() - known):
        raise SettingProblem(f"{where}.carriers", f"there is no [carriers.{unknown[0]}]")
    if no_country := [code for code in found.countries if not is_country(code)]:
        raise SettingProblem(f"{where}.countries", f"{no_country[0]} is no country of ISO 3166")
    if not any(found.carriers.values()):
        raise SettingProblem(f"{where}.carriers", "one carrier at least has a weight above 0")
    return Route(
        name=found.name,
        carriers=tuple(found.carriers.items()),
        accounts=frozenset(found.accounts),
        senders=found.senders,
        recipients=found.recipients,
        countries=frozenset(found.countries),
    )
