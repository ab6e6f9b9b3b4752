"""The route table: what each call needs and gives, declared once for serving and for OpenAPI.

A handler's annotations name its query, body and answer:

    async def list_batches(request: WireRequest[BatchesQuery, NoBody]) -> BatchList: ...
"""

import types
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from stopline.core.access import AppPermission, UserPermission
from stopline.ringcentral.profiles import RateGroup
from stopline.ringcentral.query import NoQuery, Query, QueryReader
from stopline.ringcentral.request import Form, NoBody, WireResponse

Handler = Callable[[Any], Awaitable[Any]]

# Batches may be large; nothing else is.
BODY_LIMIT = 1 << 20
BATCH_BODY_LIMIT = 50 << 20

# The wire's names of permissions; `scope` lists those of the app.
APP_PERMISSION_NAMES = {
    AppPermission.A2P_SMS: "A2PSMS",
    AppPermission.SMS: "SMS",
    AppPermission.READ_ACCOUNTS: "ReadAccounts",
    AppPermission.WEBHOOKS: "SubscriptionWebhook",
    AppPermission.WEBSOCKETS: "WebSocketsSubscription",
}
USER_PERMISSION_NAMES = {
    UserPermission.READ_COMPANY: "ReadCompanyInfo",
    UserPermission.READ_EXTENSION: "ReadExtensions",
    UserPermission.READ_COMPANY_NUMBERS: "ReadCompanyPhoneNumbers",
    UserPermission.READ_USER_NUMBERS: "ReadUserPhoneNumbers",
}


@dataclass(frozen=True)
class Route:
    """One call. `errors` are the statuses beside those every call can answer with.

    Without `authenticated` the handler counts the rate itself, because only it knows the caller.
    """

    method: str
    path: str
    handler: Handler
    summary: str
    tag: str
    group: RateGroup = RateGroup.LIGHT
    app_permission: AppPermission | None = None
    user_permission: UserPermission | None = None
    authenticated: bool = True
    status: int = 200
    errors: tuple[int, ...] = ()
    body_limit: int = BODY_LIMIT
    # Whether its answers have an ETag, so that one that is known already is 304.
    has_etag: bool = False
    # Whether it may send a browser somewhere else instead.
    redirects: bool = False
    # The call's name in OpenAPI where its handler's serves another path already.
    operation: str = ""
    # Describes a form; the handler reads it itself.
    form: type[msgspec.Struct] | None = None
    query: type[Query] = field(init=False)
    body: Any = field(init=False)
    answer: Any = field(init=False)

    def __post_init__(self) -> None:
        hints = get_type_hints(self.handler, include_extras=True)
        answer = _described(hints.pop("return"))
        query, body = get_args(hints.popitem()[1])
        object.__setattr__(self, "query", query)
        object.__setattr__(self, "body", body)
        object.__setattr__(self, "answer", answer)

    @cached_property
    def query_reader(self) -> QueryReader:
        """Reads this route's query strings."""
        return QueryReader(self.query)

    @cached_property
    def decoder(self) -> msgspec.json.Decoder[Any]:
        """Decodes this route's JSON bodies."""
        return msgspec.json.Decoder(self.body)

    @property
    def takes_form(self) -> bool:
        """Whether the body is a form."""
        return self.body is Form

    @property
    def takes_json(self) -> bool:
        """Whether the body is JSON."""
        return self.body is not Form and self.body is not NoBody

    @property
    def body_optional(self) -> bool:
        """Whether the JSON body may be left out."""
        return get_origin(self.body) in (Union, types.UnionType) and type(None) in get_args(
            self.body
        )

    @property
    def is_a2p(self) -> bool:
        """Whether it is one of the High Volume SMS pages, whose errors differ a little."""
        return "/a2p-sms/" in self.path

    @property
    def has_query(self) -> bool:
        """Whether anything is read from the query string."""
        return self.query is not NoQuery


def _described(answer: Any) -> Any:
    """The type that a handler's answer has in JSON; None when it renders all answers itself."""
    kinds = get_args(answer) if get_origin(answer) is types.UnionType else (answer,)
    return next((kind for kind in kinds if kind is not WireResponse), None)


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    methods: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """What stands at a path: its routes by method, and the path's values in order."""

    methods: dict[str, tuple[Route, tuple[str, ...]]]
    values: tuple[str, ...]

    def allowed(self) -> str:
        """The `Allow` header."""
        names = {*self.methods, "OPTIONS"} | ({"HEAD"} if "GET" in self.methods else set())
        return ", ".join(sorted(names))


class RouteTable:
    """Finds routes by path. A literal segment wins over a parameter."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self.routes = tuple(routes)
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node, names = self._root, []
        for segment in route.path.strip("/").split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.children.setdefault(segment, _Node())
        if route.method in node.methods:
            raise ValueError(f"{route.method} {route.path} is declared twice")
        node.methods[route.method] = (route, tuple(names))

    def find(self, segments: list[str]) -> Match | None:
        """What stands at these decoded path segments."""
        node, values = self._root, []
        for segment in segments:
            child = node.children.get(segment)
            if child is None:
                child = node.parameter
                values.append(segment)
            if child is None:
                return None
            node = child
        return Match(node.methods, tuple(values)) if node.methods else None
