"""The OpenAPI 3.1 document, made of the route table: what is served is what is described."""

import inspect
from collections.abc import Iterable
from typing import Any

import msgspec

from stopline import __version__
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.routing import APP_PERMISSION_NAMES, USER_PERMISSION_NAMES, Route

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"

ERROR_TEXTS = {
    400: "A parameter or the body is not valid",
    401: "No token, or one that is not taken",
    403: "The application or the user may not do this",
    404: "What the path names does not exist for the caller",
    409: "The request contradicts an earlier one",
    413: "The body is too large",
    415: "The body is of a media type or encoding that is not taken",
    429: "Too many requests; see Retry-After",
    500: "The server's fault",
    503: "Overload; see Retry-After",
}
_TOKEN_ERRORS = (401, 403, 404, 429, 500, 503)
_OPEN_ERRORS = (500, 503)


class ErrorItem(msgspec.Struct, rename="camel", omit_defaults=True):
    """One error; `parameterName` or `permissionName` says what it is about."""

    error_code: str
    message: str
    parameter_name: str | None = None
    permission_name: str | None = None


class ErrorEnvelope(ErrorItem, rename="camel", omit_defaults=True, kw_only=True):
    """Every error answer. OAuth endpoints add `error` and `error_description`."""

    errors: list[ErrorItem]
    error: str | None = None
    error_description: str | None = msgspec.field(name="error_description", default=None)


def build_openapi(routes: Iterable[Route], public_url: str) -> Json:
    """The document for these routes, ready for JSON."""
    listed = list(routes)
    models = _Models(listed)
    paths: Json = {}
    for route in listed:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, models)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stopline",
            "version": __version__,
            "description": (
                "High Volume SMS with RingCentral's wire. Unknown members and parameters are "
                "ignored; an empty parameter is an absent one."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {
            "schemas": models.schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Models:
    """The schemas of every type that routes name."""

    def __init__(self, routes: list[Route]) -> None:
        types: list[Any] = [ErrorEnvelope]
        for route in routes:
            types.append(route.query)
            types += [kind for kind in (_json_body(route), route.form, route.answer) if kind]
        self._types = list(dict.fromkeys(types))
        found, self.schemas = msgspec.json.schema_components(self._types, ref_template=_REF)
        self._found: dict[Any, Json] = dict(zip(self._types, found, strict=True))
        self._drop_queries({route.query.__name__ for route in routes})

    def of(self, kind: Any) -> Json:
        """The schema of one of the routes' types, mostly a reference."""
        return self._found[kind]

    def query_members(self, route: Route) -> tuple[Json, set[str]]:
        """The members of a route's query and the names of those it needs."""
        schema = self._queries[route.query.__name__]
        return schema.get("properties", {}), set(schema.get("required", ()))

    def _drop_queries(self, names: set[str]) -> None:
        """Queries are described as parameters, so nothing refers to them as bodies."""
        self._queries = {name: self.schemas.pop(name) for name in names}


def _json_body(route: Route) -> Any:
    return route.body if route.takes_json else None


def _operation(route: Route, models: _Models) -> Json:
    operation: Json = {
        "operationId": route.operation or route.handler.__name__,
        "tags": [route.tag],
        "summary": route.summary,
        "description": _description(route),
        "parameters": [*_path_parameters(route), *_query_parameters(route, models)],
        "responses": _responses(route, models),
        "security": [{"bearer": []}] if route.authenticated else [],
    }
    body = _request_body(route, models)
    if body is not None:
        operation["requestBody"] = body
    return operation


def _description(route: Route) -> str:
    lines = [inspect.getdoc(route.handler) or route.summary]
    if route.group is not RateGroup.NONE:
        lines.append(f"Rate group: {route.group.value}.")
    if route.app_permission:
        lines.append(f"App permission: {APP_PERMISSION_NAMES[route.app_permission]}.")
    if route.user_permission:
        lines.append(f"User permission: {USER_PERMISSION_NAMES[route.user_permission]}.")
    return "\n\n".join(lines)


def _path_parameters(route: Route) -> list[Json]:
    names = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    return [_path_parameter(name) for name in names]


def _path_parameter(name: str) -> Json:
    parameter: Json = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if name in ("accountId", "extensionId"):
        parameter["description"] = "`~` for the caller's own, or its id"
        parameter["example"] = "~"
    return parameter


def _query_parameters(route: Route, models: _Models) -> list[Json]:
    members, required = models.query_members(route)
    return [
        {"name": name, "in": "query", "required": name in required, "schema": _without_null(schema)}
        for name, schema in members.items()
    ]


def _without_null(schema: Json) -> Json:
    """A parameter that is absent is not null: only the other alternative is left."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    schema = {**schema, **kinds[0]} if len(kinds) == 1 else dict(schema)
    if len(kinds) == 1:
        schema.pop("anyOf")
    if schema.get("default", 0) is None:
        schema.pop("default")
    if schema.get("format") == "date-time":
        # An integer inside; the library does not let the type be said otherwise.
        schema["type"] = "string"
    return schema


def _request_body(route: Route, models: _Models) -> Json | None:
    if route.takes_form:
        schema = models.of(route.form) if route.form else {"type": "object"}
        content = {"application/x-www-form-urlencoded": {"schema": schema}}
        return {"required": True, "content": content}
    if route.takes_json:
        content = {"application/json": {"schema": models.of(route.body)}}
        return {"required": not route.body_optional, "content": content}
    return None


def _responses(route: Route, models: _Models) -> Json:
    answer: Json = {"description": "Success"}
    headers = ["RCRequestId"]
    if route.group is not RateGroup.NONE:
        headers += [f"X-Rate-Limit-{part}" for part in ("Group", "Limit", "Remaining", "Window")]
    if route.has_etag:
        headers.append("ETag")
    answer["headers"] = {name: {"schema": {"type": "string"}} for name in headers}
    if route.answer is not None:
        answer["content"] = {"application/json": {"schema": models.of(route.answer)}}
    statuses = {*route.errors, *(_TOKEN_ERRORS if route.authenticated else _OPEN_ERRORS)}
    if route.group is not RateGroup.NONE:
        statuses.add(429)
    if route.takes_json or route.takes_form:
        statuses |= {400, 413, 415}
    if route.has_query:
        statuses.add(400)
    known: Json = {}
    if route.has_etag and route.method == "GET":
        known["304"] = {"description": "The answer is the one that If-None-Match names"}
    if route.redirects:
        known["302"] = {"description": "The browser is sent on"}
    return {
        str(route.status): answer,
        **known,
        **{str(status): _error_response(status) for status in sorted(statuses)},
    }


def _error_response(status: int) -> Json:
    return {"description": ERROR_TEXTS[status], **_ERROR_CONTENT}


_ERROR_CONTENT: Json = {
    "headers": {"RCRequestId": {"schema": {"type": "string"}}},
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/ErrorEnvelope"}},
    },
}
