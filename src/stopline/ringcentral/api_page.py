"""`/openapi.json` and `/docs`, a page of it that needs no script and nothing from elsewhere."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
import msgspec

from stopline.ringcentral.openapi import Json, build_openapi
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest, WireResponse
from stopline.ringcentral.routing import Handler, Route


def api_page_routes(routes: Sequence[Route], public_url: str) -> list[Route]:
    """The two routes that describe `routes`; add them to the same table."""

    # Made for the first who asks, which takes a tenth of a second: no start of a server waits for
    # it, and in a thread no request beside it.
    @cache
    def document() -> Json:
        return build_openapi(routes, public_url)

    @cache
    def docs() -> tuple[bytes, str]:
        return render_page(document())

    async def read_openapi(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
        return WireResponse(msgspec.json.encode(await asyncio.to_thread(document)))

    async def read_docs(request: WireRequest[NoQuery, NoBody]) -> WireResponse:
        page, policy = await asyncio.to_thread(docs)
        headers = (("Content-Security-Policy", policy),)
        return WireResponse(page, headers=headers, content_type="text/html; charset=utf-8")

    return [
        _page("/openapi.json", read_openapi, "OpenAPI document"),
        _page("/docs", read_docs, "This document to read"),
    ]


def _page(path: str, handler: Handler, summary: str) -> Route:
    return Route(
        "GET", path, handler, summary, "Documents", group=RateGroup.NONE, authenticated=False
    )


def render_page(document: Json) -> tuple[bytes, str]:
    """The page and its content security policy, which lets only its own style in."""
    folder = files("stopline.ringcentral").joinpath("pages")
    style = folder.joinpath("api.css").read_text("utf-8")
    template = folder.joinpath("api.html").read_text("utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    page = environment.from_string(template).render(
        info=document["info"],
        style=style,
        tags=_by_tag(document),
        schemas=[_schema(name, schema) for name, schema in _schemas(document)],
    )
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'"
    return page.encode(), policy


def _schemas(document: Json) -> Iterable[tuple[str, Json]]:
    return sorted(document["components"]["schemas"].items())


def _by_tag(document: Json) -> dict[str, list[Json]]:
    tags: dict[str, list[Json]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tags.setdefault(operation["tags"][0], []).append(_operation(path, method, operation))
    return tags


def _operation(path: str, method: str, operation: Json) -> Json:
    body = operation.get("requestBody")
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "paragraphs": operation["description"].split("\n\n"),
        "parameters": [_parameter(parameter) for parameter in operation["parameters"]],
        "body": _content_type(body["content"]) if body else "",
        "answers": [
            {
                "status": status,
                "meaning": answer["description"],
                "body": _content_type(answer.get("content", {})),
            }
            for status, answer in operation["responses"].items()
        ],
    }


def _parameter(parameter: Json) -> Json:
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "type": describe_type(parameter["schema"]),
        "needed": "yes" if parameter["required"] else "",
    }


def _content_type(content: Json) -> str:
    return next((describe_type(media["schema"]) for media in content.values()), "")


def _schema(name: str, schema: Json) -> Json:
    required = schema.get("required", ())
    return {
        "name": name,
        "description": schema.get("description", ""),
        "members": [
            {
                "name": member,
                "type": describe_type(described),
                "needed": "yes" if member in required else "",
            }
            for member, described in schema.get("properties", {}).items()
        ],
    }


def describe_type(schema: Json) -> str:
    """A schema in a few words: `list of MessageRecord`, `Sent or Queued`, `date-time`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(describe_type(kind) for kind in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(str(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {describe_type(_items(schema))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _items(schema: Json) -> Json:
    items: Any = schema.get("items")
    return items if isinstance(items, dict) else {}
