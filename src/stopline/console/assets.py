"""Scripts and styles: ours and vendored ones, named by their content so that browsers keep them."""

import hashlib
from functools import cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FOREVER = "public, max-age=31536000, immutable"


@cache
def _assets() -> dict[str, tuple[str, bytes, str]]:
    """Name in templates -> (address, content, type)."""
    found = {}
    for entry in files("stopline.console").joinpath("static").iterdir():
        stem, _, ending = entry.name.rpartition(".")
        if ending in _TYPES:
            content = entry.read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            path = f"/console/static/{stem}.{digest}.{ending}"
            found[entry.name] = (path, content, _TYPES[ending])
    return found


def asset(name: str) -> str:
    """The address of an asset."""
    return _assets()[name][0]


async def _serve(request: Request) -> Response:
    for path, content, media_type in _assets().values():
        if path == request.url.path:
            headers = {"cache-control": _FOREVER, "x-content-type-options": "nosniff"}
            return Response(content, media_type=media_type, headers=headers)
    return Response("no such file", 404, media_type="text/plain")


ROUTES = [Route("/console/static/{name}", _serve, methods=["GET"])]
