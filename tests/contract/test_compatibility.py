"""docs/compatibility.md lists each deviation, and the code deviates nowhere else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click import Group

from contract.conformance import document, operation_at
from contract.examples import load_examples
from stopline.cli import cli

PAGE = (Path(__file__).parents[2] / "docs" / "compatibility.md").read_text()
# `METHOD /path` | field | what | why
ROW = re.compile(r"^\| `([A-Z]+) (/\S*)` \| ([^|]*) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = [tuple(cell.strip() for cell in row) for row in ROW.findall(PAGE)]
HTTP = [e for e in load_examples() if e.kind == "http"]


def members(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from members(inner)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def properties(schema: Any, seen: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of every member that a schema describes."""
    if isinstance(schema, list):
        for item in schema:
            yield from properties(item, seen)
    if not isinstance(schema, dict):
        return
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name not in seen:
            yield from properties(document()["components"]["schemas"][name], (*seen, name))
        return
    yield from schema.get("properties", {})
    yield from properties(list(schema.values()), seen)


def fields(operation: dict[str, Any]) -> set[str]:
    """What an operation reads and gives: query, headers, members of bodies."""
    answers = [a for status, a in operation["responses"].items() if status[0] == "2"]
    found = {p["name"] for p in operation.get("parameters", []) if p["in"] != "path"}
    found |= {name for answer in answers for name in answer.get("headers", {})}
    bodies = [answer.get("content", {}) for answer in answers]
    return found | set(properties([operation.get("requestBody", {}), *bodies]))


def wire_operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document()["paths"].items():
        if path.startswith(("/restapi", "/.well-known")):
            for method, operation in operations.items():
                yield method.upper(), path, operation


def test_the_page_has_its_table() -> None:
    """And each row has its reason."""
    assert len(ROWS) > 40
    assert all(what and why for _, _, _, what, why in ROWS)


def test_each_row_names_what_there_is() -> None:
    """A call that is served, or an example's that is not; a field that the call has."""
    wrong = []
    templates = {(e.method, e.pathTemplate) for e in HTTP}
    for method, path, field, what, _ in ROWS:
        operation = operation_at(method, path)
        if operation is None:
            if (method, path) not in templates or "404" not in what:
                wrong.append((method, path, "is no call"))
        elif field.startswith("`") and field.strip("`") not in fields(operation):
            wrong.append((method, path, field))
    assert wrong == []


def test_calls_beyond_the_examples_are_listed() -> None:
    """Nothing is served under RingCentral's paths that the page does not tell of."""
    known = {(e.method, e.pathTemplate) for e in HTTP} | {(r[0], r[1]) for r in ROWS}
    served = {(method, path) for method, path, _ in wire_operations()}
    assert served - known - {("GET", "/restapi/v1.0")} == set()


def test_calls_of_the_examples_are_served_or_listed() -> None:
    """What is missing is said."""
    listed = {(r[0], r[1]) for r in ROWS}
    missing = {
        (e.method, e.pathTemplate)
        for e in HTTP
        if e.status != 404
        and e.id != "err-method-override"
        and operation_at(e.method, e.path) is None
    }
    assert missing - listed == set()


def test_fields_beyond_the_examples_are_listed() -> None:
    """A member, header or parameter that no example has is in a row of its call, or of all."""
    told = {name for e in HTTP for name in members(e.raw)}
    told |= {pair[0] for e in HTTP for pair in e.query}
    told |= {name for e in HTTP for name in (*e.requestHeaders, *e.responseHeaders)}
    listed = {(r[0], r[1], r[2].strip("`")) for r in ROWS}
    whole = {(r[0], r[1]) for r in ROWS if not r[2].startswith("`")}
    extra = {
        (method, path, name)
        for method, path, operation in wire_operations()
        if (method, path) not in whole
        for name in fields(operation) - told
    }
    assert extra - listed == set()


def test_switches_of_an_app_are_commands() -> None:
    """Each flag that the page names is one of `stopline apps change`."""
    group = cli.get_command(None, "apps")  # type: ignore[arg-type]
    assert isinstance(group, Group)
    change = group.commands["change"]
    flags = {
        flag for parameter in change.params for flag in (*parameter.opts, *parameter.secondary_opts)
    }
    named = set(re.findall(r"`(--[a-z-]+)", PAGE))
    assert named - flags == set()
    assert {"--grant", "--plain-challenge", "--no-refresh-replay", "--public-keys"} <= named
    assert "--rate-limit" in named


SEEN = re.findall(r"^\| [^|]+ \| [^|]+ \| `(tests/[\w/]+\.py)(?:::(\w+))?` \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("file, test", SEEN)
def test_what_was_seen_with_a_client_is_a_test(file: str, test: str) -> None:
    """The page claims no client that no test drives."""
    text = (Path(__file__).parents[2] / file).read_text()
    assert f"def {test or 'test_'}" in text


def test_the_page_names_the_clients() -> None:
    """So that the table above is not empty by a slip of its form."""
    assert len(SEEN) >= 12
