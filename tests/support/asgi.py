"""One request put straight into an ASGI application, with bytes no client library would send."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class RawAnswer:
    """What came out; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, which must be JSON."""
        assert self.headers["content-type"] == "application/json;charset=utf-8"
        return json.loads(self.body)


def call(
    app: Any,
    method: str,
    path: str,
    query: bytes = b"",
    headers: dict[str, bytes] | None = None,
    body: bytes = b"",
) -> RawAnswer:
    """Send the request and wait for the whole answer."""
    return asyncio.run(ask(app, method, path, query, headers, body))


async def ask(
    app: Any,
    method: str,
    path: str,
    query: bytes = b"",
    headers: dict[str, bytes] | None = None,
    body: bytes = b"",
) -> RawAnswer:
    """The same on a loop that runs."""
    events: list[dict[str, Any]] = []
    named = [(name.lower().encode(), value) for name, value in (headers or {}).items()]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query,
        "headers": [*named, (b"content-length", str(len(body)).encode())],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        events.append(event)

    await app(scope, receive, send)
    answered = {name.decode(): value.decode("latin-1") for name, value in events[0]["headers"]}
    content = b"".join(event.get("body", b"") for event in events[1:])
    return RawAnswer(events[0]["status"], answered, content)
