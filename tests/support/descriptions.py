"""An OpenAPI description held against what is really sent, and a server made of one. No vendor's
word is in here: methods, paths, proofs, bodies and answers are those of the description."""

import asyncio
import base64
import binascii
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from support.receiver import Request, receiver

Json = dict[str, Any]

FOLDER = Path(__file__).parent.parent / "carriers/schemas"
FORM = "application/x-www-form-urlencoded"
# A schema that names itself ends there.
DEEPEST = 8

FORMATS = FormatChecker(formats=["date-time"])
# Twilio's: E.164, a short code or a name.
FORMATS.checks("phone-number")(
    lambda text: bool(re.fullmatch(r"\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[\w -]{1,11}", text))
)
FORMATS.checks("uri")(lambda text: bool(urlsplit(text).scheme and urlsplit(text).netloc))


class Broken(Exception):
    """What breaks the description, in words."""


@cache
def published(kind: str) -> "Description":
    """The description that a vendor publishes."""
    return Description(json.loads((FOLDER / f"{kind}.json").read_text()))


class Description:
    """A document; objects hold what it names and nothing else, unless it says otherwise."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._closed = _close(document)
        base = urlsplit(document["servers"][0]["url"]).path
        self.operations = [
            Operation(self._closed, method, base + path, described)
            for path, methods in self._closed["paths"].items()
            for method, described in methods.items()
        ]

    def operation(self, request: Request) -> "Operation":
        """What a request asks for. Raises Broken."""
        for one in self.operations:
            if one.serves(request):
                return one
        raise Broken(f"nothing is described at {request.line}")

    def check(self, request: Request) -> Any:
        """The body of a request that is as described. Raises Broken."""
        return self.operation(request).check(request)


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    document: Json
    method: str
    path: str
    described: Json

    def serves(self, request: Request) -> bool:
        """Whether method and path are this one's."""
        return (
            request.line.startswith(self.method.upper() + " ") and self._match(request) is not None
        )

    def check(self, request: Request) -> Any:
        """The body of a request that is as described. Raises Broken."""
        self._check_parameters(request)
        self._check_proof(request)
        wanted = self.described.get("requestBody")
        return None if wanted is None else self._read(request, wanted["content"])

    def check_answer(self, status: int, body: Any) -> None:
        """Raises Broken."""
        self._check(self._answer(status)["content"]["application/json"]["schema"], body)

    def check_callback(self, name: str, body: Any) -> None:
        """Raises Broken."""
        self._check(self._callback(name)["schema"], body)

    def statuses(self) -> list[int]:
        """Those that are described; a range by its first."""
        return [int(status.replace("XX", "00")) for status in self.described["responses"]]

    def describes(self, status: int) -> bool:
        """Whether anything is said of a status."""
        names = {str(status), f"{status // 100}XX", "default"}
        return bool(names & set(self.described["responses"]))

    def answer(self, status: int, *, bare: bool = False) -> Any:
        """A body as described for a status, or None: one that is shown there, or one made."""
        content = self._answer(status).get("content", {}).get("application/json")
        if content is None:
            return None
        if bare:
            return self.make(content["schema"], bare=True)
        return self._shown(content)

    def callbacks(self, name: str) -> Iterator[tuple[str, Any]]:
        """Each that is shown in the description, else one that its schema makes."""
        content = self._callback(name)
        if "examples" not in content:
            yield "made", self.make(content["schema"])
        for title, one in content.get("examples", {}).items():
            yield title, one["value"]

    def callback_schema(self, name: str) -> Json:
        """For `make`."""
        found: Json = self._callback(name)["schema"]
        return found

    def make(self, schema: Json, *, bare: bool = False, depth: int = 0) -> Any:
        """A value of a schema: with everything in it, or with as little as it allows."""
        schema = self.resolve(schema)
        for key in ("example", "const"):
            if key in schema and not bare:
                return schema[key]
        if bare and _may_be_null(schema):
            return None
        if "anyOf" in schema:
            return self.make(schema["anyOf"][0], bare=bare, depth=depth + 1)
        if "enum" in schema:
            return schema["enum"][0]
        return self._of_type(schema, bare, depth)

    def resolve(self, schema: Json) -> Json:
        """Behind a reference."""
        while "$ref" in schema:
            schema = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _of_type(self, schema: Json, bare: bool, depth: int) -> Any:
        kinds = schema.get("type", "object")
        kind = kinds if isinstance(kinds, str) else next(one for one in kinds if one != "null")
        if kind == "object":
            needed = schema.get("required", ())
            return {
                name: self.make(part, bare=bare, depth=depth + 1)
                for name, part in schema.get("properties", {}).items()
                if depth < DEEPEST
                and (name in needed or not bare or _may_be_null(self.resolve(part)))
            }
        if kind == "array":
            return [] if bare else [self.make(schema.get("items", {}), depth=depth + 1)]
        if kind == "string":
            return _TEXTS.get(schema.get("format", ""), "text")
        return {"integer": 1, "number": 1.5, "boolean": True}[kind]

    def _stays(self, schema: Json, name: str, part: Json) -> bool:
        """With as little as possible: what is needed, and each null that is allowed."""
        return name in schema.get("required", ()) or _may_be_null(self.resolve(part))

    def _shown(self, content: Json) -> Any:
        for one in content.get("examples", {}).values():
            return one["value"]
        return self.make(content["schema"])

    def _answer(self, status: int) -> Json:
        answers = self.described["responses"]
        for name in (str(status), f"{status // 100}XX", "default"):
            if name in answers:
                found: Json = answers[name]
                return found
        raise Broken(f"status {status} is not described")

    def _callback(self, name: str) -> Json:
        (methods,) = self.described["callbacks"][name].values()
        found: Json = methods["post"]["requestBody"]["content"]["application/json"]
        return found

    # Parts of a request.

    def _match(self, request: Request) -> re.Match[str] | None:
        path = request.line.split(" ")[1].partition("?")[0]
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.path))
        return re.fullmatch(pattern, path)

    def _check_parameters(self, request: Request) -> None:
        match = self._match(request)
        assert match is not None
        given = {"path": match.groupdict(), "header": request.headers}
        for one in self.described.get("parameters", ()):
            values = given.get(one["in"], {})
            name = one["name"].lower() if one["in"] == "header" else one["name"]
            if name in values:
                self._check(one["schema"], values[name])

    def _check_proof(self, request: Request) -> None:
        given = request.headers.get("authorization", "")
        schemes = self.document["components"].get("securitySchemes", {})
        needs = self.described.get("security", self.document.get("security", []))
        if needs and not any(all(_proves(schemes[n], given) for n in need) for need in needs):
            raise Broken("no proof of who asks")

    def _read(self, request: Request, contents: Json) -> Any:
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind not in contents:
            raise Broken(f"content type {kind or 'missing'}")
        schema = contents[kind]["schema"]
        try:
            body = self._form(request, schema) if kind == FORM else json.loads(request.body)
        except ValueError as error:
            raise Broken(f"body: {error}") from None
        self._check(schema, body)
        return body

    def _form(self, request: Request, schema: Json) -> Json:
        """Fields as the values that they stand for."""
        found = parse_qs(
            request.body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict"
        )
        properties = self.resolve(schema).get("properties", {})
        return {
            name: _value(self.resolve(properties.get(name, {})).get("type"), values)
            for name, values in found.items()
        }

    def _check(self, schema: Json, body: Any) -> None:
        whole = {**schema, "components": self.document["components"]}
        found = Draft202012Validator(whole, format_checker=FORMATS).iter_errors(body)
        if problems := [f"{error.json_path}: {error.message}" for error in found]:
            raise Broken("; ".join(problems)[:500])


