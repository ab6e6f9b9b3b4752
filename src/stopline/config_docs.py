"""What is written about each setting: help texts, error messages and docs/configuration.md."""

from dataclasses import dataclass
from typing import Any, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from stopline.config import Settings
from stopline.config_watching import WatchingSettings

ENVIRONMENT_PREFIX = "STOPLINE_"
_HIDDEN = "(hidden)"
# Tables of the settings file, which have no variable and no flag.
TABLES = frozenset({"carriers", "routes"})


@dataclass(frozen=True, slots=True)
class SettingDoc:
    """One setting as a reader sees it."""

    name: str
    group: str
    text: str
    unit: str
    secret: bool
    type: Any
    default: Any

    @property
    def variable(self) -> str:
        return ENVIRONMENT_PREFIX + self.name.upper()

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def is_list(self) -> bool:
        """Whether it takes several values."""
        return get_origin(self.type.__origin__) is tuple

    @property
    def expected(self) -> str:
        """The values that are accepted, in words."""
        return _describe_type(inspect.type_info(self.type))

    @property
    def shown_default(self) -> str:
        return show_value(self.default)

    def show(self, value: Any) -> str:
        """The value for people; a secret that is set is never shown."""
        return _HIDDEN if self.secret and value else show_value(value)


def describe_settings() -> list[SettingDoc]:
    """Each setting in the order of the source, those of watching last; tables have pages of their
    own."""
    hints = get_type_hints(Settings, include_extras=True)
    fields = [f for f in msgspec.structs.fields(Settings) if f.name not in TABLES]
    watching = WatchingSettings.__struct_fields__
    fields.sort(key=lambda field: field.name in watching)
    return [_describe(field, hints[field.name]) for field in fields]


def _describe(field: msgspec.structs.FieldInfo, hint: Any) -> SettingDoc:
    meta: msgspec.Meta = hint.__metadata__[0]
    extra = meta.extra or {}
    return SettingDoc(
        name=field.name,
        group=extra["group"],
        text=meta.description or "",
        unit=extra["unit"],
        secret=extra["secret"],
        type=hint,
        default=field.default,
    )


def show_value(value: Any) -> str:
    """A value as one would write it in the environment; "unset" for none."""
    if value is None or value in ((), ""):
        return "unset"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def _describe_type(info: Any) -> str:
    match info:
        case inspect.Metadata():
            return _describe_type(info.type)
        case inspect.UnionType():
            kinds = [kind for kind in info.types if not isinstance(kind, inspect.NoneType)]
            return _describe_type(kinds[0])
        case inspect.IntType():
            return f"a whole number from {info.ge} to {info.le}"
        case inspect.FloatType():
            return f"a number from {info.ge} to {info.le}"
        case inspect.LiteralType():
            return "one of " + ", ".join(str(value) for value in info.values)
        case inspect.VarTupleType(item_type=inspect.LiteralType()):
            return f"a list, each {_describe_type(info.item_type)}"
        case _:
            return _PLAIN_TYPES.get(type(info), "a path")


_PLAIN_TYPES: dict[type, str] = {
    inspect.BoolType: "true or false",
    inspect.DecimalType: "a decimal number",
    inspect.StrType: "a text of the allowed length",
    inspect.VarTupleType: "a list (in the environment: separated by commas)",
}
