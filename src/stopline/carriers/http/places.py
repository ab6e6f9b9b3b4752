"""Templates with placeholders, and places in what a provider answers and brings."""

import json
import re
from collections.abc import Mapping
from typing import Any

from stopline.carriers.http.provider import Callback, Unreadable
from stopline.carriers.http.reading import read_form, read_json
from stopline.carriers.settings import SettingProblem

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
PLACEHOLDERS = frozenset(
    {"sender", "recipient", "sender_digits", "recipient_digits", "text", "id", "secret", "callback"}
)


def fill(template: Any, values: Mapping[str, str]) -> Any:
    """The template with its placeholders filled in, texts only."""
    if isinstance(template, str):
        return _PLACEHOLDER.sub(lambda match: values[match[1]], template)
    if isinstance(template, Mapping):
        return {key: fill(value, values) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, values) for value in template]
    return template


def check_template(key: str, template: Any, known: frozenset[str] = PLACEHOLDERS) -> None:
    """Raises SettingProblem for a placeholder that stands for nothing."""
    names = set(_PLACEHOLDER.findall(json.dumps(template, default=str)))
    if unknown := names - known:
        listed = ", ".join(sorted(known))
        raise SettingProblem(key, f"{{{min(unknown)}}} stands for nothing; there is {listed}")


def find(found: Any, place: str) -> str:
    """What stands at a place, as text; "" where there is nothing."""
    for step in place.split(".") if place else []:
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            return ""
    if not place or found is None or isinstance(found, Mapping | list):
        return ""
    return found if isinstance(found, str) else json.dumps(found)


def list_entries(callback: Callback, content: str, place: str) -> list[Any]:
    """The texts or receipts of a callback. Raises Unreadable."""
    if content == "query":
        return [dict(read_form(callback.query.encode()))]
    if content == "form":
        return [dict(read_form(callback.body))]
    found: Any = read_json(callback.body, object)
    for step in place.split(".") if place else []:
        found = found.get(step) if isinstance(found, Mapping) else None
    entries = found if isinstance(found, list) else [found]
    if not all(isinstance(one, Mapping) for one in entries):
        raise Unreadable("no texts where the table says")
    return entries
