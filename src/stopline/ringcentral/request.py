"""What a handler gets and gives."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from stopline.core.access import Principal, ServerKeys
from stopline.core.pages import Page, PageAsk
from stopline.core.sockets import SocketRef
from stopline.flows.ports import Store
from stopline.ringcentral.errors import bad_parameter
from stopline.ringcentral.paging import (
    BadPageToken,
    PagingInfo,
    list_scope,
    paging_info,
    read_page_token,
)
from stopline.ringcentral.profiles import Profile
from stopline.ringcentral.query import PagedQuery, Query
from stopline.ringcentral.rate_limits import Caller
from stopline.ringcentral.webhooks import Webhooks

QueryT_co = TypeVar("QueryT_co", bound=Query, covariant=True)
BodyT_co = TypeVar("BodyT_co", covariant=True)

JSON_TYPE = "application/json;charset=utf-8"


class Authenticator(Protocol):
    """Finds who a bearer token stands for."""

    async def __call__(self, token: str) -> Principal:
        """The principal of a live token. Raises WireError 401."""
        ...


@dataclass(frozen=True, slots=True)
class Wire:
    """What every handler shares. `public_url` has no slash at its end; the clock is epoch ms;
    the price is that of one segment in millionths."""

    store: Store
    keys: ServerKeys
    profile: Profile
    public_url: str
    clock_ms: Callable[[], int]
    authenticate: Authenticator
    query_token_allowed: bool = False
    price_micros: int = 0
    webhooks: Webhooks | None = None


class NoBody(msgspec.Struct):
    """A call that takes no body; one that is sent is not read."""


class Form(msgspec.Struct):
    """A form body: every value of every name. `other_type`: there was a body of another kind."""

    values: dict[str, list[str]]
    other_type: bool = False


@dataclass(frozen=True, slots=True)
class WireResponse:
    """An answer other than the route's usual one. `body` is JSON-ready, bytes, None, or
    an iterator of bytes whose length nobody knows beforehand."""

    body: Any = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = JSON_TYPE


SOCKET_CALLER = "stopline.socket"


@dataclass(slots=True)
class SocketCaller:
    """Who makes a request over a WebSocket, and the subscription that this socket has."""

    ref: SocketRef
    principal: Principal
    subscription_id: int | None = None


@dataclass(frozen=True, slots=True)
class WireRequest(Generic[QueryT_co, BodyT_co]):
    """One request, checked: the caller is known, may do this, and its fields have their types.

    `remote` is the address it came from, `socket` the WebSocket, if it came over one.
    """

    wire: Wire
    path: str
    query: QueryT_co
    body: BodyT_co
    raw_body: bytes
    ids: Mapping[str, str]
    headers: Mapping[str, str]
    request_id: str
    now_ms: int
    count_rate: Callable[[Caller], None] = field(repr=False)
    caller: Principal | None = None
    remote: str = ""
    socket: SocketCaller | None = None

    @property
    def principal(self) -> Principal:
        """Whoever makes the request; only for routes that need a token."""
        if self.caller is None:
            raise RuntimeError("this route takes no token")
        return self.caller

    @property
    def store(self) -> Store:
        """Where flows are run."""
        return self.wire.store

    @property
    def webhooks(self) -> Webhooks:
        """The way out to the addresses of subscriptions."""
        if self.wire.webhooks is None:
            raise RuntimeError("this server was built without webhooks")
        return self.wire.webhooks

    @property
    def account_id(self) -> int:
        """The caller's account; the path's account is this one."""
        return self.principal.account_id

    @property
    def user_id(self) -> int:
        """The caller's user, on the wire its extension id."""
        return self.principal.user_id

    @property
    def app_id(self) -> int:
        """The app the caller uses."""
        return self.principal.app_id

    @property
    def country(self) -> str:
        """The account's country, for numbers in national form."""
        return self.principal.country

    def header(self, name: str) -> str:
        """A request header by its lower-case name; empty when absent."""
        return self.headers.get(name, "")

    def link(self, path: str) -> str:
        """The absolute URL of one of our paths; never made from what the client sent."""
        return self.wire.public_url + path

    def page_ask(self, default_size: int) -> PageAsk:
        """The page the query asks for. Raises WireError 400 for a token that is not its list's."""
        query = self.query
        if not isinstance(query, PagedQuery):
            raise TypeError("the route's query has no paging")
        return self.page_ask_of(query.page_token, query.per_page or default_size, query)

    def page_ask_of(self, token: str | None, size: int, filters: msgspec.Struct) -> PageAsk:
        """The same for lists whose paging stands in the body."""
        if token is None:
            return PageAsk(size)
        try:
            scope = self._scope(filters)
            return read_page_token(self.wire.keys.pages, scope, token, size, self.now_ms)
        except BadPageToken as error:
            raise bad_parameter("pageToken") from error

    def paging(
        self, ask: PageAsk, page: Page[Any], filters: msgspec.Struct | None = None
    ) -> PagingInfo:
        """The `paging` member for a page just read."""
        scope = self._scope(filters or self.query)
        return paging_info(self.wire.keys.pages, scope, ask, page, self.now_ms)

    def _scope(self, filters: msgspec.Struct) -> bytes:
        return list_scope(self.account_id, self.path, filters)
