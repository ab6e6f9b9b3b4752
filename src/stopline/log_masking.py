"""Keeps numbers, secrets and control characters out of logs, whoever wrote the entry."""

import re
from collections.abc import Mapping, MutableMapping
from typing import Any

from stopline.core.numbers import mask_number

HIDDEN = "[hidden]"
# Entries are flat by habit; a deeper value is cut rather than walked for ever.
MAX_DEPTH = 4
# A log line is for reading; longer texts are payloads that do not belong there.
MAX_TEXT = 8_192

_SECRET_KEYS = re.compile(
    r"password|passwd|secret|token|authorization|cookie|assertion|jwt|private|signature|api_?key",
    re.IGNORECASE,
)
# Names that hold such a word and are no secret.
_PLAIN_KEYS = frozenset({"token_type", "token_kind", "keyword", "page_tokens"})
_UUID = r"(?P<uuid>\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32}\b)"
# Longer runs of digits are our own ids: no telephone number has more than 15.
_DIGITS = r"(?<!\d)\+?\d{7,15}(?!\d)"
# The spellings people use: +1 650-555-0100, (650) 555-0100, 650.555.0100.
_SPELLED = (
    r"\+\d[\d ().-]{5,18}\d"
    r"|\(\d{3}\) ?\d{3}[-. ]\d{4}"
    r"|(?<!\d)\d{3}[-. ]\d{3}[-. ]\d{4}(?!\d)"
)
_NUMBER = re.compile(f"{_UUID}|{_SPELLED}|{_DIGITS}", re.IGNORECASE)
_CREDENTIAL = re.compile(
    r"(\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}"
    r"|(\b\w*(?:password|secret|token|assertion)=)[^&\s\"']+",
    re.IGNORECASE,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NAMES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}

EventDict = MutableMapping[str, Any]


def mask_text(text: str) -> str:
    """The text without telephone numbers, credentials and control characters."""
    cut = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    hidden = _CREDENTIAL.sub(lambda found: (found[1] or found[2]) + HIDDEN, cut)
    return escape_control(_NUMBER.sub(_mask_match, hidden))


def escape_control(text: str) -> str:
    """CR, LF, ESC and the like as visible escapes: one entry stays one line."""
    return _CONTROL.sub(lambda found: _NAMES.get(found[0], f"\\x{ord(found[0]):02x}"), text)


def mask_traceback(text: str) -> str:
    """A traceback may span lines; each is marked, so that none can pass for an entry."""
    return "\n".join(f"  | {mask_text(line)}" for line in text.splitlines())


def mask_entry(_logger: Any, _method: str, entry: EventDict) -> EventDict:
    """Structlog processor: masks each value of an entry, by its key or by its text."""
    for key, value in entry.items():
        if key == "exception":
            entry[key] = mask_traceback(str(value))
        elif key not in ("exc_info", "_record", "_from_structlog"):
            entry[key] = _mask_value(key, value, MAX_DEPTH)
    return entry


def _mask_value(key: str, value: Any, depth: int) -> Any:
    if _SECRET_KEYS.search(key) and key not in _PLAIN_KEYS:
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return mask_text(value)
    if depth and isinstance(value, Mapping):
        return {str(name): _mask_value(str(name), part, depth - 1) for name, part in value.items()}
    if depth and isinstance(value, list | tuple | set | frozenset):
        return [_mask_value("", part, depth - 1) for part in value]
    return mask_text(str(value))


def _mask_match(found: re.Match[str]) -> str:
    if found["uuid"]:
        return found[0]
    plus = "+" if found[0].startswith("+") else ""
    return mask_number(plus + re.sub(r"\D", "", found[0]))
