"""`GET /restapi` and its version: what a client may ask before it has a token."""

import msgspec

from stopline import __version__
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery
from stopline.ringcentral.request import NoBody, WireRequest
from stopline.ringcentral.routing import Handler, Route

# The version of the wire that this server follows, and when it was published.
API_VERSION = "1.0.60"
API_RELEASED = "2026-02-09T00:00:00.000Z"


class ApiVersion(msgspec.Struct, rename="camel"):
    """One version of the API."""

    uri: str
    version_string: str
    release_date: str
    uri_string: str


class ApiVersions(msgspec.Struct, rename="camel"):
    """Every version this server speaks."""

    uri: str
    api_versions: list[ApiVersion]
    server_version: str
    server_revision: str


def _version(request: WireRequest[NoQuery, NoBody]) -> ApiVersion:
    return ApiVersion(request.link("/restapi/v1.0"), API_VERSION, API_RELEASED, "v1.0")


async def list_versions(request: WireRequest[NoQuery, NoBody]) -> ApiVersions:
    """The API's versions."""
    versions = [_version(request)]
    return ApiVersions(request.link("/restapi"), versions, __version__, f"stopline-{__version__}")


async def read_version(request: WireRequest[NoQuery, NoBody]) -> ApiVersion:
    """One version."""
    return _version(request)


def _open(path: str, handler: Handler, summary: str) -> Route:
    return Route(
        "GET",
        path,
        handler,
        summary=summary,
        tag="Discovery",
        group=RateGroup.NONE,
        authenticated=False,
    )


ROUTES = [
    _open("/restapi", list_versions, "API versions"),
    _open("/restapi/v1.0", read_version, "API version"),
]
