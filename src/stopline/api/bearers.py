"""Whose call it is: the bearer token of Stopline's own calls, the same as on the wire."""

from starlette.requests import Request

from stopline.core.access import AccessFault, Principal
from stopline.flows.access import find_bearer, mark_token_used
from stopline.flows.ports import Store


async def find_caller(store: Store, request: Request) -> Principal | None:
    """The principal of the request's token; None when there is none that is alive."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    found = await store.read(find_bearer, token.strip())
    if isinstance(found, AccessFault):
        return None
    if found.first_use:
        await store.transact(mark_token_used, token.strip())
    return found