_TEXTS = {
    "date-time": "2026-03-02T17:00:00.000Z",
    "uri": "https://sms.example.com/x",
    "phone-number": "+12025550142",
}


def _close(value: Any) -> Any:
    """A copy in which a misspelled name is no further member."""
    if isinstance(value, list):
        return [_close(one) for one in value]
    if not isinstance(value, dict):
        return value
    closed = {name: _close(part) for name, part in value.items()}
    if isinstance(closed.get("properties"), dict) and "type" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


def _may_be_null(schema: Json) -> bool:
    kinds = schema.get("type", "")
    return "null" in kinds or {"type": "null"} in schema.get("anyOf", ())


def _proves(scheme: Json, given: str) -> bool:
    if scheme.get("scheme") == "basic":
        try:
            pair = base64.b64decode(given.removeprefix("Basic "), validate=True)
        except binascii.Error:
            return False
        return given.startswith("Basic ") and b":" in pair
    return bool(re.fullmatch(r"Bearer \S+", given))


def _value(kind: str | None, values: list[str]) -> Any:
    if kind == "array":
        return values
    (text,) = values
    if kind in ("integer", "number", "boolean"):
        return json.loads(text)
    return text


@dataclass
class Mock:
    """Answers what is as described with a body as described, and complains of anything else."""

    description: Description
    # Instead of success.
    status: int = 0
    # Answer with as little as is allowed.
    bare: bool = False
    complaints: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        """On loopback, at the address that is given."""
        async with receiver(self._answer) as far:
            yield f"http://127.0.0.1:{far.port}"

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        self.requests.append(request)
        try:
            operation = self.description.operation(request)
            operation.check(request)
        except Broken as broken:
            self.complaints.append(str(broken))
            _write(writer, 400, {})
            return
        status = self.status or min(operation.statuses())
        _write(writer, status, operation.answer(status, bare=self.bare))


def _write(writer: asyncio.StreamWriter, status: int, body: Any) -> None:
    data = b"" if body is None else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(data)}"
    writer.write(f"{head}\r\n\r\n".encode() + data)
