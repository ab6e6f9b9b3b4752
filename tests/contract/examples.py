"""The contract's request and answer pairs, and what it means that an answer matches one."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

EXAMPLES_FILE = Path(__file__).parent / "examples.json"

# Headers whose value is the contract's; of RCRequestId and ETag only the presence is.
COMPARED_HEADERS = {
    "Content-Type",
    "Retry-After",
    "WWW-Authenticate",
    "X-Rate-Limit-Group",
    "X-Rate-Limit-Limit",
    "X-Rate-Limit-Remaining",
    "X-Rate-Limit-Window",
    "WSG-SubscriptionId",
}

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"


def _text(pattern: str) -> Callable[[Any], bool]:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


TYPES: dict[str, Callable[[Any], bool]] = {
    "uuid": _text(_UUID.pattern),
    "digits": _text(r"[0-9]+"),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "opaque": _text(r".+"),
    "url": _text(r"(https?|wss?)://.+"),
    "object": lambda value: isinstance(value, dict),
    "datetime": _text(_TIME + r"(\.\d{1,9})?Z"),
    "datetime-ms": _text(_TIME + r"\.\d{3}Z"),
    "datetime-micros": _text(_TIME + r"\.\d{6}Z"),
    "csv-rows": _text(r"([^\r\n]+\r\n)+"),
}


@dataclass(frozen=True)
class Example:
    """One example of the contract."""

    raw: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.raw["id"])

    def __getattr__(self, name: str) -> Any:
        return self.raw[name]


@cache
def load_examples() -> tuple[Example, ...]:
    """Every example in the contract's order."""
    return tuple(Example(raw) for raw in json.loads(EXAMPLES_FILE.read_text()))


def examples_of(*groups: str) -> list[Example]:
    """The HTTP examples of these groups."""
    return [e for e in load_examples() if e.group in groups and e.kind == "http"]


class Volatile:
    """The paths of an example where only the type counts."""

    def __init__(self, rules: Iterable[dict[str, str]]) -> None:
        self._rules = [(_rule_pattern(rule["path"]), rule["type"]) for rule in rules]

    def type_at(self, path: str) -> str | None:
        return next((kind for pattern, kind in self._rules if pattern.fullmatch(path)), None)


def _rule_pattern(path: str) -> re.Pattern[str]:
    pattern = re.escape(path).replace(r"\[\*\]", r"\[\d+\]").replace(r"\*", r"[^.\[\]]*")
    return re.compile(pattern)


def has_type(kind: str, value: Any) -> bool:
    """Whether a volatile value is of the kind the rule names."""
    if kind.startswith("enum:"):
        return value in kind.removeprefix("enum:").split("|")
    return TYPES[kind](value)


def differences(expected: Any, actual: Any, volatile: Volatile, path: str = "$") -> Iterable[str]:
    """How an answer's body differs from the example's; nothing when it matches."""
    kind = volatile.type_at(path)
    # `$.*: url` is about the texts among the members; lists under it are compared.
    if kind is not None and not (kind == "url" and isinstance(expected, list)):
        if not has_type(kind, actual):
            yield f"{path}: {actual!r} is no {kind}"
    elif isinstance(expected, dict) and isinstance(actual, dict):
        for name in expected.keys() | actual.keys():
            at = f"{path}.{name}"
            if name not in actual:
                yield f"{at}: missing"
            elif name not in expected:
                yield f"{at}: not in the contract's answer: {actual[name]!r}"
            else:
                yield from differences(expected[name], actual[name], volatile, at)
    elif isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            yield f"{path}: {len(actual)} items instead of {len(expected)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from differences(one, other, volatile, f"{path}[{index}]")
    elif expected != actual or type(expected) is not type(actual):
        yield f"{path}: {actual!r} instead of {expected!r}"


def header_differences(expected: dict[str, str], actual: Any, volatile: Volatile) -> Iterable[str]:
    """The same for headers; `actual` finds names in any case."""
    for name, value in expected.items():
        found = actual.get(name)
        if found is None:
            yield f"@{name}: missing"
        elif (kind := volatile.type_at(f"@{name}")) is not None:
            if not has_type(kind, found):
                yield f"@{name}: {found!r} is no {kind}"
        elif name in COMPARED_HEADERS and found != value:
            yield f"@{name}: {found!r} instead of {value!r}"
