"""What the published OpenAPI document says of an answer, checked."""

import re
from functools import cache
from typing import Any

from httpx2 import Response
from jsonschema import Draft202012Validator

from stopline.http_app import described_routes
from stopline.ringcentral.openapi import build_openapi

Json = dict[str, Any]


@cache
def document() -> Json:
    """The document as the server publishes it."""
    found: Json = build_openapi(described_routes(), "https://sms.example.org")
    return found


@cache
def _paths() -> list[tuple[re.Pattern[str], Json]]:
    """Every path with its operations; those with fewer parameters come first."""
    paths = sorted(document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [
        (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path)) + "/?"), operations)
        for path, operations in paths
    ]


def operation_at(method: str, path: str) -> Json | None:
    """The operation that serves a path."""
    for pattern, operations in _paths():
        if pattern.fullmatch(path) and method.lower() in operations:
            found: Json = operations[method.lower()]
            return found
    return None


def violations(method: str, path: str, answer: Response) -> list[str]:
    """How an answer differs from the document; nothing for what is no path of it."""
    operation = operation_at(method, path)
    if operation is None:
        return [] if answer.status_code in (404, 405) else [f"{method} {path} is not described"]
    described = operation["responses"].get(str(answer.status_code))
    if described is None:
        return [f"status {answer.status_code} is not described"]
    content = described.get("content", {}).get("application/json")
    is_json = "json" in answer.headers.get("content-type", "")
    if content is None or not is_json or not answer.content:
        return []
    schema = {**content["schema"], "components": document()["components"]}
    found = Draft202012Validator(schema).iter_errors(answer.json())
    return [f"schema: {error.json_path} {error.message}"[:300] for error in found]
