"""Query strings by the wire's rules, read into typed structs.

Unknown names are ignored and an empty value is an absent one. A raw plus is a blank, as in any
form, except that a phone number's leading blank is a plus again. Arrays repeat their key; a
single value may be repeated only with the same value.
"""

import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin
from urllib.parse import unquote_to_bytes

import msgspec

from stopline.ringcentral import formats
from stopline.ringcentral.errors import bad_parameter, duplicate_parameter
from stopline.ringcentral.paging import MAX_PAGE_SIZE

# RingCentral's page allows 15; the same bound serves every repeated phone number.
MAX_PHONE_NUMBERS = 15
# Repeats of one key beyond this are no list anybody means.
_MAX_REPEATS = 100

_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

PHONE_PATTERN = r"^\+?[0-9]{3,15}$"
Phone = Annotated[
    str, msgspec.Meta(extra={"read": "phone"}, extra_json_schema={"examples": ["+12025550142"]})
]
# `*` stands for every number of the account.
PhoneOrAny = Annotated[
    str, msgspec.Meta(extra={"read": "phone_or_any"}, extra_json_schema={"examples": ["*"]})
]
PhoneList = Annotated[tuple[Phone, ...], msgspec.Meta(max_length=MAX_PHONE_NUMBERS)]
# Epoch milliseconds inside; on the wire a date or a date-time.
TimeMs = Annotated[
    int,
    msgspec.Meta(extra={"read": "time"}, extra_json_schema={"format": "date-time"}),
]
# Above the maximum it is lowered, below 1 it is refused.
PageSize = Annotated[
    int,
    msgspec.Meta(
        extra={"read": "page_size"}, extra_json_schema={"minimum": 1, "maximum": MAX_PAGE_SIZE}
    ),
]
PageNumber = Annotated[
    int, msgspec.Meta(extra={"read": "page_number"}, extra_json_schema={"minimum": 1})
]


class Query(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """Base of every query struct; a field's wire name is its camelCase name unless given."""


class NoQuery(Query, frozen=True):
    """A call that reads nothing from its query."""


class PagedQuery(Query, frozen=True, kw_only=True):
    """The two parameters of lists that are read by token."""

    page_token: str | None = None
    per_page: PageSize | None = None


Q = TypeVar("Q", bound=Query)


def _read_page_size(text: str, _country: str) -> int:
    size = formats.parse_integer(text)
    if size < 1:
        raise ValueError("below 1")
    return min(size, MAX_PAGE_SIZE)


def _read_page_number(text: str, _country: str) -> int:
    page = formats.parse_integer(text)
    if page < 1:
        raise ValueError("below 1")
    return page


# How a value is read: by the mark of its type, else by the type itself.
_READERS: Mapping[object, Callable[[str, str], object]] = {
    "phone": formats.parse_phone,
    "phone_or_any": lambda text, country: (
        text if text == "*" else formats.parse_phone(text, country)
    ),
    "time": lambda text, _: formats.parse_time(text),
    "page_size": _read_page_size,
    "page_number": _read_page_number,
    int: lambda text, _: formats.parse_integer(text),
    bool: lambda text, _: formats.parse_boolean(text),
}


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    repeated: bool
    read: Callable[[str, str], object] | None


class QueryReader:
    """Reads query strings into one struct type; made once for each route."""

    def __init__(self, struct: type[Query]) -> None:
        self._struct = struct
        self._parameters = {
            field.encode_name: _parameter(field.encode_name, field.type)
            for field in msgspec.structs.fields(struct)
        }
        self._empty = struct() if not any(map(_is_required, _fields(struct))) else None

    def read(self, raw: bytes, country: str = "US") -> Query:
        """The struct a query string stands for. Raises WireError 400 naming the parameter."""
        if not raw and self._empty is not None:
            return self._empty
        values: dict[str, object] = {}
        for name, texts in _known_values(raw, self._parameters).items():
            values[name] = _read_values(self._parameters[name], texts, country)
        try:
            return msgspec.convert(values, self._struct)
        except msgspec.ValidationError as error:
            raise bad_parameter(error_parameter(error)) from error


def _fields(struct: type[Query]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(struct)


def _is_required(field: msgspec.structs.FieldInfo) -> bool:
    return field.required


def _parameter(name: str, annotation: Any) -> _Parameter:
    mark: object = None
    repeated = False
    while True:
        origin = get_origin(annotation)
        if origin is Annotated:
            annotation, *metas = get_args(annotation)
            extras = [meta.extra or {} for meta in metas if isinstance(meta, msgspec.Meta)]
            mark = next((extra["read"] for extra in extras if "read" in extra), mark)
        elif origin in (Union, types.UnionType):
            annotation = next(arg for arg in get_args(annotation) if arg is not type(None))
        elif origin in (list, tuple):
            annotation, repeated = get_args(annotation)[0], True
        else:
            return _Parameter(name, repeated, _READERS.get(mark or annotation))


def _known_values(raw: bytes, known: Mapping[str, object]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for pair in raw.decode("latin-1").split("&"):
        raw_name, _, raw_value = pair.partition("=")
        name = raw_name if raw_name in known else _decode(raw_name)
        if name is None or name not in known or not raw_value:
            continue
        value = _decode(raw_value)
        if value is None or _CONTROL.search(value):
            raise bad_parameter(name)
        values.setdefault(name, []).append(value)
    return values


def _decode(text: str) -> str | None:
    """One form-encoded piece; None when it is not percent-encoded UTF-8."""
    text = text.replace("+", " ")
    if _LONE_PERCENT.search(text):
        return None
    try:
        return unquote_to_bytes(text.encode("latin-1")).decode() if not _is_plain(text) else text
    except UnicodeDecodeError:
        return None


def _is_plain(text: str) -> bool:
    return text.isascii() and "%" not in text


def _read_values(parameter: _Parameter, texts: list[str], country: str) -> object:
    if parameter.repeated:
        if len(texts) > _MAX_REPEATS:
            raise bad_parameter(parameter.name)
        return [_read_value(parameter, text, country) for text in dict.fromkeys(texts)]
    if len(set(texts)) > 1:
        raise duplicate_parameter(parameter.name)
    return _read_value(parameter, texts[0], country)


def _read_value(parameter: _Parameter, text: str, country: str) -> object:
    if parameter.read is None:
        return text
    try:
        return parameter.read(text, country)
    except ValueError as error:
        raise bad_parameter(parameter.name) from error


_PATH = re.compile(r"`\$\.?([^`]*)`$")
_MISSING = re.compile(r"missing required field `([^`]*)`")
_INDEX = re.compile(r"\[[^\]]*\]")


def error_parameter(error: msgspec.ValidationError) -> str:
    """The field a validation error is about, without indices: `messages.to`, `perPage`."""
    text = str(error)
    path = _PATH.search(text)
    parts = [_INDEX.sub("", path[1])] if path and path[1] else []
    if missing := _MISSING.search(text):
        parts.append(missing[1])
    return ".".join(part for part in parts if part) or "body"


def last_value(raw: bytes, name: str) -> str | None:
    """One parameter outside any struct (`_method`, `access_token`); two values are refused."""
    if name.encode() not in raw:
        return None
    texts = _known_values(raw, {name: None}).get(name)
    if texts is None:
        return None
    if len(set(texts)) > 1:
        raise duplicate_parameter(name)
    return texts[0]
