"""Templates, and the headers that every page carries."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from stopline.console import wording
from stopline.console.assets import asset
from stopline.core.access import Role
from stopline.core.consent import ConsentSource
from stopline.core.messages import Direction, MessageStatus
from stopline.core.scopes import ScopeKind
from stopline.flows.operators import Operator

THEME_COOKIE = "stopline_theme"
THEMES = ("light", "dark")

# Nothing from elsewhere, no inline script or style, no frame around us.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@cache
def environment() -> jinja2.Environment:
    """The templates; every value is escaped, and a name nobody gave is an error."""
    made = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.PackageLoader("stopline.console"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "moment": wording.moment,
        "clock": wording.clock,
        "iso": wording.iso,
        "duration": wording.duration,
        "number": wording.number,
        "count": wording.count,
        "money": wording.money,
        "percent": wording.percent,
        "failure": wording.failure_words,
        "standing": wording.standing_words,
        "pretty_json": pretty_json,
        "readable_json": readable_json,
        "unhex": unhex,
    }
    made.globals |= {
        "asset": asset,
        "Role": Role,
        "Direction": Direction,
        "MessageStatus": MessageStatus,
        "STATUS": wording.STATUS_WORDS,
        "SOURCE": wording.SOURCE_WORDS,
        "BLOCKS": wording.BLOCK_WORDS,
        "ENTRIES": wording.ENTRY_WORDS,
        "ENTRY_SOURCES": wording.ENTRY_SOURCES,
        "ENTRY_CHANNELS": wording.ENTRY_CHANNELS,
        "ScopeKind": ScopeKind,
        "ConsentSource": ConsentSource,
    }
    return made


def unhex(text: str) -> str:
    """What the ledger keeps as hexadecimal, to read; bytes that are no UTF-8 are marked."""
    return bytes.fromhex(text).decode("utf-8", "replace")


def pretty_json(value: Any) -> str:
    """JSON to read."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def readable_json(text: str) -> str:
    """The same with line breaks, if it is JSON."""
    try:
        return pretty_json(json.loads(text))
    except (ValueError, RecursionError):
        return text


def render(name: str, **values: Any) -> str:
    """A template without the page around it."""
    return environment().get_template(name).render(values)


def fragment(name: str, **values: Any) -> Response:
    """A part of a page, to be put into one that is there already."""
    return HTMLResponse(render(name, **values), headers=HEADERS)


def page(
    request: Request,
    name: str,
    operator: Operator | None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """A whole page."""
    theme = request.cookies.get(THEME_COOKIE, "")
    text = render(
        name,
        operator=operator,
        csrf_field=csrf_field(operator),
        theme=theme if theme in THEMES else "",
        path=request.url.path,
        here=_here(request),
        **values,
    )
    return HTMLResponse(text, status, headers={**HEADERS, **(headers or {})})


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def csrf_field(operator: Operator | None) -> Markup:
    """What each form carries."""
    value = operator.csrf if operator else ""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(value)
